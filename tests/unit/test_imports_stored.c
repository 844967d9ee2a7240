/* imports: the stored leagues of Sleeper and ESPN, whole. Their own points come out of our rules and
 * the statistics they counted, for every player of every week and every team.
 * Needs the data folder (ASTRALFIELD_DATA, by default ../shared/data of the checkout). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>
#include <zlib.h>

#include "base/check.h"
#include "imports/source.h"
#include "rules/espn_scoring.h"

struct fixture {
    struct arena arena;
    struct faults faults;
    struct import_source source;
    struct import_season *seasons[32]; /* what was read so far, for all tests */
    size_t count;
};

static const char *data_folder(void)
{
    const char *folder = getenv("ASTRALFIELD_DATA");
    return folder == NULL ? DATA_DEFAULT : folder;
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    CHECK(fixture != NULL);
    fixture->faults.arena = &fixture->arena;
    fixture->source = (struct import_source){ .arena = &fixture->arena,
                                              .faults = &fixture->faults,
                                              .places = { slice_from(data_folder()) },
                                              .count = 1 };
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    arena_done(&fixture->arena);
    free(fixture);
    return 0;
}

static void need_data(const char *part)
{
    char path[1024];
    snprintf(path, sizeof(path), "%s/%s", data_folder(), part);
    if (access(path, R_OK) != 0) {
        print_message("SKIPPED: no %s in the data folder (ASTRALFIELD_DATA)\n", part);
        skip();
    }
}

static void check_ok(const struct fixture *fixture, enum error error)
{
    if (error != OK) {
        fail_msg("%s: %.*s", error_info(error)->name, FMT(fixture->faults.detail));
    }
}

static void keep(struct fixture *fixture, const struct import_model *model)
{
    for (size_t i = 0; i < model->count; i++) {
        assert_true(fixture->count < ARRAY_LEN(fixture->seasons));
        fixture->seasons[fixture->count++] = model->seasons[i];
    }
}

/* A season that was read before, also as the one before another league's. */
static struct import_season *find(const struct fixture *fixture, const char *league, int season)
{
    for (size_t i = 0; i < fixture->count; i++) {
        struct import_season *one = fixture->seasons[i];
        bool is_it = slice_eq(one->source_league_id, slice_from(league));
        if (is_it && (season == 0 || one->season == season)) {
            return one;
        }
    }
    return NULL;
}

static struct import_season *read_sleeper(struct fixture *fixture, const char *league)
{
    need_data("sleeper/v1/league");
    if (find(fixture, league, 0) == NULL) {
        struct import_model model = { 0 };
        check_ok(fixture, sleeper_read(&fixture->source, slice_from(league), &model));
        keep(fixture, &model);
    }
    return find(fixture, league, 0);
}

static struct import_season *read_espn(struct fixture *fixture, int season)
{
    need_data("espn/league_18254195");
    if (find(fixture, "18254195", season) == NULL) {
        struct import_model model = { 0 };
        check_ok(fixture, espn_read(&fixture->source, S("18254195"), 2026, &model));
        assert_int_equal(model.count, 3);
        keep(fixture, &model);
    }
    return find(fixture, "18254195", season);
}

/* ---- equality ---- */

struct equality {
    size_t player_weeks, teams;
};

/* The season's lines by week and player. */
struct lines {
    const struct import_line **at;
    size_t players;
};

static struct lines lines_of(struct fixture *fixture, const struct import_season *season)
{
    struct lines lines = { .players = season->players.count };
    lines.at = ARENA_ARRAY(&fixture->arena, (WEEKS_MAX + 1) * (lines.players + 1),
                           const struct import_line *);
    for (size_t i = 0; i < season->lines.count; i++) {
        const struct import_line *line = &season->lines.at[i];
        lines.at[(size_t)line->week * lines.players + (size_t)line->player] = line;
    }
    return lines;
}

