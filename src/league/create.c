#include "league/create.h"

#include <inttypes.h>
#include <sodium.h>

#include "base/check.h"
#include "base/json.h"
#include "base/random.h"
#include "league/members.h"

enum { NAME_MAX_CHARACTERS = 80, SLUG_MAX_BYTES = 60, SEED_BYTES = 32 };

struct slice checked_name(struct slice name, struct slice at, struct faults *faults)
{
    name = slice_trim(name);
    bool is_fine =
        name.len > 0 && slice_is_utf8(name) && slice_code_points(name) <= NAME_MAX_CHARACTERS;
    for (size_t i = 0; i < name.len && is_fine; i++) {
        is_fine = (unsigned char)name.ptr[i] >= ' ' && name.ptr[i] != 0x7f;
    }
    if (!is_fine) {
        fault_add(faults, at, "must have 1 to %d characters", NAME_MAX_CHARACTERS);
    }
    return name;
}

/* "The Sunday Club!" gives "the-sunday-club"; a name without ASCII letters gives "league". */
static struct slice slug_of(struct arena *arena, struct slice name)
{
    struct buffer slug;
    buffer_init(&slug, arena);
    bool is_gap = false;
    for (size_t i = 0; i < name.len && slug.len < SLUG_MAX_BYTES; i++) {
        char byte = name.ptr[i];
        if (byte >= 'A' && byte <= 'Z') {
            byte = (char)(byte - 'A' + 'a');
        }
        if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) {
            if (is_gap && slug.len > 0) {
                buffer_byte(&slug, '-');
            }
            buffer_byte(&slug, byte);
            is_gap = false;
        } else {
            is_gap = true;
        }
    }
    return slug.len == 0 ? S("league") : buffer_slice(&slug);
}

/* ---- the commands' parts ---- */

struct creation {
    struct change *change;
    const struct league_new *wanted;
    struct settings settings;
    struct slice name;
    struct slice team_name;
    int64_t commissioner_id;
    struct rows season;
};

static enum error load_season(struct creation *creation)
{
    const struct league_new *wanted = creation->wanted;
    TRY(tx_query(
        &creation->change->tx, SQL_LEAGUE_SEASON,
        PARAMS(wanted->season == 0 ? P_NULL : P_INT(wanted->season),
               P_INT(creation->settings.values[SETTING_startWeek]), P_TIME(creation->change->now)),
        &creation->season));
    if (creation->season.count == 1) {
        return OK;
    }
    if (wanted->season == 0) {
        return refuse(creation->change->faults, E_NO_STATS,
                      "No NFL season has been imported yet; an operator does that.");
    }
    fault_add(creation->change->faults, S("/season"), "has not been imported");
    return refuse(creation->change->faults, E_INVALID, "The season %d has not been imported.",
                  wanted->season);
}

static enum error check_creation(struct creation *creation)
{
    struct change *change = creation->change;
    struct faults *faults = change->faults;
    const struct league_new *wanted = creation->wanted;
    creation->name = checked_name(wanted->name, S("/name"), faults);
    if (wanted->team_name.len > 0) {
        creation->team_name = checked_name(wanted->team_name, S("/teamName"), faults);
    }
    if (wanted->settings != NULL) {
        settings_read(change->arena, wanted->settings, &creation->settings, faults);
    }
    if (faults->count == 0) {
        settings_fit_defaults(wanted->settings, &creation->settings);
        struct settings defaults;
        settings_defaults(&defaults);
        TRY(settings_check_time_zone(change, &defaults, &creation->settings));
        TRY(load_season(creation));
        settings_check(&creation->settings, (int)rows_int(&creation->season, 0, "regular_weeks"), 0,
                       faults);
    }
    if (faults->count > 0) {
        return refuse(faults, E_INVALID, "The league cannot be made like this.");
    }
    return OK;
}

static struct slice hex_bytea(struct arena *arena, const unsigned char *bytes, size_t len)
{
    char hex[2 * 64 + 1];
    CHECK(len <= 64);
    sodium_bin2hex(hex, sizeof(hex), bytes, len);
    return arena_format(arena, "\\x%s", hex);
}

/* The draft is there from the first day, so that its settings are. What is drawn by lot is bound
 * by a seed whose hash is published now. */
