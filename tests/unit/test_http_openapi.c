/* http: what the rows say about themselves: OpenAPI, routes, the manual, the page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "http/docs_page.h"

static const char *const orders[] = { "asc", "desc", NULL };
static const char *const presets[] = { "standard", "ppr", NULL };

struct input {
    uint64_t given;
    int64_t id;
    int64_t limit;
    int64_t weight;
    points bonus;
    int order;
    struct list list;
    struct slice text;
    struct slice email;
    struct slice key;
    bool flag;
};

struct slot {
    struct slice name;
};

static const struct field page_fields[] = {
    FIELD(struct input, id, "leagueId", T_INTEGER, .place = IN_PATH, .required = true, .min = 1,
          .doc = "The league's number."),
    FIELD(struct input, limit, "limit", T_INTEGER, .place = IN_QUERY, .min = 1, .max = 100,
          .fallback = "25"),
    FIELD(struct input, order, "order", T_ENUM, .place = IN_QUERY, .values = orders,
          .fallback = "desc"),
    FIELD(struct input, list, "positions", T_ARRAY, .place = IN_QUERY, .items = T_STRING,
          .fallback = "QB,RB"),
    FIELD(struct input, key, "Idempotency-Key", T_STRING, .place = IN_HEADER, .min = 8, .max = 80),
};
static const struct schema page_params = SCHEMA_PARTIAL(NULL, struct input, page_fields, NULL);

static const struct field slot_fields[] = {
    FIELD(struct slot, name, "name", T_STRING, .required = true, .max = 8),
};
static const struct schema slot_schema = SCHEMA("Slot", struct slot, slot_fields, NULL);

static const struct field body_fields[] = {
    FIELD(struct input, text, "name", T_STRING, .required = true, .min = 12, .max = 40,
          .doc = "Shown as <b>text</b> & \"quoted\" | piped."),
    FIELD(struct input, email, "email", T_STRING, .required = true, .format = "email"),
    FIELD(struct input, weight, "weight", T_DECIMAL, .min = -1500000, .max = 2000000),
    FIELD(struct input, bonus, "bonus", T_POINTS, .required = true, .min = 50, .max = 1000),
    FIELD(struct input, order, "preset", T_ENUM, .required = true, .values = presets),
    FIELD(struct input, list, "slots", T_ARRAY, .required = true, .of = &slot_schema, .max = 9),
    FIELD(struct input, flag, "flag", T_BOOLEAN, .nullable = true),
};
static const struct schema body_schema =
    SCHEMA_PARTIAL("Settings", struct input, body_fields, "How a league plays.");

static const struct field team_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("name", T_STRING, .required = true),
};
static const struct schema team = REPLY_SCHEMA("TeamRef", team_fields, NULL);

static const struct field league_fields[] = {
    REPLY("champion", T_OBJECT, .of = &team, .nullable = true, .required = true),
    REPLY("owner", T_OBJECT, .of = &team, .doc = "Who began it."),
    REPLY("teams", T_ARRAY, .of = &team, .required = true),
    REPLY("scores", T_MAP, .items = T_POINTS),
    REPLY("preset", T_ENUM, .values = presets, .nullable = true),
    REPLY("at", T_TIME, .nullable = true),
    REPLY("payload", T_JSON),
};
static const struct schema league = REPLY_SCHEMA("League", league_fields, "One league.");

static enum error answer(struct request *request)
{
    (void)request;
    return OK;
}

static const struct endpoint rows[] = {
    { .method = METHOD_PUT,
      .path = "/api/leagues/{leagueId}",
      .name = "changeLeague",
      .summary = "Change a league.",
      .tag = "Leagues",
      .access = ACCESS_COMMISSIONER,
      .rate = RATE_WRITE,
      .params = &page_params,
      .body = &body_schema,
      .reply = &league,
      .errors = { E_SETTINGS, E_LEAGUE_STATE, E_PRECONDITION },
      .handle = answer },
    { .method = METHOD_GET,
      .path = "/api/leagues/{leagueId}",
      .name = "league",
      .summary = "One league.",
      .description = "First.\n\nSecond, with `code`.",
      .tag = "Leagues",
      .access = ACCESS_LEAGUE_READ,
      .rate = RATE_READ,
      .cache = CACHE_LEAGUE,
      .is_offline_ok = true,
      .params = &page_params,
      .reply = &league,
      .handle = answer },
    { .method = METHOD_GET,
      .path = "/api/health",
      .name = "health",
      .summary = "Is it <well>?",
      .tag = "About the server",
      .access = ACCESS_PUBLIC,
      .rate = RATE_PROBE,
      .media = "text/plain",
      .handle = answer },
};
static const struct endpoint more_rows[] = {
    { .method = METHOD_GET,
      .path = "/api/socket",
      .name = "socket",
      .summary = "Live.",
      .tag = "Live",
      .access = ACCESS_PUBLIC,
      .rate = RATE_READ,
      .is_upgrade = true,
      .handle = answer },
    { .method = METHOD_DELETE,
      .path = "/api/auth/session",
      .name = "signOut",
      .summary = "Sign out.",
      .tag = "Accounts",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_WRITE,
      .status = 204,
      .lane = LANE_HEAVY,
      .handle = answer },
};
static const struct endpoint_table tables[] = {
    { .rows = rows, .count = ARRAY_LEN(rows) },
    { .rows = more_rows, .count = ARRAY_LEN(more_rows) },
};
static const struct api api = { .tables = tables,
                                .count = ARRAY_LEN(tables),
                                .version = S_INIT("1.2.3") };

struct test {
    struct arena arena;
    struct slice text;
    json_t *document;
};

static int set_up(void **state)
{
    struct test *test = calloc(1, sizeof(*test));
    struct faults faults = { .arena = &test->arena };
    if (endpoints_check(tables, ARRAY_LEN(tables), &faults) != OK) {
        print_error("%.*s: %.*s\n", FMT(faults.first->at), FMT(faults.first->message));
        return -1;
    }
    test->text = openapi_document(&api, &test->arena);
    test->document = json_loadb(test->text.ptr, test->text.len, JSON_REJECT_DUPLICATES, NULL);
    *state = test;
    return test->document == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    struct test *test = *state;
    json_decref(test->document);
    arena_done(&test->arena);
    free(test);
    return 0;
}

/* The value that a JSON pointer names must be this JSON. */
static void assert_json(const json_t *document, const char *pointer, const char *want)
{
    const json_t *at = document;
    struct slice rest = slice_from(pointer);
    slice_cut(&rest, '/');
    while (rest.ptr != NULL && at != NULL) {
        char key[128] = "";
        struct slice step = slice_cut(&rest, '/');
        size_t len = 0;
        for (size_t i = 0; i < step.len; i++) {
            bool is_slash = step.ptr[i] == '~'; /* only ~1 is used here */
            key[len++] = is_slash ? '/' : step.ptr[i];
            i += is_slash;
        }
        at = json_is_array(at) ? json_array_get(at, (size_t)atol(key)) : json_object_get(at, key);
    }
    json_t *wanted = json_loads(want, JSON_DECODE_ANY, NULL);
    assert_non_null(wanted);
    bool is_equal = json_equal(at, wanted) == 1;
    json_decref(wanted);
    if (!is_equal) {
        char *got = at == NULL ? NULL : json_dumps(at, JSON_ENCODE_ANY);
        print_error("%s is %s, not %s\n", pointer, got == NULL ? "missing" : got, want);
        free(got);
        fail();
    }
}

