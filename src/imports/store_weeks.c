/* Weeks: lineups with both sides' points, and the scores frozen from them. */
#include "base/check.h"
#include "imports/store_work.h"
#include "league/scoring_load.h"
#include "league/week.h"

struct told_week {
    struct slice lineups;
    size_t players;
    bool is_stored; /* final, or open */
};

/* ---- lineups ---- */

static bool is_on_roster(const struct import_season *season, int team, int player)
{
    for (size_t i = 0; i < season->teams.at[team].roster.count; i++) {
        if (season->teams.at[team].roster.at[i] == player) {
            return true;
        }
    }
    return false;
}

/* A player starts for one team of a league and stands once in a team; the platform can have him on
 * two benches. */
struct seen {
    bool *starts; /* by player */
    int *team;    /* by player: the team whose lineup was looked at last, plus one */
};

static bool is_twice(const struct seen *seen, const struct import_team_week *week, int player,
                     bool is_starter)
{
    return seen->team[player] == week->team + 1 || (is_starter && seen->starts[player]);
}

static bool takes_part(struct work *work, const struct import_team_week *week,
                       const struct import_spot *spot, bool are_starters, const struct seen *seen)
{
    bool is_starter = slot_info(spot->slot)->kind == SLOT_KIND_STARTER;
    if (is_starter != are_starters || (spot->player == IMPORT_NONE && !is_starter)) {
        return false;
    }
    if (week->week == work->open_week && (!is_starter || spot->player == IMPORT_NONE ||
                                          !is_on_roster(work->season, week->team, spot->player))) {
        return false;
    }
    if (spot->player != IMPORT_NONE && is_twice(seen, week, spot->player, is_starter)) {
        work_note(work,
                  arena_format(work->arena, "week %d, %.*s", week->week,
                               FMT(team_label(work, week->team))),
                  player_label(work, spot->player), S(""),
                  "the platform lists the player twice in this week; the first place stands");
        return false;
    }
    return true;
}

static void put_spot(struct work *work, struct json *json, const struct import_team_week *week,
                     const struct import_spot *spot, int ordinal)
{
    json_open_object(json);
    json_member_int(json, S("team_id"), work->team_ids[week->team]);
    json_member_text(json, S("slot"), slot_info(spot->slot)->key);
    json_member_int(json, S("ordinal"), ordinal);
    if (spot->player != IMPORT_NONE) {
        json_member_int(json, S("player_id"), work->player_ids[spot->player]);
        if (spot->has_points) {
            json_member_points(json, S("source_points"), spot->source_points);
        }
    }
    json_close_object(json);
}

static void put_team_week(struct work *work, struct json *json, const struct import_team_week *week,
                          struct seen *seen, struct told_week *told)
{
    int used[SLOT_COUNT] = { 0 };
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < week->spots.count; i++) {
            const struct import_spot *spot = &week->spots.at[i];
            bool is_starter = slot_info(spot->slot)->kind == SLOT_KIND_STARTER;
            if (is_starter == (pass == 0)) {
                used[spot->slot]++;
            }
            if (takes_part(work, week, spot, pass == 0, seen) && used[spot->slot] <= 60) {
                put_spot(work, json, week, spot, used[spot->slot]);
                if (spot->player != IMPORT_NONE) {
                    seen->starts[spot->player] = seen->starts[spot->player] || is_starter;
                    seen->team[spot->player] = week->team + 1;
                    told->players++;
                }
            }
        }
    }
}

static struct told_week tell_week(struct work *work, int week)
{
    const struct import_season *season = work->season;
    struct told_week told = { .is_stored =
                                  week <= work->played_through || week == work->open_week };
    struct json json;
    struct seen seen = { .starts = ARENA_ARRAY(work->arena, season->players.count + 1, bool),
                         .team = ARENA_ARRAY(work->arena, season->players.count + 1, int) };
    rows_open(&json, work->arena);
    for (size_t i = 0; i < season->team_weeks.count && told.is_stored; i++) {
        if (season->team_weeks.at[i].week == week) {
            put_team_week(work, &json, &season->team_weeks.at[i], &seen, &told);
        }
    }
    told.lineups = rows_close(&json);
    return told;
}

/* ---- scores ---- */

static const struct import_team_week *week_of(const struct import_season *season, int team,
                                              int week)
{
    for (size_t i = 0; i < season->team_weeks.count; i++) {
        const struct import_team_week *told = &season->team_weeks.at[i];
        if (told->team == team && told->week == week) {
            return told;
        }
    }
    return NULL;
}

/* What the platform says of a team's week beside its lineup. */
static void put_told_score(struct json *json, const struct import_season *season,
                           const struct import_team_week *told)
{
    bool is_sleeper = season->platform == PLATFORM_SLEEPER;
    if (told == NULL) {
        return;
    }
    if (told->has_points) {
        json_member_points(json, S("source_points"), told->source_points);
    }
    if (told->adjustment != 0) {
        json_member_points(json, S("adjustment"), told->adjustment);
    }
    if (told->has_custom) {
        json_member_points(json, S("custom_points"), told->custom_points);
    }
    if (told->adjustment != 0 || told->has_custom) {
        json_member_text(json, S("reason"),
                         is_sleeper ? S("the commissioner's points on Sleeper replace the total")
                                    : S("the commissioner's adjustment on ESPN"));
    }
}

static struct slice told_scores(struct work *work, int week)
{
    struct json json;
    rows_open(&json, work->arena);
    for (size_t i = 0; i < work->season->teams.count; i++) {
        json_open_object(&json);
        json_member_int(&json, S("team_id"), work->team_ids[i]);
        put_told_score(&json, work->season, week_of(work->season, (int)i, week));
        json_close_object(&json);
    }
    return rows_close(&json);
}

