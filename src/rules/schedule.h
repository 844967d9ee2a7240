/* The regular season: a round robin by the circle method (features.md row 86 and 4.10; Kirkman
 * 1847), repeated as often as the weeks need. */
#ifndef ASTRALFIELD_RULES_SCHEDULE_H
#define ASTRALFIELD_RULES_SCHEDULE_H

#include "base/random.h"
#include "rules/limits.h"

enum { SCHEDULE_PAIRINGS_MAX = WEEKS_MAX * TEAMS_MAX / 2 };

struct pairing {
    uint8_t week; /* 1 … weeks */
    uint8_t home; /* team index, 0 … teams-1 */
    uint8_t away;
};

/* Writes the pairings in the order of weeks and returns how many: weeks x (teams / 2). `teams` is
 * 2 … TEAMS_MAX, `weeks` 1 … WEEKS_MAX. Every team plays once a week, or rests when `teams` is odd
 * and it is in no pairing of that week; any two pairs of teams meet equally often or differ by
 * one; rests differ by at most one; each team is home as often as away, or once more or less.
 * The same `rng` state always gives the same schedule. */
size_t schedule_make(size_t teams, size_t weeks, struct rng *rng,
                     struct pairing ret_pairings[SCHEDULE_PAIRINGS_MAX]);

#endif
