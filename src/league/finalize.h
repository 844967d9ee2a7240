/* Weeks become final: scores are frozen, matchups decided, the table made, the next week opened, and
 * at the end of the regular season the bracket drawn.
 *
 * Source: features.md rows 8, 82, 87, 91-95; api-inventory 5.3. While a week is open its points are
 * computed, not stored; afterwards lineup_slots, team_week_scores and matchup_sides hold them, and a
 * later stat correction is an event of its own that says old and new. */
#ifndef ASTRALFIELD_LEAGUE_FINALIZE_H
#define ASTRALFIELD_LEAGUE_FINALIZE_H

#include "league/ledger.h"

struct finalize_order {
    int week;            /* 0: the open one */
    bool is_forced;      /* before its games are over; operators only, with a reason */
    struct slice reason; /* for a forced one, 1 to 500 characters */
};

/* Freezes the open week and opens the next. Commissioner, operator, system. Events: week.finalized
 * {scores, results, forced, reason}, playoffs.seeded, playoffs.round_drawn, week.opened,
 * league.champion. Answer: {"week", "nextWeek"|null}. E_WEEK_STATE while games are left; E_FORBIDDEN
 * for a forced one by anybody but an operator. */
MUST_CHECK enum error week_finalize(struct change *change, int64_t league_id,
                                    const struct finalize_order *order);

/* Scores a final week again by the statistics as they are now. Operator, system, commissioner.
 * Event per team that changes: score.corrected {old, new, players: [{playerId, old, new}],
 * results: [{matchupId, old, new}]}; the bracket stays as it was drawn, and a bracket game keeps its
 * winner with a note. Answer: {"week", "teams": n}. E_WEEK_STATE for a week that is not final. */
MUST_CHECK enum error week_correct(struct change *change, int64_t league_id, int week);

/* Moves the clock of a league that replays a stored season, forward only. Operator, system,
 * commissioner. Event: league.clock_set {from, to}. Answer: {"replayAt"}. E_LEAGUE_STATE for a
 * league in real time. */
MUST_CHECK enum error league_clock_set(struct change *change, int64_t league_id, utime at);

#endif
