/* rules: statistics, scoring rules, presets, Sleeper's keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/check.h"
#include "rules/preset.h"
#include "rules/sleeper_scoring.h"

#define POINT INT64_C(1000000)

static points score(const struct rule *rule, stat_value value, enum position position)
{
    struct stat_line line = { .has_played = true };
    line.values[rule->stat] = value;
    return score_line((struct rule_set){ .rules = rule, .count = 1 }, &line, position);
}

static void keys_of_statistics_are_unique_and_found_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < STAT_COUNT; i++) {
        const struct stat_info *info = stat_info((enum stat)i);
        assert_int_equal(stat_from_key(info->key), i);
        if (info->nflverse.len > 0) {
            assert_int_equal(stat_from_nflverse(info->of, info->nflverse), i);
        }
        if (info->sleeper.len > 0) {
            assert_int_equal(stat_from_sleeper(info->sleeper), i);
        }
    }
    assert_int_equal(stat_from_key(S("passing_yard")), STAT_COUNT);
    assert_int_equal(stat_from_sleeper(S("")), STAT_COUNT);
    assert_int_equal(stat_from_nflverse(STAT_OF_PLAYER, S("points_allowed")), STAT_COUNT);
}

static void sums_are_made_from_their_parts_once(void **state)
{
    (void)state;
    struct stat_line line = { .has_played = true };
    line.values[STAT_ATTEMPTS] = 30 * STAT_ONE;
    line.values[STAT_COMPLETIONS] = 21 * STAT_ONE;
    line.values[STAT_RUSHING_YARDS] = 80 * STAT_ONE;
    line.values[STAT_RECEIVING_YARDS] = -5 * STAT_ONE;
    line.values[STAT_SACK_FUMBLES_LOST] = 1 * STAT_ONE;
    line.values[STAT_RUSHING_FUMBLES_LOST] = 1 * STAT_ONE;
    line.values[STAT_DEF_TACKLES_SOLO] = 3 * STAT_ONE;
    line.values[STAT_DEF_TACKLES_WITH_ASSIST] = 2 * STAT_ONE;
    line.values[STAT_DEF_TACKLE_ASSISTS] = 4 * STAT_ONE;
    line.values[STAT_FG_BLOCKED] = 1 * STAT_ONE;
    line.values[STAT_FG_NOT_MADE] = 2 * STAT_ONE; /* a source that gives the sum itself */
    for (int times = 0; times < 2; times++) {
        stat_derive(&line);
        assert_int_equal(line.values[STAT_INCOMPLETIONS], 9 * STAT_ONE);
        assert_int_equal(line.values[STAT_SCRIMMAGE_YARDS], 75 * STAT_ONE);
        assert_int_equal(line.values[STAT_OFFENSE_FUMBLES_LOST], 2 * STAT_ONE);
        assert_int_equal(line.values[STAT_DEF_TACKLES_LED], 5 * STAT_ONE);
        assert_int_equal(line.values[STAT_DEF_TACKLES], 9 * STAT_ONE);
        assert_int_equal(line.values[STAT_FG_NOT_MADE], 2 * STAT_ONE);
    }
}

static void half_a_sack_is_worth_half(void **state)
{
    (void)state;
    struct rule rule = { .stat = STAT_DEF_SACKS, .weight = 3 * POINT };
    assert_int_equal(score(&rule, 500, POSITION_LB), 150);
    assert_int_equal(score(&rule, 2500, POSITION_LB), 750);
}

static void score_is_rounded_once_after_the_sum(void **state)
{
    (void)state;
    const struct rule rules[] = { { .stat = STAT_PASSING_YARDS, .weight = 4500 },
                                  { .stat = STAT_RUSHING_YARDS, .weight = 4500 } };
    struct rule_set set = { .rules = rules, .count = 2 };
    struct stat_line line = { .has_played = true };
    line.values[STAT_PASSING_YARDS] = STAT_ONE;
    assert_int_equal(score_line(set, &line, POSITION_QB), 0); /* 0.0045 */
    line.values[STAT_RUSHING_YARDS] = STAT_ONE;
    assert_int_equal(score_line(set, &line, POSITION_QB), 1); /* 0.009, not 0 + 0 */
}

