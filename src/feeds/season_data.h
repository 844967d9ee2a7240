/* One season as read from its files, ready to be stored: nothing in here has touched the database. */
#ifndef ASTRALFIELD_FEEDS_SEASON_DATA_H
#define ASTRALFIELD_FEEDS_SEASON_DATA_H

#include "base/faults.h"
#include "base/time.h"
#include "feeds/batch.h"
#include "feeds/file.h"
#include "feeds/index.h"
#include "feeds/report.h"
#include "rules/stat.h"

struct person;
struct game;
struct team_week;

struct season_data {
    struct arena *arena;
    struct faults *faults;
    int64_t season;
    bool is_sample;      /* invented players: never mixed with a real season */
    struct slice source; /* where it came from, for the season's row; at most 80 bytes */
    struct report report;
    struct batches batches[IMPORT_KIND_COUNT];

    /* Lists in the order met, and how to find their members. */
    struct person *people;
    struct game *games;
    struct team_week *team_weeks;
    struct index claims;        /* "sleeper 4046": the person who has that id */
    struct index games_by_id;   /* nflverse's game id */
    struct index games_by_team; /* "REG 3 BUF", as the schedule spells the club */
    struct index weeks_by_team;
    struct index seen; /* lines that were read, to notice one that comes twice */

    bool covers_player[STAT_COUNT]; /* statistics the player file has a column for */
    bool covers_team[STAT_COUNT];
};

/* An empty season in `arena`, which must outlive it. */
void season_data_init(struct season_data *data, struct arena *arena, struct faults *faults,
                      int64_t season);

/* Games of one season: nflverse's games.csv (US Eastern times) or a file with kickoff_utc. What an
 * earlier file said stays; a later one fills gaps. *ret_rows counts the season's rows. */
MUST_CHECK enum error read_games(struct season_data *data, const struct feed_file *file,
                                 size_t *ret_rows);
void games_to_batches(struct season_data *data);

enum people_role {
    PEOPLE_ID_MAP, /* dynastyprocess db_playerids: says the current club, no club included */
    PEOPLE_ROSTER, /* one season's rosters: fills gaps, adds people */
    PEOPLE_KNOWN   /* a list of everybody who ever played: fills gaps of people met already */
};

/* People with their ids. */
MUST_CHECK enum error read_people(struct season_data *data, const struct feed_file *file,
                                  enum people_role role);
void people_to_batches(struct season_data *data);

/* Weekly lines of players (nflverse's stats_player_week, the older player_stats, or the same columns
 * with other names around them) and of clubs. Also keeps each club's sums. */
MUST_CHECK enum error read_player_weeks(struct season_data *data, const struct feed_file *file);
MUST_CHECK enum error read_team_weeks(struct season_data *data, const struct feed_file *file);

/* Team defences from nflverse's stats_team_week, or, when there was no file with teams, from the
 * sums of the players' lines: for clubs whose defence line was not read by read_team_weeks. */
void defences_to_batches(struct season_data *data);

MUST_CHECK enum error read_teams(struct season_data *data, const struct feed_file *file);
MUST_CHECK enum error read_projections(struct season_data *data, const struct feed_file *file);
MUST_CHECK enum error read_adp(struct season_data *data, const struct feed_file *file);

#endif