static void assert_holds(struct slice text, struct slice part)
{
    if (memmem(text.ptr, text.len, part.ptr, part.len) == NULL) {
        fail_msg("\"%.*s\" is not there", FMT(part));
    }
}

static void assert_lacks(struct slice text, struct slice part)
{
    if (memmem(text.ptr, text.len, part.ptr, part.len) != NULL) {
        fail_msg("\"%.*s\" is there", FMT(part));
    }
}

#define LEAGUE_PATH "/paths/~1api~1leagues~1{leagueId}"

static void operations_have_their_row(void **state)
{
    const struct test *test = *state;
    const json_t *document = test->document;
    assert_json(document, "/openapi", "\"3.1.0\"");
    assert_json(document, "/info/version", "\"1.2.3\"");
    assert_json(document, LEAGUE_PATH "/get/operationId", "\"league\"");
    assert_json(document, LEAGUE_PATH "/get/x-access", "\"league-read\"");
    assert_json(document, LEAGUE_PATH "/get/x-rate", "\"read\"");
    assert_json(document, LEAGUE_PATH "/get/x-offline", "true");
    assert_json(document, LEAGUE_PATH "/get/tags", "[\"Leagues\"]");
    assert_json(document, LEAGUE_PATH "/get/security", "[{},{\"session\":[]},{\"token\":[]}]");
    assert_json(document, LEAGUE_PATH "/put/security", "[{\"session\":[]},{\"token\":[]}]");
    assert_json(document, "/paths/~1api~1health/get/security", "[]");
    assert_json(document, LEAGUE_PATH "/put/requestBody/content/application~1json/schema",
                "{\"$ref\":\"#/components/schemas/Settings\"}");
    assert_json(document, LEAGUE_PATH "/get/responses/200/content/application~1json/schema",
                "{\"$ref\":\"#/components/schemas/League\"}");
    assert_json(document, "/paths/~1api~1health/get/responses/200/content",
                "{\"text/plain\":{\"schema\":{}}}");
    assert_json(document, "/paths/~1api~1auth~1session/delete/responses/204",
                "{\"description\":\"Done.\"}");
    assert_json(document, "/paths/~1api~1socket/get/responses/101",
                "{\"description\":\"From here on it is a WebSocket.\"}");
    assert_json(document, "/tags",
                "[{\"name\":\"About the server\"},{\"name\":\"Accounts\"},"
                "{\"name\":\"Leagues\"},{\"name\":\"Live\"}]");
}

