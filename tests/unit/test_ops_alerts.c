/* The alert rules: both sides of every threshold, hold times, flapping, unknown figures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/check.h"
#include "ops/alert_measure.h"

#define T0 (INT64_C(1764000000) * US_PER_S)
#define SECONDS(count) ((int64_t)(count)*US_PER_S)

enum { LOOK_S = 5, LOOKS_MAX = 1000 };

static struct arena arena;

static int stop(void **state)
{
    (void)state;
    alert_measure_reset();
    arena_done(&arena);
    return 0;
}

static struct alert_figure value(int64_t thousandths)
{
    return (struct alert_figure){ .is_known = true, .value = thousandths };
}

/* The figure that is just on the wrong side, and the threshold itself. */
static int64_t just_over(const struct alert_rule *rule)
{
    return rule->comparison == COMPARE_ABOVE ? rule->threshold + 1 : rule->threshold - 1;
}

/* Looks with one figure; gives the seconds until it fired, -1 when it did not. */
static int64_t fires_after(enum alert_id id, const struct alert_limits *limits, int64_t figure,
                           int64_t seconds)
{
    struct alert_state state = { .stage = STAGE_QUIET };
    for (int64_t s = 0; s <= seconds; s++) {
        if (alert_step(id, limits, value(figure), T0 + SECONDS(s), &state) == CHANGE_FIRED) {
            return s;
        }
    }
    return -1;
}

static void every_rule_fires_just_over_its_threshold_and_is_silent_at_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < ALERT_COUNT; i++) {
        enum alert_id id = (enum alert_id)i;
        const struct alert_rule *rule = alert_rule(id);
        struct alert_limits limits = alert_limits(id, false);
        assert_int_equal(fires_after(id, &limits, just_over(rule), rule->hold_s + 1), rule->hold_s);
        assert_int_equal(fires_after(id, &limits, rule->threshold, rule->hold_s * 3 + 10), -1);
    }
}

static void no_rule_fires_a_moment_before_it_has_held(void **state)
{
    (void)state;
    for (size_t i = 0; i < ALERT_COUNT; i++) {
        enum alert_id id = (enum alert_id)i;
        const struct alert_rule *rule = alert_rule(id);
        struct alert_limits limits = alert_limits(id, false);
        struct alert_state now = { .stage = STAGE_QUIET };
        struct alert_figure bad = value(just_over(rule));
        if (rule->hold_s == 0) {
            continue;
        }
        assert_int_equal(alert_step(id, &limits, bad, T0, &now), CHANGE_NONE);
        utime nearly = T0 + SECONDS(rule->hold_s) - 1;
        assert_int_equal(alert_step(id, &limits, bad, nearly, &now), CHANGE_NONE);
        assert_int_equal(alert_step(id, &limits, bad, nearly + 1, &now), CHANGE_FIRED);
    }
}

static void a_figure_that_is_not_known_neither_fires_nor_ends(void **state)
{
    (void)state;
    struct alert_figure unknown = { .is_known = false };
    for (size_t i = 0; i < ALERT_COUNT; i++) {
        enum alert_id id = (enum alert_id)i;
        struct alert_limits limits = alert_limits(id, false);
        struct alert_state quiet = { .stage = STAGE_QUIET };
        struct alert_state firing = { .stage = STAGE_FIRING, .since = T0 };
        for (int s = 0; s < LOOKS_MAX; s++) {
            utime now = T0 + SECONDS(s * LOOK_S);
            assert_int_equal(alert_step(id, &limits, unknown, now, &quiet), CHANGE_NONE);
            assert_int_equal(alert_step(id, &limits, unknown, now, &firing), CHANGE_NONE);
        }
        assert_int_equal(quiet.stage, STAGE_QUIET);
        assert_int_equal(firing.stage, STAGE_FIRING);
    }
}