static void add_draft(struct creation *creation)
{
    struct change *change = creation->change;
    unsigned char seed[SEED_BYTES];
    unsigned char commitment[crypto_hash_sha256_BYTES];
    if (creation->wanted->seed != NULL) {
        memcpy(seed, creation->wanted->seed, sizeof(seed));
    } else {
        random_bytes(seed, sizeof(seed));
    }
    crypto_hash_sha256(commitment, seed, sizeof(seed));
    tx_send(&change->tx, SQL_DRAFT_ADD,
            PARAMS(P_INT(change->league.id), P_INT(settings_roster_size(&creation->settings)),
                   P_INT(creation->settings.seconds_per_pick),
                   P_TEXT(hex_bytea(change->arena, seed, sizeof(seed))),
                   P_TEXT(hex_bytea(change->arena, commitment, sizeof(commitment)))));
}

static enum error insert_league(struct creation *creation)
{
    struct change *change = creation->change;
    int64_t profile_id = 0;
    TRY(scoring_find_or_create(change->arena, &change->tx, creation->settings.rules, &profile_id));
    creation->settings.has_rules = false;
    utime replay_at = creation->wanted->replay_at != 0
                          ? creation->wanted->replay_at
                          : rows_time(&creation->season, 0, "replay_at");
    struct rows rows;
    TRY(tx_query(
        &change->tx, SQL_LEAGUE_ADD,
        PARAMS(P_TEXT(creation->name), P_TEXT(slug_of(change->arena, creation->name)),
               P_INT(rows_int(&creation->season, 0, "year")), P_INT(creation->commissioner_id),
               P_TIME(change->now), P_BOOL(rows_bool(&creation->season, 0, "is_sample")),
               replay_at == 0 ? P_NULL : P_TIME(replay_at), P_INT(profile_id)),
        &rows));
    TRY(change_adopt(change, rows_int(&rows, 0, "id")));
    add_draft(creation);
    struct settings nothing = { .tiebreak = CHAIN_PRESET_COUNT };
    TRY(settings_store(change, &nothing, &creation->settings));
    tx_send(&change->tx, SQL_LEAGUE_MEMBER_ADD,
            PARAMS(P_INT(change->league.id), P_INT(creation->commissioner_id),
                   P_TEXT(S("commissioner")), P_TIME(change->now)));
    return change_reload(change);
}

static enum error tell_created(struct creation *creation)
{
    struct change *change = creation->change;
    struct rows rows;
    TRY(tx_query(&change->tx, SQL_LEAGUE_SETTINGS_DOCUMENT, PARAMS(P_INT(change->league.id)),
                 &rows));
    struct json json;
    json_init(&json, change->arena);
    json_open_object(&json);
    json_member_text(&json, S("name"), creation->name);
    json_member_int(&json, S("season"), change->league.season);
    json_member_int(&json, S("commissionerUserId"), creation->commissioner_id);
    json_member_raw(&json, S("settings"), rows_json(&rows));
    json_close_object(&json);
    change_event(change,
                 &(struct event){ .kind = S("league.created"), .payload = json_done(&json) });
    return OK;
}

enum error league_create(struct change *change, const struct league_new *wanted,
                         int64_t *ret_league_id)
{
    TRY(change_begin_new(change));
    if (change->is_repeat) {
        *ret_league_id = change_answer_id(change, "leagueId");
        return OK;
    }
    struct creation creation = { .change = change, .wanted = wanted };
    creation.commissioner_id =
        wanted->commissioner_id != 0 ? wanted->commissioner_id : change->actor.user_id;
    if (creation.commissioner_id == 0) {
        return refuse(change->faults, E_INVALID, "A league needs somebody as its commissioner.");
    }
    settings_defaults(&creation.settings);
    TRY(check_creation(&creation));
    TRY(insert_league(&creation));
    TRY(tell_created(&creation));
    struct slice answer = arena_format(change->arena, "{\"leagueId\":%" PRId64 ",\"teamId\":null}",
                                       change->league.id);
    if (creation.team_name.len > 0) {
        struct team_new team = { .name = creation.team_name,
                                 .owner_user_id = creation.commissioner_id };
        int64_t team_id = 0;
        TRY(team_add(change, &team, &team_id));
        answer = arena_format(change->arena, "{\"leagueId\":%" PRId64 ",\"teamId\":%" PRId64 "}",
                              change->league.id, team_id);
    }
    *ret_league_id = change->league.id;
    return change_commit(change, answer);
}

