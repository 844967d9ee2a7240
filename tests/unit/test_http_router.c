/* http: the way from a path to its row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "http/router.h"

struct ids {
    int64_t first;
    int64_t second;
    struct slice text;
};

static const struct field one_id_fields[] = {
    FIELD(struct ids, first, "leagueId", T_INTEGER, .place = IN_PATH, .required = true, .min = 1),
};
static const struct schema one_id = SCHEMA(NULL, struct ids, one_id_fields, NULL);

static const struct field two_ids_fields[] = {
    FIELD(struct ids, first, "leagueId", T_INTEGER, .place = IN_PATH, .required = true),
    FIELD(struct ids, second, "week", T_INTEGER, .place = IN_PATH, .required = true),
};
static const struct schema two_ids = SCHEMA(NULL, struct ids, two_ids_fields, NULL);

static const struct field code_fields[] = {
    FIELD(struct ids, text, "code", T_STRING, .place = IN_PATH, .required = true),
};
static const struct schema code_path = SCHEMA(NULL, struct ids, code_fields, NULL);

static const struct field done_fields[] = { REPLY("ok", T_BOOLEAN, .required = true) };
static const struct schema done_reply = REPLY_SCHEMA("Done", done_fields, "It is done.");

static const struct field name_fields[] = {
    FIELD(struct ids, text, "name", T_STRING, .required = true, .max = 10),
};
static const struct schema name_body = SCHEMA("Name", struct ids, name_fields, NULL);

static enum error answer(struct request *request)
{
    (void)request;
    return OK;
}

#define ROW(method_, access_, path_, ...)                                                          \
    {                                                                                              \
        .method = METHOD_##method_, .path = (path_), .summary = "A row.", .tag = "Rows",           \
        .access = ACCESS_##access_, .rate = RATE_READ, .handle = answer, .reply = &done_reply,     \
        .name = __VA_ARGS__                                                                        \
    }

static const struct endpoint rows[] = {
    ROW(GET, PUBLIC, "/api/health", "health"),
    ROW(GET, PUBLIC, "/api/leagues", "leagues"),
    ROW(POST, SIGNED_IN, "/api/leagues", "createLeague", .body = &name_body),
    ROW(GET, LEAGUE_READ, "/api/leagues/{leagueId}", "league", .params = &one_id),
    ROW(DELETE, COMMISSIONER, "/api/leagues/{leagueId}", "deleteLeague", .params = &one_id),
    ROW(GET, PUBLIC, "/api/leagues/mine", "myLeagues"),
    ROW(GET, PUBLIC, "/api/leagues/{leagueId}/weeks/{week}", "week", .params = &two_ids),
};
static const struct endpoint more_rows[] = {
    ROW(GET, PUBLIC, "/api/leagues/mine/first", "myFirst"),
    ROW(POST, PUBLIC, "/api/leagues/{leagueId}/last", "last", .params = &one_id),
    ROW(GET, PUBLIC, "/api/invites/{code}", "invite", .params = &code_path),
    ROW(POST, PUBLIC, "/api/only/post", "onlyPost"),
};
static const struct endpoint_table tables[] = {
    { .rows = rows, .count = ARRAY_LEN(rows) },
    { .rows = more_rows, .count = ARRAY_LEN(more_rows) },
};

struct test {
    struct arena arena;
    struct faults faults;
    struct router *router;
    struct router_match match;
};

static int set_up(void **state)
{
    struct test *test = calloc(1, sizeof(*test));
    test->faults.arena = &test->arena;
    if (router_new(tables, ARRAY_LEN(tables), &test->faults, &test->router) != OK) {
        print_error("%.*s: %.*s\n", FMT(test->faults.first->at), FMT(test->faults.first->message));
        return -1;
    }
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

static enum error find(struct test *test, struct slice method, struct slice path)
{
    return router_find(test->router, method, path, &test->arena, &test->match);
}

static void assert_found(struct test *test, struct slice path, const char *name)
{
    assert_int_equal(find(test, S("GET"), path), OK);
    assert_string_equal(test->match.endpoint->name, name);
    assert_ptr_equal(router_endpoint(test->router, test->match.index), test->match.endpoint);
}

static void a_path_finds_its_row_and_its_values(void **state)
{
    struct test *test = *state;
    assert_found(test, S("/api/health"), "health");
    assert_int_equal(test->match.value_count, 0);
    assert_found(test, S("/api/leagues/12"), "league");
    assert_int_equal(test->match.value_count, 1);
    assert_slice(test->match.values[0], S("12"));
    assert_found(test, S("/api/leagues/12/weeks/7"), "week");
    assert_int_equal(test->match.value_count, 2);
    assert_slice(test->match.values[0], S("12"));
    assert_slice(test->match.values[1], S("7"));
    assert_int_equal(find(test, S("DELETE"), S("/api/leagues/12")), OK);
    assert_string_equal(test->match.endpoint->name, "deleteLeague");
}

static void a_literal_wins_and_a_dead_end_goes_back_to_the_parameter(void **state)
{
    struct test *test = *state;
    assert_found(test, S("/api/leagues/mine"), "myLeagues");
    assert_found(test, S("/api/leagues/mine/first"), "myFirst");
    assert_found(test, S("/api/leagues/mine/weeks/3"), "week");
    assert_slice(test->match.values[0], S("mine"));
    assert_int_equal(find(test, S("POST"), S("/api/leagues/mine/last")), OK);
    assert_string_equal(test->match.endpoint->name, "last");
}

static void other_paths_are_not_found(void **state)
{
    static const struct slice paths[] = {
        S_INIT(""),
        S_INIT("/"),
        S_INIT("//"),
        S_INIT("api/health"),
        S_INIT("/api"),
        S_INIT("/api/health/"),
        S_INIT("/api//health"),
        S_INIT("//api/health"),
        S_INIT("/api/leagues/"),
        S_INIT("/api/leagues//weeks/1"),
        S_INIT("/api/Health"),
        S_INIT("/api/%68ealth"),
        S_INIT("/api/leagues/1/weeks"),
        S_INIT("/api/leagues/1/weeks/2/3"),
        S_INIT("/api/health/../health"),
        S_INIT("/api/{leagueId}"),
        S_INIT("*"),
        S_INIT("/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z"),
    };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        if (find(*state, S("GET"), paths[i]) != E_NOT_FOUND) {
            fail_msg("%.*s was found", FMT(paths[i]));
        }
    }
}

static void path_values_are_decoded_and_checked(void **state)
{
    struct test *test = *state;
    assert_found(test, S("/api/invites/a%2Fb+%C3%A4"), "invite");
    assert_slice(test->match.values[0], S("a/b+ä"));
    static const struct slice bad[] = { S_INIT("/api/invites/%"),   S_INIT("/api/invites/%2"),
                                        S_INIT("/api/invites/%zz"), S_INIT("/api/invites/%00"),
                                        S_INIT("/api/invites/%ff"), S_INIT("/api/invites/\xc3") };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(find(test, S("GET"), bad[i]), E_BAD_REQUEST);
    }
}

static void a_method_without_row_is_told_what_is_allowed(void **state)
{
    struct test *test = *state;
    assert_int_equal(find(test, S("PUT"), S("/api/leagues/12")), E_METHOD);
    assert_slice(test->match.allow, S("GET, HEAD, DELETE, OPTIONS"));
    assert_int_equal(find(test, S("HEAD"), S("/api/only/post")), E_METHOD);
    assert_slice(test->match.allow, S("POST, OPTIONS"));
    assert_int_equal(find(test, S("get"), S("/api/health")), E_METHOD);
    assert_int_equal(find(test, S("unsaid"), S("/api/health")), E_METHOD);
    assert_int_equal(find(test, S(""), S("/api/health")), E_METHOD);
}

static void head_is_get_and_options_lists_the_methods(void **state)
{
    struct test *test = *state;
    assert_int_equal(find(test, S("HEAD"), S("/api/health")), OK);
    assert_true(test->match.is_head);
    assert_string_equal(test->match.endpoint->name, "health");
    assert_int_equal(find(test, S("OPTIONS"), S("/api/leagues")), OK);
    assert_true(test->match.is_options);
    assert_null(test->match.endpoint);
    assert_slice(test->match.allow, S("GET, HEAD, POST, OPTIONS"));
    assert_int_equal(find(test, S("OPTIONS"), S("/api/nothing")), E_NOT_FOUND);
}

static void rows_keep_the_number_of_their_place_in_the_tables(void **state)
{
    struct test *test = *state;
    assert_int_equal(router_count(test->router), ARRAY_LEN(rows) + ARRAY_LEN(more_rows));
    for (size_t i = 0; i < router_count(test->router); i++) {
        const struct endpoint *want =
            i < ARRAY_LEN(rows) ? &rows[i] : &more_rows[i - ARRAY_LEN(rows)];
        assert_ptr_equal(router_endpoint(test->router, i), want);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_path_finds_its_row_and_its_values),
        TEST(a_literal_wins_and_a_dead_end_goes_back_to_the_parameter),
        TEST(other_paths_are_not_found),
        TEST(path_values_are_decoded_and_checked),
        TEST(a_method_without_row_is_told_what_is_allowed),
        TEST(head_is_get_and_options_lists_the_methods),
        TEST(rows_keep_the_number_of_their_place_in_the_tables),
    };
    return cmocka_run_group_tests_name("http router", tests, NULL, NULL);
}
