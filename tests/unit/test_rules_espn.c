/* rules: ESPN's scoring items as rules, and its lines as statistics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/check.h"
#include "rules/espn_scoring.h"

#define POINT INT64_C(1000000)
#define DEFENCE ((position_mask)(1u << POSITION_DEF))

static int64_t pays(struct espn_item item, enum position position, int id, stat_value value)
{
    static struct rule rules[ESPN_RULES_MAX];
    struct stat_line line = { .has_played = true };
    espn_line_add(&line, position, id, value);
    stat_derive(&line);
    struct rule_set set = { .rules = rules, .count = espn_rules(&item, rules) };
    return score_millionths(set, &line, position);
}

static void a_plain_item_is_one_rule_for_everybody(void **state)
{
    (void)state;
    static struct rule rules[ESPN_RULES_MAX];
    assert_int_equal(espn_rules(&(struct espn_item){ .id = 3, .points = 40000 }, rules), 1);
    assert_int_equal(rules[0].stat, STAT_PASSING_YARDS);
    assert_int_equal(rules[0].weight, 40000);
    assert_int_equal(rules[0].positions, 0);
    assert_int_equal(rules[0].step, 0);
}

static void an_item_that_pays_nothing_is_no_rule(void **state)
{
    (void)state;
    static struct rule rules[ESPN_RULES_MAX];
    assert_int_equal(espn_rules(&(struct espn_item){ .id = 53 }, rules), 0);
}

static void an_override_becomes_a_rule_for_its_position_and_one_for_the_others(void **state)
{
    (void)state;
    struct espn_item item = { .id = 53,
                              .points = POINT / 2,
                              .overridden = position_bit(POSITION_TE),
                              .override[POSITION_TE] = POINT };
    assert_int_equal(pays(item, POSITION_TE, 53, 4 * STAT_ONE), 4 * POINT);
    assert_int_equal(pays(item, POSITION_WR, 53, 4 * STAT_ONE), 2 * POINT);
    static struct rule rules[ESPN_RULES_MAX];
    assert_int_equal(espn_rules(&item, rules), 2);
    for (size_t i = 0; i < 2; i++) {
        bool is_end = rules[i].positions == position_bit(POSITION_TE);
        assert_int_equal(rules[i].weight, is_end ? POINT : POINT / 2);
        assert_true(is_end || (rules[i].positions & position_bit(POSITION_TE)) == 0);
        assert_int_equal(rules[i].overridden, 0);
    }
}

static void a_defence_is_paid_for_its_own_statistic(void **state)
{
    (void)state;
    struct espn_item item = {
        .id = 95, .points = 3 * POINT, .overridden = DEFENCE, .override[POSITION_DEF] = 2 * POINT
    };
    assert_int_equal(pays(item, POSITION_DEF, 95, 2 * STAT_ONE), 4 * POINT);
    assert_int_equal(pays(item, POSITION_DB, 95, 2 * STAT_ONE), 6 * POINT);
    static struct rule rules[ESPN_RULES_MAX];
    assert_int_equal(espn_rules(&item, rules), 2);
    assert_int_equal(rules[0].stat, STAT_DEF_INTERCEPTIONS);
    assert_int_equal(rules[1].stat, STAT_TEAM_INTERCEPTIONS);
}

static void bands_of_points_allowed_are_for_defences_alone(void **state)
{
    (void)state;
    struct espn_item item = { .id = 89, .points = 10 * POINT };
    assert_int_equal(pays(item, POSITION_DEF, 120, 0), 10 * POINT);
    assert_int_equal(pays(item, POSITION_DEF, 120, STAT_ONE), 0);
    assert_int_equal(pays(item, POSITION_QB, 3, 250 * STAT_ONE), 0);
    struct espn_item shut = { .id = 125, .points = -5 * POINT };
    assert_int_equal(pays(shut, POSITION_DEF, 120, 45 * STAT_ONE), 0);
    assert_int_equal(pays(shut, POSITION_DEF, 120, 46 * STAT_ONE), -5 * POINT);
}

static void yardage_bonuses_exclude_each_other(void **state)
{
    (void)state;
    struct espn_item three = { .id = 17, .points = POINT };
    struct espn_item four = { .id = 18, .points = 2 * POINT };
    assert_int_equal(pays(three, POSITION_QB, 3, 299 * STAT_ONE), 0);
    assert_int_equal(pays(three, POSITION_QB, 3, 300 * STAT_ONE), POINT);
    assert_int_equal(pays(three, POSITION_QB, 3, 400 * STAT_ONE), 0);
    assert_int_equal(pays(four, POSITION_QB, 3, 400 * STAT_ONE), 2 * POINT);
}

static void every_so_many_yards_pays_whole_steps(void **state)
{
    (void)state;
    struct espn_item item = { .id = 8, .points = POINT };
    assert_int_equal(pays(item, POSITION_QB, 3, 249 * STAT_ONE), 9 * POINT);
    assert_int_equal(pays(item, POSITION_QB, 3, 250 * STAT_ONE), 10 * POINT);
    assert_int_equal(pays(item, POSITION_QB, 3, -60 * STAT_ONE), 0);
}

static void half_sacks_pay_twice_per_sack(void **state)
{
    (void)state;
    struct espn_item item = { .id = 100, .points = POINT };
    assert_int_equal(pays(item, POSITION_DEF, 99, 3500), 7 * POINT);
}

static void items_on_the_same_statistic_are_joined(void **state)
{
    (void)state;
    static struct rule rules[2 * ESPN_RULES_MAX];
    size_t count = espn_rules(&(struct espn_item){ .id = 53, .points = POINT }, rules);
    count += espn_rules(&(struct espn_item){ .id = 41, .points = POINT / 2 }, &rules[count]);
    assert_int_equal(espn_join(rules, count), 1);
    assert_int_equal(rules[0].weight, 3 * POINT / 2);
}

static size_t return_touchdowns(int64_t kick, int64_t punt, int64_t blocked, struct rule *rules)
{
    size_t count = espn_rules(&(struct espn_item){ .id = 101, .points = kick }, rules);
    count += espn_rules(&(struct espn_item){ .id = 102, .points = punt }, &rules[count]);
    count += espn_rules(&(struct espn_item){ .id = 93, .points = blocked }, &rules[count]);
    return espn_join(rules, count);
}

static void return_touchdowns_paid_alike_are_the_statistic_every_source_has(void **state)
{
    (void)state;
    static struct rule rules[3 * ESPN_RULES_MAX];
    size_t count = return_touchdowns(6 * POINT, 6 * POINT, 6 * POINT, rules);
    size_t whole = 0;
    for (size_t i = 0; i < count; i++) {
        whole += rules[i].stat == STAT_SPECIAL_TEAMS_TDS;
        assert_int_not_equal(rules[i].stat, STAT_PUNT_RETURN_TDS);
    }
    assert_int_equal(whole, 1);
    assert_int_equal(count, 4); /* and the three of team defences */
    struct stat_line line = { .has_played = true };
    espn_line_add(&line, POSITION_WR, 101, STAT_ONE);
    espn_line_add(&line, POSITION_WR, 102, STAT_ONE);
    struct rule_set set = { .rules = rules, .count = count };
    assert_int_equal(score_line(set, &line, POSITION_WR), 1200);
}

