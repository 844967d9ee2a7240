/* db and auth against a real PostgreSQL: tests/lib/with-cluster gives ASTRALFIELD_TEST_DB. */
#include <signal.h>
#include <stdlib.h>

#include "auth/auth.h"
#include "base/check.h"
#include "db/db.h"
#include "db/migrate.h"
#include "run/fiber.h"
#include "run/work.h"
#include "stage.h"

struct scene {
    struct loop *loop;
    struct arena arena;
    void (*body)(struct scene *scene);
    struct work_pool *pool;
    struct auth *auth;
    unsigned left;
    char heard[128];
};

static void play(void *thing)
{
    struct scene *scene = thing;
    scene->body(scene);
}

static void stage(void (*body)(struct scene *scene))
{
    struct scene scene = { .body = body };
    const struct db_settings settings = { .read_connections = 1,
                                          .tx_connections = 2,
                                          .read_timeout_ms = 1500,
                                          .tx_timeout_ms = 2000,
                                          .acquire_timeout_ms = 100 };
    assert_int_equal(work_pool_new(1, 16, &scene.pool), OK);
    scene.auth = auth_new(scene.pool);
    stage_play(settings, play, &scene, &scene.loop);
    auth_free(scene.auth);
    work_pool_free(scene.pool);
    arena_done(&scene.arena);
}

static int64_t users(struct scene *scene)
{
    struct rows rows = { 0 };
    assert_int_equal(db_read(&scene->arena, SQL_AUTH_COUNT_USERS, NO_PARAMS, &rows), OK);
    return rows_int(&rows, 0, "users");
}

static struct params new_user(struct param list[4], struct slice email)
{
    list[0] = P_TEXT(email);
    list[1] = P_TEXT(S("Somebody"));
    list[2] = P_TEXT(S("a hash that is long enough to be one"));
    list[3] = P_BOOL(false);
    return (struct params){ .list = list, .count = 4 };
}

/* ---- migrations ---- */

static void migrations_go_up_down_and_up_again(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct faults faults = { .arena = &arena };
    size_t count = 0;
    struct migration_list list = { 0 };
    assert_int_equal(migrate_up(stage_url(), 0, &faults, &count), OK);
    assert_int_equal(count, SQL_MIGRATION_COUNT);
    assert_int_equal(migrate_up(stage_url(), 0, &faults, &count), OK);
    assert_int_equal(count, 0);
    assert_int_equal(migrate_down(stage_url(), 0, &faults, &count), OK);
    assert_int_equal(count, SQL_MIGRATION_COUNT);
    assert_int_equal(migrate_status(stage_url(), &faults, &list), OK);
    assert_int_equal(list.pending, SQL_MIGRATION_COUNT);
    assert_int_equal(migrate_up(stage_url(), 0, &faults, &count), OK);
    assert_int_equal(migrate_status(stage_url(), &faults, &list), OK);
    assert_int_equal(list.pending + list.drifted, 0);
}

/* ---- transactions ---- */

static void commit_and_roll_back(struct scene *scene)
{
    struct param list[4];
    struct rows rows = { 0 };
    int64_t before = users(scene);
    {
        CLEANUP(tx_done) struct tx tx = { 0 };
        assert_int_equal(tx_begin(&scene->arena, &tx), OK);
        assert_int_equal(
            tx_query(&tx, SQL_AUTH_INSERT_USER, new_user(list, S("a@example.org")), &rows), OK);
    }
    assert_int_equal(users(scene), before);
    {
        CLEANUP(tx_done) struct tx tx = { 0 };
        assert_int_equal(tx_begin(&scene->arena, &tx), OK);
        tx_send(&tx, SQL_AUTH_INSERT_USER, new_user(list, S("b@example.org")));
        assert_int_equal(
            tx_query(&tx, SQL_AUTH_INSERT_USER, new_user(list, S("a@example.org")), &rows), OK);
        assert_int_equal(tx_commit(&tx), OK);
    }
    assert_int_equal(users(scene), before + 2);
}

static void a_transaction_holds_until_it_is_committed(void **state)
{
    (void)state;
    stage(commit_and_roll_back);
}