static void what_was_pending_starts_again_after_an_unknown_figure(void **state)
{
    (void)state;
    enum alert_id id = ALERT_CPU_CRITICAL;
    struct alert_limits limits = alert_limits(id, false);
    struct alert_state now = { .stage = STAGE_QUIET };
    struct alert_figure bad = value(just_over(alert_rule(id)));
    assert_int_equal(alert_step(id, &limits, bad, T0, &now), CHANGE_NONE);
    assert_int_equal(alert_step(id, &limits, (struct alert_figure){ 0 }, T0 + SECONDS(200), &now),
                     CHANGE_NONE);
    assert_int_equal(alert_step(id, &limits, bad, T0 + SECONDS(301), &now), CHANGE_NONE);
    assert_int_equal(alert_step(id, &limits, bad, T0 + SECONDS(601), &now), CHANGE_FIRED);
}

static void a_figure_that_flaps_fires_once_and_ends_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < ALERT_COUNT; i++) {
        enum alert_id id = (enum alert_id)i;
        const struct alert_rule *rule = alert_rule(id);
        struct alert_limits limits = alert_limits(id, false);
        struct alert_state now = { .stage = STAGE_QUIET };
        int fired = 0;
        int ended = 0;
        utime at = T0;
        /* Bad for as long as it must hold, then ten minutes of good and bad by turns, then good. */
        for (; at <= T0 + SECONDS(rule->hold_s); at += SECONDS(1)) {
            fired += alert_step(id, &limits, value(just_over(rule)), at, &now) == CHANGE_FIRED;
        }
        for (int look = 0; look < 120; look++, at += SECONDS(LOOK_S)) {
            int64_t figure = look % 2 == 0 ? rule->threshold : just_over(rule);
            enum alert_change change = alert_step(id, &limits, value(figure), at, &now);
            fired += change == CHANGE_FIRED;
            ended += change == CHANGE_ENDED;
        }
        assert_int_equal(ended, 0);
        for (int s = 0; s <= ALERT_CLEAR_S; s += LOOK_S, at += SECONDS(LOOK_S)) {
            ended += alert_step(id, &limits, value(rule->threshold), at, &now) == CHANGE_ENDED;
        }
        assert_int_equal(fired, 1);
        assert_int_equal(ended, 1);
    }
}

static void a_good_moment_before_it_has_held_starts_the_clock_again(void **state)
{
    (void)state;
    enum alert_id id = ALERT_RESPONSE_SLOW;
    const struct alert_rule *rule = alert_rule(id);
    struct alert_limits limits = alert_limits(id, false);
    struct alert_state now = { .stage = STAGE_QUIET };
    for (int s = 0; s < 600; s += LOOK_S) {
        int64_t figure = s % (2 * LOOK_S) == 0 ? just_over(rule) : rule->threshold;
        assert_int_equal(alert_step(id, &limits, value(figure), T0 + SECONDS(s), &now),
                         CHANGE_NONE);
    }
}

static void after_a_hotfix_warnings_are_critical_and_hold_a_quarter(void **state)
{
    (void)state;
    for (size_t i = 0; i < ALERT_COUNT; i++) {
        enum alert_id id = (enum alert_id)i;
        const struct alert_rule *rule = alert_rule(id);
        struct alert_limits limits = alert_limits(id, true);
        assert_true(limits.severity >= SEVERITY_CRITICAL);
        assert_int_equal(limits.threshold, rule->threshold);
        assert_int_equal(fires_after(id, &limits, just_over(rule), rule->hold_s + 1),
                         rule->hold_s / 4);
    }
}

static void a_rule_that_is_off_ends_what_it_fired(void **state)
{
    (void)state;
    struct alert_limits limits = alert_limits(ALERT_DISK_FULL, false);
    struct alert_state now = { .stage = STAGE_FIRING, .since = T0 };
    limits.is_off = true;
    assert_int_equal(alert_step(ALERT_DISK_FULL, &limits, value(99000), T0, &now), CHANGE_ENDED);
    assert_int_equal(alert_step(ALERT_DISK_FULL, &limits, value(99000), T0, &now), CHANGE_NONE);
}

