/* http: JSON bodies by their schemas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "http/schema.h"

static const char *const presets[] = { "standard", "half", "ppr", NULL };
static const char *const positions[] = { "QB", "RB", "WR", NULL };

struct slot {
    struct slice name;
    int64_t count;
};

struct league {
    uint64_t given;
    struct slice name;
    struct slice email;
    int64_t max_teams;
    int64_t week;
    int64_t weight;
    points bonus;
    bool reseed;
    utime starts_at;
    int preset;
    struct slot first;
    struct list slots;
    struct list positions;
    struct list notes;
    json_t *extra;
    struct slice odd;
};

static const struct field slot_fields[] = {
    FIELD(struct slot, name, "name", T_STRING, .required = true, .max = 8),
    FIELD(struct slot, count, "count", T_INTEGER, .required = true, .min = 1, .max = 10),
};
static const struct schema slot_schema = SCHEMA("Slot", struct slot, slot_fields, NULL);

static const struct field league_fields[] = {
    FIELD(struct league, name, "name", T_STRING, .required = true, .min = 1, .max = 12),
    FIELD(struct league, max_teams, "maxTeams", T_INTEGER, .min = 4, .max = 20),
    FIELD(struct league, week, "week", T_INTEGER, .nullable = true, .min = 1),
    FIELD(struct league, weight, "weight", T_DECIMAL, .min = -2500000, .max = 2500000),
    FIELD(struct league, bonus, "bonus", T_POINTS, .min = -500, .max = 100000),
    FIELD(struct league, reseed, "reseed", T_BOOLEAN),
    FIELD(struct league, starts_at, "startsAt", T_TIME),
    FIELD(struct league, preset, "preset", T_ENUM, .values = presets),
    FIELD(struct league, first, "first", T_OBJECT, .of = &slot_schema),
    FIELD(struct league, slots, "slots", T_ARRAY, .of = &slot_schema, .max = 3),
    FIELD(struct league, positions, "positions", T_ARRAY, .items = T_ENUM, .values = positions,
          .min = 1, .max = 3),
    FIELD(struct league, notes, "notes", T_ARRAY, .items = T_STRING, .max = 3),
    FIELD(struct league, extra, "extra", T_JSON),
    FIELD(struct league, email, "email", T_STRING, .format = "email"),
    FIELD(struct league, odd, "a/b~c", T_STRING, .max = 2),
};
static const struct schema league_schema =
    SCHEMA_PARTIAL("League", struct league, league_fields, NULL);

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

static enum error read_body(struct test *test, struct slice body, struct league **ret_league)
{
    void *filled = NULL;
    test->faults = (struct faults){ .arena = &test->arena };
    enum error error = schema_read_body(&league_schema, body, &test->faults, &filled);
    *ret_league = filled;
    return error;
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

/* The body must be refused with this one fault. */
static void assert_refused(struct test *test, struct slice body, struct slice at,
                           struct slice message)
{
    struct league *league = NULL;
    assert_int_equal(read_body(test, body, &league), E_INVALID);
    assert_null(league);
    if (test->faults.count != 1) {
        fail_msg("%zu faults for %.*s", test->faults.count, FMT(body));
    }
    assert_fault(test, at, message);
}

static void assert_unreadable(struct test *test, struct slice body, struct slice detail)
{
    struct league *league = NULL;
    assert_int_equal(read_body(test, body, &league), E_BAD_REQUEST);
    assert_slice(test->faults.detail, detail);
}

