/* http: path, query and headers by their schemas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "http/params.h"

struct test {
    struct arena arena;
    struct faults faults;
};

static int set_up(void **state)
{
    struct test *test = calloc(1, sizeof(*test));
    test->faults.arena = &test->arena;
    *state = test;
    return 0;
}

static int tear_down(void **state)
{
    struct test *test = *state;
    arena_done(&test->arena);
    free(test);
    return 0;
}

static void assert_slice(struct slice got, struct slice want)
{
    if (!slice_eq(got, want)) {
        fail_msg("got \"%.*s\", want \"%.*s\"", FMT(got), FMT(want));
    }
}

static void assert_fault(const struct test *test, struct slice at, struct slice message)
{
    for (const struct fault *fault = test->faults.first; fault != NULL; fault = fault->next) {
        if (slice_eq(fault->at, at)) {
            assert_slice(fault->message, message);
            return;
        }
    }
    fail_msg("no fault at %.*s", FMT(at));
}

static const char *const positions[] = { "QB", "RB", "WR", NULL };

struct page {
    uint64_t given;
    int64_t league_id;
    int64_t limit;
    int order;
    bool mine;
    utime before;
    int64_t weight;
    struct list ids;
    struct list positions;
    struct slice search;
    struct slice key;
};

static const char *const orders[] = { "asc", "desc", NULL };

static const struct field page_fields[] = {
    FIELD(struct page, league_id, "leagueId", T_INTEGER, .place = IN_PATH, .required = true,
          .min = 1),
    FIELD(struct page, limit, "limit", T_INTEGER, .place = IN_QUERY, .min = 1, .max = 100,
          .fallback = "25"),
    FIELD(struct page, order, "order", T_ENUM, .place = IN_QUERY, .values = orders,
          .fallback = "desc"),
    FIELD(struct page, mine, "mine", T_BOOLEAN, .place = IN_QUERY),
    FIELD(struct page, before, "before", T_TIME, .place = IN_QUERY),
    FIELD(struct page, weight, "weight", T_DECIMAL, .place = IN_QUERY),
    FIELD(struct page, ids, "ids", T_ARRAY, .place = IN_QUERY, .items = T_INTEGER, .max = 4),
    FIELD(struct page, positions, "positions", T_ARRAY, .place = IN_QUERY, .items = T_ENUM,
          .values = positions),
    FIELD(struct page, search, "search", T_STRING, .place = IN_QUERY, .max = 10),
    FIELD(struct page, key, "Idempotency-Key", T_STRING, .place = IN_HEADER, .min = 8, .max = 80),
};
static const struct schema page_schema = SCHEMA_PARTIAL("Page", struct page, page_fields, NULL);

static const struct endpoint page_endpoint = { .path = "/api/{x}/leagues/{leagueId}",
                                               .params = &page_schema };
static const struct endpoint bare_endpoint = { .path = "/api/health" };

static struct slice sent_header;

/* The engine's part, for this test: one header. */
struct slice request_header(const struct request *request, struct slice name)
{
    (void)request;
    return slice_eq(name, S("idempotency-key")) ? sent_header : (struct slice){ .ptr = NULL };
}

static enum error read_params(struct test *test, struct slice id, struct slice query,
                              const struct page **ret_page)
{
    struct request request = { .arena = &test->arena,
                               .faults = { .arena = &test->arena },
                               .endpoint = &page_endpoint,
                               .query = query,
                               .path_values = { S_INIT("other"), id } };
    enum error error = request_read_params(&request);
    test->faults = request.faults;
    *ret_page = request.params;
    return error;
}

static void parameters_fill_the_struct_and_absent_ones_fall_back(void **state)
{
    const struct page *page = NULL;
    assert_int_equal(read_params(*state, S("12"), S(""), &page), OK);
    assert_int_equal(page->league_id, 12);
    assert_int_equal(page->limit, 25);
    assert_int_equal(page->order, 1);
    assert_false(page->mine);
    assert_null(page->search.ptr);
    assert_int_equal(page->given, 1);
    struct slice query = S("limit=7&order=asc&mine=true&before=2024-09-08T17:00:00%2B02:00&"
                           "weight=-0.5&ids=3,1,2&positions=WR,QB&search=J%C3%A4ger+x");
    assert_int_equal(read_params(*state, S("12"), query, &page), OK);
    assert_int_equal(page->limit, 7);
    assert_int_equal(page->order, 0);
    assert_true(page->mine);
    assert_int_equal(page->before, INT64_C(1725807600) * US_PER_S);
    assert_int_equal(page->weight, -500000);
    assert_int_equal(page->ids.count, 3);
    assert_int_equal(((const int64_t *)page->ids.ptr)[0], 3);
    assert_int_equal(((const int *)page->positions.ptr)[1], 0);
    assert_slice(page->search, S("Jäger x"));
    assert_true(is_given(page->given, 1));
}

