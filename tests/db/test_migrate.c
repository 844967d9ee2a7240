/* Migrations against a real PostgreSQL: planned, tried, waited for, interrupted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libpq-fe.h>
#include <stdlib.h>

#include "base/random.h"
#include "db/migrate.h"
#include "db/migrate_try.h"
#include "db/split.h"
#include "db/statements.h"

static const char *url(void)
{
    const char *text = getenv("ASTRALFIELD_TEST_DB");
    assert_non_null(text);
    return text;
}

static void connection_done(PGconn **pg)
{
    PQfinish(*pg);
}

static void run(PGconn *pg, const char *text)
{
    PGresult *result = PQexec(pg, text);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        fail_msg("%s: %s", text, PQerrorMessage(pg));
    }
    PQclear(result);
}

static size_t up(struct arena *arena)
{
    struct faults faults = { .arena = arena };
    size_t count = 0;
    assert_int_equal(migrate_up(url(), 0, &faults, &count), OK);
    return count;
}

static void down_to(struct arena *arena, int version)
{
    struct faults faults = { .arena = arena };
    size_t count = 0;
    assert_int_equal(migrate_down(url(), version, &faults, &count), OK);
}

/* The version of a migration by its name. */
static int version_of(const char *name)
{
    for (size_t i = 0; i < SQL_MIGRATION_COUNT; i++) {
        if (slice_eq(slice_from(sql_migrations[i].name), slice_from(name))) {
            return sql_migrations[i].version;
        }
    }
    fail_msg("there is no migration %s", name);
    return 0;
}

/* ---- cutting ---- */

static void statements_end_only_where_they_end(void **state)
{
    (void)state;
    struct slice rest = S("-- a; comment\nselect 'a;''b' as \"c;d\"; /* e; */\n"
                          "create function f() returns int language sql begin atomic select case "
                          "when true then 1 else 2 end; select 3; end;\n"
                          "do $x$ begin perform 1; end $x$;select 4");
    static const char *const wanted[] = { "select 'a;''b' as \"c;d\"", "create function f()",
                                          "do $x$ begin perform 1; end $x$", "select 4" };
    for (size_t i = 0; i < 4; i++) {
        struct slice statement = sql_next_statement(&rest);
        assert_true(slice_starts(statement, slice_from(wanted[i])));
        assert_true(i == 1 ? slice_ends(statement, S("end"))
                           : slice_eq(statement, slice_from(wanted[i])));
    }
    assert_int_equal(sql_next_statement(&rest).len, 0);
}

/* ---- plan and verify ---- */

static void a_plan_names_what_is_pending_with_the_locks_it_takes(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct faults faults = { .arena = &arena };
    struct try_plan plan = { 0 };
    up(&arena);
    assert_int_equal(migrate_plan(url(), NULL, &faults, &plan), OK);
    assert_int_equal(plan.count, 0);
    down_to(&arena, version_of("releases") - 1);
    assert_int_equal(migrate_plan(url(), NULL, &faults, &plan), OK);
    assert_true(plan.count > 3);
    assert_int_equal(plan.list[0].version, version_of("releases"));
    assert_int_equal(plan.list[0].lock_count, 1);
    assert_string_equal(plan.list[0].locks[0].table, "schema_migrations");
    assert_true(lock_blocks_reads(slice_from(plan.list[0].locks[0].mode)));
    assert_int_equal(plan.list[1].lock_count, 0); /* told once */
    struct migration_list list = { 0 };
    assert_int_equal(migrate_status(url(), &faults, &list), OK);
    assert_true(list.pending > 0); /* the real one was only read */
    up(&arena);
}

static void every_migration_can_be_taken_back(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct faults faults = { .arena = &arena };
    size_t count = 0;
    enum error error = migrate_verify(url(), NULL, &faults, &count);
    if (faults.first != NULL) {
        fail_msg("%.*s: %.*s", FMT(faults.first->at), FMT(faults.first->message));
    }
    assert_int_equal(error, OK);
    assert_int_equal(count, SQL_MIGRATION_COUNT);
}

/* ---- with others ---- */

