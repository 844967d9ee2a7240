/* The best legal lineup: which players in which slots give the most points.
 *
 * Because a player is worth the same in every slot, the sets of players that fit the slots
 * together form a transversal matroid (Edmonds and Fulkerson 1965), so taking players from the
 * best down, each kept if the kept ones can be rearranged to make room (an augmenting path), is
 * exact for any slots, nested or not. features.md 4.1 shows what plain sort-and-fill loses. */
#ifndef ASTRALFIELD_RULES_LINEUP_H
#define ASTRALFIELD_RULES_LINEUP_H

#include "base/points.h"
#include "rules/limits.h"
#include "rules/slot.h"

struct lineup_player {
    int64_t id;              /* above 0, unique in the list; ties go to the lower id */
    position_mask positions; /* every position he is listed at */
    points points;           /* scored or projected */
};

struct lineup {
    const struct lineup_player *players;
    size_t player_count; /* at most ROSTER_MAX */
    const enum slot *slots;
    size_t slot_count; /* at most SLOTS_MAX; bench, IR and taxi slots are left empty */
};

enum { LINEUP_EMPTY = -1 };

/* Fills ret_player[slot] with an index into players or LINEUP_EMPTY, for each of slot_count slots,
 * and returns the total. Players below 0 points are left out; those with exactly 0 fill what is
 * left. Among equal points the lower id plays. The better players stand in the earlier slots as far
 * as exchanging two of them allows, so list narrow slots before wide ones. */
int64_t lineup_best(const struct lineup *lineup, int16_t ret_player[SLOTS_MAX]);

#endif
