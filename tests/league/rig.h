/* A loop with a database for tests of leagues: stage() runs a body in a fiber. */
#ifndef ASTRALFIELD_TESTS_LEAGUE_RIG_H
#define ASTRALFIELD_TESTS_LEAGUE_RIG_H

#include <jansson.h>

#include "league/create.h"
#include "league/draft.h"
#include "league/draft_clock.h"
#include "league/invite.h"
#include "league/members.h"
#include "run/fiber.h"
#include "stage.h"

enum { COMMISSIONER = 1, SEASON = 2190, PAST_SEASON = 2014 };

struct scene {
    struct loop *loop;
    struct arena arena;
    struct faults faults; /* of the latest command */
    void (*body)(struct scene *scene);
    utime now;
};

void stage(void (*body)(struct scene *scene));

/* Migrates and seeds the database once; a group's setup. */
int rig_setup(void **state);

/* A command of a user at scene->now; its faults go to scene->faults. */
struct change change_by(struct scene *scene, int64_t user_id, const char *kind);
struct change change_by_system(struct scene *scene, const char *kind);

/* A JSON object of settings; freed with the arena. */
const json_t *settings_of(struct scene *scene, const char *text);

/* A league of user 1 in the season to come, all teams there: those of users 1 … `managers`, the
 * others without manager. */
int64_t make_league(struct scene *scene, int managers, const char *settings);
int64_t make_league_in(struct scene *scene, const struct league_new *wanted);

/* User `user_id` joins by a fresh invitation. */
enum error join_league(struct scene *scene, int64_t league_id, int64_t user_id, const char *team);
void fill_league(struct scene *scene, int64_t league_id);

/* Documents, parsed; freed with the arena. */
json_t *document(struct scene *scene, enum sql_id id, struct params params);
json_t *league_document(struct scene *scene, int64_t league_id);
json_t *draft_document(struct scene *scene, int64_t league_id);
int64_t draft_of(struct scene *scene, int64_t league_id);
int64_t number_at(const json_t *object, const char *member);
const char *text_at(const json_t *object, const char *member);

/* Whether the latest command named a fault at this place. */
bool has_fault(const struct scene *scene, const char *at);

/* The id of a player of the seed by his name, and one number of an ad hoc query: a connection of
 * its own. */
int64_t player_named(const char *name);

/* Checks a league's chain with ledger_hash and returns how many events it has. */
size_t verified_events(struct scene *scene, int64_t league_id);

#endif
