/* Managers become placeholders, one per person of the platform; teams, divisions and owners. */
#include <inttypes.h>

#include "base/check.h"
#include "imports/store_work.h"

enum { NAME_MAX_CHARACTERS = 80, ABBREVIATION_MAX = 6, LOGO_MAX = 400, USER_ID_MAX = 100 };

/* ---- people ---- */

enum error people_find(struct work *work)
{
    const struct import_season *season = work->season;
    struct json json;
    struct rows rows;
    work->user_ids = ARENA_ARRAY(work->arena, season->managers.count + 1, int64_t);
    rows_open(&json, work->arena);
    for (size_t i = 0; i < season->managers.count; i++) {
        const struct import_manager *manager = &season->managers.at[i];
        if (manager->source_id.len == 0 || manager->source_id.len > USER_ID_MAX) {
            return refuse(work->change->faults, E_INVALID,
                          "a manager's id must have 1 to %d characters", USER_ID_MAX);
        }
        json_open_object(&json);
        json_member_int(&json, S("n"), (int64_t)i);
        json_member_text(&json, S("source_id"), manager->source_id);
        json_member_text(&json, S("name"),
                         fitting(work->arena, manager->name, NAME_MAX_CHARACTERS, S("Manager")));
        json_close_object(&json);
    }
    TRY(work_ask(work, SQL_IMPORTS_USERS_STORE,
                 PARAMS(P_TEXT(platform_key(season->platform)), P_TEXT(rows_close(&json)),
                        P_TIME(work->options->now)),
                 &rows));
    int64_t chosen = 0;
    for (size_t i = 0; i < rows.count; i++) {
        size_t at = (size_t)rows_int(&rows, i, "n");
        work->user_ids[at] = rows_int(&rows, i, "user_id");
        if (chosen == 0 && season->managers.at[at].is_commissioner) {
            chosen = work->user_ids[at];
        }
    }
    if (chosen == 0 && rows.count > 0) {
        chosen = work->user_ids[0];
    }
    work->commissioner_id =
        work->options->commissioner_id != 0 ? work->options->commissioner_id : chosen;
    if (work->commissioner_id == 0) {
        return refuse(work->change->faults, E_INVALID,
                      "the league %.*s names no manager: say who its commissioner is",
                      FMT(season->source_league_id));
    }
    return OK;
}

static bool runs_a_team(const struct import_season *season, size_t manager)
{
    for (size_t i = 0; i < season->teams.count; i++) {
        for (size_t m = 0; m < season->teams.at[i].managers.count; m++) {
            if ((size_t)season->teams.at[i].managers.at[m] == manager) {
                return true;
            }
        }
    }
    return false;
}

static void put_member(struct json *json, int64_t user_id, struct slice role)
{
    json_open_object(json);
    json_member_int(json, S("user_id"), user_id);
    json_member_text(json, S("role"), role);
    json_close_object(json);
}

static struct slice members_json(struct work *work)
{
    const struct import_season *season = work->season;
    struct json json;
    rows_open(&json, work->arena);
    if (work->is_new) {
        put_member(&json, work->commissioner_id, S("commissioner"));
    }
    for (size_t i = 0; i < season->managers.count; i++) {
        bool is_told = work->is_new && work->user_ids[i] == work->commissioner_id;
        for (size_t before = 0; before < i && !is_told; before++) {
            is_told = work->user_ids[before] == work->user_ids[i];
        }
        if (!is_told) {
            put_member(&json, work->user_ids[i],
                       season->managers.at[i].is_commissioner ? S("co_commissioner")
                       : runs_a_team(season, i)               ? S("manager")
                                                              : S("viewer"));
        }
    }
    return rows_close(&json);
}

/* ---- divisions ---- */

static struct slice divisions_json(struct work *work)
{
    const struct import_season *season = work->season;
    struct json json;
    rows_open(&json, work->arena);
    for (size_t i = 0; i < season->divisions.count && i < 16; i++) {
        struct slice plain = arena_format(work->arena, "Division %zu", i + 1);
        struct slice name = fitting(work->arena, season->divisions.at[i], 70, plain);
        for (size_t before = 0; before < i; before++) {
            if (slice_eq_nocase(slice_trim(season->divisions.at[before]), name)) {
                name = arena_format(work->arena, "%.*s (%zu)", FMT(name), i + 1);
                break;
            }
        }
        json_open_object(&json);
        json_member_int(&json, S("division"), (int64_t)i + 1);
        json_member_text(&json, S("name"), name);
        json_close_object(&json);
    }
    return rows_close(&json);
}