static void a_table_that_somebody_holds_is_waited_for(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    CLEANUP(connection_done) PGconn *other = PQconnectdb(url());
    up(&arena);
    /* Longer than one lock_timeout; the server ends it. */
    run(other, "set idle_in_transaction_session_timeout = '2500ms'; begin; lock table releases");
    down_to(&arena, version_of("releases") - 1);
    up(&arena);
}

static void recovery_mode_leaves_the_schema_alone(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    CLEANUP(connection_done) PGconn *pg = PQconnectdb(url());
    struct faults faults = { .arena = &arena };
    size_t count = 0;
    up(&arena);
    down_to(&arena, SQL_MIGRATION_COUNT - 1);
    run(pg, "insert into ops_controls (kind, key, value, reason) "
            "values ('flag', 'RECOVERY_MODE', '{\"value\": \"on\"}', 'a restore')");
    assert_int_equal(migrate_up(url(), 0, &faults, &count), E_FORBIDDEN);
    assert_int_equal(migrate_down(url(), 1, &faults, &count), E_FORBIDDEN);
    run(pg, "delete from ops_controls where key = 'RECOVERY_MODE'");
    assert_int_equal(up(&arena), 1);
}

/* ---- programs of other schemas ---- */

static void a_newer_schema_that_only_added_is_accepted(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    CLEANUP(connection_done) PGconn *pg = PQconnectdb(url());
    struct faults faults = { .arena = &arena };
    struct migration_list list = { 0 };
    up(&arena);
    run(pg, "insert into schema_migrations (version, name, checksum, ms) "
            "values (900, 'newer', repeat('0', 64), 1)");
    assert_int_equal(migrate_status(url(), &faults, &list), OK);
    assert_int_equal(list.newer, 1);
    assert_int_equal(migrate_check(&list, &faults), OK);
    run(pg, "update schema_migrations set kind = 'contract' where version = 900");
    assert_int_equal(migrate_status(url(), &faults, &list), OK);
    assert_int_equal(migrate_check(&list, &faults), E_DRIFT);
    run(pg, "delete from schema_migrations where version = 900");
}

static void what_takes_away_says_so_in_its_first_words(void **state)
{
    (void)state;
    assert_true(migration_contracts("-- Columns.\n-- contract: users.old is gone\nalter table"));
    assert_false(migration_contracts("-- We contract: no\nalter table"));
}

/* ---- interrupted ---- */

/* The connection ends after some statements of each migration; the next try does it all. */
static void a_migration_that_was_cut_off_is_done_by_the_next_try(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct faults faults = { .arena = &arena };
    struct rng rng;
    rng_seed(&rng, 11);
    down_to(&arena, 0);
    for (size_t i = 0; i < SQL_MIGRATION_COUNT; i++) {
        struct slice rest = slice_from(sql_migrations[i].up);
        uint64_t left = 1 + rng_below(&rng, 40);
        size_t count = 0;
        PGconn *pg = PQconnectdb(url());
        run(pg, "begin");
        for (struct slice text = sql_next_statement(&rest); text.len > 0 && left > 0;
             text = sql_next_statement(&rest), left--) {
            run(pg, arena_cstr(&arena, text));
        }
        PQfinish(pg);
        assert_int_equal(migrate_up(url(), sql_migrations[i].version, &faults, &count), OK);
        assert_int_equal(count, 1);
    }
    struct migration_list list = { 0 };
    assert_int_equal(migrate_status(url(), &faults, &list), OK);
    assert_int_equal(list.pending + list.drifted, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_end_only_where_they_end),
        cmocka_unit_test(what_takes_away_says_so_in_its_first_words),
        cmocka_unit_test(a_plan_names_what_is_pending_with_the_locks_it_takes),
        cmocka_unit_test(every_migration_can_be_taken_back),
        cmocka_unit_test(a_table_that_somebody_holds_is_waited_for),
        cmocka_unit_test(recovery_mode_leaves_the_schema_alone),
        cmocka_unit_test(a_newer_schema_that_only_added_is_accepted),
        cmocka_unit_test(a_migration_that_was_cut_off_is_done_by_the_next_try),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
