/* Counting, percentiles, networks, blocks, redaction, notes' texts and the Prometheus form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <pthread.h>

#include "base/check.h"
#include "base/time.h"
#include "ops/blocks.h"
#include "ops/machine.h"
#include "ops/metrics.h"
#include "ops/notes.h"
#include "ops/prometheus.h"

static struct arena arena;

static const struct metrics_route routes[] = { { "GET /api/a" }, { "POST /api/b" } };
static const char *const rates[] = { NULL, "read", "write" };

static int start(void **state)
{
    (void)state;
    metrics_start(&(struct metrics_setup){
        .loops = 2, .routes = routes, .route_count = 2, .rates = rates, .rate_count = 3 });
    return 0;
}

static int stop(void **state)
{
    (void)state;
    metrics_stop();
    blocks_set(NULL, 0);
    arena_done(&arena);
    return 0;
}

static void request(unsigned loop, size_t route, int status, int64_t us)
{
    metrics_request(&(struct request_figures){ .loop = loop,
                                               .route = route,
                                               .status = status,
                                               .error = status >= 500 ? E_INTERNAL : OK,
                                               .is_failure = status >= 500,
                                               .bytes = 100,
                                               .us = us });
}

/* ---- meters ---- */

static void every_value_lies_in_a_bucket_that_is_at_most_an_eighth_too_wide(void **state)
{
    (void)state;
    for (uint64_t value = 0; value < UINT64_C(1) << METER_TOP_BIT; value += 1 + value / 97) {
        unsigned bucket = meter_bucket(value);
        assert_true(bucket < METER_BUCKETS);
        assert_true(meter_bucket_end(bucket) > value);
        assert_true(bucket == 0 || meter_bucket_end(bucket - 1) <= value);
        assert_true((meter_bucket_end(bucket) - 1) * 8 <= value * 9 + 8);
    }
    assert_int_equal(meter_bucket(UINT64_MAX), METER_BUCKETS - 1);
}

static void a_percentile_is_the_nearest_rank(void **state)
{
    (void)state;
    uint64_t buckets[METER_BUCKETS] = { 0 };
    assert_int_equal(meter_percentile(buckets, 950), -1);
    for (uint64_t us = 1; us <= 1000; us++) {
        buckets[meter_bucket(us)]++;
    }
    int64_t p50 = meter_percentile(buckets, 500);
    int64_t p99 = meter_percentile(buckets, 990);
    assert_true(p50 >= 500 && p50 <= 563);
    assert_true(p99 >= 990 && p99 <= 1114);
    assert_true(meter_percentile(buckets, 0) >= 1);
}

/* ---- metrics ---- */

static void requests_of_all_loops_are_added_up(void **state)
{
    (void)state;
    struct series_list list = { 0 };
    request(0, 0, 200, 1000);
    request(1, 0, 200, 3000);
    request(1, 1, 503, 9);
    request(0, SIZE_MAX, 404, 2);
    metrics_read(&arena, false, &list);
    assert_int_equal(series_find(&list, "http_requests", S(""))->count, 4);
    assert_int_equal(series_find(&list, "http_route", S("GET /api/a"))->count, 2);
    assert_int_equal(series_find(&list, "http_route", S("GET /api/a"))->sum, 4000);
    assert_int_equal(series_find(&list, "http_route", S("GET /api/a"))->max, 3000);
    assert_int_equal(series_find(&list, "http_route", S("-"))->count, 1);
    assert_int_equal(series_find(&list, "http_route_failed", S("POST /api/b"))->count, 1);
    assert_int_equal(series_find(&list, "http_status", S("2xx"))->count, 2);
    assert_int_equal(series_find(&list, "http_status", S("5xx"))->count, 1);
    assert_int_equal(series_find(&list, "http_error", S("E_INTERNAL"))->count, 1);
    assert_int_equal(series_find(&list, "http_bytes", S(""))->sum, 400);
    assert_int_equal(series_find(&list, "nothing", S(""))->count, 0);
}

static void what_was_written_down_is_not_given_again(void **state)
{
    (void)state;
    struct series_list list = { 0 };
    request(0, 0, 200, 1000);
    metrics_take(&arena, &list);
    assert_int_equal(series_find(&list, "http_requests", S(""))->count, 1);
    request(0, 0, 200, 50);
    metrics_kept();
    metrics_read(&arena, true, &list);
    const struct series *left = series_find(&list, "http_requests", S(""));
    assert_int_equal(left->count, 1);
    assert_int_equal(left->sum, 50);
    assert_int_equal(left->max, 50);
    assert_int_equal(left->buckets[meter_bucket(50)], 1);
    assert_int_equal(left->buckets[meter_bucket(1000)], 0);
}