static void a_body_fills_the_struct_with_exact_values(void **state)
{
    struct league *league = NULL;
    struct slice body = S("{\"name\":\"Bäume 🏈\",\"maxTeams\":12,\"weight\":0.04,\"bonus\":-1.25,"
                          "\"reseed\":true,\"startsAt\":\"2024-09-08T13:00:00-04:00\","
                          "\"preset\":\"ppr\",\"first\":{\"name\":\"QB\",\"count\":1},"
                          "\"slots\":[{\"name\":\"RB\",\"count\":2},{\"name\":\"WR\",\"count\":3}],"
                          "\"positions\":[\"WR\",\"QB\"],\"notes\":[],\"extra\":{\"x\":[1]}}");
    assert_int_equal(read_body(*state, body, &league), OK);
    assert_slice(league->name, S("Bäume 🏈"));
    assert_int_equal(league->max_teams, 12);
    assert_int_equal(league->weight, 40000);
    assert_int_equal(league->bonus, -125);
    assert_true(league->reseed);
    assert_int_equal(league->starts_at, INT64_C(1725814800) * US_PER_S);
    assert_int_equal(league->preset, 2);
    assert_slice(league->first.name, S("QB"));
    assert_int_equal(league->slots.count, 2);
    const struct slot *slots = league->slots.ptr;
    assert_slice(slots[1].name, S("WR"));
    assert_int_equal(slots[1].count, 3);
    const int *wanted = league->positions.ptr;
    assert_int_equal(league->positions.count, 2);
    assert_int_equal(wanted[0], 2);
    assert_int_equal(wanted[1], 0);
    assert_int_equal(league->notes.count, 0);
    assert_int_equal(json_integer_value(json_array_get(json_object_get(league->extra, "x"), 0)), 1);
}

static void given_says_which_members_were_there_and_null_is_not(void **state)
{
    struct league *league = NULL;
    assert_int_equal(
        read_body(*state, S("{\"name\":\"a\",\"week\":null,\"reseed\":false}"), &league), OK);
    assert_true(is_given(league->given, 0));
    assert_false(is_given(league->given, 1));
    assert_false(is_given(league->given, 2));
    assert_true(is_given(league->given, 5));
    assert_int_equal(read_body(*state, S("{\"name\":\"a\",\"maxTeams\":null}"), &league),
                     E_INVALID);
    assert_fault(*state, S("/maxTeams"), S("must not be null"));
}

static void every_fault_is_told_with_its_pointer(void **state)
{
    struct test *test = *state;
    struct league *league = NULL;
    struct slice body = S("{\"maxTeams\":3,\"preset\":\"PPR\",\"first\":{\"name\":\"QB\"},"
                          "\"slots\":[{\"name\":\"RB\",\"count\":2},{\"name\":7,\"count\":11}],"
                          "\"positions\":[],\"reseed\":\"yes\",\"a/b~c\":\"long\"}");
    assert_int_equal(read_body(test, body, &league), E_INVALID);
    assert_int_equal(test->faults.count, 9);
    assert_slice(test->faults.detail, S("9 of the values given will not do."));
    assert_fault(test, S("/name"), S("is required"));
    assert_fault(test, S("/maxTeams"), S("must be between 4 and 20"));
    assert_fault(test, S("/preset"), S("must be one of standard, half, ppr"));
    assert_fault(test, S("/first/count"), S("is required"));
    assert_fault(test, S("/slots/1/name"), S("must be text"));
    assert_fault(test, S("/slots/1/count"), S("must be between 1 and 10"));
    assert_fault(test, S("/positions"), S("must be between 1 and 3 items, not 0"));
    assert_fault(test, S("/reseed"), S("must be true or false"));
    assert_fault(test, S("/a~1b~0c"), S("must be at most 2 characters long"));
}

static void an_unknown_member_is_a_fault_with_the_name_that_was_meant(void **state)
{
    assert_refused(*state, S("{\"name\":\"a\",\"max_teams\":4}"), S("/max_teams"),
                   S("is not known here; did you mean maxTeams?"));
    assert_refused(*state, S("{\"name\":\"a\",\"MAXTEAMS\":4}"), S("/MAXTEAMS"),
                   S("is not known here; did you mean maxTeams?"));
    assert_refused(*state, S("{\"name\":\"a\",\"colour\":4}"), S("/colour"),
                   S("is not known here"));
    assert_refused(*state, S("{\"name\":\"a\",\"first\":{\"name\":\"x\",\"count\":1,\"cuont\":1}}"),
                   S("/first/cuont"), S("is not known here; did you mean count?"));
}

