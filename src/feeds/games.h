/* What games.c tells the other readers: who played whom, and the score. */
#ifndef ASTRALFIELD_FEEDS_GAMES_H
#define ASTRALFIELD_FEEDS_GAMES_H

#include "feeds/season_data.h"

struct team_result {
    struct slice opponent;
    int64_t points_allowed; /* BATCH_NO_NUMBER before the game is over */
};

/* The game of a club, spelled as the schedule spells it, in a week of "REG" or "POST". False when
 * it has none. */
bool games_find(const struct season_data *data, struct slice season_type, int64_t week,
                struct slice team, struct team_result *ret_result);

#endif
