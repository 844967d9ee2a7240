/* http: the checks of the endpoint rows, the errors that follow, and problem documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "http/request.h"

struct ids {
    int64_t first;
    int64_t second;
    struct slice text;
};

static const struct field one_id_fields[] = {
    FIELD(struct ids, first, "leagueId", T_INTEGER, .place = IN_PATH, .required = true, .min = 1),
};
static const struct schema one_id = SCHEMA(NULL, struct ids, one_id_fields, NULL);

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

struct test {
    struct arena arena;
};

static int set_up(void **state)
{
    *state = calloc(1, sizeof(struct test));
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

/* The row must be refused, with this among its faults. */
static void assert_wrong(struct test *test, struct endpoint row, struct slice message)
{
    struct endpoint_table table = { .rows = &row, .count = 1 };
    struct faults faults = { .arena = &test->arena };
    assert_int_equal(endpoints_check(&table, 1, &faults), E_USAGE);
    for (const struct fault *fault = faults.first; fault != NULL; fault = fault->next) {
        if (slice_eq(fault->message, message)) {
            return;
        }
    }
    fail_msg("no fault \"%.*s\" but \"%.*s\"", FMT(message), FMT(faults.first->message));
}

#define GOOD_ROW (struct endpoint) ROW(GET, PUBLIC, "/api/x/{leagueId}", "x", .params = &one_id)

static void what_a_row_does_not_say_is_refused(void **state)
{
    struct endpoint row = GOOD_ROW;
    struct endpoint_table table = { .rows = &row, .count = 1 };
    struct faults faults = { .arena = &((struct test *)*state)->arena };
    assert_int_equal(endpoints_check(&table, 1, &faults), OK);
    row = GOOD_ROW;
    row.access = ACCESS_UNSAID;
    assert_wrong(*state, row, S(".access not said"));
    row = GOOD_ROW;
    row.rate = RATE_UNSAID;
    assert_wrong(*state, row, S(".rate not said"));
    row = GOOD_ROW;
    row.method = METHOD_UNSAID;
    assert_wrong(*state, row, S(".method not said"));
    row = GOOD_ROW;
    row.path = NULL;
    assert_wrong(*state, row, S(".path not said"));
    row = GOOD_ROW;
    row.name = "two words";
    assert_wrong(*state, row, S(".name must be a plain word"));
    row = GOOD_ROW;
    row.tag = NULL;
    assert_wrong(*state, row, S(".summary and .tag must be said"));
    row = GOOD_ROW;
    row.reply = NULL;
    assert_wrong(*state, row, S(".reply or .media not said"));
    row = GOOD_ROW;
    row.handle = NULL;
    assert_wrong(*state, row, S("needs either .query or .handle"));
    row = GOOD_ROW;
    row.query = 7;
    assert_wrong(*state, row, S("needs either .query or .handle"));
}

static void a_row_that_contradicts_itself_is_refused(void **state)
{
    struct endpoint row = GOOD_ROW;
    row.body = &name_body;
    assert_wrong(*state, row, S("a GET has no body"));
    row = GOOD_ROW;
    row.method = METHOD_POST;
    row.cache = CACHE_LEAGUE;
    assert_wrong(*state, row, S(".cache, .is_offline_ok and .is_upgrade are for GET"));
    row = GOOD_ROW;
    row.status = 204;
    assert_wrong(*state, row, S("this reply has no body"));
    row = GOOD_ROW;
    row.status = 302;
    assert_wrong(*state, row, S(".status 302 is no success"));
    row = GOOD_ROW;
    row.media = "text/csv";
    assert_wrong(*state, row, S("either .reply or .media"));
    row = GOOD_ROW;
    row.errors[0] = E_ROSTER_FULL;
    row.errors[1] = E_ROSTER_FULL;
    assert_wrong(*state, row, S("E_ROSTER_FULL is listed twice"));
    row = GOOD_ROW;
    row.path = "/api/x";
    row.params = NULL;
    row.access = ACCESS_LEAGUE_MEMBER;
    assert_wrong(*state, row, S("access league-member needs a path that says which league"));
}

static void a_path_and_its_parameters_must_agree(void **state)
{
    struct endpoint row = GOOD_ROW;
    row.path = "/api/x/{teamId}";
    assert_wrong(*state, row, S("path parameter teamId is not in .params"));
    row.path = "/api/x";
    assert_wrong(*state, row, S(".params has a path parameter that is not in the path"));
    row.path = "/api/x/{leagueId}/";
    assert_wrong(*state, row, S("path segment \"\" is not plain"));
    row.path = "/api/x{leagueId}";
    assert_wrong(*state, row, S("path segment \"x{leagueId}\" is not plain"));
    row.path = "/api/{leagueId}x";
    assert_wrong(*state, row, S("path segment \"{leagueId}x\" is not {name}"));
    row.path = "api/{leagueId}";
    assert_wrong(*state, row, S("path must begin with a slash"));
}