static void a_long_unknown_name_is_cut_between_characters(void **state)
{
    struct test *test = *state;
    struct league *league = NULL;
    struct buffer body;
    buffer_init(&body, &test->arena);
    buffer_add(&body, S("{\"name\":\"a\",\"a"));
    for (int i = 0; i < 5000; i++) {
        buffer_add(&body, S("é"));
    }
    buffer_add(&body, S("\":1}"));
    assert_int_equal(read_body(test, buffer_slice(&body), &league), E_INVALID);
    assert_true(slice_is_utf8(test->faults.first->at));
    assert_in_range(test->faults.first->at.len, 50, 70);
}

static void an_open_schema_lets_unknown_members_through(void **state)
{
    struct test *test = *state;
    struct schema open = slot_schema;
    open.is_open = true;
    void *slot = NULL;
    assert_int_equal(
        schema_read_body(&open, S("{\"name\":\"x\",\"count\":1,\"more\":2}"), &test->faults, &slot),
        OK);
}

static void bounds_of_texts_count_characters_and_not_bytes(void **state)
{
    struct league *league = NULL;
    assert_int_equal(read_body(*state, S("{\"name\":\"ÄÖÜÄÖÜÄÖÜÄÖÜ\"}"), &league), OK);
    assert_refused(*state, S("{\"name\":\"ÄÖÜÄÖÜÄÖÜÄÖÜÄ\"}"), S("/name"),
                   S("must be between 1 and 12 characters long"));
    assert_refused(*state, S("{\"name\":\"\"}"), S("/name"),
                   S("must be between 1 and 12 characters long"));
}

static void a_lone_lower_bound_has_no_upper_one(void **state)
{
    struct league *league = NULL;
    assert_int_equal(read_body(*state, S("{\"name\":\"a\",\"week\":9223372036854775807}"), &league),
                     OK);
    assert_true(league->week == INT64_MAX);
    assert_refused(*state, S("{\"name\":\"a\",\"week\":0}"), S("/week"), S("must be at least 1"));
}

static void whole_numbers_are_exact_or_refused(void **state)
{
    struct league *league = NULL;
    assert_int_equal(read_body(*state, S("{\"name\":\"a\",\"week\":9007199254740993}"), &league),
                     OK);
    assert_true(league->week == INT64_C(9007199254740993));
    assert_int_equal(read_body(*state, S("{\"name\":\"a\",\"week\":5.0}"), &league), OK);
    assert_int_equal(league->week, 5);
    assert_refused(*state, S("{\"name\":\"a\",\"week\":5.5}"), S("/week"),
                   S("must be a whole number"));
    assert_refused(*state, S("{\"name\":\"a\",\"week\":1e300}"), S("/week"),
                   S("must be a whole number"));
    assert_refused(*state, S("{\"name\":\"a\",\"week\":\"5\"}"), S("/week"),
                   S("must be a whole number"));
    assert_refused(*state, S("{\"name\":\"a\",\"week\":true}"), S("/week"),
                   S("must be a whole number"));
    assert_unreadable(*state, S("{\"name\":\"a\",\"week\":9223372036854775808}"),
                      S("A number in the body is too large (line 1, column 38)."));
    assert_unreadable(*state, S("{\"name\":\"a\",\"weight\":1e999}"),
                      S("A number in the body is too large (line 1, column 26)."));
}

static void decimals_lose_float_noise_and_keep_their_bounds(void **state)
{
    struct league *league = NULL;
    assert_int_equal(read_body(*state, S("{\"name\":\"a\",\"weight\":0.10000000149}"), &league),
                     OK);
    assert_int_equal(league->weight, 100000);
    /* 1.001 times a million is a little less than 1001000 in binary. */
    assert_int_equal(read_body(*state, S("{\"name\":\"a\",\"weight\":1.001}"), &league), OK);
    assert_int_equal(league->weight, 1001000);
    assert_int_equal(read_body(*state, S("{\"name\":\"a\",\"weight\":-2.5}"), &league), OK);
    assert_int_equal(league->weight, -2500000);
    assert_refused(*state, S("{\"name\":\"a\",\"weight\":-2.500001}"), S("/weight"),
                   S("must be between -2.5 and 2.5"));
    assert_refused(*state, S("{\"name\":\"a\",\"weight\":1e18}"), S("/weight"),
                   S("is out of range"));
    assert_refused(*state, S("{\"name\":\"a\",\"weight\":9223372036854775807}"), S("/weight"),
                   S("is out of range"));
    assert_refused(*state, S("{\"name\":\"a\",\"weight\":[]}"), S("/weight"),
                   S("must be a number"));
}