/* ---- the numbers of the runbook ---- */

static void the_runbooks_thresholds_are_in_the_table(void **state)
{
    (void)state;
    static const struct {
        enum alert_id id;
        enum alert_severity severity;
        int64_t threshold; /* in the unit */
        const char *unit;
    } wanted[] = {
        { ALERT_RESPONSE_SLOW, SEVERITY_WARNING, 2000, "ms" },
        { ALERT_RESPONSE_CRITICAL, SEVERITY_CRITICAL, 5000, "ms" },
        { ALERT_RESPONSE_EMERGENCY, SEVERITY_EMERGENCY, 10000, "ms" },
        { ALERT_ERRORS_CRITICAL, SEVERITY_CRITICAL, 1, "%" },
        { ALERT_ERRORS_EMERGENCY, SEVERITY_EMERGENCY, 5, "%" },
        { ALERT_DATABASE_SLOW, SEVERITY_CRITICAL, 500, "ms" },
        { ALERT_MEMORY_CRITICAL, SEVERITY_CRITICAL, 85, "%" },
        { ALERT_MEMORY_EMERGENCY, SEVERITY_EMERGENCY, 95, "%" },
        { ALERT_CPU_CRITICAL, SEVERITY_CRITICAL, 80, "%" },
        { ALERT_CPU_EMERGENCY, SEVERITY_EMERGENCY, 90, "%" },
        { ALERT_POOL_FULL, SEVERITY_WARNING, 80, "%" },
        { ALERT_POOL_SCALE, SEVERITY_WARNING, 75, "%" },
        { ALERT_CACHE_COLD, SEVERITY_WARNING, 90, "%" },
        { ALERT_CACHE_SCALE, SEVERITY_WARNING, 85, "%" },
        { ALERT_DELIVERY_SLOW, SEVERITY_WARNING, 100, "ms" },
        { ALERT_ESPN_SLOW, SEVERITY_WARNING, 500, "ms" },
        { ALERT_STATEMENT_SLOW, SEVERITY_WARNING, 100, "ms" },
        { ALERT_REQUESTS_SCALE, SEVERITY_WARNING, 1000, "requests/s" },
        { ALERT_USERS_MANY, SEVERITY_WARNING, 1000, "users" },
        { ALERT_USERS_GONE, SEVERITY_EMERGENCY, 10, "min" },
        { ALERT_BACKUP_OLD, SEVERITY_CRITICAL, 26, "h" },
        { ALERT_ARCHIVE_BEHIND, SEVERITY_CRITICAL, 120, "s" },
    };
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        const struct alert_rule *rule = alert_rule(wanted[i].id);
        assert_int_equal(rule->threshold, wanted[i].threshold * 1000);
        assert_int_equal(rule->severity, wanted[i].severity);
        assert_string_equal(measure_info(rule->measure)->unit, wanted[i].unit);
    }
    assert_int_equal(alert_rule(ALERT_ERRORS_RAISED)->threshold, 500);
    assert_int_equal(alert_rule(ALERT_CPU_SCALE)->hold_s, 600);
}

static void critical_rules_that_need_not_be_sustained_are_told_within_a_minute(void **state)
{
    (void)state;
    for (size_t i = 0; i < ALERT_COUNT; i++) {
        const struct alert_rule *rule = alert_rule((enum alert_id)i);
        bool is_sustained = rule->measure == MEASURE_CPU;
        if (rule->severity >= SEVERITY_CRITICAL && !is_sustained) {
            assert_in_range(rule->hold_s, 0, 30);
        }
    }
}

/* ---- measuring ---- */

/* A sample in which `count` things took `us` each, on top of the one before. */
static void add_timed(uint64_t buckets[METER_BUCKETS], uint64_t us, uint64_t count)
{
    buckets[meter_bucket(us)] += count;
}

