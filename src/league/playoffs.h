/* The bracket of a league: seeded once, when the last week of the regular season is final, and drawn
 * round by round with rules/playoffs. What is stored are the games; the bracket is made again from
 * them each time. Seeds stay as they were drawn, also when a later correction changes the table.
 *
 * Teams that missed the playoffs keep playing where the league has a consolation bracket; their
 * seeds follow those of the playoff teams. */
#ifndef ASTRALFIELD_LEAGUE_PLAYOFFS_H
#define ASTRALFIELD_LEAGUE_PLAYOFFS_H

#include "league/standings.h"
#include "league/week.h"

/* Part of week_finalize. Seeds the teams by the table and draws the first round, or, in a league
 * without playoffs, ends the season. Events: playoffs.seeded, or league.champion. */
MUST_CHECK enum error playoffs_begin(struct change *change, const struct table *table);

/* Part of week_finalize, after the week's bracket games were decided: draws what can be drawn now,
 * and ends the season after the last game. Event: playoffs.round_drawn, league.champion. */
MUST_CHECK enum error playoffs_advance(struct change *change, const struct week *week);

/* Who wins a bracket game that ended even: 'h' or 'a', and by what (a key of matchups.decided_by).
 * features.md row 94: the higher seed, or first the season's games against each other, or the
 * benches. */
struct tied_game {
    int first_week;
    int64_t home_team_id, away_team_id;
    int home_seed, away_seed;
};
MUST_CHECK enum error playoffs_break_tie(struct change *change, const struct tied_game *game,
                                         bool *ret_home_wins, struct slice *ret_decided_by);

#endif
