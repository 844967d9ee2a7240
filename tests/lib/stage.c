#include "stage.h"

#include <libpq-fe.h>
#include <stdlib.h>

#include "db/migrate.h"
#include "run/fiber.h"

enum { STACK_BYTES = 1 << 20 };

struct play {
    struct loop *loop;
    void (*body)(void *thing);
    void *thing;
};

const char *stage_url(void)
{
    const char *text = getenv("ASTRALFIELD_TEST_DB");
    assert_non_null(text);
    return text;
}

int stage_migrate(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct faults faults = { .arena = &arena };
    size_t count = 0;
    assert_int_equal(migrate_up(stage_url(), 0, &faults, &count), OK);
    return 0;
}

void stage_sql(const char *text)
{
    PGconn *pg = PQconnectdb(stage_url());
    PGresult *result = PQexec(pg, text);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        fail_msg("%s: %s", text, PQerrorMessage(pg));
    }
    PQclear(result);
    PQfinish(pg);
}

int64_t stage_number(const char *query)
{
    PGconn *pg = PQconnectdb(stage_url());
    PGresult *result = PQexec(pg, query);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        fail_msg("%s: %s", query, PQerrorMessage(pg));
    }
    int64_t number = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    PQfinish(pg);
    return number;
}

static void run(void *thing)
{
    struct play *play = thing;
    struct slice why = S("");
    if (db_wait_ready(10 * US_PER_S, &why) != OK) {
        fail_msg("no database: %.*s", FMT(why));
    }
    play->body(play->thing);
    db_loop_stop(play->loop);
    loop_stop(play->loop);
}

void stage_play(struct db_settings settings, void (*body)(void *thing), void *thing,
                struct loop **ret_loop)
{
    struct play play = { .body = body, .thing = thing };
    settings.url = stage_url();
    assert_int_equal(loop_new((struct loop_settings){ .stack_bytes = STACK_BYTES }, &play.loop),
                     OK);
    *ret_loop = play.loop;
    assert_int_equal(db_loop_start(play.loop, &settings), OK);
    assert_int_equal(fiber_start(play.loop, run, &play), OK);
    loop_run(play.loop);
    loop_free(play.loop);
}