static void break_a_batch(struct scene *scene)
{
    struct param list[4];
    int64_t before = users(scene);
    CLEANUP(tx_done) struct tx tx = { 0 };
    assert_int_equal(tx_begin(&scene->arena, &tx), OK);
    tx_send(&tx, SQL_AUTH_INSERT_USER, new_user(list, S("c@example.org")));
    tx_send(&tx, SQL_AUTH_INSERT_USER, new_user(list, S("a@example.org")));
    tx_send(&tx, SQL_AUTH_INSERT_USER, new_user(list, S("d@example.org")));
    assert_int_equal(tx_commit(&tx), E_EMAIL_TAKEN);
    assert_string_equal(tx.constraint, "users_email_unique");
    tx_done(&tx);
    assert_int_equal(users(scene), before);
}

static void an_error_inside_a_batch_comes_out_of_the_commit(void **state)
{
    (void)state;
    stage(break_a_batch);
}

/* A statement that a connection sends for the first time behind one that breaks is not prepared by then. */
static void learn_behind_an_error(struct scene *scene)
{
    struct param list[4];
    for (int round = 0; round < 2; round++) {
        bool is_broken = round == 0;
        struct tx txs[2] = { 0 };
        for (size_t i = 0; i < ARRAY_LEN(txs); i++) {
            struct rows rows = { 0 };
            struct slice email = arena_format(&scene->arena, "learner%zu@example.org", i);
            assert_int_equal(tx_begin(&scene->arena, &txs[i]), OK);
            assert_int_equal(tx_query(&txs[i], SQL_AUTH_INSERT_USER, new_user(list, email), &rows),
                             OK);
            int64_t user_id = rows_int(&rows, 0, "id");
            if (is_broken) {
                tx_send(&txs[i], SQL_AUTH_INSERT_USER, new_user(list, email));
            }
            tx_send(&txs[i], SQL_AUTH_LIST_SESSIONS, PARAMS(P_INT(user_id), P_INT(0)));
            tx_send(&txs[i], SQL_AUTH_LIST_SESSIONS, PARAMS(P_INT(user_id), P_INT(0)));
        }
        for (size_t i = 0; i < ARRAY_LEN(txs); i++) {
            assert_int_equal(tx_commit(&txs[i]), is_broken ? E_EMAIL_TAKEN : OK);
            tx_done(&txs[i]);
        }
    }
}

static void a_statement_first_sent_behind_a_broken_one_works_later(void **state)
{
    (void)state;
    stage(learn_behind_an_error);
}

static void hold(void *thing)
{
    struct scene *scene = thing;
    CLEANUP(tx_done) struct tx tx = { 0 };
    assert_int_equal(tx_begin(&scene->arena, &tx), OK);
    scene->left++;
    while (scene->left < 100) {
        fiber_sleep(1000);
    }
}

static void exhaust(struct scene *scene)
{
    assert_int_equal(fiber_start(scene->loop, hold, scene), OK);
    assert_int_equal(fiber_start(scene->loop, hold, scene), OK);
    while (scene->left < 2) {
        fiber_sleep(1000);
    }
    struct tx tx = { 0 };
    assert_int_equal(tx_begin(&scene->arena, &tx), E_OVERLOADED);
    scene->left = 100;
    assert_int_equal(tx_begin(&scene->arena, &tx), OK);
    tx_done(&tx);
    while (fiber_count(scene->loop) > 1) {
        fiber_sleep(1000);
    }
}

static void a_transaction_waits_for_a_connection_but_not_for_ever(void **state)
{
    (void)state;
    stage(exhaust);
}

/* ---- shared reads ---- */

static void good_reader(void *thing)
{
    struct scene *scene = thing;
    assert_true(users(scene) >= 0);
    scene->left--;
}

static void bad_reader(void *thing)
{
    struct scene *scene = thing;
    struct rows rows = { 0 };
    const char *values[] = { "not a number" };
    assert_int_equal(db_read_text(&scene->arena, SQL_AUTH_USER_DOCUMENT, values, &rows),
                     E_INTERNAL);
    scene->left--;
}

static void mix(struct scene *scene)
{
    scene->left = 60;
    for (int i = 0; i < 60; i++) {
        assert_int_equal(fiber_start(scene->loop, i % 20 == 0 ? bad_reader : good_reader, scene),
                         OK);
        if (i % 3 == 2) {
            fiber_sleep(1); /* the next turn, so that several Syncs are on their way */
        }
    }
    while (scene->left > 0) {
        fiber_sleep(1000);
    }
}