static points our_points(const struct import_season *season, const struct lines *lines, int player,
                         int week)
{
    const struct import_line *line = lines->at[(size_t)week * lines->players + (size_t)player];
    return line == NULL ? 0 : score_line(season->settings.rules, line->line, line->position);
}

/* Every source point of the season against ours; counts what was compared. */
static struct equality compare(struct fixture *fixture, const struct import_season *season)
{
    struct lines lines = lines_of(fixture, season);
    struct equality equality = { 0 };
    for (size_t i = 0; i < season->team_weeks.count; i++) {
        const struct import_team_week *week = &season->team_weeks.at[i];
        int64_t sum = 0;
        for (size_t k = 0; week->has_points && k < week->spots.count; k++) {
            const struct import_spot *spot = &week->spots.at[k];
            points ours = spot->player == IMPORT_NONE
                              ? 0
                              : our_points(season, &lines, spot->player, week->week);
            if (spot->has_points) {
                equality.player_weeks++;
                if (ours != spot->source_points) {
                    fail_msg("%d week %d player %.*s: %d, the platform has %d", season->season,
                             week->week, FMT(season->players.at[spot->player].source_id), ours,
                             spot->source_points);
                }
            }
            sum += slot_info(spot->slot)->kind == SLOT_KIND_STARTER ? ours : 0;
        }
        points shown = week->has_custom ? week->custom_points : (points)(sum + week->adjustment);
        equality.teams += week->has_points;
        if (week->has_points && shown != week->source_points) {
            fail_msg("%d week %d team %d: %d, the platform has %d", season->season, week->week,
                     week->team, shown, week->source_points);
        }
    }
    return equality;
}

static void sleepers_points_are_ours_for_all_players_and_teams(void **state)
{
    struct fixture *fixture = *state;
    static const char *const leagues[] = { "834616747582681088", "1048889097223266304",
                                           "918335334096846848", "1049056120377090048" };
    struct equality all = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(leagues); i++) {
        struct equality one = compare(fixture, read_sleeper(fixture, leagues[i]));
        all.player_weeks += one.player_weeks;
        all.teams += one.teams;
    }
    assert_int_equal(all.player_weeks, 22406);
    assert_int_equal(all.teams, 864);
}

static void the_2020_league_without_players_points_gives_its_totals(void **state)
{
    struct fixture *fixture = *state;
    struct import_season *season = read_sleeper(fixture, "522458773317046272");
    struct equality equality = compare(fixture, season);
    assert_int_equal(equality.player_weeks, 0);
    assert_int_equal(equality.teams, 192);
}

static void espns_points_are_ours_for_all_players_and_teams(void **state)
{
    struct fixture *fixture = *state;
    struct equality all = { 0 };
    size_t lines = 0;
    for (int year = 2022; year <= 2026; year += 2) {
        const struct import_season *season = read_espn(fixture, year);
        struct equality one = compare(fixture, season);
        all.player_weeks += one.player_weeks;
        all.teams += one.teams;
        lines += season->lines.count;
    }
    assert_int_equal(lines, 5164);
    assert_int_equal(all.player_weeks, 5459); /* 295 of them have no statistics and 0 points */
    assert_int_equal(all.teams, 340);
}

/* ---- the files themselves ---- */

static size_t read_gz(void *buffer, size_t len, void *file)
{
    int got = gzread(file, buffer, (unsigned)len);
    return got < 0 ? (size_t)-1 : (size_t)got;
}

/* NULL when there is no such file. */
static json_t *load(const char *name)
{
    char path[1024];
    snprintf(path, sizeof(path), "%s/%s", data_folder(), name);
    gzFile file = gzopen(path, "rb"); /* reads plain files too */
    if (file == NULL) {
        return NULL;
    }
    json_error_t error;
    json_t *json = json_load_callback(read_gz, file, 0, &error);
    gzclose(file);
    if (json == NULL) {
        fail_msg("%s: %s", path, error.text);
    }
    return json;
}

