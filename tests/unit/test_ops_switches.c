/* ops: switches, from the environment and from stored orders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/check.h"
#include "ops/switch_store.h"

static struct arena arena;
static struct faults faults;

static int begin(void **state)
{
    (void)state;
    faults = (struct faults){ .arena = &arena };
    for (size_t id = 0; id < SWITCH_COUNT; id++) {
        unsetenv(switch_info((enum switch_id)id)->name);
    }
    assert_int_equal(switches_start(&faults), OK);
    switches_apply(NULL, 0, 0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

static uint64_t order(enum switch_id id, int64_t value, utime since)
{
    struct switch_order one = {
        .id = id, .value = value, .since = since, .by = S("a test"), .reason = S("why")
    };
    return switches_apply(&one, 1, 1);
}

static void every_switch_has_bounds_that_hold_its_default_and_a_name_that_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < SWITCH_COUNT; i++) {
        const struct switch_info *info = switch_info((enum switch_id)i);
        assert_true(info->min <= 0 && info->max >= 1);
        assert_true(info->seconds_max == 0 || info->seconds <= info->seconds_max);
        assert_int_equal(switch_find(slice_from(info->name)), i);
    }
    assert_int_equal(switch_find(S("maintenance_mode")), SWITCH_COUNT);
}

static void values_are_what_a_person_types(void **state)
{
    (void)state;
    int64_t value = -1;
    assert_int_equal(switch_parse(SWITCH_MAINTENANCE_MODE, S("TRUE"), &value), OK);
    assert_int_equal(value, 1);
    assert_int_equal(switch_parse(SWITCH_MAINTENANCE_MODE, S("0"), &value), OK);
    assert_int_equal(value, 0);
    assert_int_equal(switch_parse(SWITCH_MAINTENANCE_MODE, S("2"), &value), E_INVALID);
    assert_int_equal(switch_parse(SWITCH_DATABASE_POOL_SIZE, S("1000"), &value), OK);
    assert_int_equal(value, 1000);
    assert_int_equal(switch_parse(SWITCH_DATABASE_POOL_SIZE, S("1001"), &value), E_INVALID);
    assert_int_equal(switch_parse(SWITCH_DATABASE_POOL_SIZE, S("on"), &value), E_INVALID);
}

static void an_order_wins_over_the_environment_which_wins_over_the_default(void **state)
{
    (void)state;
    assert_false(switch_on(SWITCH_READ_ONLY_MODE));
    setenv("READ_ONLY_MODE", "yes", 1);
    assert_int_equal(switches_start(&faults), OK);
    assert_true(switch_on(SWITCH_READ_ONLY_MODE));
    assert_int_equal(switch_state(&arena, SWITCH_READ_ONLY_MODE).source, SWITCH_FROM_ENVIRONMENT);
    assert_true(switches_stopped_here_since() > 0);
    order(SWITCH_READ_ONLY_MODE, 0, 5);
    assert_false(switch_on(SWITCH_READ_ONLY_MODE));
    assert_int_equal(switches_stopped_here_since(), 0);
    switches_apply(NULL, 0, 1);
    assert_true(switch_on(SWITCH_READ_ONLY_MODE));
}

static void a_wrong_environment_is_named(void **state)
{
    (void)state;
    setenv("DATABASE_POOL_SIZE", "many", 1);
    setenv("MAINTENANCE_MODE", "perhaps", 1);
    assert_int_equal(switches_start(&faults), E_INVALID);
    assert_int_equal(faults.count, 2);
}

static void a_one_shot_of_the_environment_does_nothing(void **state)
{
    (void)state;
    setenv("WEBSOCKET_RESTART", "true", 1);
    assert_int_equal(switches_start(&faults), OK);
    assert_false(switch_on(SWITCH_WEBSOCKET_RESTART));
}

static void a_change_is_told_once_and_again_when_the_order_is_a_new_one(void **state)
{
    (void)state;
    uint64_t bit = UINT64_C(1) << SWITCH_WEBSOCKET_RESTART;
    assert_int_equal(order(SWITCH_WEBSOCKET_RESTART, 1, 10), bit);
    assert_int_equal(order(SWITCH_WEBSOCKET_RESTART, 1, 10), 0);
    assert_int_equal(order(SWITCH_WEBSOCKET_RESTART, 1, 11), bit);
    assert_int_equal(switches_apply(NULL, 0, 1), bit);
}

static void an_order_whose_time_is_over_is_none(void **state)
{
    (void)state;
    struct switch_order one = {
        .id = SWITCH_MAINTENANCE_MODE, .value = 1, .since = 10, .until = 20
    };
    switches_apply(&one, 1, 19);
    assert_true(switch_on(SWITCH_MAINTENANCE_MODE));
    switches_apply(&one, 1, 20);
    assert_false(switch_on(SWITCH_MAINTENANCE_MODE));
}

static void the_strongest_mode_is_the_mode(void **state)
{
    (void)state;
    static const struct {
        enum switch_id id;
        enum mode mode;
        bool stops_reading;
    } modes[] = {
        { SWITCH_READ_ONLY_MODE, MODE_READ_ONLY, false },
        { SWITCH_MAINTENANCE_MODE, MODE_MAINTENANCE, true },
        { SWITCH_SECURITY_LOCKDOWN, MODE_LOCKDOWN, false },
        { SWITCH_EMERGENCY_MODE, MODE_LOCKDOWN, true },
        { SWITCH_RECOVERY_MODE, MODE_RECOVERY, true },
    };
    struct switch_order all[ARRAY_LEN(modes)];
    assert_int_equal(switches_mode(), MODE_NORMAL);
    assert_int_equal(switches_stopped_since(), 0);
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        order(modes[i].id, 1, 100);
        assert_int_equal(switches_mode(), modes[i].mode);
        assert_int_equal(switches_stop_reading(), modes[i].stops_reading);
        assert_int_equal(switches_stopped_since(), 100);
        all[i] = (struct switch_order){ .id = modes[i].id, .value = 1, .since = 200 - (utime)i };
        switches_apply(all, i + 1, 1);
        assert_int_equal(switches_mode(), modes[i].mode);
        assert_int_equal(switches_stopped_since(), 200 - (utime)i);
    }
}

static void alerts_are_tighter_for_a_quarter_of_an_hour_after_a_hotfix(void **state)
{
    (void)state;
    utime at = 1000 * US_PER_S;
    assert_false(switch_hotfix_watch(at));
    order(SWITCH_HOTFIX_MODE, 1, at);
    assert_true(switch_hotfix_watch(at + 899 * US_PER_S));
    assert_false(switch_hotfix_watch(at + 900 * US_PER_S));
}

static void a_long_text_is_cut_between_two_characters(void **state)
{
    (void)state;
    char text[2 * SWITCH_TEXT_MAX];
    for (size_t i = 0; i + 1 < sizeof(text); i += 2) {
        text[i] = '\xc3';
        text[i + 1] = '\xa9';
    }
    struct switch_order one = {
        .id = SWITCH_MAINTENANCE_MODE, .value = 1, .since = 1, .message = { text, sizeof(text) }
    };
    switches_apply(&one, 1, 1);
    struct slice kept = switch_state(&arena, SWITCH_MAINTENANCE_MODE).message;
    assert_true(kept.len > SWITCH_TEXT_MAX - 4);
    assert_true(slice_is_utf8(kept));
}

static void every_fault_of_a_wish_is_named(void **state)
{
    (void)state;
    struct switch_wish wish = { .id = SWITCH_ENHANCED_LOGGING,
                                .value = S("maybe"),
                                .seconds = 86401 };
    assert_int_equal(switch_store_check(&wish, &faults), E_INVALID);
    assert_int_equal(faults.count, 2);
    wish =
        (struct switch_wish){ .id = SWITCH_ENHANCED_LOGGING, .value = S("on"), .seconds = 86400 };
    faults = (struct faults){ .arena = &arena };
    assert_int_equal(switch_store_check(&wish, &faults), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
        CASE(every_switch_has_bounds_that_hold_its_default_and_a_name_that_is_found),
        CASE(values_are_what_a_person_types),
        CASE(an_order_wins_over_the_environment_which_wins_over_the_default),
        CASE(a_wrong_environment_is_named),
        CASE(a_one_shot_of_the_environment_does_nothing),
        CASE(a_change_is_told_once_and_again_when_the_order_is_a_new_one),
        CASE(an_order_whose_time_is_over_is_none),
        CASE(the_strongest_mode_is_the_mode),
        CASE(alerts_are_tighter_for_a_quarter_of_an_hour_after_a_hotfix),
        CASE(a_long_text_is_cut_between_two_characters),
        CASE(every_fault_of_a_wish_is_named),
#undef CASE
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