/* ---- teams ---- */

static struct slice team_name(struct work *work, size_t index)
{
    const struct import_season *season = work->season;
    const struct import_team *team = &season->teams.at[index];
    struct slice plain = arena_format(work->arena, "Team %.*s", FMT(team->source_id));
    struct slice name = fitting(work->arena, team->name, 70, plain);
    for (size_t before = 0; before < index; before++) {
        if (slice_eq_nocase(slice_trim(season->teams.at[before].name), name)) {
            name = arena_format(work->arena, "%.*s (%.*s)", FMT(name), FMT(team->source_id));
            break;
        }
    }
    if (!slice_eq(name, team->name)) {
        work_note(work, arena_format(work->arena, "team %.*s, name", FMT(team->source_id)),
                  team->name, name,
                  "team names are trimmed, at most 70 characters long and different in a league");
    }
    return name;
}

/* Ranks 1 to N in the platform's order; who has none comes last. */
static void rank_waivers(struct work *work)
{
    const struct import_season *season = work->season;
    for (size_t i = 0; i < season->teams.count; i++) {
        int64_t rank = 1;
        int64_t mine = season->teams.at[i].waiver_rank;
        mine = mine == IMPORT_NONE ? INT32_MAX : mine;
        for (size_t n = 0; n < season->teams.count; n++) {
            int64_t other = season->teams.at[n].waiver_rank;
            other = other == IMPORT_NONE ? INT32_MAX : other;
            rank += other < mine || (other == mine && n < i);
        }
        work->waiver_ranks[i] = rank;
    }
}

static bool has_own_seed(const struct import_season *season, size_t index)
{
    int seed = season->teams.at[index].record.seed;
    bool is_own = seed >= 1 && seed <= 32;
    for (size_t i = 0; i < index && is_own; i++) {
        is_own = season->teams.at[i].record.seed != seed;
    }
    return is_own;
}

static void put_team(struct work *work, struct json *json, size_t index)
{
    const struct import_team *team = &work->season->teams.at[index];
    bool has_faab = work->change->league.waiver_kind == WAIVER_FAAB;
    int64_t left = has_faab ? team->faab_left : work->change->league.faab_budget;
    left = left < 0 ? 0 : left;
    json_open_object(json);
    json_member_int(json, S("ordinal"), (int64_t)index + 1);
    json_member_text(json, S("source_id"), team->source_id);
    json_member_text(json, S("name"), team_name(work, index));
    member_some(json, S("abbreviation"),
                fitting(work->arena, team->abbreviation, ABBREVIATION_MAX, S("")));
    if (team->logo_url.len <= LOGO_MAX) {
        member_some(json, S("logo_key"), team->logo_url);
    }
    if (team->division != IMPORT_NONE && (size_t)team->division < work->season->divisions.count &&
        team->division < 16) {
        json_member_int(json, S("division"), team->division + 1);
    }
    json_member_int(json, S("waiver_rank"), work->waiver_ranks[index]);
    json_member_int(json, S("faab_balance"), left > 999999999 ? 999999999 : left);
    if (has_own_seed(work->season, index)) {
        json_member_int(json, S("playoff_seed"), team->record.seed);
    }
    json_close_object(json);
}

static struct slice teams_json(struct work *work)
{
    struct json json;
    rank_waivers(work);
    rows_open(&json, work->arena);
    for (size_t i = 0; i < work->season->teams.count; i++) {
        put_team(work, &json, i);
    }
    return rows_close(&json);
}

static enum error keep_team_ids(struct work *work, const struct rows *rows)
{
    const struct import_season *season = work->season;
    for (size_t i = 0; i < season->teams.count; i++) {
        for (size_t r = 0; r < rows->count; r++) {
            if (slice_eq(rows_text(rows, r, "source_team_id"), season->teams.at[i].source_id)) {
                work->team_ids[i] = rows_int(rows, r, "id");
            }
        }
        if (work->team_ids[i] == 0) {
            return refuse(work->change->faults, E_CONFLICT,
                          "team %.*s of the platform is not in the league",
                          FMT(season->teams.at[i].source_id));
        }
    }
    return OK;
}

/* ---- owners and records, once the teams have ids ---- */