static void flat_band_pays_once_from_its_first_to_before_its_last(void **state)
{
    (void)state;
    struct rule rule = { .stat = STAT_RUSHING_YARDS,
                         .kind = RULE_FLAT,
                         .has_band = true,
                         .from = 100 * STAT_ONE,
                         .to = 200 * STAT_ONE,
                         .weight = 3 * POINT };
    assert_int_equal(score(&rule, 99 * STAT_ONE, POSITION_RB), 0);
    assert_int_equal(score(&rule, 100 * STAT_ONE, POSITION_RB), 300);
    assert_int_equal(score(&rule, 199 * STAT_ONE, POSITION_RB), 300);
    assert_int_equal(score(&rule, 200 * STAT_ONE, POSITION_RB), 0);
    rule.to = BAND_OPEN;
    assert_int_equal(score(&rule, 999 * STAT_ONE, POSITION_RB), 300);
}

static void banded_units_pay_only_inside_the_band(void **state)
{
    (void)state;
    struct rule rule = { .stat = STAT_FG_YARDS,
                         .kind = RULE_PER_UNIT,
                         .has_band = true,
                         .from = 30 * STAT_ONE,
                         .to = 50 * STAT_ONE,
                         .weight = POINT / 10 };
    assert_int_equal(score(&rule, 28 * STAT_ONE, POSITION_K), 0);
    assert_int_equal(score(&rule, 43 * STAT_ONE, POSITION_K), 130);
    assert_int_equal(score(&rule, 57 * STAT_ONE, POSITION_K), 200);
}

static void steps_pay_whole_steps_only(void **state)
{
    (void)state;
    struct rule rule = { .stat = STAT_RECEIVING_YARDS, .step = 10 * STAT_ONE, .weight = POINT };
    assert_int_equal(score(&rule, 39 * STAT_ONE, POSITION_WR), 300);
    assert_int_equal(score(&rule, -9 * STAT_ONE, POSITION_WR), 0);
}

static void rule_pays_only_the_positions_it_names(void **state)
{
    (void)state;
    struct rule rule = { .stat = STAT_RECEPTIONS,
                         .positions = position_bit(POSITION_TE),
                         .weight = POINT / 2 };
    assert_int_equal(score(&rule, 6 * STAT_ONE, POSITION_TE), 300);
    assert_int_equal(score(&rule, 6 * STAT_ONE, POSITION_WR), 0);
    assert_int_equal(score(&rule, 6 * STAT_ONE, POSITION_UNKNOWN), 0);
}

static void position_override_replaces_the_weight(void **state)
{
    (void)state;
    struct rule rule = { .stat = STAT_RECEPTIONS,
                         .weight = POINT,
                         .overridden = position_bit(POSITION_RB) | position_bit(POSITION_TE),
                         .override_weight = { [POSITION_TE] = 1500000 } };
    assert_int_equal(score(&rule, 2 * STAT_ONE, POSITION_WR), 200);
    assert_int_equal(score(&rule, 2 * STAT_ONE, POSITION_TE), 300);
    assert_int_equal(score(&rule, 2 * STAT_ONE, POSITION_RB), 0);
}

static void rules_that_cannot_be_scored_are_refused(void **state)
{
    (void)state;
    struct rule good = { .stat = STAT_RECEPTIONS, .weight = POINT };
    assert_int_equal(rule_check(&good), RULE_FINE);
    struct rule bad = good;
    bad.stat = STAT_COUNT;
    assert_int_equal(rule_check(&bad), RULE_BAD_STAT);
    bad = good;
    bad.override_weight[POSITION_WR] = -RULE_WEIGHT_MAX - 1;
    assert_int_equal(rule_check(&bad), RULE_BAD_WEIGHT);
    bad = good;
    bad.has_band = true;
    assert_int_equal(rule_check(&bad), RULE_BAD_BAND);
    bad = good;
    bad.kind = RULE_FLAT;
    assert_int_equal(rule_check(&bad), RULE_BAD_BAND);
    bad = good;
    bad.step = STAT_ONE - 1;
    assert_int_equal(rule_check(&bad), RULE_BAD_STEP);
}

