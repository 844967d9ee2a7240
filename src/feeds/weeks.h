/* Each club's week as the sums of its players' lines, for team defences. */
#ifndef ASTRALFIELD_FEEDS_WEEKS_H
#define ASTRALFIELD_FEEDS_WEEKS_H

#include "feeds/season_data.h"

/* The line of one player or club in one week, as it stands in a row. */
struct week_row {
    struct slice season_type; /* "REG" or "POST" */
    int64_t week;
    struct slice player; /* gsis id; ptr NULL in rows of clubs */
    struct slice team, opponent;
    struct stat_line line;
};

struct team_week {
    struct slice key; /* "REG 3 BUF" */
    struct slice season_type, team, opponent;
    int64_t week;
    bool is_stored; /* a file gave this club's defence line itself */
    bool is_whole;  /* the sums come from a row of the club, not from its players */
    stat_value sums[STAT_COUNT];
    struct team_week *next;
};

/* Adds a player's line to his club's sums; a club's row sets them (columns of players), or says that
 * its defence is known (columns of clubs). */
void team_weeks_add(struct season_data *data, const struct week_row *row, enum stat_of of);

/* Writes a line as a row of the batch of its kind. */
void week_to_batch(struct season_data *data, enum import_kind kind, const struct week_row *row);

#endif
