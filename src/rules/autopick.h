/* Whom to pick for a manager who is away.
 *
 * Source: features.md row 36. The queue comes first. Otherwise the best-ranked player that keeps
 * Yahoo's order: all starters before any bench, kicker and defence last; position maxima are
 * respected throughout. No randomness: equal ranks go to the lower id. */
#ifndef ASTRALFIELD_RULES_AUTOPICK_H
#define ASTRALFIELD_RULES_AUTOPICK_H

#include <stddef.h>
#include <stdint.h>

#include "rules/limits.h"
#include "rules/slot.h"

struct pool_player {
    int64_t id; /* above 0 */
    position_mask positions;
    enum position position; /* the one that counts against the caps */
    int32_t rank;           /* 1 is best (ADP x 100 will do); 0 is unranked and comes last */
    bool is_excluded;       /* on the manager's do-not-draft list: only picked from his queue */
};

struct own_player {
    position_mask positions;
    enum position position;
};

enum { CAP_NONE = 255 };

struct autopick {
    const struct pool_player *pool; /* the players still free */
    size_t pool_count;              /* at most POOL_MAX */
    const int64_t *queue;           /* ids, best first; ids not in the pool are skipped */
    size_t queue_count;             /* at most QUEUE_MAX */
    const struct own_player *own;   /* already drafted by this team */
    size_t own_count;               /* at most ROSTER_MAX */
    const enum slot *slots;         /* of the league */
    size_t slot_count;              /* at most SLOTS_MAX */
    size_t picks_left;              /* of this team, this one included; at least 1 */
    uint8_t caps[POSITION_COUNT];   /* most players per position, CAP_NONE for any number */
};

enum autopick_reason {
    AUTOPICK_NOBODY,  /* the pool is empty */
    AUTOPICK_QUEUED,  /* first of the queue that breaks no cap */
    AUTOPICK_STARTER, /* best ranked who fills an open starting slot */
    AUTOPICK_BENCH,   /* best ranked for the bench */
    AUTOPICK_FORCED   /* nobody free is within the caps and of use: best ranked of all */
};

struct autopick_choice {
    enum autopick_reason reason;
    size_t player; /* index into pool; meaningless for AUTOPICK_NOBODY */
};

struct autopick_choice autopick_choose(const struct autopick *autopick);

/* Caps for a league that sets none: as many kickers and defences as it starts, one quarterback and
 * one tight end more than can start, anything else without limit. These figures are ours. */
void autopick_default_caps(const enum slot *slots, size_t slot_count,
                           uint8_t ret_caps[POSITION_COUNT]);

#endif