/* Items of all the lists "league/ID/WHAT/1.json" … 18. */
static size_t items_of(const char *league, const char *what)
{
    size_t count = 0;
    for (int week = 1; week <= 18; week++) {
        char name[128];
        snprintf(name, sizeof(name), "sleeper/v1/league/%s/%s/%d.json", league, what, week);
        json_t *list = load(name);
        count += json_array_size(list);
        json_decref(list);
    }
    return count;
}

static void every_transaction_matchup_and_pick_of_the_sleeper_files_is_there(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *league;
        size_t games, picks;
        int champion;
    } leagues[] = {
        { "834616747582681088", 98, 240, 3 }, { "1049056120377090048", 98, 36, 12 },
        { "1312071960615731200", 84, 36, 0 }, { "918335334096846848", 98, 0, 10 },
        { "1048889097223266304", 98, 0, 2 },  { "522458773317046272", 92, 48, 0 },
    };
    for (size_t i = 0; i < ARRAY_LEN(leagues); i++) {
        struct import_season *season = read_sleeper(fixture, leagues[i].league);
        assert_int_equal(season->moves.count, items_of(leagues[i].league, "transactions"));
        assert_int_equal(season->team_weeks.count, items_of(leagues[i].league, "matchups"));
        assert_int_equal(season->matchups.count, leagues[i].games);
        size_t picks = season->drafts.count == 0 ? 0 : season->drafts.at[0].picks.count;
        assert_int_equal(picks, leagues[i].picks);
        for (size_t k = 0; leagues[i].champion > 0 && k < season->teams.count; k++) {
            const struct import_team *team = &season->teams.at[k];
            int64_t id = 0;
            assert_int_equal(slice_to_int(team->source_id, &id), OK);
            assert_int_equal(team->record.final_rank == 1, id == leagues[i].champion);
        }
    }
}

/* Trades made, whether their players are known or only told as unknown. */
static void check_trades(const struct import_season *season, size_t expected)
{
    size_t made = 0;
    for (size_t i = 0; i < season->moves.count; i++) {
        const struct import_move *move = &season->moves.at[i];
        made += move->kind == MOVE_TRADE && move->state == MOVE_DONE;
    }
    for (size_t i = 0; i < season->adjustments.count; i++) {
        const struct import_adjustment *one = &season->adjustments.at[i];
        made += slice_starts(one->what, S("trade of week")) && one->ours.len == 0;
    }
    assert_int_equal(made, expected);
}

static void espns_moves_games_picks_and_places_are_those_of_the_files(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        int season;
        size_t games, picks, free_agents, waivers, trades; /* trades: half the teams' counters */
        int champion;
    } seasons[] = { { 2022, 86, 160, 248, 343, 33, 11 }, { 2024, 86, 150, 250, 537, 32, 4 } };
    for (size_t i = 0; i < ARRAY_LEN(seasons); i++) {
        const struct import_season *season = read_espn(fixture, seasons[i].season);
        size_t counts[MOVE_KEEPER + 1] = { 0 };
        for (size_t k = 0; k < season->moves.count; k++) {
            counts[season->moves.at[k].kind]++;
        }
        assert_int_equal(season->matchups.count, seasons[i].games);
        assert_int_equal(season->drafts.at[0].picks.count, seasons[i].picks);
        assert_int_equal(counts[MOVE_FREE_AGENT], seasons[i].free_agents);
        assert_int_equal(counts[MOVE_WAIVER], seasons[i].waivers);
        check_trades(season, seasons[i].trades);
        for (size_t k = 0; k < season->teams.count; k++) {
            int64_t id = 0;
            assert_int_equal(slice_to_int(season->teams.at[k].source_id, &id), OK);
            assert_int_equal(season->teams.at[k].record.final_rank == 1, id == seasons[i].champion);
        }
    }
}

/* ---- the meaning of ESPN's ids ---- */

