/* Players by the platform's ids, and what the platform counted of them. Names never join two
 * people: who has no id of the platform with us is made anew. */
#include "base/check.h"
#include "feeds/name.h"
#include "feeds/stat_json.h"
#include "imports/store_work.h"
#include "league/scoring_load.h"

enum { PLAYER_NAME_MAX = 100, PLAYER_ID_MAX = 80 };

static struct slice position_text(enum position position)
{
    return position == POSITION_UNKNOWN ? S("UNK") : position_key(position);
}

static enum error check_players(struct work *work)
{
    const struct import_season *season = work->season;
    for (size_t i = 0; i < season->players.count; i++) {
        size_t len = season->players.at[i].source_id.len;
        if (len == 0 || len > PLAYER_ID_MAX) {
            return refuse(work->change->faults, E_INVALID,
                          "a player's id must have 1 to %d characters", PLAYER_ID_MAX);
        }
    }
    return OK;
}

static enum error find_players(struct work *work)
{
    const struct import_season *season = work->season;
    struct json json;
    struct rows rows;
    rows_open(&json, work->arena);
    for (size_t i = 0; i < season->players.count; i++) {
        json_open_object(&json);
        json_member_int(&json, S("n"), (int64_t)i);
        json_member_text(&json, S("source_id"), season->players.at[i].source_id);
        json_close_object(&json);
    }
    TRY(work_ask(work, SQL_IMPORTS_PLAYERS_FIND,
                 PARAMS(P_TEXT(platform_key(season->platform)), P_TEXT(rows_close(&json))), &rows));
    for (size_t i = 0; i < rows.count; i++) {
        work->player_ids[rows_int(&rows, i, "n")] = rows_int(&rows, i, "player_id");
    }
    return OK;
}

/* Whether an earlier player of the list has the same id. */
static bool is_told_before(const struct import_season *season, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (slice_eq(season->players.at[i].source_id, season->players.at[index].source_id)) {
            return true;
        }
    }
    return false;
}

static void put_player(struct work *work, struct json *json, size_t index)
{
    const struct import_player *player = &work->season->players.at[index];
    struct slice name =
        fitting(work->arena, player_label(work, (int)index), PLAYER_NAME_MAX, S("Unknown player"));
    json_open_object(json);
    json_member_int(json, S("n"), (int64_t)index);
    json_member_text(json, S("source_id"), player->source_id);
    json_member_text(json, S("name"), name);
    json_member_text(json, S("search_name"), name_search(work->arena, name));
    json_member_text(json, S("position"), position_text(player->position));
    member_some(json, S("nfl_team"), player->nfl_team);
    json_close_object(json);
}

enum error players_store(struct work *work)
{
    const struct import_season *season = work->season;
    TRY(check_players(work));
    work->player_ids = ARENA_ARRAY(work->arena, season->players.count + 1, int64_t);
    TRY(find_players(work));
    struct json json;
    struct rows rows;
    size_t missing = 0;
    rows_open(&json, work->arena);
    for (size_t i = 0; i < season->players.count; i++) {
        if (work->player_ids[i] == 0 && !is_told_before(season, i)) {
            put_player(work, &json, i);
            missing++;
        }
    }
    struct slice told = rows_close(&json);
    if (missing == 0) {
        return OK;
    }
    TRY(work_ask(work, SQL_IMPORTS_PLAYERS_ADD,
                 PARAMS(P_TEXT(platform_key(season->platform)), P_TEXT(told)), &rows));
    for (size_t i = 0; i < rows.count; i++) {
        int player = (int)rows_int(&rows, i, "n");
        if (!rows_bool(&rows, i, "is_known")) {
            work->report->counts.new_players++;
            work_note(
                work, S("players"), season->players.at[player].source_id,
                player_label(work, player),
                "nobody had this id of the platform, so the player was made from what it tells");
        }
    }
    return find_players(work);
}

/* ---- statistics ---- */

static enum error store_week_lines(struct work *work, int week, struct slice told)
{
    const struct import_season *season = work->season;
    struct rows rows;
    TRY(work_ask(work, SQL_IMPORTS_LINES_STORE,
                 PARAMS(P_TEXT(platform_key(season->platform)), P_INT(season->season), P_INT(week),
                        P_TEXT(told), P_TIME(work->options->now)),
                 &rows));
    work->report->counts.lines += rows_int(&rows, 0, "fresh") + rows_int(&rows, 0, "changed");
    return OK;
}

enum error lines_store(struct work *work)
{
    const struct import_season *season = work->season;
    if (!season->has_own_lines) {
        return OK;
    }
    int *seen = ARENA_ARRAY(work->arena, season->players.count + 1, int);
    for (int week = 1; week <= WEEKS_MAX; week++) {
        struct json json;
        size_t count = 0;
        rows_open(&json, work->arena);
        for (size_t i = 0; i < season->lines.count; i++) {
            const struct import_line *line = &season->lines.at[i];
            if (line->week != week || !line->line->has_played || seen[line->player] == week) {
                continue;
            }
            seen[line->player] = week;
            json_open_object(&json);
            json_member_int(&json, S("player_id"), work->player_ids[line->player]);
            json_member_text(&json, S("position"), position_text(line->position));
            json_key(&json, S("stats"));
            stat_json_write(&json, line->line);
            json_close_object(&json);
            count++;
        }
        struct slice told = rows_close(&json);
        struct slice name = arena_format(work->arena, "lines of week %d", week);
        if (count > 0 && part_add(work, name, told)) {
            work->lines_changed[week] = true;
            TRY(store_week_lines(work, week, told));
        }
    }
    return OK;
}
