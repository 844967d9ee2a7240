/* base: slices, points, time, arena, JSON writer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/faults.h"
#include "base/json.h"
#include "base/log.h"
#include "base/points.h"
#include "base/random.h"
#include "base/time.h"

static void assert_slice(struct slice got, struct slice want)
{
    if (!slice_eq(got, want)) {
        fail_msg("got \"%.*s\", want \"%.*s\"", FMT(got), FMT(want));
    }
}

static void integers_are_read_whole_or_refused(void **state)
{
    (void)state;
    int64_t value = 7;
    assert_int_equal(slice_to_int(S("-9223372036854775808"), &value), OK);
    assert_true(value == INT64_MIN);
    assert_int_equal(slice_to_int(S("9223372036854775807"), &value), OK);
    assert_true(value == INT64_MAX);
    value = 7;
    const struct slice bad[] = { S(""),
                                 S("-"),
                                 S("+1"),
                                 S("1 "),
                                 S("0x1"),
                                 S("9223372036854775808"),
                                 S("-9223372036854775809"),
                                 S("1e3") };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(slice_to_int(bad[i], &value), E_INVALID);
        assert_true(value == 7);
    }
}

static void decimals_lose_float_noise(void **state)
{
    (void)state;
    int64_t value = 0;
    assert_int_equal(slice_to_millionths(S("0.10000000149"), &value), OK);
    assert_int_equal(value, 100000);
    assert_int_equal(slice_to_millionths(S("-0.0399999991"), &value), OK);
    assert_int_equal(value, -40000);
    assert_int_equal(slice_to_millionths(S("-2"), &value), OK);
    assert_int_equal(value, -2000000);
    assert_int_equal(slice_to_millionths(S("1."), &value), E_INVALID);
    assert_int_equal(slice_to_millionths(S(".5"), &value), E_INVALID);
    assert_int_equal(slice_to_millionths(S("1e3"), &value), E_INVALID);
    assert_int_equal(slice_to_millionths(S("--1"), &value), E_INVALID);
}

static void points_round_half_away_from_zero(void **state)
{
    (void)state;
    assert_int_equal(points_round(12345000), 1235);
    assert_int_equal(points_round(-12345000), -1235);
    assert_int_equal(points_round(12344999), 1234);
    assert_int_equal(points_round(0), 0);
    assert_int_equal(points_round(INT64_MAX / 2), INT32_MAX);
}

static void points_print_what_they_parse(void **state)
{
    (void)state;
    const points all[] = { 0, 1, -1, 5, 99, 100, -100, 1230, -1205, INT32_MAX, INT32_MIN };
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        char text[POINTS_TEXT_MAX];
        points back = 0;
        assert_int_equal(points_parse(points_print(all[i], text), &back), OK);
        assert_int_equal(back, all[i]);
    }
    char text[POINTS_TEXT_MAX];
    assert_slice(points_print(-5, text), S("-0.05"));
    points value = 0;
    assert_int_equal(points_parse(S("1.234"), &value), E_INVALID);
}

static void times_are_read_with_their_offset(void **state)
{
    (void)state;
    utime at = 0;
    char text[UTIME_TEXT_MAX];
    assert_int_equal(utime_parse(S("2024-09-08 13:00:00.5-04"), &at), OK);
    assert_slice(utime_print(at, text), S("2024-09-08T17:00:00.500Z"));
    assert_int_equal(utime_parse(S("2024-02-29T23:59:59+05:30"), &at), OK);
    assert_slice(utime_print(at, text), S("2024-02-29T18:29:59.000Z"));
    const struct slice bad[] = { S("2023-02-29T00:00:00Z"), S("2024-09-08"),
                                 S("2024-09-08T17:00:00"),  S("2024-13-01T00:00:00Z"),
                                 S("2024-09-08T24:00:00Z"), S("2024-09-08T17:00:00Zx"),
                                 S("-024-09-08T17:00:00Z") };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(utime_parse(bad[i], &at), E_INVALID);
    }
}

static void only_well_formed_utf8_passes(void **state)
{
    (void)state;
    assert_true(slice_is_utf8(S("Ja'Marr \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x8F\x88")));
    assert_int_equal(slice_code_points(S("\xC3\xA9\xF0\x9F\x8F\x88x")), 3);
    const struct slice bad[] = { S("\xC0\xAF"), S("\xED\xA0\x80"), S("\xF4\x90\x80\x80"),
                                 S("\xE2\x82"), S("a\0b"),         S("\x80") };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(slice_is_utf8(bad[i]));
    }
}

static void count_up(void *thing)
{
    ++*(int *)thing;
}

static void an_arena_runs_its_duties_once_and_is_usable_again(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    int count = 0;
    arena_defer(&arena, count_up, &count);
    char *large = arena_alloc(&arena, 100000);
    char *small = arena_alloc(&arena, 3);
    large[99999] = small[2] = 1;
    arena_reset(&arena);
    arena_reset(&arena);
    assert_int_equal(count, 1);
    struct buffer buffer = { 0 };
    buffer_init(&buffer, &arena);
    for (int i = 0; i < 1000; i++) {
        buffer_format(&buffer, "%d,", i);
    }
    assert_int_equal(buffer.len, 3890);
}

static void escaping_takes_only_what_it_is_asked_for(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct buffer html, slack;
    buffer_init(&html, &arena);
    buffer_init(&slack, &arena);
    buffer_escaped(&html, S("<a b=\"c\">&'"), HTML_SPECIALS);
    buffer_escaped(&slack, S("<a b=\"c\">&'"), S("&<>"));
    assert_true(slice_eq(buffer_slice(&html), S("&lt;a b=&quot;c&quot;&gt;&amp;'")));
    assert_true(slice_eq(buffer_slice(&slack), S("&lt;a b=\"c\"&gt;&amp;'")));
}

static void json_is_escaped_and_separated(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct json json;
    json_init(&json, &arena);
    json_open_object(&json);
    json_member_text(&json, S("a\"b"), S("x\n\x01\\"));
    json_key(&json, S("list"));
    json_open_array(&json);
    json_int(&json, -1);
    json_points(&json, 1205);
    json_none(&json);
    json_close_array(&json);
    json_member_bool(&json, S("ok"), true);
    json_close_object(&json);
    assert_slice(json_done(&json),
                 S("{\"a\\\"b\":\"x\\n\\u0001\\\\\",\"list\":[-1,12.05,null],\"ok\":true}"));
}

static void every_fault_is_kept_in_order(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct faults faults = { .arena = &arena };
    fault_add(&faults, S("/name"), "is missing");
    fault_add(&faults, S("/teams"), "must be between %d and %d", 4, 20);
    assert_int_equal(refuse(&faults, E_INVALID, "no"), E_INVALID);
    assert_int_equal(faults.count, 2);
    assert_slice(faults.first->next->message, S("must be between 4 and 20"));
    assert_int_equal(error_info(faults.error)->status, 422);
}

static void a_seed_repeats_and_bounds_hold(void **state)
{
    (void)state;
    struct rng a;
    struct rng b;
    rng_seed(&a, 42);
    rng_seed(&b, 42);
    for (int i = 0; i < 1000; i++) {
        uint64_t below = 1 + (uint64_t)i;
        uint64_t value = rng_below(&a, below);
        assert_true(value < below);
        assert_true(value == rng_below(&b, below));
    }
}

static void log_values_cannot_break_the_line(void **state)
{
    (void)state;
    assert_string_equal(LOG_Q(S("a \"b\"\nc")), "\"a \\\"b\\\"?c\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_read_whole_or_refused),
        cmocka_unit_test(decimals_lose_float_noise),
        cmocka_unit_test(points_round_half_away_from_zero),
        cmocka_unit_test(points_print_what_they_parse),
        cmocka_unit_test(times_are_read_with_their_offset),
        cmocka_unit_test(only_well_formed_utf8_passes),
        cmocka_unit_test(an_arena_runs_its_duties_once_and_is_usable_again),
        cmocka_unit_test(escaping_takes_only_what_it_is_asked_for),
        cmocka_unit_test(json_is_escaped_and_separated),
        cmocka_unit_test(every_fault_is_kept_in_order),
        cmocka_unit_test(a_seed_repeats_and_bounds_hold),
        cmocka_unit_test(log_values_cannot_break_the_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