static void a_failing_read_does_not_fail_its_neighbours(void **state)
{
    (void)state;
    stage(mix);
}

static void missing_row(struct scene *scene)
{
    struct rows rows = { 0 };
    assert_int_equal(
        db_read(&scene->arena, SQL_AUTH_USER_DOCUMENT, PARAMS(P_INT(INT64_C(1) << 60)), &rows),
        E_NOT_FOUND);
}

static void a_document_that_is_not_there_is_not_found(void **state)
{
    (void)state;
    stage(missing_row);
}

/* Far more than libpq reads at once, in both directions. */
static void large_rows(struct scene *scene)
{
    struct param list[4];
    struct rows rows = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    assert_int_equal(tx_begin(&scene->arena, &tx), OK);
    assert_int_equal(
        tx_query(&tx, SQL_AUTH_INSERT_USER, new_user(list, S("many@example.org")), &rows), OK);
    int64_t user_id = rows_int(&rows, 0, "id");
    for (int i = 0; i < 4000; i++) {
        struct slice hash = arena_format(&scene->arena, "\\x%064x", i);
        tx_send(&tx, SQL_AUTH_INSERT_SESSION,
                PARAMS(P_INT(user_id), P_TEXT(hash), P_TEXT(hash),
                       P_TIME(utime_now() + 3600 * US_PER_S), P_NULL, P_TEXT(S("an agent")),
                       P_BOOL(false)));
    }
    assert_int_equal(tx_commit(&tx), OK);
    assert_int_equal(
        db_read(&scene->arena, SQL_AUTH_LIST_SESSIONS, PARAMS(P_INT(user_id), P_INT(0)), &rows),
        OK);
    assert_true(rows_json(&rows).len > 4000 * 150);
}

static void large_statements_and_results_come_through_whole(void **state)
{
    (void)state;
    stage(large_rows);
}

/* ---- losing the server's side ---- */

static void cut_all(struct scene *scene)
{
    PGconn *admin = PQconnectdb(stage_url());
    PQclear(PQexec(admin, "select pg_terminate_backend(pid) from pg_stat_activity "
                          "where pid <> pg_backend_pid() and backend_type = 'client backend'"));
    PQfinish(admin);
    struct rows rows = { 0 };
    enum error first = db_read(&scene->arena, SQL_AUTH_COUNT_USERS, NO_PARAMS, &rows);
    assert_int_equal(first, E_UNAVAILABLE);
    assert_int_equal(db_wait_ready(5 * US_PER_S, NULL), OK);
    assert_true(users(scene) >= 0);
    struct tx tx = { 0 };
    assert_int_equal(tx_begin(&scene->arena, &tx), OK);
    tx_done(&tx);
}

/* Sends a signal to every process that serves one of our connections. */
static void signal_servers(const PGresult *servers, int signal_number)
{
    for (int i = 0; i < PQntuples(servers); i++) {
        kill((pid_t)atoi(PQgetvalue(servers, i, 0)), signal_number);
    }
}

static void freeze_all(struct scene *scene)
{
    assert_true(users(scene) >= 0);
    PGconn *admin = PQconnectdb(stage_url());
    PGresult *servers =
        PQexec(admin, "select pid from pg_stat_activity where pid <> pg_backend_pid() "
                      "and backend_type = 'client backend'");
    assert_true(PQntuples(servers) > 0);
    signal_servers(servers, SIGSTOP);
    struct rows rows = { 0 };
    struct mono began = mono_now();
    enum error error = db_read(&scene->arena, SQL_AUTH_COUNT_USERS, NO_PARAMS, &rows);
    int64_t us = mono_now().us - began.us;
    signal_servers(servers, SIGCONT);
    PQclear(servers);
    PQfinish(admin);
    assert_int_equal(error, E_UNAVAILABLE);
    assert_in_range(us, 2 * US_PER_S, 8 * US_PER_S);
    assert_int_equal(db_wait_ready(10 * US_PER_S, NULL), OK);
    assert_true(users(scene) >= 0);
}

