/* Leagues of a past season for the tests of playing. The season is invented; every player has a line in
 * every week. */
#ifndef ASTRALFIELD_TESTS_LEAGUE_PLAY_RIG_H
#define ASTRALFIELD_TESTS_LEAGUE_PLAY_RIG_H

#include "rig.h"

#include "base/check.h"
#include "league/finalize.h"
#include "league/lineup.h"
#include "league/moves.h"
#include "league/season.h"
#include "league/verify.h"

enum { SMALL_TEAMS = 4, SMALL_STARTERS = 9 };

/* Settings of a league with SMALL_TEAMS teams and four weeks. */
#define SMALL "{\"maxTeams\":4,\"playoffTeams\":2,\"regularWeeks\":3}"

/* The statement that stores the season's statistics. */
extern const char SEASON_STATS[];

/* One statement, on a connection of its own. */
void execute(const char *statement);

/* An update as only the owner of the database can make it: past triggers and foreign keys. */
void tamper(struct scene *scene, const char *statement, int64_t league_id);

/* One number of an ad hoc query, its %lld being an id. */
int64_t number(struct scene *scene, const char *query, int64_t league_id);

/* rig_setup, and statistics of PAST_SEASON; a group's setup. */
int play_setup(void **state);

/* A league of user 1 in PAST_SEASON, always from the same seed. */
int64_t past_league(struct scene *scene, const char *settings);

/* season_play to the end of a week; 0: to the champion. */
struct season_played play_through(struct scene *scene, int64_t league_id, int week);

struct verify_report verified(struct scene *scene, int64_t league_id);

void assert_holds(struct scene *scene, int64_t league_id);

/* The first fault is of this check. */
void assert_broken(struct scene *scene, int64_t league_id, const char *check);

struct slice result_hash(struct scene *scene, int64_t league_id);

int64_t my_team(struct scene *scene, int64_t league_id);

/* Of the commissioner's team: who starts in the first slot of a kind in the latest week. */
int64_t starter(struct scene *scene, int64_t league_id, const char *slot);

/* Somebody of these positions ('RB', 'WR') on its bench. */
int64_t reserve_of(struct scene *scene, int64_t league_id, const char *positions);

int64_t free_agent(struct scene *scene, int64_t league_id, const char *position);

/* Moves the league's clock on by hours. */
void move_clock(struct scene *scene, int64_t league_id, int hours);

enum error set_lineup(struct scene *scene, int64_t league_id, struct lineup_order order);

enum error move_players(struct scene *scene, int64_t league_id, int64_t add, int64_t drop);

enum error finalize(struct scene *scene, int64_t league_id, struct change change,
                    struct finalize_order order);

#endif