static struct alert_figure measured_p95(uint64_t fast, uint64_t slow, uint64_t slow_us)
{
    static struct alert_sample from, to;
    from = (struct alert_sample){ .at = { 0 } };
    add_timed(from.requests, 60000000, 1000); /* long ago */
    to = from;
    to.at.us = SECONDS(60);
    add_timed(to.requests, 1000, fast);
    add_timed(to.requests, slow_us, slow);
    return alert_measured(MEASURE_RESPONSE_P95, &from, &to);
}

static void a_percentile_is_that_of_its_window(void **state)
{
    (void)state;
    struct alert_figure figure = measured_p95(960, 40, 3000000);
    assert_true(figure.is_known);
    assert_in_range(figure.value, 1000, 1125);
    figure = measured_p95(940, 60, 3000000);
    assert_in_range(figure.value, 3000000, 3375000);
    assert_false(measured_p95(19, 0, 1).is_known);
    assert_true(measured_p95(20, 0, 1).is_known);
}

static void an_error_rate_is_failures_by_answers_and_needs_twenty(void **state)
{
    (void)state;
    static struct alert_sample from, to;
    from = (struct alert_sample){ .answers = 1000, .failures = 900 };
    to = (struct alert_sample){ .answers = 2000, .failures = 910 };
    struct alert_figure figure = alert_measured(MEASURE_ERROR_RATE, &from, &to);
    assert_int_equal(figure.value, 1000); /* exactly 1 %: not above it */
    to.failures = 911;
    assert_int_equal(alert_measured(MEASURE_ERROR_RATE, &from, &to).value, 1100);
    to.answers = 1019;
    assert_false(alert_measured(MEASURE_ERROR_RATE, &from, &to).is_known);
}

static void what_failed_is_counted_and_not_what_was_refused_on_purpose(void **state)
{
    (void)state;
    static struct alert_sample sample;
    struct series_list list;
    series_init(&list, &arena);
    series_add(&list,
               &(struct series){ .name = S("http_status"), .labels = S("5xx"), .count = 50 });
    series_add(&list, &(struct series){ .name = S("http_route_failed"),
                                        .labels = S("GET /api/leagues"),
                                        .count = 2 });
    series_add(&list, &(struct series){
                          .name = S("http_route_failed"), .labels = S("GET /"), .count = 3 });
    alert_sample_take(&list, (struct mono){ 0 }, &sample);
    assert_int_equal(sample.failures, 5);
}

static void a_window_begins_with_the_newest_sample_that_is_old_enough(void **state)
{
    (void)state;
    static struct alert_sample sample;
    alert_measure_reset();
    assert_null(alert_sample_before((struct mono){ 0 }, 60));
    for (int64_t s = 0; s <= 400; s += LOOK_S) {
        sample.at.us = SECONDS(s);
        alert_sample_keep(&sample);
    }
    struct mono now = { SECONDS(402) };
    assert_int_equal(alert_sample_before(now, 60)->at.us, SECONDS(340));
    assert_int_equal(alert_sample_before(now, 300)->at.us, SECONDS(100));
    alert_measure_reset();
    alert_sample_keep(&sample);
    assert_int_equal(alert_sample_before(now, 300)->at.us, SECONDS(400));
}

static void what_nobody_measured_is_unknown_for_every_rule(void **state)
{
    (void)state;
    static const struct alert_sample empty = { .answers = 0 };
    struct machine machine = { .memory_bytes = -1, .disk_bytes = -1 };
    struct alert_facts facts = { -1, -1, -1, -1, -1, -1, -1, -1 };
    struct alert_figure figures[ALERT_COUNT];
    alert_measure_reset();
    alert_sample_keep(&empty);
    alert_figures(
        &(struct alert_look){
            .newest = &empty, .machine = &machine, .facts = &facts, .silent_us = -1 },
        figures);
    for (size_t i = 0; i < ALERT_COUNT; i++) {
        assert_false(figures[i].is_known);
    }
    assert_true(slice_eq(alert_figures_json(&arena, figures), S("{}")));
}