static void parameters_have_bounds_enums_and_defaults(void **state)
{
    const struct test *test = *state;
    const json_t *document = test->document;
    assert_json(document, LEAGUE_PATH "/get/parameters/0",
                "{\"name\":\"leagueId\",\"in\":\"path\",\"required\":true,"
                "\"description\":\"The league's number.\","
                "\"schema\":{\"type\":\"integer\",\"minimum\":1}}");
    assert_json(document, LEAGUE_PATH "/get/parameters/1/schema",
                "{\"type\":\"integer\",\"minimum\":1,\"maximum\":100,\"default\":25}");
    assert_json(document, LEAGUE_PATH "/get/parameters/2/schema",
                "{\"type\":\"string\",\"enum\":[\"asc\",\"desc\"],\"default\":\"desc\"}");
    assert_json(document, LEAGUE_PATH "/get/parameters/3",
                "{\"name\":\"positions\",\"in\":\"query\",\"required\":false,\"style\":\"form\","
                "\"explode\":false,\"schema\":{\"type\":\"array\",\"items\":{\"type\":\"string\"},"
                "\"default\":[\"QB\",\"RB\"]}}");
    assert_json(document, LEAGUE_PATH "/get/parameters/4/in", "\"header\"");
}

static void schemas_are_components_by_name(void **state)
{
    const struct test *test = *state;
    const json_t *schemas =
        json_object_get(json_object_get(test->document, "components"), "schemas");
    assert_int_equal(json_object_size(schemas), 6);
    assert_json(schemas, "/League/properties/champion",
                "{\"anyOf\":[{\"$ref\":\"#/components/schemas/TeamRef\"},{\"type\":\"null\"}]}");
    assert_json(schemas, "/League/properties/owner",
                "{\"$ref\":\"#/components/schemas/TeamRef\",\"description\":\"Who began it.\"}");
    assert_json(schemas, "/League/properties/teams",
                "{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/TeamRef\"}}");
    assert_json(schemas, "/League/properties/scores",
                "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"number\"}}");
    assert_json(schemas, "/League/properties/preset",
                "{\"type\":[\"string\",\"null\"],\"enum\":[\"standard\",\"ppr\",null]}");
    assert_json(schemas, "/League/properties/at",
                "{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}");
    assert_json(schemas, "/League/properties/payload", "{}");
    assert_json(schemas, "/League/required", "[\"champion\",\"teams\"]");
    assert_json(schemas, "/League/additionalProperties", "false");
    assert_json(schemas, "/Settings/properties/weight",
                "{\"type\":\"number\",\"minimum\":-1.5,\"maximum\":2}");
    assert_json(schemas, "/Settings/properties/bonus",
                "{\"type\":\"number\",\"minimum\":0.5,\"maximum\":10.0}");
    assert_json(schemas, "/Settings/properties/email",
                "{\"type\":\"string\",\"format\":\"email\"}");
    assert_json(schemas, "/Settings/properties/slots/maxItems", "9");
    assert_json(schemas, "/Slot/properties/name", "{\"type\":\"string\",\"maxLength\":8}");
}

