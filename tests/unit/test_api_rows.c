/* The endpoint rows and the sentences about events, without a server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "api/app.h"
#include "api/event_text.h"
#include "db/statement.h"

static struct arena arena;

static int tidy(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

/* ---- rows ---- */

static void every_row_passes_the_check_at_start(void **state)
{
    (void)state;
    const struct endpoint_table *tables = NULL;
    size_t count = 0;
    app_tables(&arena, &tables, &count);
    struct faults faults = { .arena = &arena };
    enum error error = endpoints_check(tables, count, &faults);
    for (const struct fault *fault = faults.first; fault != NULL; fault = fault->next) {
        print_error("%.*s: %.*s\n", FMT(fault->at), FMT(fault->message));
    }
    assert_int_equal(error, OK);
}

static bool is_filled_by_the_hook(struct slice name)
{
    static const struct slice names[] = { S_INIT("user_id"), S_INIT("league_id"),
                                          S_INIT("is_member"), S_INIT("is_commissioner"),
                                          S_INIT("my_team_id") };
    bool is_known = false;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        is_known |= slice_eq(names[i], name);
    }
    return is_known;
}

/* "nfl_team" for the parameter nflTeam. */
static bool is_same_name(struct slice statement, struct slice parameter)
{
    size_t at = 0;
    for (size_t i = 0; i < parameter.len; i++) {
        char c = parameter.ptr[i];
        bool is_upper = c >= 'A' && c <= 'Z';
        if (is_upper && (at >= statement.len || statement.ptr[at++] != '_')) {
            return false;
        }
        if (at >= statement.len || statement.ptr[at++] != (is_upper ? (char)(c + 32) : c)) {
            return false;
        }
    }
    return at == statement.len;
}

static bool is_a_parameter(const struct endpoint *row, struct slice name)
{
    for (size_t i = 0; row->params != NULL && i < row->params->field_count; i++) {
        if (is_same_name(name, slice_from(row->params->fields[i].name))) {
            return true;
        }
    }
    return false;
}

static void every_statement_that_answers_a_row_gets_its_parameters(void **state)
{
    (void)state;
    const struct endpoint_table *tables = NULL;
    size_t count = 0;
    app_tables(&arena, &tables, &count);
    for (size_t t = 0; t < count; t++) {
        for (size_t r = 0; r < tables[t].count; r++) {
            const struct endpoint *row = &tables[t].rows[r];
            if (row->query == 0) {
                continue;
            }
            const struct sql_statement *statement = &sql_statements[row->query];
            assert_int_equal(statement->result, SQL_JSON);
            assert_false(statement->is_write);
            for (size_t i = 0; i < statement->param_count; i++) {
                struct slice name = slice_from(statement->params[i]);
                if (!is_filled_by_the_hook(name) && !is_a_parameter(row, name)) {
                    fail_msg("%s: nothing fills :%.*s of %s", row->name, FMT(name),
                             statement->name);
                }
            }
        }
    }
}

/* What all viewers share must not depend on the viewer. */
static void a_cached_statement_does_not_ask_who_looks(void **state)
{
    (void)state;
    static const struct slice personal[] = { S_INIT("user_id"), S_INIT("is_member"),
                                             S_INIT("is_commissioner"), S_INIT("my_team_id") };
    const struct endpoint_table *tables = NULL;
    size_t count = 0;
    app_tables(&arena, &tables, &count);
    for (size_t t = 0; t < count; t++) {
        for (size_t r = 0; r < tables[t].count; r++) {
            const struct endpoint *row = &tables[t].rows[r];
            bool is_shared = row->cache == CACHE_LEAGUE || row->cache == CACHE_NFL;
            for (size_t i = 0;
                 is_shared && row->query != 0 && i < sql_statements[row->query].param_count; i++) {
                struct slice name = slice_from(sql_statements[row->query].params[i]);
                for (size_t p = 0; p < ARRAY_LEN(personal); p++) {
                    if (slice_eq(name, personal[p])) {
                        fail_msg("%s is cached and asks for :%.*s", row->name, FMT(name));
                    }
                }
            }
        }
    }
}

/* ---- sentences ---- */

static void expect_text(struct event_facts facts, const char *expected)
{
    struct slice text = event_text(&arena, &facts);
    assert_string_equal(arena_cstr(&arena, text), expected);
}

static void an_event_is_told_with_the_names_of_its_payload(void **state)
{
    (void)state;
    expect_text(
        (struct event_facts){ .kind = S("roster.add_drop"),
                              .team = S("Bears"),
                              .payload =
                                  S("{\"added\":{\"name\":\"A. Kicker\",\"position\":\"K\"},"
                                    "\"dropped\":{\"name\":\"B. Back\",\"position\":\"RB\"}}") },
        "Bears added A. Kicker (K) and dropped B. Back (RB)");
    expect_text((struct event_facts){ .kind = S("draft.picked"),
                                      .team = S("Bears"),
                                      .payload = S("{\"player\":\"B. Back\",\"position\":\"RB\","
                                                   "\"number\":17}") },
                "Bears drafted B. Back (RB) with pick 17");
}

static void an_event_is_told_with_its_week_and_points(void **state)
{
    (void)state;
    expect_text((struct event_facts){ .kind = S("score.corrected"),
                                      .team = S("Bears"),
                                      .week = 7,
                                      .payload = S("{\"old\":101.5,\"new\":99}") },
                "Bears: the score of week 7 was corrected from 101.50 to 99");
}

static void an_unknown_kind_of_event_is_told_by_its_name(void **state)
{
    (void)state;
    expect_text((struct event_facts){ .kind = S("poll.closed"), .payload = S("{}") },
                "poll.closed");
}

static void a_payload_without_the_member_is_no_harm(void **state)
{
    (void)state;
    expect_text((struct event_facts){ .kind = S("league.renamed"), .payload = S("") },
                "The league is now called ?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_row_passes_the_check_at_start, tidy),
        cmocka_unit_test_teardown(every_statement_that_answers_a_row_gets_its_parameters, tidy),
        cmocka_unit_test_teardown(a_cached_statement_does_not_ask_who_looks, tidy),
        cmocka_unit_test_teardown(an_event_is_told_with_the_names_of_its_payload, tidy),
        cmocka_unit_test_teardown(an_event_is_told_with_its_week_and_points, tidy),
        cmocka_unit_test_teardown(an_unknown_kind_of_event_is_told_by_its_name, tidy),
        cmocka_unit_test_teardown(a_payload_without_the_member_is_no_harm, tidy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
