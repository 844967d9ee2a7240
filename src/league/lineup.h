/* Who starts in a week.
 *
 * A lineup is stored per week and team: one row per starting slot, empty ones too. Where nothing was
 * set for a week, the last one that was set goes on (SQL function effective_lineup). Injured reserve
 * belongs to the roster, not to a week, and is changed with the lineup of the current week.
 *
 * Locks compare kickoffs with the league's clock: replay_at, or the server's (features.md rows 49-51,
 * 54, 60; api-inventory 5.7). */
#ifndef ASTRALFIELD_LEAGUE_LINEUP_H
#define ASTRALFIELD_LEAGUE_LINEUP_H

#include "league/week.h"

struct lineup_wish {
    enum slot slot;
    int ordinal;       /* 1 is the first of its kind */
    int64_t player_id; /* 0: nobody */
};

struct lineup_order {
    int week;                         /* 0: the current one */
    const struct lineup_wish *wishes; /* slots that are not named stay as they are */
    size_t wish_count;
    struct slice if_match; /* the tag the caller has seen; empty: any */
    bool is_override;      /* the commissioner sets it over the locks */
};

/* Sets a lineup. The team's managers or the commissioner. E_LINEUP with one fault for everything
 * that is wrong, at "/slots/3" (the wish); E_PRECONDITION when the tag has changed; E_WEEK_STATE
 * for a final week. Event: lineup.set {slots, reserve}. Answer: {"teamId", "week", "changed"}. A
 * lineup that is as it was makes no event. */
MUST_CHECK enum error lineup_set(struct change *change, int64_t league_id, int64_t team_id,
                                 const struct lineup_order *order);

/* Fills the unlocked slots of one team with who is projected to score most. As above. */
MUST_CHECK enum error lineup_set_optimal(struct change *change, int64_t league_id, int64_t team_id,
                                         int week);

/* The same, in one command, for every team whose lineup of this week nobody has set himself.
 * Commissioner, operator, system. One event per team that changes. Answer: {"week", "teams"}. */
MUST_CHECK enum error lineups_fill(struct change *change, int64_t league_id, int week);

/* Part of other commands: writes today's lineup of every team into a week's rows, so that the week
 * has its own. */
MUST_CHECK enum error lineups_carry_over(struct change *change, int week);

/* Makes the projections of an open week if there are none yet. */
MUST_CHECK enum error week_project(struct change *change, int week);

/* Best projected use of the unlocked players in the unlocked slots: a player index per slot, or
 * NO_SLOT for none. Somebody with a game comes before somebody without. */
void lineup_plan(const struct change *change, const struct week *week,
                 const struct week_teams *teams, const struct week_team *team,
                 int ret_player[SLOTS_MAX]);

#endif