static void two_rows_must_not_be_one(void **state)
{
    struct test *test = *state;
    const struct endpoint same_path[] = {
        ROW(GET, PUBLIC, "/api/x/{leagueId}", "a", .params = &one_id),
        ROW(GET, PUBLIC, "/api/x/{code}", "b", .params = &code_path),
    };
    const struct endpoint same_name[] = { ROW(GET, PUBLIC, "/api/x", "a"),
                                          ROW(GET, PUBLIC, "/api/y", "a") };
    const struct endpoint other_word[] = {
        ROW(GET, PUBLIC, "/api/x/{leagueId}", "a", .params = &one_id),
        ROW(POST, PUBLIC, "/api/x/{code}", "b", .params = &code_path),
    };
    const struct {
        struct endpoint_table table;
        struct slice message;
    } cases[] = {
        { { .rows = same_path, .count = 2 }, S_INIT("is there twice") },
        { { .rows = same_name, .count = 2 }, S_INIT("the name a is used twice") },
        { { .rows = other_word, .count = 2 },
          S_INIT("names its parameters otherwise than /api/x/{leagueId}") },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct faults faults = { .arena = &test->arena };
        assert_int_equal(endpoints_check(&cases[i].table, 1, &faults), E_USAGE);
        assert_int_equal(faults.count, 1);
        assert_slice(faults.first->message, cases[i].message);
    }
}

/* A row whose body has this one field; the field must be refused. */
static void assert_field_wrong(struct test *test, struct field field, struct slice message)
{
    field.name = "x";
    struct schema body = { .name = "Body",
                           .fields = &field,
                           .field_count = 1,
                           .size = sizeof(struct ids),
                           .given_offset = SIZE_MAX };
    struct endpoint row = ROW(POST, PUBLIC, "/api/x", "x", .body = &body);
    if (field.place != IN_BODY) {
        row.body = NULL;
        row.params = &body;
    }
    assert_wrong(test, row, message);
}

static void fields_that_cannot_be_read_are_refused(void **state)
{
    static const char *const values[] = { "a", NULL };
    assert_field_wrong(*state, (struct field){ .min = 1 }, S("x: type not said"));
    assert_field_wrong(*state, (struct field){ .type = T_ENUM }, S("x: an enum needs .values"));
    assert_field_wrong(*state, (struct field){ .type = T_OBJECT }, S("x: an object needs .of"));
    assert_field_wrong(*state, (struct field){ .type = T_ARRAY, .max = 3 },
                       S("x: needs either .of or .items"));
    assert_field_wrong(*state, (struct field){ .type = T_ARRAY, .items = T_INTEGER },
                       S("x: a list in a body needs .max"));
    assert_field_wrong(*state, (struct field){ .type = T_MAP, .items = T_INTEGER },
                       S("x: a map is for replies only"));
    assert_field_wrong(*state, (struct field){ .type = T_INTEGER, .offset = sizeof(struct ids) },
                       S("x: lies outside the struct"));
    assert_field_wrong(*state, (struct field){ .type = T_JSON, .place = IN_QUERY },
                       S("x: a parameter must be scalar or a list of scalars"));
    assert_field_wrong(*state, (struct field){ .type = T_INTEGER, .fallback = "1" },
                       S("x: .fallback is for parameters that are not required"));
    assert_field_wrong(
        *state,
        (struct field){ .type = T_ENUM, .values = values, .place = IN_QUERY, .fallback = "b" },
        S("x: .fallback must be one of a"));
    assert_field_wrong(*state, (struct field){ .type = T_OBJECT, .of = &done_reply },
                       S("ok: lies outside the struct"));
}

static void one_component_name_means_one_schema(void **state)
{
    struct schema twin = done_reply;
    struct endpoint twins[] = { ROW(GET, PUBLIC, "/api/x", "x"), ROW(GET, PUBLIC, "/api/y", "y") };
    twins[1].reply = &twin;
    struct endpoint_table table = { .rows = twins, .count = ARRAY_LEN(twins) };
    struct faults faults = { .arena = &((struct test *)*state)->arena };
    assert_int_equal(endpoints_check(&table, 1, &faults), E_USAGE);
    assert_slice(faults.first->at, S("GET /api/y"));
    assert_slice(faults.first->message, S("two schemas are named Done"));
}