static void largest_weight_on_the_largest_line_does_not_overflow(void **state)
{
    (void)state;
    static struct rule rules[RULES_MAX];
    for (size_t i = 0; i < RULES_MAX; i++) {
        rules[i] = (struct rule){ .stat = STAT_RECEPTIONS, .weight = -RULE_WEIGHT_MAX };
    }
    struct stat_line line = { .has_played = true };
    line.values[STAT_RECEPTIONS] = INT32_MAX;
    struct rule_set set = { .rules = rules, .count = RULES_MAX };
    assert_int_equal(score_line(set, &line, POSITION_WR), INT32_MIN);
}

static points defence(stat_value allowed)
{
    struct stat_line line = { .has_played = true };
    line.values[STAT_TEAM_POINTS_ALLOWED] = allowed * STAT_ONE;
    return score_line(preset_info(PRESET_PPR)->set, &line, POSITION_DEF);
}

static void defence_is_paid_by_points_allowed(void **state)
{
    (void)state;
    const points want[][2] = { { 0, 1000 }, { 1, 700 },   { 6, 700 },   { 7, 400 },
                               { 13, 400 }, { 14, 100 },  { 20, 100 },  { 21, 0 },
                               { 27, 0 },   { 28, -100 }, { 34, -100 }, { 35, -400 } };
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        assert_int_equal(defence(want[i][0]), want[i][1]);
    }
}

static void nobody_scores_without_a_game(void **state)
{
    (void)state;
    struct stat_line line = { .has_played = false };
    struct rule_set set = preset_info(PRESET_STANDARD)->set;
    assert_int_equal(score_line(set, &line, POSITION_DEF), 0);
    line.has_played = true;
    assert_int_equal(score_line(set, &line, POSITION_DEF), 1000);
    assert_int_equal(score_line(set, &line, POSITION_WR), 0);
}

static void kicker_is_paid_by_distance(void **state)
{
    (void)state;
    struct stat_line line = { .has_played = true };
    line.values[STAT_FG_MADE_30_39] = 1 * STAT_ONE;
    line.values[STAT_FG_MADE_40_49] = 1 * STAT_ONE;
    line.values[STAT_FG_MADE_60] = 1 * STAT_ONE;
    line.values[STAT_FG_BLOCKED] = 1 * STAT_ONE;
    line.values[STAT_PAT_MADE] = 2 * STAT_ONE;
    stat_derive(&line);
    assert_int_equal(score_line(preset_info(PRESET_HALF)->set, &line, POSITION_K), 1300);
}

static void explanation_names_the_paying_rules(void **state)
{
    (void)state;
    const struct preset_info *ppr = preset_info(PRESET_PPR);
    struct stat_line line = { .has_played = true };
    line.values[STAT_RECEPTIONS] = 7 * STAT_ONE;
    line.values[STAT_RECEIVING_YARDS] = 83 * STAT_ONE;
    static struct score_part parts[RULES_MAX];
    assert_int_equal(score_explain(ppr->set, &line, POSITION_WR, parts), 2);
    assert_int_equal(ppr->set.rules[parts[0].rule].stat, STAT_RECEPTIONS);
    assert_int_equal(parts[0].value, 7 * STAT_ONE);
    assert_int_equal(parts[0].millionths, 7 * POINT);
    assert_int_equal(ppr->set.rules[parts[1].rule].stat, STAT_RECEIVING_YARDS);
    assert_int_equal(parts[1].millionths, 8300000);
    assert_int_equal(score_line(ppr->set, &line, POSITION_WR), 1530);
}

