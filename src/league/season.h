/* Plays a league through a stored season: what a year of managers, clocks and commissioners would
 * do, as the same commands, one after another.
 *
 * Before each week's first kickoff the clock stops: holes are filled with free agents, and teams
 * whose lineup nobody has set get the best one by projection, that is from what was known then. Then the
 * clock goes past the last game and the week is made final. Nothing is random: the same start gives
 * the same champion. */
#ifndef ASTRALFIELD_LEAGUE_SEASON_H
#define ASTRALFIELD_LEAGUE_SEASON_H

#include "league/ledger.h"

/* Between the league's clock and the first kickoff of a week. */
#define SEASON_EARLY_US (INT64_C(3600) * US_PER_S)
/* After its last kickoff: game_state_at gives a game four hours. */
#define SEASON_LATE_US (INT64_C(4) * 3600 * US_PER_S)

struct season_play {
    int64_t league_id;
    int through_week;  /* the last week that is made final; 0: to the champion */
    bool is_hands_off; /* no free agents are added where a slot would stay empty */
    utime now;         /* the real clock */
    /* Told before the draft (week 0) and after each final week; may be NULL. */
    void (*step)(void *thing, int week);
    void *thing;
};

struct season_played {
    int weeks;       /* made final now */
    int moves;       /* free agents added */
    int lineups;     /* set for absent managers */
    bool is_drafted; /* now */
};

/* Plays on from wherever the league stands; one that is complete is left as it is. In a fiber that
 * holds no transaction. E_NO_STATS when the season has none, E_LEAGUE_STATE for a league in real
 * time. Stops at the first error; what was done stays, and it can be called again. */
MUST_CHECK enum error season_play(struct faults *faults, const struct season_play *play,
                                  struct season_played *ret_played);

#endif
