/* What a player can be expected to score in a week, from what was known before it.
 *
 * 1. A projected stat line that is stored for the week (player_projections; of several sources the
 *    newest) is scored by the league's own rules. Where a source has lines for
 *    PROJECTION_COVER_MIN or more players of a position, a player of that position whom it leaves
 *    out is not expected to play and has no projection.
 * 2. Otherwise our own, from the points of his earlier games under the same rules: the decayed mean
 *    drawn towards the mean of his position (empirical Bayes; features.md 4.5, Efron and Morris 1975),
 *
 *        p = (κ·μ + Σ γ^i·x_i) / (κ + Σ γ^i)        i = 0 for the latest game
 *
 *    with κ = 5 and γ = 0.94, over at most PROJECTION_GAMES_MAX games of this season and the one
 *    before; μ is the mean of all these games of the position's players. A player whom his club
 *    did without in its two latest games, or who is out by today's report while the season is
 *    played, has no projection.
 *
 * Nobody has one in a week without a game. Statistics of the week itself are never read. Whole
 * numbers throughout. */
#ifndef ASTRALFIELD_LEAGUE_PROJECTION_H
#define ASTRALFIELD_LEAGUE_PROJECTION_H

#include "db/db.h"

enum { PROJECTION_COVER_MIN = 16, PROJECTION_GAMES_MAX = 24, PROJECTION_MISSED_MAX = 1 };

struct projection_order {
    int64_t profile_id;
    int season;
    int week;
};

/* Makes the projections of a profile for a week anew, inside `tx`; *ret_count (may be NULL) is how
 * many there are. The points of earlier weeks must be fresh (points_refresh). */
MUST_CHECK enum error projections_refresh(struct tx *tx, struct projection_order order,
                                          size_t *ret_count);

/* Makes them unless there are some, and scores what has changed in both seasons before. */
MUST_CHECK enum error projections_ensure(struct tx *tx, struct projection_order order);

/* Our own formula: `games` are points, the latest first; mean_sum/mean_count is μ, mean_count above
 * 0. */
points projection_of_games(const points *games, size_t count, int64_t mean_sum, int64_t mean_count);

#endif