/* ---- changing ---- */

static enum error store_patch(struct change *change, const struct json_t *object)
{
    struct settings before;
    struct rows was;
    struct rows changes;
    TRY(settings_load(change, &before));
    TRY(tx_query(&change->tx, SQL_LEAGUE_SETTINGS_DOCUMENT, PARAMS(P_INT(change->league.id)),
                 &was));
    TRY(tx_query(&change->tx, SQL_LEAGUE_SIZE, PARAMS(P_INT(change->league.id)), &changes));
    int teams = (int)rows_int(&changes, 0, "teams");
    int season_weeks = (int)rows_int(&changes, 0, "season_weeks");
    struct settings after = before;
    settings_read(change->arena, object, &after, change->faults);
    settings_check_state(&before, &after, change->league.state, change->faults);
    settings_check(&after, season_weeks, teams, change->faults);
    TRY(settings_check_time_zone(change, &before, &after));
    TRY(settings_verdict(change->faults));
    TRY(settings_store(change, &before, &after));
    if (before.values[SETTING_faabBudget] != after.values[SETTING_faabBudget]) {
        tx_send(&change->tx, SQL_LEAGUE_TEAMS_SET_FAAB,
                PARAMS(P_INT(change->league.id), P_INT(after.values[SETTING_faabBudget])));
    }
    TRY(tx_query(&change->tx, SQL_LEAGUE_SETTINGS_CHANGES,
                 PARAMS(P_INT(change->league.id), P_TEXT(rows_json(&was))), &changes));
    if (rows_bool(&changes, 0, "has_changed")) {
        change_event(change, &(struct event){ .kind = S("league.settings_changed"),
                                              .payload = rows_text(&changes, 0, "changes") });
    }
    return OK;
}

enum error league_update(struct change *change, int64_t league_id, const struct league_patch *patch)
{
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        return OK;
    }
    TRY(change_require_commissioner(change));
    if (patch->name.ptr != NULL) {
        struct slice name = checked_name(patch->name, S("/name"), change->faults);
        if (change->faults->count == 0 && !slice_eq(name, change->league.name)) {
            tx_send(&change->tx, SQL_LEAGUE_RENAME, PARAMS(P_INT(league_id), P_TEXT(name)));
            struct json json;
            json_init(&json, change->arena);
            json_open_object(&json);
            json_member_text(&json, S("from"), change->league.name);
            json_member_text(&json, S("to"), name);
            json_close_object(&json);
            change_event(change, &(struct event){ .kind = S("league.renamed"),
                                                  .payload = json_done(&json) });
        }
    }
    if (patch->settings != NULL) {
        TRY(store_patch(change, patch->settings));
    }
    TRY(settings_verdict(change->faults));
    struct slice answer = arena_format(change->arena, "{\"leagueId\":%" PRId64 "}", league_id);
    return change->seq > change->league.seq ? change_commit(change, answer)
                                            : change_commit_nothing(change, answer);
}

enum error league_delete(struct change *change, int64_t league_id, struct slice confirm_name)
{
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        return OK;
    }
    TRY(change_require_commissioner(change));
    TRY(change_require_state(change, 1u << LEAGUE_SETUP));
    if (!slice_eq(confirm_name, change->league.name)) {
        fault_add(change->faults, S("/confirmName"), "must be the league's name, letter by letter");
        return refuse(change->faults, E_INVALID,
                      "Type the league's name to confirm: what is deleted does not come back.");
    }
    tx_send(&change->tx, SQL_LEAGUE_DELETE, PARAMS(P_INT(league_id), P_TIME(change->now)));
    struct json json;
    json_init(&json, change->arena);
    json_open_object(&json);
    json_member_text(&json, S("name"), change->league.name);
    json_close_object(&json);
    change_event(change,
                 &(struct event){ .kind = S("league.deleted"), .payload = json_done(&json) });
    return change_commit(change, S("{\"success\":true}"));
}
