/* The statistics the game knows, and one player's (or team defence's) line of them.
 *
 * Values are whole thousandths, so that half a sack (500) is exact and a projected 4.37 receptions
 * (4370) can be scored by the same code. int32 holds ±2 million units: more than any season. */
#ifndef ASTRALFIELD_RULES_STAT_H
#define ASTRALFIELD_RULES_STAT_H

#include "base/slice.h"

typedef int32_t stat_value; /* thousandths of a unit */

enum { STAT_ONE = 1000 }; /* one unit: one reception, one yard */

enum stat {
#define STAT(name, key, of, nflverse, sleeper, unit, doc) STAT_##name,
#include "rules/stat.def"
#undef STAT
    STAT_COUNT
};

enum stat_of {
    STAT_OF_PLAYER, /* nflverse column of player_week, Sleeper key of players */
    STAT_OF_TEAM,   /* nflverse column of team_week, Sleeper key of the DEF entry */
    STAT_OF_SUM     /* made by stat_derive from other statistics */
};

enum stat_unit { STAT_UNIT_COUNT, STAT_UNIT_YARDS };

struct stat_info {
    struct slice key;      /* column and JSON key, snake_case, unique */
    struct slice nflverse; /* source column, empty when the file does not have it */
    struct slice sleeper;  /* Sleeper's key in stats and scoring_settings; may be empty */
    struct slice doc;      /* one phrase for people */
    enum stat_of of;
    enum stat_unit unit;
};

struct stat_line {
    /* Whether the player's or team's game has begun. A line without a game is worth nothing, also
     * where nothing would pay: a defence on its bye has not held anybody to 0 points. */
    bool has_played;
    stat_value values[STAT_COUNT];
};

/* The row of a statistic; `stat` is below STAT_COUNT. */
const struct stat_info *stat_info(enum stat stat);

/* By our key, by nflverse column of the given file (STAT_OF_PLAYER or STAT_OF_TEAM), by Sleeper
 * key; STAT_COUNT when there is none. The empty text finds nothing. */
enum stat stat_from_key(struct slice key);
enum stat stat_from_nflverse(enum stat_of of, struct slice column);
enum stat stat_from_sleeper(struct slice key);

/* Sets every STAT_OF_SUM value that is 0 from its parts (rushing and receiving yards, lost offence
 * fumbles, …); a sum that the source gave itself is kept. Call it on every line read from a
 * source; calling it again changes nothing. When parts change, start from the source's line. */
void stat_derive(struct stat_line *line);

#endif
