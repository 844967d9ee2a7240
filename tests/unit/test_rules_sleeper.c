/* rules: Sleeper's settings, read as our rules, give Sleeper's own points for every player of every
 * week of four stored league seasons, defences, kickers and IDP included.
 * Needs the data folder (ASTRALFIELD_DATA, by default ../shared/data of the checkout). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>
#include <zlib.h>

#include "base/check.h"
#include "rules/sleeper_scoring.h"

enum { WEEKS = 18, COMPARED_EXPECTED = 22406 };

static const struct {
    const char *league;
    int season;
} seasons[] = { { "834616747582681088", 2022 },
                { "918335334096846848", 2023 },
                { "1048889097223266304", 2024 },
                { "1049056120377090048", 2024 } };

static size_t read_gz(void *buffer, size_t len, void *file)
{
    int got = gzread(file, buffer, (unsigned)len);
    return got < 0 ? (size_t)-1 : (size_t)got;
}

/* NULL when there is no such file. */
static json_t *load(const char *name)
{
    const char *folder = getenv("ASTRALFIELD_DATA");
    char path[1024];
    snprintf(path, sizeof(path), "%s/sleeper/%s", folder == NULL ? DATA_DEFAULT : folder, name);
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

static int64_t number(const json_t *value, double scale)
{
    double scaled = json_number_value(value) * scale;
    return (int64_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

static size_t read_rules(json_t *settings, struct rule *ret_rules)
{
    size_t count = 0;
    const char *key = NULL;
    json_t *weight = NULL;
    json_object_foreach(settings, key, weight)
    {
        assert_true(count < RULES_MAX);
        if (!sleeper_rule(slice_from(key), number(weight, 1e6), &ret_rules[count++])) {
            fail_msg("no rule for Sleeper's key %s", key);
        }
    }
    return count;
}

static void read_line(json_t *stats, struct stat_line *ret_line)
{
    *ret_line = (struct stat_line){ .has_played = stats != NULL };
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(stats, key, value)
    {
        enum stat stat = stat_from_sleeper(slice_from(key));
        if (stat != STAT_COUNT) {
            ret_line->values[stat] = (stat_value)number(value, STAT_ONE);
        }
    }
    stat_derive(ret_line);
}

/* How many of the matchup's players were compared, all found equal. */
static size_t compare_players(struct rule_set set, json_t *matchup, json_t *stats, json_t *players)
{
    static struct stat_line line;
    size_t count = 0;
    const char *id = NULL;
    json_t *want = NULL;
    json_object_foreach(json_object_get(matchup, "players_points"), id, want)
    {
        json_t *player = json_object_get(players, id);
        const char *position = json_string_value(json_object_get(player, "position"));
        read_line(json_object_get(stats, id), &line);
        points got = score_line(set, &line, position_from(slice_from(position)));
        if (got != number(want, 100)) {
            fail_msg("player %s: %d, Sleeper has %d", id, got, (int)number(want, 100));
        }
        count++;
    }
    return count;
}

static size_t compare_week(const char *league, int season, int week, struct rule_set set,
                           json_t *players)
{
    char name[128];
    snprintf(name, sizeof(name), "v1/league/%s/matchups/%d.json", league, week);
    json_t *matchups = load(name);
    snprintf(name, sizeof(name), "v1/stats/nfl/regular/%d/%d.json.gz", season, week);
    json_t *stats = load(name);
    size_t count = 0;
    size_t i = 0;
    json_t *matchup = NULL;
    json_array_foreach(matchups, i, matchup)
    {
        count += compare_players(set, matchup, stats, players);
    }
    json_decref(matchups);
    json_decref(stats);
    return count;
}

static void rules_equal_sleepers_points_for_every_player_and_week(void **state)
{
    (void)state;
    static struct rule rules[RULES_MAX];
    json_t *players = load("derived/players_nfl.json.gz");
    if (players == NULL) {
        print_message("SKIPPED: no sleeper/ in the data folder (ASTRALFIELD_DATA)\n");
        skip();
    }
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(seasons); i++) {
        char name[128];
        snprintf(name, sizeof(name), "v1/league/%s.json", seasons[i].league);
        json_t *league = load(name);
        struct rule_set set = { .rules = rules };
        set.count = read_rules(json_object_get(league, "scoring_settings"), rules);
        for (int week = 1; week <= WEEKS; week++) {
            count += compare_week(seasons[i].league, seasons[i].season, week, set, players);
        }
        json_decref(league);
    }
    json_decref(players);
    print_message("%zu player-weeks compared\n", count);
    assert_int_equal(count, COMPARED_EXPECTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_equal_sleepers_points_for_every_player_and_week),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
