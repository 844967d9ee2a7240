#include "rig.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

enum { SEED_BYTES_MAX = 65536 };

int rig_setup(void **state)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    stage_migrate(state);
    FILE *file = fopen(SEED_FILE, "re");
    assert_non_null(file);
    char *text = arena_alloc(&arena, SEED_BYTES_MAX);
    size_t len = fread(text, 1, SEED_BYTES_MAX - 1, file);
    fclose(file);
    assert_true(len > 0 && len < SEED_BYTES_MAX - 1);
    stage_sql(text);
    return 0;
}

int64_t player_named(const char *name)
{
    char query[200];
    snprintf(query, sizeof(query), "select id from players where full_name = '%s'", name);
    return stage_number(query);
}

/* ---- the stage ---- */

static void play(void *thing)
{
    struct scene *scene = thing;
    scene->body(scene);
}

void stage(void (*body)(struct scene *scene))
{
    struct scene scene = { .body = body, .now = utime_now() };
    const struct db_settings settings = { .read_connections = 1,
                                          .tx_connections = 3,
                                          .read_timeout_ms = 5000,
                                          .tx_timeout_ms = 10000,
                                          .acquire_timeout_ms = 5000 };
    stage_play(settings, play, &scene, &scene.loop);
    arena_done(&scene.arena);
}

/* ---- commands ---- */

struct change change_by(struct scene *scene, int64_t user_id, const char *kind)
{
    scene->faults = (struct faults){ .arena = &scene->arena };
    return (struct change){ .arena = &scene->arena,
                            .faults = &scene->faults,
                            .now = scene->now,
                            .actor = { .kind = ACTOR_USER, .user_id = user_id },
                            .kind = slice_from(kind) };
}

struct change change_by_system(struct scene *scene, const char *kind)
{
    struct change change = change_by(scene, 0, kind);
    change.actor = (struct actor){ .kind = ACTOR_SYSTEM };
    return change;
}

static void release_json(void *json)
{
    json_decref(json);
}

static json_t *parsed(struct scene *scene, struct slice text)
{
    json_error_t error;
    json_t *json = json_loadb(text.ptr, text.len, 0, &error);
    if (json == NULL) {
        fail_msg("%s in %.*s", error.text, FMT(text));
    }
    arena_defer(&scene->arena, release_json, json);
    return json;
}

const json_t *settings_of(struct scene *scene, const char *text)
{
    return text == NULL ? NULL : parsed(scene, slice_from(text));
}

int64_t make_league_in(struct scene *scene, const struct league_new *wanted)
{
    CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "league.create");
    int64_t league_id = 0;
    enum error error = league_create(&change, wanted, &league_id);
    if (error != OK) {
        fail_msg("%s: %.*s %.*s", error_info(error)->name, FMT(scene->faults.detail),
                 FMT(change.tx.message));
    }
    return league_id;
}

enum error join_league(struct scene *scene, int64_t league_id, int64_t user_id, const char *team)
{
    struct invite invite = { .expires_at = 0 };
    {
        CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "invite.make");
        assert_int_equal(
            invite_create(&change, league_id, &(struct invite_new){ .uses = 1 }, &invite), OK);
    }
    CLEANUP(change_done) struct change change = change_by(scene, user_id, "league.join");
    return league_join(
        &change, league_id,
        &(struct league_join){ .invite_code = invite.code, .team_name = slice_from(team) });
}

void fill_league(struct scene *scene, int64_t league_id)
{
    CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "league.fill");
    assert_int_equal(league_fill(&change, league_id), OK);
}

int64_t make_league(struct scene *scene, int managers, const char *settings)
{
    int64_t league_id =
        make_league_in(scene, &(struct league_new){ .name = S("The Test League"),
                                                    .team_name = S("Team of User 1"),
                                                    .season = SEASON,
                                                    .settings = settings_of(scene, settings) });
    for (int user = 2; user <= managers; user++) {
        const char *team = arena_format(&scene->arena, "Team of User %d", user).ptr;
        assert_int_equal(join_league(scene, league_id, user, team), OK);
    }
    fill_league(scene, league_id);
    return league_id;
}

