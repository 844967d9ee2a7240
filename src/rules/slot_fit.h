/* Which slots can hold which players at the same time: a bipartite matching that grows by one
 * player. Shared by the best lineup and autopick; not for other rooms. */
#ifndef ASTRALFIELD_RULES_SLOT_FIT_H
#define ASTRALFIELD_RULES_SLOT_FIT_H

#include "rules/limits.h"
#include "rules/slot.h"

enum { FIT_EMPTY = -1 };

struct slot_fit {
    size_t slot_count;
    position_mask accepts[SLOTS_MAX]; /* 0 for slots that do not start anybody */
    int16_t holder[SLOTS_MAX];        /* player index or FIT_EMPTY */
    position_mask player[ROSTER_MAX]; /* by player index; set by fit_add */
};

/* Starting slots of the list, all empty. */
void fit_init(struct slot_fit *fit, const enum slot *slots, size_t slot_count);

/* Seats a player if those seated can be moved around to make room; nobody loses his seat.
 * Kuhn's augmenting path (1955), breadth first. */
bool fit_add(struct slot_fit *fit, int16_t player, position_mask positions);

#endif
