/* What games.c tells the other readers: who played whom, and the score. */
#ifndef ASTRALFIELD_FEEDS_GAMES_H
#define ASTRALFIELD_FEEDS_GAMES_H

#include "feeds/season_data.h"

/* One game as read. BATCH_NO_NUMBER and ptr NULL for what is not known. */
struct game {
    struct slice id, season_type, home, away, venue, roof, nfl_id, espn_id;
    int64_t week, home_score, away_score, temp, wind;
    int64_t spread, total; /* thousandths, or BATCH_NO_NUMBER */
    utime kickoff;         /* 0 when not known */
    bool is_neutral;
    struct game *next;
};

/* Adds a game; its text is borrowed. Returns ptr NULL, or the club that has another game in that week
 * already. */
struct slice games_add(struct season_data *data, const struct game *game);

struct team_result {
    struct slice opponent;
    int64_t points_allowed; /* BATCH_NO_NUMBER before the game is over */
};

/* The game of a club, spelled as the schedule or its game ids spell it, in a week of "REG" or "POST".
 * False when it has none. */
bool games_find(const struct season_data *data, struct slice season_type, int64_t week,
                struct slice team, struct team_result *ret_result);

#endif