static void the_machine_and_the_facts_come_through_in_the_rules_units(void **state)
{
    (void)state;
    static const struct alert_sample empty = { .answers = 0 };
    struct machine machine = {
        .memory_bytes = 1000, .memory_used_bytes = 851, .disk_bytes = 1000, .disk_free_bytes = 99
    };
    struct alert_facts facts = { .statement_mean = 100001,
                                 .job_failures = 50001,
                                 .active_users = 1000001,
                                 .quiet = 10001,
                                 .espn_latency = 500001,
                                 .backup_age = 26001,
                                 .archive_lag = 120001,
                                 .second_place_lost = 1000 };
    struct alert_figure figures[ALERT_COUNT];
    alert_figures(
        &(struct alert_look){
            .newest = &empty, .machine = &machine, .facts = &facts, .silent_us = SECONDS(11) },
        figures);
    assert_int_equal(figures[ALERT_MEMORY_CRITICAL].value, 85100);
    assert_int_equal(figures[ALERT_DISK_FULL].value, 90100);
    assert_int_equal(figures[ALERT_DATABASE_DOWN].value, 11000);
    static const enum alert_id told[] = { ALERT_STATEMENT_SLOW, ALERT_JOB_FAILING, ALERT_USERS_MANY,
                                          ALERT_USERS_GONE,     ALERT_ESPN_SLOW,   ALERT_BACKUP_OLD,
                                          ALERT_ARCHIVE_BEHIND, ALERT_COPY_LOST };
    for (size_t i = 0; i < ARRAY_LEN(told); i++) {
        assert_true(figures[told[i]].value > alert_rule(told[i])->threshold);
    }
}

/* ---- printing ---- */

static void rules_are_printed_for_prometheus_one_by_one(void **state)
{
    (void)state;
    struct slice text = alert_rules_render(&arena);
    for (size_t i = 0; i < ALERT_COUNT; i++) {
        struct slice line =
            arena_format(&arena, "- alert: %s\n", alert_rule((enum alert_id)i)->name);
        assert_non_null(strstr(text.ptr, line.ptr));
    }
    assert_null(strstr(text.ptr, "$W"));
    assert_true(slice_eq(alert_value_print(&arena, 2000500), S("2000.5")));
    assert_true(slice_eq(alert_value_print(&arena, 90000), S("90")));
    assert_int_equal(alert_find(S("errors_critical")), ALERT_ERRORS_CRITICAL);
    assert_int_equal(alert_find(S("nothing")), ALERT_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_fires_just_over_its_threshold_and_is_silent_at_it),
        cmocka_unit_test(no_rule_fires_a_moment_before_it_has_held),
        cmocka_unit_test(a_figure_that_is_not_known_neither_fires_nor_ends),
        cmocka_unit_test(what_was_pending_starts_again_after_an_unknown_figure),
        cmocka_unit_test(a_figure_that_flaps_fires_once_and_ends_once),
        cmocka_unit_test(a_good_moment_before_it_has_held_starts_the_clock_again),
        cmocka_unit_test(after_a_hotfix_warnings_are_critical_and_hold_a_quarter),
        cmocka_unit_test(a_rule_that_is_off_ends_what_it_fired),
        cmocka_unit_test(the_runbooks_thresholds_are_in_the_table),
        cmocka_unit_test(critical_rules_that_need_not_be_sustained_are_told_within_a_minute),
        cmocka_unit_test(a_percentile_is_that_of_its_window),
        cmocka_unit_test(an_error_rate_is_failures_by_answers_and_needs_twenty),
        cmocka_unit_test(what_failed_is_counted_and_not_what_was_refused_on_purpose),
        cmocka_unit_test(a_window_begins_with_the_newest_sample_that_is_old_enough),
        cmocka_unit_test(what_nobody_measured_is_unknown_for_every_rule),
        cmocka_unit_test(the_machine_and_the_facts_come_through_in_the_rules_units),
        cmocka_unit_test(rules_are_printed_for_prometheus_one_by_one),
    };
    return cmocka_run_group_tests_name("ops_alerts", tests, NULL, stop);
}