static void what_could_not_be_written_down_is_given_again_with_its_maximum(void **state)
{
    (void)state;
    struct series_list list = { 0 };
    request(0, 0, 200, 7000);
    metrics_take(&arena, &list); /* and nobody says that it is kept */
    request(0, 0, 200, 10);
    metrics_take(&arena, &list);
    const struct series *series = series_find(&list, "http_requests", S(""));
    assert_int_equal(series->count, 2);
    assert_int_equal(series->max, 7000);
    metrics_kept();
    metrics_take(&arena, &list);
    assert_int_equal(series_find(&list, "http_requests", S(""))->count, 0);
}

enum { MANY = 200000 };

static void *count_many(void *thing)
{
    unsigned loop = *(unsigned *)thing;
    for (int i = 0; i < MANY; i++) {
        request(loop, loop, 200, i % 5000);
    }
    return NULL;
}

static void a_reader_beside_two_writing_loops_loses_nothing(void **state)
{
    (void)state;
    pthread_t threads[2];
    unsigned loops[2] = { 0, 1 };
    uint64_t sum = 0;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, count_many, &loops[i]), 0);
    }
    for (int i = 0; i < 50; i++) {
        struct series_list list = { 0 };
        metrics_take(&arena, &list);
        sum += series_find(&list, "http_requests", S(""))->count;
        metrics_kept();
        arena_reset(&arena);
    }
    for (size_t i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    struct series_list list = { 0 };
    metrics_take(&arena, &list);
    sum += series_find(&list, "http_requests", S(""))->count;
    assert_int_equal(sum, 2 * MANY);
}

static void counting_a_request_takes_well_under_a_microsecond(void **state)
{
    (void)state;
    unsigned loop = 0;
    struct mono began = mono_now();
    count_many(&loop);
    int64_t us = mono_now().us - began.us;
    print_message("%d requests counted in %lld us: %lld ns each\n", MANY, (long long)us,
                  (long long)us * 1000 / MANY);
    assert_true(us < MANY); /* 1 us each, sanitizers included */
}

static void the_prometheus_text_has_cumulative_buckets_in_seconds(void **state)
{
    (void)state;
    struct series_list list = { 0 };
    request(0, 0, 200, 1500);
    request(0, 0, 200, 3000000);
    metrics_read(&arena, false, &list);
    struct slice text = prometheus_text(&arena, &list);
    const char *found = arena_cstr(&arena, text);
    assert_non_null(strstr(found, "# TYPE astralfield_http_route_duration_seconds histogram\n"));
    assert_non_null(strstr(found, "astralfield_http_route_duration_seconds_bucket{route=\"GET "
                                  "/api/a\",le=\"0.001024\"} 0\n"));
    assert_non_null(strstr(found, "astralfield_http_route_duration_seconds_bucket{route=\"GET "
                                  "/api/a\",le=\"0.002048\"} 1\n"));
    assert_non_null(strstr(found, "{route=\"GET /api/a\",le=\"+Inf\"} 2\n"));
    assert_non_null(strstr(found, "_sum{route=\"GET /api/a\"} 3.001500\n"));
}

static void histograms_come_back_from_the_database_as_they_went(void **state)
{
    (void)state;
    struct series_list list = { 0 };
    uint64_t buckets[METER_BUCKETS] = { 0 };
    request(0, 0, 200, 5);
    request(0, 0, 200, 2);
    metrics_take(&arena, &list);
    const char *json = arena_cstr(&arena, series_json(&list, &arena));
    assert_non_null(strstr(json,
                           "{\"name\":\"http_requests\",\"labels\":\"\",\"count\":2,\"sum\":7,"
                           "\"max\":5,\"histogram\":[0,0,1,0,0,1]}"));
    series_read_buckets(S("{0,0,1,0,0,1}"), buckets);
    assert_int_equal(buckets[2], 1);
    assert_int_equal(buckets[5], 1);
    assert_int_equal(meter_percentile(buckets, 990), 5);
}

/* ---- the machine ---- */

static void the_machine_tells_memory_descriptors_and_processor_time(void **state)
{
    (void)state;
    struct machine machine = machine_look();
    assert_true(machine.rss_bytes > 100000 && machine.rss_bytes < machine.memory_bytes);
    assert_true(machine.memory_used_bytes > 0);
    assert_true(machine.descriptors >= 3);
    assert_true(machine.threads >= 1);
    assert_true(machine.cores >= 1);
    assert_true(machine.load_milli[0] >= 0);
    assert_true(machine.disk_free_bytes >= 0 && machine.disk_free_bytes <= machine.disk_bytes);
    struct mono began = mono_now();
    while (mono_now().us - began.us < 20000) { /* something to measure */
    }
    assert_true(machine_look().cpu_permille > 0);
}

/* ---- addresses ---- */

static struct net net_of(const char *text)
{
    struct net net = { 0 };
    assert_int_equal(net_parse(slice_from(text), &net), OK);
    return net;
}