static struct slice owners_json(struct work *work)
{
    const struct import_season *season = work->season;
    bool *is_taken = ARENA_ARRAY(work->arena, season->managers.count + 1, bool);
    struct json json;
    rows_open(&json, work->arena);
    for (size_t i = 0; i < season->teams.count; i++) {
        bool has_primary = false;
        for (size_t m = 0; m < season->teams.at[i].managers.count; m++) {
            int manager = season->teams.at[i].managers.at[m];
            if (is_taken[manager]) {
                work_note(work, team_label(work, (int)i), season->managers.at[manager].name, S(""),
                          "a member runs one team of a league, and this one runs another already");
                continue;
            }
            is_taken[manager] = true;
            json_open_object(&json);
            json_member_int(&json, S("team_id"), work->team_ids[i]);
            json_member_int(&json, S("user_id"), work->user_ids[manager]);
            json_member_bool(&json, S("is_primary"), !has_primary);
            json_close_object(&json);
            has_primary = true;
        }
    }
    return rows_close(&json);
}

static struct slice records_json(struct work *work)
{
    const struct import_season *season = work->season;
    struct json json;
    rows_open(&json, work->arena);
    for (size_t i = 0; i < season->teams.count; i++) {
        const struct import_record *record = &season->teams.at[i].record;
        json_open_object(&json);
        json_member_int(&json, S("team_id"), work->team_ids[i]);
        member_number(&json, S("wins"), record->wins);
        member_number(&json, S("losses"), record->losses);
        member_number(&json, S("ties"), record->ties);
        if (record->has_points) {
            json_member_points(&json, S("points_for"), record->points_for);
            json_member_points(&json, S("points_against"), record->points_against);
        }
        if (record->seed > 0) {
            json_member_int(&json, S("seed"), record->seed);
        }
        if (record->final_rank > 0) {
            json_member_int(&json, S("final_rank"), record->final_rank);
        }
        json_close_object(&json);
    }
    return rows_close(&json);
}

enum error teams_store(struct work *work)
{
    struct slice members = members_json(work);
    struct slice divisions = divisions_json(work);
    struct slice teams = teams_json(work);
    struct param league = P_INT(work->league_id);
    struct param now = P_TIME(work->options->now);
    struct rows rows;
    if (!work->is_new) {
        TRY(work_ask(work, SQL_IMPORTS_TEAMS_FIND, PARAMS(league), &rows));
        if (rows.count >= work->season->teams.count) {
            TRY(keep_team_ids(work, &rows));
        }
    }
    struct slice owners = work->team_ids[0] == 0 ? S("") : owners_json(work);
    struct slice records = work->team_ids[0] == 0 ? S("") : records_json(work);
    struct slice text = arena_format(work->arena, "%.*s\n%.*s\n%.*s\n%.*s", FMT(divisions),
                                     FMT(teams), FMT(owners), FMT(records));
    if (work->team_ids[0] != 0 && !part_add(work, S("teams"), text)) {
        return OK;
    }
    tx_send(&work->change->tx, SQL_IMPORTS_MEMBERS_STORE, PARAMS(league, P_TEXT(members), now));
    tx_send(&work->change->tx, SQL_IMPORTS_DIVISIONS_STORE, PARAMS(league, P_TEXT(divisions)));
    tx_send(&work->change->tx, SQL_IMPORTS_TEAMS_FREE, PARAMS(league));
    TRY(work_ask(work, SQL_IMPORTS_TEAMS_STORE, PARAMS(league, P_TEXT(teams), now), &rows));
    TRY(keep_team_ids(work, &rows));
    if (owners.len == 0) {
        owners = owners_json(work);
        records = records_json(work);
        text = arena_format(work->arena, "%.*s\n%.*s\n%.*s\n%.*s", FMT(divisions), FMT(teams),
                            FMT(owners), FMT(records));
        part_add(work, S("teams"), text);
    }
    tx_send(&work->change->tx, SQL_IMPORTS_OWNERS_STORE, PARAMS(league, P_TEXT(owners), now));
    tx_send(&work->change->tx, SQL_IMPORTS_RECORDS_STORE, PARAMS(league, P_TEXT(records)));
    if (work->previous_league_id != 0) {
        tx_send(&work->change->tx, SQL_IMPORTS_TEAMS_LINK,
                PARAMS(league, P_INT(work->previous_league_id)));
    }
    return OK;
}