static void put_score(struct work *work, struct json *json, size_t index, int week,
                      const struct week_teams *teams)
{
    const struct week_team *team = NULL;
    for (size_t i = 0; i < teams->team_count; i++) {
        if (teams->teams[i].id == work->team_ids[index]) {
            team = &teams->teams[i];
        }
    }
    points lineup = 0;
    points optimal = 0;
    int64_t bench = 0;
    if (team != NULL) {
        int16_t best[SLOTS_MAX];
        lineup = team_lineup_points(team);
        optimal = team_optimal_points(teams, team, best);
        for (size_t i = 0; i < team->player_count; i++) {
            const struct week_player *player = &team->players[i];
            bool is_bench = player->slot == NO_SLOT && !player->is_reserve && !player->is_taxi;
            bench += is_bench ? player->points : 0;
        }
    }
    json_open_object(json);
    json_member_int(json, S("team_id"), work->team_ids[index]);
    json_member_points(json, S("lineup_points"), lineup);
    json_member_points(json, S("bench_points"), (points)bench);
    json_member_points(json, S("optimal_points"), optimal > lineup ? optimal : lineup);
    put_told_score(json, work->season, week_of(work->season, (int)index, week));
    json_close_object(json);
}

static enum error store_week(struct work *work, int week, const struct told_week *told)
{
    bool is_final = week <= work->played_through;
    struct param league = P_INT(work->league_id);
    struct param number = P_INT(week);
    tx_send(&work->change->tx, SQL_IMPORTS_LINEUPS_CLEAR, PARAMS(league, number));
    TRY(work_ask(work, SQL_IMPORTS_LINEUPS_STORE,
                 PARAMS(league, number, P_BOOL(is_final), P_TEXT(told->lineups)), NULL));
    if (!is_final) {
        return OK;
    }
    struct week_teams *teams = ARENA_NEW(work->arena, struct week_teams);
    TRY(week_load_final(work->change, week, teams));
    struct json json;
    rows_open(&json, work->arena);
    for (size_t i = 0; i < work->season->teams.count; i++) {
        put_score(work, &json, i, week, teams);
    }
    work->report->counts.weeks++;
    work->report->counts.player_weeks += (int64_t)told->players;
    return work_ask(work, SQL_IMPORTS_SCORES_STORE,
                    PARAMS(league, number, P_TEXT(rows_close(&json)), P_TIME(week_end(work, week))),
                    NULL);
}

/* ---- all of them ---- */

static int team_of(const struct work *work, int64_t team_id)
{
    for (size_t i = 0; i < work->season->teams.count; i++) {
        if (work->team_ids[i] == team_id) {
            return (int)i;
        }
    }
    return NOBODY;
}

static enum error load_scores(struct work *work)
{
    struct rows rows;
    TRY(work_ask(work, SQL_IMPORTS_SCORES, PARAMS(P_INT(work->league_id)), &rows));
    for (size_t i = 0; i < rows.count; i++) {
        int64_t week = rows_int(&rows, i, "week");
        int team = team_of(work, rows_int(&rows, i, "team_id"));
        CHECK(week < WEEK_ROOM);
        if (team != NOBODY) {
            work->scores[week][team] = rows_points(&rows, i, "points");
        }
    }
    return OK;
}

static enum error set_states(struct work *work)
{
    struct json json;
    rows_open(&json, work->arena);
    for (int week = work->first_week; week <= work->last_week; week++) {
        json_open_object(&json);
        json_member_int(&json, S("week"), week);
        json_member_time(&json, S("at"), week_end(work, week));
        json_close_object(&json);
    }
    return work_ask(
        work, SQL_IMPORTS_WEEKS_STATE,
        PARAMS(P_INT(work->league_id), P_INT(work->played_through),
               work->open_week == 0 ? P_NULL : P_INT(work->open_week), P_TEXT(rows_close(&json))),
        NULL);
}

static bool was_told(const struct work *work, struct slice name)
{
    for (size_t i = 0; i < work->before.count; i++) {
        if (slice_eq(rows_text(&work->before, i, "part"), name)) {
            return true;
        }
    }
    return false;
}

enum error weeks_store(struct work *work)
{
    struct told_week told[WEEK_ROOM] = { { .is_stored = false } };
    bool has_changed = false;
    for (int week = work->first_week; week <= work->last_week; week++) {
        told[week] = tell_week(work, week);
        if (!told[week].is_stored) {
            continue;
        }
        bool is_final = week <= work->played_through;
        struct slice name = is_final ? arena_format(work->arena, "week %d", week)
                                     : arena_format(work->arena, "lineups of week %d", week);
        struct slice text =
            arena_format(work->arena, "%lld\n%.*s\n%.*s", (long long)work->profile_id,
                         FMT(told[week].lineups), FMT(told_scores(work, week)));
        work->was_final[week] = is_final && was_told(work, name);
        work->week_changed[week] = part_add(work, name, text) || work->lines_changed[week];
        has_changed = has_changed || work->week_changed[week];
    }
    if (has_changed || work->is_new) {
        struct points_order order = { .profile_id = work->profile_id,
                                      .season = work->season->season };
        TRY(points_refresh(&work->change->tx, order, NULL));
        TRY(set_states(work));
    }
    for (int week = work->first_week; week <= work->last_week; week++) {
        if (work->week_changed[week] && told[week].is_stored) {
            TRY(store_week(work, week, &told[week]));
        }
    }
    return load_scores(work);
}
