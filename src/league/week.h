/* One week of a league with everybody's players: what lineups, moves and finals look at. */
#ifndef ASTRALFIELD_LEAGUE_WEEK_H
#define ASTRALFIELD_LEAGUE_WEEK_H

#include "league/ledger.h"

enum week_state { WEEK_UPCOMING, WEEK_OPEN, WEEK_PROVISIONAL, WEEK_FINAL };

struct week {
    int week;
    int first_week; /* of the matchup it belongs to */
    bool is_last_of_matchup;
    bool is_playoff;
    enum week_state state;
    utime first_kickoff; /* 0: no game is known */
    utime last_kickoff;
    bool is_over; /* every game is final, by the league's clock */
    int games_left;
    int next_week;    /* the first upcoming week, 0 when there is none */
    int regular_left; /* other weeks of the regular season that are not final */
};

/* A week of the change's league; `week` 0 is the current one. E_NOT_FOUND when the league does not
 * play it. */
MUST_CHECK enum error week_load(struct change *change, int week, struct week *ret_week);

enum { NO_SLOT = -1 };

struct week_player {
    int64_t id;
    struct slice name;
    enum position position;
    position_mask positions;
    enum player_status status;
    bool is_reserve; /* on injured reserve */
    bool is_taxi;
    bool is_held;  /* by the commissioner */
    int slot;      /* index into slots, NO_SLOT on the bench */
    utime kickoff; /* 0: no game */
    points points; /* so far, 0 before his game */
    points frozen; /* what a final week holds; only from week_load_final */
    bool is_projected;
    points projected;
    int drafted; /* overall pick; 10000 when not drafted */
};

struct week_team {
    int64_t id;
    int ordinal;
    struct slice name;
    struct slice tag;            /* of the lineup */
    bool is_set_by_hand;         /* somebody has set its lineup for this week */
    struct week_player *players; /* in the order of the draft */
    size_t player_count;
};

struct week_teams {
    enum slot slots[SLOTS_MAX]; /* the whole roster, bench and reserve too */
    size_t slot_count;
    struct week_team *teams; /* by ordinal */
    size_t team_count;
};

/* The teams of a week that is not final (team_id 0: all) as they stand at the league's clock. */
MUST_CHECK enum error week_load_teams(struct change *change, int week, int64_t team_id,
                                      struct week_teams *ret_teams);

/* The lineups of a final week as they were frozen, with points by today's statistics. */
MUST_CHECK enum error week_load_final(struct change *change, int week,
                                      struct week_teams *ret_teams);

/* Ordinal (1-based) of a slot among those of its kind: RB 2. */
int slot_ordinal(const struct week_teams *teams, size_t slot);

/* Whether he cannot be moved at the league's clock. */
bool is_locked(const struct change *change, const struct week *week,
               const struct week_player *player);

bool slot_is_starter(enum slot slot);

/* Sum of the starters, and the best the team's active players could have made. Both from `points`. */
points team_lineup_points(const struct week_team *team);
points team_optimal_points(const struct week_teams *teams, const struct week_team *team,
                           int16_t ret_player[SLOTS_MAX]);

#endif
