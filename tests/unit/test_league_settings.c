/* Settings, scoring rules, names and codes: the parts of league/ that need no database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "league/invite.h"
#include "league/members.h"
#include "league/settings.h"

struct bench {
    struct arena arena;
    struct faults faults;
    struct settings settings;
};

static void read_into(struct bench *bench, const char *text)
{
    json_t *object = json_loads(text, 0, NULL);
    assert_non_null(object);
    bench->faults = (struct faults){ .arena = &bench->arena };
    settings_read(&bench->arena, object, &bench->settings, &bench->faults);
    json_decref(object);
}

static struct slice only_fault(const struct bench *bench)
{
    assert_int_equal(bench->faults.count, 1);
    return bench->faults.first->at;
}

static void assert_slice(struct slice found, const char *expected)
{
    assert_string_equal(found.ptr, expected);
}

static void the_defaults_fit_together(void **state)
{
    (void)state;
    struct bench bench = { 0 };
    bench.faults = (struct faults){ .arena = &bench.arena };
    settings_defaults(&bench.settings);
    settings_check(&bench.settings, 18, 12, &bench.faults);
    assert_int_equal(bench.faults.count, 0);
    assert_int_equal(settings_last_week(&bench.settings), 17);
    assert_int_equal(settings_roster_size(&bench.settings), 15);
    arena_done(&bench.arena);
}

static void each_plain_setting_refuses_what_is_beyond_its_bounds(void **state)
{
    (void)state;
    struct bench bench = { 0 };
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info((enum setting)i);
        int64_t wrong[] = { info->least - 1, info->most + 1 };
        for (size_t w = 0; w < 2; w++) {
            settings_defaults(&bench.settings);
            struct settings before = bench.settings;
            read_into(&bench, arena_format(&bench.arena, "{\"%.*s\":%lld}", FMT(info->name),
                                           (long long)wrong[w])
                                  .ptr);
            struct slice at = only_fault(&bench);
            assert_true(slice_ends(at, info->name));
            assert_int_equal(bench.settings.values[i], before.values[i]);
        }
    }
    arena_done(&bench.arena);
}

static void each_word_of_a_choice_is_read_and_has_its_key(void **state)
{
    (void)state;
    struct bench bench = { 0 };
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info((enum setting)i);
        for (int64_t c = 0; info->kind == SETTING_KIND_CHOICE && c <= info->most; c++) {
            struct slice word = setting_word((enum setting)i, c);
            assert_true(word.len > 0);
            assert_true(setting_key((enum setting)i, c).len > 0);
            settings_defaults(&bench.settings);
            read_into(
                &bench,
                arena_format(&bench.arena, "{\"%.*s\":\"%.*s\"}", FMT(info->name), FMT(word)).ptr);
            assert_int_equal(bench.faults.count, 0);
            assert_int_equal(bench.settings.values[i], c);
        }
    }
    assert_true(slice_eq(setting_key(SETTING_lockRule, 0), S("player_kickoff")));
    assert_true(slice_eq(setting_key(SETTING_playoffRoundType, 2), S("two_weeks")));
    arena_done(&bench.arena);
}

static void weeks_of_the_regular_season_and_start_of_the_playoffs_must_agree(void **state)
{
    (void)state;
    struct bench bench = { 0 };
    settings_defaults(&bench.settings);
    read_into(&bench, "{\"regularWeeks\":12,\"startWeek\":2}");
    assert_int_equal(bench.settings.values[SETTING_playoffStartWeek], 14);
    read_into(&bench, "{\"regularWeeks\":12,\"startWeek\":2,\"playoffStartWeek\":13}");
    assert_slice(only_fault(&bench), "/settings/regularWeeks");
    arena_done(&bench.arena);
}

static void two_week_rounds_end_later(void **state)
{
    (void)state;
    struct settings settings;
    settings_defaults(&settings);
    settings.values[SETTING_playoffStartWeek] = 13;
    settings.values[SETTING_playoffTeams] = 4;
    settings.values[SETTING_playoffRoundType] = ROUND_ONE_WEEK;
    assert_int_equal(settings_last_week(&settings), 14);
    settings.values[SETTING_playoffRoundType] = ROUND_TWO_WEEK_FINAL;
    assert_int_equal(settings_last_week(&settings), 15);
    settings.values[SETTING_playoffRoundType] = ROUND_TWO_WEEKS;
    assert_int_equal(settings_last_week(&settings), 16);
    settings.values[SETTING_playoffTeams] = 0;
    assert_int_equal(settings_last_week(&settings), 12);
}

static size_t faults_in(enum league_state state, const char *text)
{
    struct bench bench = { 0 };
    settings_defaults(&bench.settings);
    struct settings before = bench.settings;
    read_into(&bench, text);
    settings_check_state(&before, &bench.settings, state, &bench.faults);
    size_t count = bench.faults.count;
    arena_done(&bench.arena);
    return count;
}

static void settings_close_one_after_another_as_the_season_goes_on(void **state)
{
    (void)state;
    assert_int_equal(faults_in(LEAGUE_SETUP, "{\"maxTeams\":10}"), 0);
    assert_int_equal(faults_in(LEAGUE_DRAFTING, "{\"maxTeams\":10}"), 1);
    assert_int_equal(faults_in(LEAGUE_DRAFTING, "{\"maxTeams\":12}"), 0); /* as it was */
    assert_int_equal(faults_in(LEAGUE_DRAFTING, "{\"preset\":\"ppr\"}"), 0);
    assert_int_equal(faults_in(LEAGUE_IN_SEASON, "{\"preset\":\"ppr\"}"), 1);
    assert_int_equal(faults_in(LEAGUE_IN_SEASON, "{\"preset\":\"half\"}"), 0);
    assert_int_equal(faults_in(LEAGUE_IN_SEASON, "{\"tiebreak\":\"espn\"}"), 0);
    assert_int_equal(faults_in(LEAGUE_PLAYOFFS, "{\"tiebreak\":\"espn\"}"), 1);
    assert_int_equal(faults_in(LEAGUE_PLAYOFFS, "{\"waiverHours\":1}"), 0);
    assert_int_equal(faults_in(LEAGUE_COMPLETE, "{\"waiverHours\":1}"), 1);
}