static const struct endpoint health = ROW(GET, PUBLIC, "/api/health", "health");
static const struct endpoint create = ROW(POST, SIGNED_IN, "/api/leagues", "createLeague",
                                          .body = &name_body, .errors = { E_SETTINGS, E_INVALID });
static const struct endpoint league =
    ROW(GET, LEAGUE_READ, "/api/leagues/{leagueId}", "league", .params = &one_id);

static void mark(void *thing, enum error error)
{
    bool *marks = thing;
    assert_false(marks[error]);
    marks[error] = true;
}

static void errors_follow_from_the_row(void **state)
{
    (void)state;
    bool of_health[ERROR_COUNT] = { false };
    endpoint_errors(&health, mark, of_health);
    assert_true(of_health[E_RATE]);
    assert_true(of_health[E_INTERNAL]);
    assert_true(of_health[E_OVERLOADED]);
    assert_true(of_health[E_SIGN_IN]); /* a bearer token that is nobody's */
    assert_false(of_health[E_CSRF]);
    assert_false(of_health[E_NOT_FOUND]);
    assert_false(of_health[E_MEDIA_TYPE]);
    bool of_create[ERROR_COUNT] = { false };
    endpoint_errors(&create, mark, of_create);
    assert_true(of_create[E_SIGN_IN]);
    assert_true(of_create[E_CSRF]);
    assert_true(of_create[E_INVALID]);
    assert_true(of_create[E_MEDIA_TYPE]);
    assert_true(of_create[E_TOO_LARGE]);
    assert_true(of_create[E_SETTINGS]);
    assert_false(of_create[E_NOT_FOUND]);
    bool of_league[ERROR_COUNT] = { false };
    endpoint_errors(&league, mark, of_league);
    assert_true(of_league[E_NOT_FOUND]);
    assert_true(of_league[E_FORBIDDEN]);
}

static void a_problem_names_every_fault_and_survives_hostile_text(void **state)
{
    struct test *test = *state;
    struct request request = { .arena = &test->arena,
                               .faults = { .arena = &test->arena },
                               .id = S("0123456789abcdef"),
                               .path = S("/api/leagues") };
    fault_add(&request.faults, S("/a\"b\n"), "is not \"right\"");
    fault_add(&request.faults, S("query:week"), "must be at least 1");
    assert_int_equal(refuse(&request.faults, E_INVALID, "Two faults."), E_INVALID);
    struct slice text = problem_document(&request, E_INVALID);
    json_t *document = json_loadb(text.ptr, text.len, 0, NULL);
    assert_non_null(document);
    assert_string_equal(json_string_value(json_object_get(document, "type")), "/problems/invalid");
    assert_int_equal(json_integer_value(json_object_get(document, "status")), 422);
    assert_string_equal(json_string_value(json_object_get(document, "detail")), "Two faults.");
    assert_string_equal(json_string_value(json_object_get(document, "instance")), "/api/leagues");
    assert_string_equal(json_string_value(json_object_get(document, "requestId")),
                        "0123456789abcdef");
    json_t *errors = json_object_get(document, "errors");
    assert_int_equal(json_array_size(errors), 2);
    json_t *first = json_array_get(errors, 0);
    assert_string_equal(json_string_value(json_object_get(first, "at")), "/a\"b\n");
    json_decref(document);
}

static void a_problem_of_ours_keeps_its_reason_to_itself(void **state)
{
    struct test *test = *state;
    struct request request = { .arena = &test->arena,
                               .faults = { .arena = &test->arena },
                               .id = S("0123456789abcdef"),
                               .path = S("/api/\xff") };
    fault_add(&request.faults, S("secret"), "secret");
    assert_int_equal(refuse(&request.faults, E_INTERNAL, "secret"), E_INTERNAL);
    assert_slice(problem_document(&request, E_INTERNAL),
                 S("{\"type\":\"/problems/internal\",\"title\":\"Something failed on our side.\","
                   "\"status\":500,\"requestId\":\"0123456789abcdef\"}"));
    assert_int_equal(problem_retry_after_s(E_INVALID), 0);
    assert_in_range(problem_retry_after_s(E_OVERLOADED), 1, 60);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_a_row_does_not_say_is_refused),
        TEST(a_row_that_contradicts_itself_is_refused),
        TEST(a_path_and_its_parameters_must_agree),
        TEST(two_rows_must_not_be_one),
        TEST(fields_that_cannot_be_read_are_refused),
        TEST(one_component_name_means_one_schema),
        TEST(errors_follow_from_the_row),
        TEST(a_problem_names_every_fault_and_survives_hostile_text),
        TEST(a_problem_of_ours_keeps_its_reason_to_itself),
    };
    return cmocka_run_group_tests_name("http endpoint", tests, NULL, NULL);
}