/* ---- looking ---- */

json_t *document(struct scene *scene, enum sql_id id, struct params params)
{
    struct rows rows;
    assert_int_equal(db_read(&scene->arena, id, params, &rows), OK);
    return parsed(scene, rows_json(&rows));
}

json_t *league_document(struct scene *scene, int64_t league_id)
{
    return document(scene, SQL_LEAGUE_DOCUMENT, PARAMS(P_INT(league_id), P_INT(COMMISSIONER)));
}

int64_t draft_of(struct scene *scene, int64_t league_id)
{
    return number_at(league_document(scene, league_id), "draftId");
}

json_t *draft_document(struct scene *scene, int64_t league_id)
{
    return document(scene, SQL_DRAFT_DOCUMENT, PARAMS(P_INT(draft_of(scene, league_id))));
}

int64_t number_at(const json_t *object, const char *member)
{
    const json_t *value = json_object_get(object, member);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

const char *text_at(const json_t *object, const char *member)
{
    const json_t *value = json_object_get(object, member);
    assert_true(json_is_string(value));
    return json_string_value(value);
}

bool has_fault(const struct scene *scene, const char *at)
{
    for (const struct fault *fault = scene->faults.first; fault != NULL; fault = fault->next) {
        if (slice_eq(fault->at, slice_from(at))) {
            return true;
        }
    }
    return false;
}

/* ---- the chain ---- */

static void read_hash(const struct rows *rows, size_t row, const char *column,
                      unsigned char ret_hash[LEDGER_HASH_BYTES])
{
    struct slice hex = rows_text(rows, row, column);
    size_t len = 0;
    assert_int_equal(
        sodium_hex2bin(ret_hash, LEDGER_HASH_BYTES, hex.ptr, hex.len, NULL, &len, NULL), 0);
    assert_int_equal(len, LEDGER_HASH_BYTES);
}

size_t verified_events(struct scene *scene, int64_t league_id)
{
    struct rows rows;
    assert_int_equal(db_read(&scene->arena, SQL_LEAGUE_EVENTS_VERIFY,
                             PARAMS(P_INT(league_id), P_INT(0), P_INT(10000)), &rows),
                     OK);
    unsigned char previous[LEDGER_HASH_BYTES] = { 0 };
    for (size_t i = 0; i < rows.count; i++) {
        struct ledger_event event = {
            .league_id = league_id,
            .seq = rows_int(&rows, i, "seq"),
            .command_id = rows_text(&rows, i, "command_id"),
            .kind = rows_text(&rows, i, "kind"),
            .actor_kind = rows_text(&rows, i, "actor_kind"),
            .actor_user_id = rows_int(&rows, i, "actor_user_id"),
            .team_id = rows_int(&rows, i, "team_id"),
            .week = rows_null(&rows, i, "week") ? -1 : (int)rows_int(&rows, i, "week"),
            .visibility = rows_text(&rows, i, "visibility"),
            .at = rows_int(&rows, i, "at_us"),
            .payload = rows_text(&rows, i, "payload"),
        };
        unsigned char stored[LEDGER_HASH_BYTES];
        unsigned char made[LEDGER_HASH_BYTES];
        read_hash(&rows, i, "prev_hash", event.prev_hash);
        read_hash(&rows, i, "hash", stored);
        assert_int_equal(event.seq, (int64_t)i + 1);
        assert_memory_equal(event.prev_hash, previous, LEDGER_HASH_BYTES);
        ledger_hash(&scene->arena, &event, made);
        assert_memory_equal(made, stored, LEDGER_HASH_BYTES);
        memcpy(previous, stored, LEDGER_HASH_BYTES);
    }
    return rows.count;
}
