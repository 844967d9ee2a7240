/* The table of a league's regular season, kept in league_standings so that reading it is one
 * statement. It is made by rules/standings from the final matchups and the league's tie-break chain,
 * each time a week becomes final or is corrected. The coin is drawn from the draft's published
 * seed. */
#ifndef ASTRALFIELD_LEAGUE_STANDINGS_H
#define ASTRALFIELD_LEAGUE_STANDINGS_H

#include "league/ledger.h"
#include "rules/standings.h"

struct table {
    int64_t team_ids[TEAMS_MAX]; /* by team index; standing.team is one */
    size_t count;
    int through_week;                /* the last week with a final matchup, 0 before the first */
    struct standing rows[TEAMS_MAX]; /* by rank */
};

/* Makes the table from the final matchups; inside `tx`, or on the read connections when NULL. */
MUST_CHECK enum error standings_compute(struct arena *arena, struct tx *tx, int64_t league_id,
                                        struct table *ret_table);

/* Makes and stores it; part of other commands. Before the first final week nothing is stored. */
MUST_CHECK enum error standings_refresh(struct change *change, struct table *ret_table);

/* "W3", or the empty slice when there was no game. */
struct slice standing_streak(struct arena *arena, const struct standing *standing);

#endif