static void return_touchdowns_paid_differently_stay_apart(void **state)
{
    (void)state;
    static struct rule rules[3 * ESPN_RULES_MAX];
    size_t count = return_touchdowns(6 * POINT, 4 * POINT, 6 * POINT, rules);
    assert_int_equal(count, 6);
    struct stat_line line = { .has_played = true };
    espn_line_add(&line, POSITION_WR, 101, STAT_ONE);
    espn_line_add(&line, POSITION_WR, 102, STAT_ONE);
    struct rule_set set = { .rules = rules, .count = count };
    assert_int_equal(score_line(set, &line, POSITION_WR), 1000);
}

static void what_we_do_not_know_is_said(void **state)
{
    (void)state;
    static struct rule rules[ESPN_RULES_MAX];
    assert_false(espn_knows(155)); /* the team won: a head coach's */
    assert_false(espn_knows(-1));
    assert_true(espn_knows(206));
    assert_int_equal(espn_rules(&(struct espn_item){ .id = 155, .points = POINT }, rules), 0);
    assert_int_equal(espn_position(16), POSITION_DEF);
    assert_int_equal(espn_position(7), POSITION_UNKNOWN);
    assert_int_equal(espn_position(-5), POSITION_UNKNOWN);
    assert_int_equal(espn_position_of_slot(9), POSITION_DL);
    assert_int_equal(espn_position_of_slot(1000), POSITION_UNKNOWN);
}

static void every_rule_an_item_can_give_is_fine(void **state)
{
    (void)state;
    for (int id = 0; id < 300; id++) {
        static struct rule rules[ESPN_RULES_MAX];
        struct espn_item item = { .id = id, .points = POINT };
        for (enum position p = POSITION_QB; p < POSITION_COUNT; p++) {
            item.overridden |= position_bit(p);
            item.override[p] = (int64_t)p * POINT; /* all different: the most rules */
        }
        size_t count = espn_rules(&item, rules);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(rule_check(&rules[i]), RULE_FINE);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_item_is_one_rule_for_everybody),
        cmocka_unit_test(an_item_that_pays_nothing_is_no_rule),
        cmocka_unit_test(an_override_becomes_a_rule_for_its_position_and_one_for_the_others),
        cmocka_unit_test(a_defence_is_paid_for_its_own_statistic),
        cmocka_unit_test(bands_of_points_allowed_are_for_defences_alone),
        cmocka_unit_test(yardage_bonuses_exclude_each_other),
        cmocka_unit_test(every_so_many_yards_pays_whole_steps),
        cmocka_unit_test(half_sacks_pay_twice_per_sack),
        cmocka_unit_test(items_on_the_same_statistic_are_joined),
        cmocka_unit_test(return_touchdowns_paid_alike_are_the_statistic_every_source_has),
        cmocka_unit_test(return_touchdowns_paid_differently_stay_apart),
        cmocka_unit_test(what_we_do_not_know_is_said),
        cmocka_unit_test(every_rule_an_item_can_give_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