static void the_canonical_text_of_rules_does_not_depend_on_their_order(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    const struct rule rules[] = {
        { .stat = STAT_RECEPTIONS, .weight = 500000, .positions = 1u << POSITION_TE },
        { .stat = STAT_PASSING_YARDS, .weight = 40000 },
        { .stat = STAT_RUSHING_YARDS, .weight = 0 },
        { .stat = STAT_PASSING_YARDS,
          .kind = RULE_FLAT,
          .has_band = true,
          .from = 300 * STAT_ONE,
          .to = BAND_OPEN,
          .weight = 3000000 },
    };
    const struct rule turned[] = { rules[3], rules[1], rules[0] };
    struct slice text = scoring_canonical(&arena, (struct rule_set){ .rules = rules, .count = 4 });
    assert_true(slice_eq(text, S("astralfield scoring 1\n"
                                 "passing_yards|band|3000000|300000||\n"
                                 "passing_yards|per_unit|40000|||\n"
                                 "receptions|per_unit|500000|||TE")));
    assert_true(scoring_equal(&arena, (struct rule_set){ .rules = rules, .count = 4 },
                              (struct rule_set){ .rules = turned, .count = 3 }));
}

static void scoring_rules_name_the_place_of_each_fault(void **state)
{
    (void)state;
    struct bench bench = { 0 };
    settings_defaults(&bench.settings);
    read_into(&bench, "{\"scoringRules\":[{\"stat\":\"receptions\",\"points\":1},"
                      "{\"stat\":\"receptions\",\"points\":2},"
                      "{\"stat\":\"passing_yards\",\"points\":5000},"
                      "{\"stat\":\"passing_yards\",\"points\":1,\"from\":9,\"to\":3},"
                      "{\"stat\":\"passing_tds\",\"points\":1,\"positions\":[\"PK\"]}]}");
    static const char *const places[] = { "/settings/scoringRules/1",
                                          "/settings/scoringRules/2/points",
                                          "/settings/scoringRules/3/to",
                                          "/settings/scoringRules/4/positions" };
    const struct fault *fault = bench.faults.first;
    for (size_t i = 0; i < 4; i++) {
        assert_non_null(fault);
        assert_slice(fault->at, places[i]);
        fault = fault->next;
    }
    assert_null(fault);
    arena_done(&bench.arena);
}

static void an_abbreviation_takes_the_initials_or_the_first_letters(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    assert_true(slice_eq(team_abbreviation(&arena, S("Bay Area Bombers")), S("BAB")));
    assert_true(slice_eq(team_abbreviation(&arena, S("Andy's Aces")), S("AA")));
    assert_true(slice_eq(team_abbreviation(&arena, S("gridiron")), S("GRID")));
    assert_true(slice_eq(team_abbreviation(&arena, S("\xc3\x89"
                                                     "clairs")),
                         S("CLAI")));
    assert_true(slice_eq(team_abbreviation(&arena, S("\xe2\x9a\xa1")), S("TEAM")));
}

static void an_invitation_can_be_typed_in_capitals_with_blanks_around_it(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct slice hash = invite_hash(&arena, S("0123456789abcdefghjkmnpqrs"));
    assert_int_equal(hash.len, 2 + 64);
    assert_true(slice_eq(hash, invite_hash(&arena, S(" 0123456789ABCDEFGHJKMNPQRS\n"))));
    assert_false(slice_eq(hash, invite_hash(&arena, S("0123456789abcdefghjkmnpqrt"))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_defaults_fit_together),
        cmocka_unit_test(each_plain_setting_refuses_what_is_beyond_its_bounds),
        cmocka_unit_test(each_word_of_a_choice_is_read_and_has_its_key),
        cmocka_unit_test(weeks_of_the_regular_season_and_start_of_the_playoffs_must_agree),
        cmocka_unit_test(two_week_rounds_end_later),
        cmocka_unit_test(settings_close_one_after_another_as_the_season_goes_on),
        cmocka_unit_test(the_canonical_text_of_rules_does_not_depend_on_their_order),
        cmocka_unit_test(scoring_rules_name_the_place_of_each_fault),
        cmocka_unit_test(an_abbreviation_takes_the_initials_or_the_first_letters),
        cmocka_unit_test(an_invitation_can_be_typed_in_capitals_with_blanks_around_it),
    };
    return cmocka_run_group_tests_name("league settings", tests, NULL, NULL);
}