static void errors_are_grouped_by_status(void **state)
{
    const struct test *test = *state;
    const json_t *document = test->document;
    assert_json(document, LEAGUE_PATH "/put/responses/422/x-problems",
                "[\"invalid\",\"settings\"]");
    assert_json(document, LEAGUE_PATH "/put/responses/422/description",
                "\"`invalid`: Some values are not acceptable.\\n"
                "`settings`: These league settings do not fit together.\"");
    assert_json(document, LEAGUE_PATH "/put/responses/403/x-problems",
                "[\"second-factor-first\", \"forbidden\",\"blocked\",\"csrf\"]");
    assert_json(document, LEAGUE_PATH "/put/responses/412/x-problems", "[\"stale\"]");
    assert_json(
        document, LEAGUE_PATH "/put/responses/503/x-problems",
        "[\"unavailable\",\"overloaded\",\"timeout\",\"maintenance\",\"read-only\",\"recovery\"]");
    assert_json(document, LEAGUE_PATH "/put/responses/409/content",
                "{\"application/problem+json\":"
                "{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}");
    assert_json(document, "/paths/~1api~1socket/get/responses/426/x-problems",
                "[\"upgrade-required\"]");
}

static void paths_and_schemas_are_sorted_and_repeatable(void **state)
{
    struct test *test = *state;
    const struct endpoint_table turned[] = { tables[1], tables[0] };
    const struct api same = { .tables = turned, .count = 2, .version = S("1.2.3") };
    struct slice again = openapi_document(&same, &test->arena);
    assert_true(slice_eq(again, test->text));
    const char *order[] = { "\"/api/auth/session\"",
                            "\"/api/health\"",
                            "\"/api/leagues/{leagueId}\"",
                            "\"get\": {\n        \"operationId\": \"league\"",
                            "\"put\": {\n        \"operationId\": \"changeLeague\"",
                            "\"/api/socket\"",
                            "\n      \"League\": {",
                            "\n      \"Problem\": {",
                            "\n      \"ProblemFault\": {",
                            "\n      \"Settings\": {",
                            "\n      \"TeamRef\": {" };
    const char *at = arena_cstr(&test->arena, test->text);
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        at = strstr(at, order[i]);
        if (at == NULL) {
            fail_msg("%s is not in its place", order[i]);
        }
    }
}

static void the_document_is_laid_out_for_diffs(void **state)
{
    const struct test *test = *state;
    assert_true(slice_starts(test->text, S("{\n  \"openapi\": \"3.1.0\",\n  \"info\": {\n")));
    assert_true(slice_ends(test->text, S("\n  }\n}\n")));
    assert_holds(test->text, S("\"security\": [],\n"));
    assert_holds(test->text, S("        \"tags\": [\n          \"Leagues\"\n        ],\n"));
}

static void routes_are_a_table_or_json(void **state)
{
    struct test *test = *state;
    struct slice text = routes_print(&api, ROUTES_TEXT, &test->arena);
    assert_holds(text, S("METHOD  PATH                    ACCESS         RATE"));
    assert_holds(text, S("PUT     /api/leagues/{leagueId} commissioner   write    fast   none"));
    struct slice json = routes_print(&api, ROUTES_JSON, &test->arena);
    json_t *list = json_loadb(json.ptr, json.len, 0, NULL);
    assert_int_equal(json_array_size(list), 5);
    assert_json(list, "/0",
                "{\"method\":\"DELETE\",\"path\":\"/api/auth/session\",\"name\":\"signOut\","
                "\"tag\":\"Accounts\",\"access\":\"signed-in\",\"rate\":\"write\","
                "\"lane\":\"heavy\",\"cache\":\"none\",\"status\":204}");
    json_decref(list);
}

static void the_manual_tells_rows_fields_errors_and_an_example(void **state)
{
    struct test *test = *state;
    struct slice manual = api_manual(&api, &test->arena);
    assert_holds(manual, S("- [Leagues](#tag-leagues)\n"
                           "  - [GET /api/leagues/{leagueId}](#op-league)\n"));
    assert_holds(manual, S("<a id=\"op-changeLeague\"></a>\n\n### PUT /api/leagues/{leagueId}\n"));
    assert_holds(manual, S("For commissioners of the league. · Rate class: write."));
    assert_holds(manual, S("| `limit` | integer, 1 to 100 | query | Default: `25`. |"));
    assert_holds(manual, S("| `leagueId` | integer, at least 1 | path, required |"));
    assert_holds(manual, S("& \"quoted\" \\| piped. |"));
    assert_holds(manual, S("| `champion` | [TeamRef](#schema-TeamRef), or null | yes |  |"));
    assert_holds(manual, S("| `weight` | decimal, -1.5 to 2 | no |  |"));
    assert_holds(manual, S("409 `league-state`, 412 `stale`"));
    assert_holds(manual,
                 S("curl -X PUT 'http://localhost:3007/api/leagues/1' \\\n"
                   "  -H \"Authorization: Bearer $ASTRALFIELD_TOKEN\" \\\n"
                   "  -H 'Content-Type: application/json' \\\n"
                   "  -d '{\"name\":\"namexxxxxxxx\",\"email\":\"ada@example.org\",\"bonus\":0.50,"
                   "\"preset\":\"standard\",\"slots\":[{\"name\":\"name\"}]}'"));
    assert_holds(manual, S("<a id=\"schema-Slot\"></a>"));
}