static void points_have_two_places(void **state)
{
    struct league *league = NULL;
    assert_int_equal(read_body(*state, S("{\"name\":\"a\",\"bonus\":12.34}"), &league), OK);
    assert_int_equal(league->bonus, 1234);
    assert_int_equal(read_body(*state, S("{\"name\":\"a\",\"bonus\":7}"), &league), OK);
    assert_int_equal(league->bonus, 700);
    assert_refused(*state, S("{\"name\":\"a\",\"bonus\":1.005}"), S("/bonus"),
                   S("must have at most two decimal places"));
    assert_refused(*state, S("{\"name\":\"a\",\"bonus\":99999999}"), S("/bonus"),
                   S("is out of range"));
    assert_refused(*state, S("{\"name\":\"a\",\"bonus\":-5.01}"), S("/bonus"),
                   S("must be between -5.00 and 1000.00"));
}

static void times_need_their_offset(void **state)
{
    struct slice wrong = S("must be a time with its offset, such as 2024-09-08T17:00:00Z");
    assert_refused(*state, S("{\"name\":\"a\",\"startsAt\":\"2024-09-08T17:00:00\"}"),
                   S("/startsAt"), wrong);
    assert_refused(*state, S("{\"name\":\"a\",\"startsAt\":1725814800}"), S("/startsAt"), wrong);
}

static void addresses_of_mail_are_looked_at(void **state)
{
    static const struct slice good[] = { S_INIT("{\"name\":\"a\",\"email\":\"a@b.example\"}"),
                                         S_INIT("{\"name\":\"a\",\"email\":\"a.b+c@ä.example\"}") };
    static const struct slice bad[] = {
        S_INIT("{\"name\":\"a\",\"email\":\"\"}"),
        S_INIT("{\"name\":\"a\",\"email\":\"@b.c\"}"),
        S_INIT("{\"name\":\"a\",\"email\":\"a@b\"}"),
        S_INIT("{\"name\":\"a\",\"email\":\"a@b..c\"}"),
        S_INIT("{\"name\":\"a\",\"email\":\"a@b.c@d\"}"),
        S_INIT("{\"name\":\"a\",\"email\":\"a b@c.d\"}"),
        S_INIT("{\"name\":\"a\",\"email\":\"a@b.c\\nX: y\"}"),
        S_INIT("{\"name\":\"a\",\"email\":\"<a@b.c>\"}"),
    };
    struct league *league = NULL;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        assert_int_equal(read_body(*state, good[i], &league), OK);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_refused(*state, bad[i], S("/email"), S("must be an e-mail address"));
    }
}

static void what_is_no_json_object_is_refused_with_its_place(void **state)
{
    assert_unreadable(*state, S(""), S("The body is empty; it must be a JSON object."));
    assert_unreadable(*state, S(" \r\n"), S("The body is empty; it must be a JSON object."));
    assert_unreadable(*state, S("{\"name\":\n \"a\",}"),
                      S("The body is not JSON (line 2, column 6)."));
    assert_unreadable(*state, S("{\"name\":\"a\"} x"),
                      S("The body is not JSON (line 1, column 14)."));
    assert_unreadable(*state, S("7"), S("The body is not JSON (line 1, column 1)."));
    assert_unreadable(*state, S("{\"name\":\"a\",\"name\":\"b\"}"),
                      S("The body names a member twice (line 1, column 18)."));
    assert_unreadable(*state, S("{\"name\":\"a\\u0000b\"}"),
                      S("The body is not JSON (line 1, column 18)."));
    assert_unreadable(*state, S("{\"name\":\"\\ud800\"}"),
                      S("The body is not JSON (line 1, column 16)."));
    assert_refused(*state, S("[]"), S(""), S("must be an object"));
    assert_refused(*state, S("{\"name\":\"a\",\"slots\":{}}"), S("/slots"), S("must be a list"));
    assert_refused(*state, S("{\"name\":\"a\",\"slots\":[[]]}"), S("/slots/0"),
                   S("must be an object"));
}