static void parameter_faults_say_where(void **state)
{
    struct test *test = *state;
    const struct page *page = NULL;
    struct slice query = S("limit=0&order=up&mine=1&before=now&weight=1e3&ids=1,,2&positions=QB,DB&"
                           "search=eleven%20char&limits=3");
    assert_int_equal(read_params(test, S("0x1"), query, &page), E_INVALID);
    assert_null(page);
    assert_fault(test, S("path:leagueId"), S("must be a whole number"));
    assert_fault(test, S("query:limit"), S("must be between 1 and 100"));
    assert_fault(test, S("query:order"), S("must be one of asc, desc"));
    assert_fault(test, S("query:mine"), S("must be true or false"));
    assert_fault(test, S("query:before"),
                 S("must be a time with its offset, such as 2024-09-08T17:00:00Z"));
    assert_fault(test, S("query:weight"), S("must be a decimal number"));
    assert_fault(test, S("query:ids"), S("item 2 must not be empty"));
    assert_fault(test, S("query:positions"), S("item 2 must be one of QB, RB, WR"));
    assert_fault(test, S("query:search"), S("must be at most 10 characters long"));
    assert_fault(test, S("query:limits"), S("is not known here"));
    assert_int_equal(test->faults.count, 10);
}

static void an_unknown_parameter_alone_is_refused(void **state)
{
    struct test *test = *state;
    const struct page *page = NULL;
    assert_int_equal(read_params(test, S("1"), S("leagueId=2"), &page), E_INVALID);
    assert_fault(test, S("query:leagueId"), S("is not known here"));
    struct request request = { .arena = &test->arena,
                               .faults = { .arena = &test->arena },
                               .endpoint = &bare_endpoint,
                               .query = S("cache=1") };
    assert_int_equal(request_read_params(&request), E_INVALID);
    request.faults = (struct faults){ .arena = &test->arena };
    request.query = S("");
    assert_int_equal(request_read_params(&request), OK);
}

static void a_repeated_parameter_is_a_fault(void **state)
{
    const struct page *page = NULL;
    assert_int_equal(read_params(*state, S("1"), S("limit=5&l%69mit=6"), &page), E_INVALID);
    assert_fault(*state, S("query:limit"), S("is given more than once"));
}

static void lists_have_their_limits(void **state)
{
    struct test *test = *state;
    const struct page *page = NULL;
    assert_int_equal(read_params(test, S("1"), S("ids=1,2,3,4,5"), &page), E_INVALID);
    assert_fault(test, S("query:ids"), S("must be at most 4 items, not 5"));
    assert_int_equal(read_params(test, S("1"), S("ids="), &page), OK);
    assert_int_equal(page->ids.count, 0);
    struct buffer query;
    buffer_init(&query, &test->arena);
    buffer_add(&query, S("positions=QB"));
    for (int i = 0; i < 1000; i++) {
        buffer_add(&query, S(",QB"));
    }
    assert_int_equal(read_params(test, S("1"), buffer_slice(&query), &page), E_INVALID);
    assert_fault(test, S("query:positions"), S("has too many items"));
}

static void broken_queries_are_refused(void **state)
{
    static const struct slice bad[] = { S_INIT("search=%"),   S_INIT("search=%4"),
                                        S_INIT("search=%zz"), S_INIT("search=%00"),
                                        S_INIT("search=%ff"), S_INIT("=x"),
                                        S_INIT("%c3=1"),      S_INIT("a=1&=") };
    const struct page *page = NULL;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(read_params(*state, S("1"), bad[i], &page), E_BAD_REQUEST);
    }
    char many[200];
    memset(many, '&', sizeof(many));
    assert_int_equal(
        read_params(*state, S("1"), (struct slice){ .ptr = many, .len = sizeof(many) }, &page),
        E_BAD_REQUEST);
    assert_int_equal(read_params(*state, S("1"), S("&limit=3&&"), &page), OK);
    assert_int_equal(page->limit, 3);
}

static void headers_are_parameters_too(void **state)
{
    const struct page *page = NULL;
    sent_header = S("12345678");
    assert_int_equal(read_params(*state, S("1"), S(""), &page), OK);
    assert_slice(page->key, S("12345678"));
    sent_header = S("short");
    assert_int_equal(read_params(*state, S("1"), S(""), &page), E_INVALID);
    assert_fault(*state, S("header:Idempotency-Key"),
                 S("must be between 8 and 80 characters long"));
    sent_header = S("12345678\xff");
    assert_int_equal(read_params(*state, S("1"), S(""), &page), E_INVALID);
    assert_fault(*state, S("header:Idempotency-Key"), S("is not UTF-8 text"));
    sent_header = (struct slice){ .ptr = NULL };
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(parameters_fill_the_struct_and_absent_ones_fall_back),
        TEST(parameter_faults_say_where),
        TEST(an_unknown_parameter_alone_is_refused),
        TEST(a_repeated_parameter_is_a_fault),
        TEST(lists_have_their_limits),
        TEST(broken_queries_are_refused),
        TEST(headers_are_parameters_too),
    };
    return cmocka_run_group_tests_name("http params", tests, NULL, NULL);
}