static int64_t thousandths(const json_t *value)
{
    double scaled = json_number_value(value) * 1000;
    return (int64_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

enum { IDS = 240 };

/* What one point for each id alone makes. */
struct id_rules {
    struct rule_set sets[IDS];
};

static struct id_rules *rules_of_ids(struct arena *arena)
{
    struct id_rules *ids = ARENA_NEW(arena, struct id_rules);
    for (int id = 0; id < IDS; id++) {
        struct rule *rules = ARENA_ARRAY(arena, ESPN_RULES_MAX, struct rule);
        struct espn_item item = { .id = id, .points = 1000000 };
        ids->sets[id] = (struct rule_set){ .rules = rules, .count = espn_rules(&item, rules) };
    }
    return ids;
}

/* It must give the id's own value, from the line as we keep it. */
static size_t check_ids(const struct id_rules *ids, json_t *stats, enum position position)
{
    struct stat_line line = { .has_played = true };
    int64_t theirs[IDS] = { 0 };
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(stats, key, value)
    {
        int id = atoi(key);
        assert_in_range(id, 0, IDS - 1);
        theirs[id] = thousandths(value);
        espn_line_add(&line, position, id, (stat_value)theirs[id]);
    }
    stat_derive(&line);
    size_t checked = 0;
    for (int id = 0; id < IDS && json_object_size(stats) > 0; id++) {
        int64_t ours = score_millionths(ids->sets[id], &line, position) / 1000;
        if (espn_knows(id) && ours != theirs[id]) {
            fail_msg("id %d: %d, ESPN has %d", id, (int)ours, (int)theirs[id]);
        }
        checked += espn_knows(id) && theirs[id] != 0;
    }
    return checked;
}

static size_t check_side(const struct id_rules *ids, json_t *side, int week)
{
    size_t checked = 0;
    size_t i = 0;
    json_t *entry = NULL;
    json_t *roster = json_object_get(side, "rosterForCurrentScoringPeriod");
    json_array_foreach(json_object_get(roster, "entries"), i, entry)
    {
        json_t *player = json_object_get(json_object_get(entry, "playerPoolEntry"), "player");
        int64_t number = json_integer_value(json_object_get(player, "defaultPositionId"));
        size_t k = 0;
        json_t *line = NULL;
        json_array_foreach(json_object_get(player, "stats"), k, line)
        {
            bool is_real = json_integer_value(json_object_get(line, "statSourceId")) == 0 &&
                           json_integer_value(json_object_get(line, "statSplitTypeId")) == 1 &&
                           json_integer_value(json_object_get(line, "scoringPeriodId")) == week;
            if (is_real) {
                checked += check_ids(ids, json_object_get(line, "stats"), espn_position(number));
            }
        }
    }
    return checked;
}

static void every_espn_id_means_what_our_statistic_means(void **state)
{
    struct fixture *fixture = *state;
    need_data("espn/league_18254195");
    const struct id_rules *ids = rules_of_ids(&fixture->arena);
    size_t checked = 0;
    for (int season = 2022; season <= 2024; season += 2) {
        for (int week = 1; week <= 17; week++) {
            char name[128];
            snprintf(name, sizeof(name),
                     "espn/league_18254195/season_%d/box_scores/week_%02d.json.gz", season, week);
            json_t *box = load(name);
            json_t *games = json_object_get(json_object_get(box, "data"), "schedule");
            size_t i = 0;
            json_t *game = NULL;
            json_array_foreach(games, i, game)
            {
                checked += check_side(ids, json_object_get(game, "home"), week);
                checked += check_side(ids, json_object_get(game, "away"), week);
            }
            json_decref(box);
        }
    }
    print_message("%zu values of ESPN ids compared\n", checked);
    assert_int_equal(checked, 80669);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sleepers_points_are_ours_for_all_players_and_teams),
        cmocka_unit_test(the_2020_league_without_players_points_gives_its_totals),
        cmocka_unit_test(every_transaction_matchup_and_pick_of_the_sleeper_files_is_there),
        cmocka_unit_test(espns_points_are_ours_for_all_players_and_teams),
        cmocka_unit_test(espns_moves_games_picks_and_places_are_those_of_the_files),
        cmocka_unit_test(every_espn_id_means_what_our_statistic_means),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