static void bytes_that_are_not_text_are_refused(void **state)
{
    struct slice wrong = S("The body is not UTF-8 text.");
    assert_unreadable(*state, S("{\"name\":\"\xff\"}"), wrong);
    assert_unreadable(*state, S("{\"name\":\"\xc0\xaf\"}"), wrong);
    assert_unreadable(*state, S("{\"name\":\"\xed\xa0\x80\"}"), wrong);
    assert_unreadable(*state, S("{\"name\":\"a\0b\"}"), wrong);
    assert_unreadable(*state, S("{\"name\":\"a\"}\0"), wrong);
}

static void append_nested(struct buffer *body, size_t depth)
{
    buffer_add(body, S("{\"name\":\"[[[[[[[[[[[[[\\\"[[[[\",\"extra\":"));
    for (size_t i = 1; i < depth; i++) {
        buffer_byte(body, '[');
    }
    for (size_t i = 1; i < depth; i++) {
        buffer_byte(body, ']');
    }
    buffer_byte(body, '}');
}

static void nesting_deeper_than_sixteen_is_refused_before_it_is_parsed(void **state)
{
    struct test *test = *state;
    struct league *league = NULL;
    struct buffer body;
    buffer_init(&body, &test->arena);
    append_nested(&body, 16);
    /* Brackets in strings are not depth: only the name's length is wrong. */
    assert_refused(test, buffer_slice(&body), S("/name"),
                   S("must be between 1 and 12 characters long"));
    buffer_init(&body, &test->arena);
    append_nested(&body, 17);
    assert_unreadable(test, buffer_slice(&body), S("The body is nested deeper than 16 levels."));
    buffer_init(&body, &test->arena);
    append_nested(&body, 100000);
    assert_unreadable(test, buffer_slice(&body), S("The body is nested deeper than 16 levels."));
    assert_int_equal(read_body(test, S("{\"name\":\"a\"}"), &league), OK);
}

static void a_flood_of_faults_is_counted_and_cut(void **state)
{
    struct test *test = *state;
    struct league *league = NULL;
    struct buffer body;
    buffer_init(&body, &test->arena);
    buffer_add(&body, S("{\"name\":\"a\""));
    for (int i = 0; i < 20000; i++) {
        buffer_format(&body, ",\"k%d\":0", i);
    }
    buffer_byte(&body, '}');
    size_t before = test->arena.bytes;
    assert_int_equal(read_body(test, buffer_slice(&body), &league), E_INVALID);
    assert_int_equal(test->faults.count, 20000);
    assert_in_range(test->arena.bytes - before, 1, 100000);
}

static void the_parsed_document_goes_with_the_arena(void **state)
{
    struct test *test = *state;
    struct league *league = NULL;
    assert_int_equal(read_body(test, S("{\"name\":\"a\"}"), &league), OK);
    arena_reset(&test->arena);
    assert_int_equal(test->arena.duties_done, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_body_fills_the_struct_with_exact_values),
        TEST(given_says_which_members_were_there_and_null_is_not),
        TEST(every_fault_is_told_with_its_pointer),
        TEST(an_unknown_member_is_a_fault_with_the_name_that_was_meant),
        TEST(a_long_unknown_name_is_cut_between_characters),
        TEST(an_open_schema_lets_unknown_members_through),
        TEST(bounds_of_texts_count_characters_and_not_bytes),
        TEST(a_lone_lower_bound_has_no_upper_one),
        TEST(whole_numbers_are_exact_or_refused),
        TEST(decimals_lose_float_noise_and_keep_their_bounds),
        TEST(points_have_two_places),
        TEST(times_need_their_offset),
        TEST(addresses_of_mail_are_looked_at),
        TEST(what_is_no_json_object_is_refused_with_its_place),
        TEST(bytes_that_are_not_text_are_refused),
        TEST(nesting_deeper_than_sixteen_is_refused_before_it_is_parsed),
        TEST(a_flood_of_faults_is_counted_and_cut),
        TEST(the_parsed_document_goes_with_the_arena),
    };
    return cmocka_run_group_tests_name("http schema", tests, NULL, NULL);
}