static void a_server_that_stands_still_is_given_up(void **state)
{
    (void)state;
    stage(freeze_all);
}

static void a_lost_connection_fails_fast_and_comes_back(void **state)
{
    (void)state;
    stage(cut_all);
}

static void heard(void *thing, struct slice payload)
{
    struct scene *scene = thing;
    if (payload.len > 0) {
        memcpy(scene->heard, payload.ptr, payload.len);
    }
    scene->left++;
}

static void announce(struct scene *scene)
{
    assert_int_equal(db_listen(scene->loop, heard, scene), OK);
    while (scene->left == 0) {
        fiber_sleep(1000);
    }
    struct rows rows = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    assert_int_equal(tx_begin(&scene->arena, &tx), OK);
    assert_int_equal(tx_query(&tx, SQL_AUTH_ANNOUNCE, PARAMS(P_TEXT(S("league:7:42"))), &rows), OK);
    fiber_sleep(20 * US_PER_MS);
    assert_int_equal(scene->left, 1);
    assert_int_equal(tx_commit(&tx), OK);
    while (scene->left == 1) {
        fiber_sleep(1000);
    }
    assert_string_equal(scene->heard, "league:7:42");
}

static void announcements_are_heard_after_the_commit(void **state)
{
    (void)state;
    stage(announce);
}

/* ---- accounts ---- */

static const struct origin origin = { .address = S_INIT("127.0.0.1"),
                                      .agent = S_INIT("test"),
                                      .now = INT64_C(1700000000) * 1000000 };

static struct origin now_origin(void)
{
    struct origin now = origin;
    now.now = utime_now();
    return now;
}

static void sign_in_and_out(struct scene *scene)
{
    struct faults faults = { .arena = &scene->arena };
    struct account account = { .email = S("Maya@Example.org"),
                               .display_name = S("Maya"),
                               .password = S("correct horse battery") };
    struct origin here = now_origin();
    struct signed_in in = { 0 };
    assert_int_equal(auth_register(scene->auth, &faults, &account, &here, &in), OK);
    assert_int_equal(auth_register(scene->auth, &faults, &account, &here, &in), E_EMAIL_TAKEN);
    assert_int_equal(auth_sign_in(scene->auth, &faults, &account, &here, &in), OK);
    struct credential cookie = { .kind = IDENTITY_SESSION, .secret = in.cookie, .now = here.now };
    struct identity who = { 0 };
    assert_int_equal(auth_identify(scene->auth, &scene->arena, cookie, &who), OK);
    assert_int_equal(who.user_id, in.identity.user_id);
    assert_string_equal(who.csrf_token, in.identity.csrf_token);
    assert_true(auth_identify_now(scene->auth, cookie, &who));
    struct owned_id session = { .user_id = who.user_id, .id = who.id };
    assert_int_equal(auth_end_session(scene->auth, &scene->arena, session, &here), OK);
    assert_false(auth_identify_now(scene->auth, cookie, &who));
    assert_int_equal(auth_identify(scene->auth, &scene->arena, cookie, &who), E_SIGN_IN);
    cookie.secret = S("made up");
    assert_int_equal(auth_identify(scene->auth, &scene->arena, cookie, &who), E_SIGN_IN);
}

static void a_session_ends_when_it_is_ended(void **state)
{
    (void)state;
    stage(sign_in_and_out);
}

static void guess(struct scene *scene)
{
    struct faults faults = { .arena = &scene->arena };
    struct account account = { .email = S("leo@example.org"), .password = S("not the password") };
    struct origin here = now_origin();
    struct signed_in in = { 0 };
    for (int i = 0; i < SIGN_IN_TRIES_MAX; i++) {
        assert_int_equal(auth_sign_in(scene->auth, &faults, &account, &here, &in), E_CREDENTIALS);
    }
    assert_int_equal(auth_sign_in(scene->auth, &faults, &account, &here, &in), E_RATE);
}

static void guessing_a_password_is_stopped(void **state)
{
    (void)state;
    stage(guess);
}

