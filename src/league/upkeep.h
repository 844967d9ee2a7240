/* Who replaces whom before a week begins; part of season.h. */
#ifndef ASTRALFIELD_LEAGUE_UPKEEP_H
#define ASTRALFIELD_LEAGUE_UPKEEP_H

#include "league/moves.h"

enum { UPKEEP_MOVES_MAX = 128 };

struct upkeep {
    struct move moves[UPKEEP_MOVES_MAX];
    size_t count;
};

/* For every team whose lineup nobody has set: where a starting slot would hold nobody, or somebody
 * who is not expected to play, the free agent with the best projection, and whom to drop for him: of
 * those who do not start, the one with the lowest average. Inside a change that has begun; writes
 * nothing but missing projections. */
MUST_CHECK enum error upkeep_plan(struct change *change, struct upkeep *ret_upkeep);

#endif