/* Every element that is opened is closed, in order. */
static void assert_balanced(struct slice page)
{
    struct slice open[64];
    size_t depth = 0;
    for (size_t i = 0; i < page.len; i++) {
        if (page.ptr[i] != '<' || page.ptr[i + 1] == '!') {
            continue;
        }
        size_t end = slice_find(page, '>', i);
        bool is_close = page.ptr[i + 1] == '/';
        struct slice rest = slice_from_to(page, i + 1 + is_close, end);
        struct slice name = slice_cut(&rest, ' ');
        if (slice_eq(name, S("meta")) || slice_eq(name, S("link"))) {
            continue;
        }
        if (!is_close) {
            assert_true(depth < ARRAY_LEN(open));
            open[depth++] = name;
            continue;
        }
        if (depth == 0 || !slice_eq(open[--depth], name)) {
            fail_msg("</%.*s> closes %.*s", FMT(name), FMT(open[depth]));
        }
    }
    assert_int_equal(depth, 0);
}

static void the_page_is_whole_and_needs_nothing_from_elsewhere(void **state)
{
    struct test *test = *state;
    struct slice page = docs_page(&api, &test->arena);
    assert_balanced(page);
    assert_holds(page, S("<link rel=\"stylesheet\" href=\"/api/docs/style.css\">"));
    assert_lacks(page, S("<script"));
    assert_lacks(page, S("style="));
    assert_lacks(page, S("src="));
    assert_lacks(page, S("href=\"http"));
    assert_lacks(docs_style(), S("url("));
    assert_lacks(docs_style(), S("@import"));
    assert_holds(docs_style(), S("prefers-color-scheme: light"));
    assert_holds(page, S("<article id=\"op-league\">\n<h3><span class=\"method\">GET</span> "
                         "<code>/api/leagues/{leagueId}</code></h3>"));
    assert_holds(page, S("<p>First.</p>\n<p>Second, with <code>code</code>.</p>"));
    assert_holds(page, S("<a href=\"#schema-TeamRef\">TeamRef</a>, or null"));
}

static void the_page_escapes_what_rows_say(void **state)
{
    struct test *test = *state;
    struct slice page = docs_page(&api, &test->arena);
    assert_holds(page, S("Is it &lt;well&gt;?"));
    assert_holds(page, S("Shown as &lt;b&gt;text&lt;/b&gt; &amp; &quot;quoted&quot; | piped."));
    assert_lacks(page, S("<b>"));
}

static void every_link_of_the_page_has_its_place(void **state)
{
    struct test *test = *state;
    struct slice page = docs_page(&api, &test->arena);
    size_t links = 0;
    for (size_t i = 0; i + 7 < page.len; i++) {
        if (memcmp(page.ptr + i, "href=\"#", 7) != 0) {
            continue;
        }
        size_t end = slice_find(page, '"', i + 7);
        struct slice anchor = slice_from_to(page, i + 7, end);
        assert_holds(page, arena_format(&test->arena, " id=\"%.*s\"", FMT(anchor)));
        links++;
    }
    assert_true(links > 15);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(operations_have_their_row),
        TEST(parameters_have_bounds_enums_and_defaults),
        TEST(schemas_are_components_by_name),
        TEST(errors_are_grouped_by_status),
        TEST(paths_and_schemas_are_sorted_and_repeatable),
        TEST(the_document_is_laid_out_for_diffs),
        TEST(routes_are_a_table_or_json),
        TEST(the_manual_tells_rows_fields_errors_and_an_example),
        TEST(the_page_is_whole_and_needs_nothing_from_elsewhere),
        TEST(the_page_escapes_what_rows_say),
        TEST(every_link_of_the_page_has_its_place),
    };
    return cmocka_run_group_tests_name("http openapi", tests, NULL, NULL);
}