static void token_life(struct scene *scene)
{
    struct faults faults = { .arena = &scene->arena };
    struct account account = { .email = S("tool@example.org"),
                               .display_name = S("Tool author"),
                               .password = S("correct horse battery") };
    struct origin here = now_origin();
    struct signed_in in = { 0 };
    assert_int_equal(auth_register(scene->auth, &faults, &account, &here, &in), OK);
    struct token_order order = { .user_id = in.identity.user_id,
                                 .name = S("bot"),
                                 .scopes = SCOPE_READ | SCOPE_WRITE };
    struct token_made made = { 0 };
    assert_int_equal(auth_make_token(&scene->arena, &order, &here, &made), OK);
    struct credential bearer = { .kind = IDENTITY_TOKEN, .secret = made.secret, .now = here.now };
    struct identity who = { 0 };
    assert_int_equal(auth_identify(scene->auth, &scene->arena, bearer, &who), OK);
    assert_int_equal(who.scopes, SCOPE_READ | SCOPE_WRITE);
    struct owned_id token = { .user_id = who.user_id + 1, .id = made.id };
    assert_int_equal(auth_end_token(scene->auth, &scene->arena, token, &here), E_NOT_FOUND);
    token.user_id = who.user_id;
    assert_int_equal(auth_end_token(scene->auth, &scene->arena, token, &here), OK);
    assert_int_equal(auth_identify(scene->auth, &scene->arena, bearer, &who), E_SIGN_IN);
}

static void a_token_has_its_scopes_until_it_is_ended(void **state)
{
    (void)state;
    stage(token_life);
}

static void new_password(struct scene *scene)
{
    struct faults faults = { .arena = &scene->arena };
    struct account account = { .email = S("ines@example.org"),
                               .display_name = S("Ines"),
                               .password = S("correct horse battery") };
    struct origin here = now_origin();
    struct signed_in old = { 0 };
    struct signed_in in = { 0 };
    size_t ended = 0;
    assert_int_equal(auth_register(scene->auth, &faults, &account, &here, &old), OK);
    assert_int_equal(auth_sign_in(scene->auth, &faults, &account, &here, &in), OK);
    struct password_change change = { .user_id = in.identity.user_id,
                                      .session_id = in.identity.id,
                                      .current = S("wrong wrong wrong"),
                                      .next = S("another good one") };
    assert_int_equal(auth_change_password(scene->auth, &faults, &change, &here, &ended),
                     E_CREDENTIALS);
    change.current = account.password;
    assert_int_equal(auth_change_password(scene->auth, &faults, &change, &here, &ended), OK);
    assert_int_equal(ended, 1);
    struct identity who = { 0 };
    struct credential cookie = { .kind = IDENTITY_SESSION, .secret = old.cookie, .now = here.now };
    assert_int_equal(auth_identify(scene->auth, &scene->arena, cookie, &who), E_SIGN_IN);
    cookie.secret = in.cookie;
    assert_int_equal(auth_identify(scene->auth, &scene->arena, cookie, &who), OK);
}

static void a_new_password_ends_every_other_session(void **state)
{
    (void)state;
    stage(new_password);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(migrations_go_up_down_and_up_again),
        cmocka_unit_test(a_transaction_holds_until_it_is_committed),
        cmocka_unit_test(an_error_inside_a_batch_comes_out_of_the_commit),
        cmocka_unit_test(a_transaction_waits_for_a_connection_but_not_for_ever),
        cmocka_unit_test(a_statement_first_sent_behind_a_broken_one_works_later),
        cmocka_unit_test(a_failing_read_does_not_fail_its_neighbours),
        cmocka_unit_test(a_document_that_is_not_there_is_not_found),
        cmocka_unit_test(large_statements_and_results_come_through_whole),
        cmocka_unit_test(a_lost_connection_fails_fast_and_comes_back),
        cmocka_unit_test(a_server_that_stands_still_is_given_up),
        cmocka_unit_test(announcements_are_heard_after_the_commit),
        cmocka_unit_test(a_session_ends_when_it_is_ended),
        cmocka_unit_test(guessing_a_password_is_stopped),
        cmocka_unit_test(a_token_has_its_scopes_until_it_is_ended),
        cmocka_unit_test(a_new_password_ends_every_other_session),
    };
    /* A failed assertion inside a fiber cannot jump out of it: abort, loudly. */
    setenv("CMOCKA_TEST_ABORT", "1", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