static void a_network_holds_its_addresses_and_no_others(void **state)
{
    (void)state;
    struct net net = net_of("203.0.113.0/24");
    struct net inside = net_of("203.0.113.77");
    struct net outside = net_of("203.0.114.1");
    struct net v6 = net_of("2001:db8::/33");
    struct net v6_inside = net_of("2001:db8:7fff::1");
    struct net v6_outside = net_of("2001:db8:8000::1");
    assert_true(net_holds(&net, &inside));
    assert_false(net_holds(&net, &outside));
    assert_false(net_holds(&inside, &net));
    assert_true(net_holds(&v6, &v6_inside));
    assert_false(net_holds(&v6, &v6_outside));
    assert_string_equal(net_print(&arena, &net).ptr, "203.0.113.0/24");
    struct net upper = net_of("2001:DB8::A");
    assert_string_equal(net_print(&arena, &upper).ptr, "2001:db8::a");
}

static void what_is_no_network_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "",  "1.2.3",    "1.2.3.4/33", "1.2.3.4/24", "::1/129",
                                       "x", "1.2.3.4/", "/8",         "1.2.3.4/-1", "0x7f.1" };
    struct net net = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_not_equal(net_parse(slice_from(bad[i]), &net), OK);
    }
}

static void private_networks_are_known_and_what_holds_them_too(void **state)
{
    (void)state;
    static const char *const inner[] = { "127.0.0.1", "10.1.2.3", "192.168.1.0/24",  "::1",
                                         "fe80::1",   "fd00::1",  "169.254.169.254", "0.0.0.0/0",
                                         "8.0.0.0/5" };
    static const char *const outer[] = { "8.8.8.8", "2001:db8::1", "203.0.113.0/24" };
    for (size_t i = 0; i < ARRAY_LEN(inner); i++) {
        struct net net = net_of(inner[i]);
        assert_true(net_is_private(&net));
    }
    for (size_t i = 0; i < ARRAY_LEN(outer); i++) {
        struct net net = net_of(outer[i]);
        assert_false(net_is_private(&net));
    }
}

static void a_block_ends_by_itself(void **state)
{
    (void)state;
    struct block block = { .net = net_of("203.0.113.0/24"), .until = 1000 };
    assert_false(blocks_hold(S("203.0.113.9"), 999));
    blocks_set(&block, 1);
    assert_true(blocks_hold(S("203.0.113.9"), 999));
    assert_false(blocks_hold(S("203.0.113.9"), 1000));
    assert_false(blocks_hold(S("203.0.112.9"), 999));
    assert_int_equal(blocks_count(999), 1);
    assert_int_equal(blocks_count(1000), 0);
}

/* ---- redaction ---- */

static void secrets_are_taken_out_of_texts_from_outside(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        { "mail to anna.b@example.org failed", "mail to [email] failed" },
        { "password=hunter2 rest", "password=[secret] rest" },
        { "{\"token\": \"abc\"}", "{\"token\": \"[secret]\"}" },
        { "Authorization: Bearer abcdef", "Authorization: Bearer [secret]" },
        { "GET /x?session=1&b=2 done", "GET /x?[query] done" },
        { "aft_0123456789abcdefABCDEF", "[secret]" },
        { "TypeError: x is undefined at app-1a2b3c.js:10:5",
          "TypeError: x is undefined at app-1a2b3c.js:10:5" },
        { "a\x01"
          "b\ttab",
          "a b tab" },
        { "why?", "why?" },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct slice found = note_redact(&arena, slice_from(cases[i].text));
        assert_string_equal(arena_cstr(&arena, found), cases[i].expected);
    }
}

#define METRICS_TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
#define PLAIN_TEST(name) cmocka_unit_test_teardown(name, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAIN_TEST(every_value_lies_in_a_bucket_that_is_at_most_an_eighth_too_wide),
        PLAIN_TEST(a_percentile_is_the_nearest_rank),
        METRICS_TEST(requests_of_all_loops_are_added_up),
        METRICS_TEST(what_was_written_down_is_not_given_again),
        METRICS_TEST(what_could_not_be_written_down_is_given_again_with_its_maximum),
        METRICS_TEST(a_reader_beside_two_writing_loops_loses_nothing),
        METRICS_TEST(counting_a_request_takes_well_under_a_microsecond),
        METRICS_TEST(the_prometheus_text_has_cumulative_buckets_in_seconds),
        METRICS_TEST(histograms_come_back_from_the_database_as_they_went),
        PLAIN_TEST(the_machine_tells_memory_descriptors_and_processor_time),
        PLAIN_TEST(a_network_holds_its_addresses_and_no_others),
        PLAIN_TEST(what_is_no_network_is_refused),
        PLAIN_TEST(private_networks_are_known_and_what_holds_them_too),
        PLAIN_TEST(a_block_ends_by_itself),
        PLAIN_TEST(secrets_are_taken_out_of_texts_from_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