static void preset_rules_are_fine_and_found_by_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < PRESET_COUNT; i++) {
        const struct preset_info *info = preset_info((enum preset)i);
        assert_int_equal(preset_from(info->key), i);
        for (size_t r = 0; r < info->set.count; r++) {
            assert_int_equal(rule_check(&info->set.rules[r]), RULE_FINE);
            bool is_player = stat_info(info->set.rules[r].stat)->of != STAT_OF_TEAM;
            assert_true(is_player || r >= info->offense_count);
        }
        const struct rule *after = &info->set.rules[info->offense_count];
        assert_int_equal(after[-1].stat, STAT_SPECIAL_TEAMS_TDS);
        assert_int_equal(after[0].stat, STAT_FG_MADE_0_19);
    }
    assert_int_equal(preset_from(S("full")), PRESET_COUNT);
}

static void sleeper_keys_become_rules(void **state)
{
    (void)state;
    struct rule rule = { 0 };
    assert_true(sleeper_rule(S("rec"), POINT / 2, &rule));
    assert_int_equal(score(&rule, 5 * STAT_ONE, POSITION_WR), 250);
    assert_true(sleeper_rule(S("bonus_rec_te"), POINT / 2, &rule));
    assert_int_equal(score(&rule, 5 * STAT_ONE, POSITION_WR), 0);
    assert_int_equal(score(&rule, 5 * STAT_ONE, POSITION_TE), 250);
    assert_true(sleeper_rule(S("bonus_rush_yd_100"), 3 * POINT, &rule));
    assert_int_equal(score(&rule, 100 * STAT_ONE, POSITION_RB), 300);
    assert_int_equal(score(&rule, 200 * STAT_ONE, POSITION_RB), 0);
    assert_true(sleeper_rule(S("pts_allow_35p"), -4 * POINT, &rule));
    assert_int_equal(rule_check(&rule), RULE_FINE);
    assert_int_equal(score(&rule, 70 * STAT_ONE, POSITION_DEF), -400);
    assert_false(sleeper_rule(S("no_such_key"), POINT, &rule));
    assert_int_equal(rule.stat, STAT_TEAM_POINTS_ALLOWED);
}

static void positions_are_read_in_every_provider_spelling(void **state)
{
    (void)state;
    assert_int_equal(position_from(S("PK")), POSITION_K);
    assert_int_equal(position_from(S("D/ST")), POSITION_DEF);
    assert_int_equal(position_from(S("OLB")), POSITION_LB);
    assert_int_equal(position_from(S("S")), POSITION_DB);
    assert_int_equal(position_from(S("FB")), POSITION_RB);
    assert_int_equal(position_from(S("P")), POSITION_UNKNOWN);
    assert_int_equal(position_from(S("")), POSITION_UNKNOWN);
    assert_int_equal(position_from(S(" QB ")), POSITION_UNKNOWN);
    assert_int_equal(position_from(S("DE DT")), POSITION_UNKNOWN);
    for (size_t i = 1; i < POSITION_COUNT; i++) {
        assert_int_equal(position_from(position_key((enum position)i)), i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_of_statistics_are_unique_and_found_again),
        cmocka_unit_test(sums_are_made_from_their_parts_once),
        cmocka_unit_test(half_a_sack_is_worth_half),
        cmocka_unit_test(score_is_rounded_once_after_the_sum),
        cmocka_unit_test(flat_band_pays_once_from_its_first_to_before_its_last),
        cmocka_unit_test(banded_units_pay_only_inside_the_band),
        cmocka_unit_test(steps_pay_whole_steps_only),
        cmocka_unit_test(rule_pays_only_the_positions_it_names),
        cmocka_unit_test(position_override_replaces_the_weight),
        cmocka_unit_test(rules_that_cannot_be_scored_are_refused),
        cmocka_unit_test(largest_weight_on_the_largest_line_does_not_overflow),
        cmocka_unit_test(defence_is_paid_by_points_allowed),
        cmocka_unit_test(nobody_scores_without_a_game),
        cmocka_unit_test(kicker_is_paid_by_distance),
        cmocka_unit_test(explanation_names_the_paying_rules),
        cmocka_unit_test(preset_rules_are_fine_and_found_by_key),
        cmocka_unit_test(sleeper_keys_become_rules),
        cmocka_unit_test(positions_are_read_in_every_provider_spelling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
