/* The loop's connections as a whole: start, stop, shared reads, figures. */
#include "db/db.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/check.h"
#include "db/internal.h"

struct db_loop *db_here(void)
{
    struct loop *loop = loop_here();
    CHECK(loop != NULL);
    return loop_slot(loop, LOOP_SLOT_DB);
}

/* One Sync a turn for all reads of that turn: this is where pipelining pays. */
static void end_of_turn(struct turn_hook *hook)
{
    struct db_loop *db = (struct db_loop *)((char *)hook - offsetof(struct db_loop, hook));
    for (unsigned i = 0; i < db->settings.read_connections; i++) {
        db_connection_sync(&db->reads[i]);
    }
    struct db_figures figures = { 0 };
    db_figures(db->loop, &figures);
    struct db_counters *counters = db->counters;
    atomic_store_explicit(&counters->connections, figures.connections, memory_order_relaxed);
    atomic_store_explicit(&counters->ready, figures.ready, memory_order_relaxed);
    atomic_store_explicit(&counters->in_use, figures.in_use, memory_order_relaxed);
    atomic_store_explicit(&counters->waiting, figures.waiting, memory_order_relaxed);
}

static bool is_any_busy(const struct db_loop *db)
{
    for (unsigned i = 0; i < DB_TX_MAX; i++) {
        if (db->txs[i].state == CONNECTION_BUSY) {
            return true;
        }
    }
    return false;
}

static void look_for_silence(struct timer *timer)
{
    struct db_loop *db = (struct db_loop *)((char *)timer - offsetof(struct db_loop, look));
    for (unsigned i = 0; i < DB_READ_MAX; i++) {
        db_connection_check(&db->reads[i]);
    }
    for (unsigned i = 0; i < DB_TX_MAX; i++) {
        db_connection_check(&db->txs[i]);
    }
    timer_set(db->loop, &db->look, DB_LOOK_MS * US_PER_MS);
}

enum error db_loop_start(struct loop *loop, const struct db_settings *settings)
{
    CHECK(settings->read_connections >= 1 && settings->read_connections <= DB_READ_MAX);
    CHECK(settings->tx_connections >= 1 && settings->tx_connections <= DB_TX_MAX);
    struct db_loop *db = calloc(1, sizeof(*db));
    CHECK(db != NULL);
    db->loop = loop;
    db->settings = *settings;
    db->counters = settings->counters;
    if (db->counters == NULL) {
        db->own_counters = calloc(1, sizeof(*db->own_counters));
        CHECK(db->own_counters != NULL);
        db->counters = db->own_counters;
    }
    db->hook.turn = end_of_turn;
    loop_each_turn(loop, &db->hook);
    db->look.expired = look_for_silence;
    timer_set(loop, &db->look, DB_LOOK_MS * US_PER_MS);
    loop_slot_set(loop, LOOP_SLOT_DB, db);
    for (unsigned i = 0; i < settings->read_connections; i++) {
        db->reads[i] = (struct db_connection){ .db = db, .is_shared = true };
        db_connection_start(&db->reads[i]);
    }
    for (unsigned i = 0; i < DB_TX_MAX; i++) {
        db->txs[i] = (struct db_connection){ .db = db };
    }
    for (unsigned i = 0; i < settings->tx_connections; i++) {
        db_connection_start(&db->txs[i]);
    }
    return OK;
}

enum { END_WAIT_US = 2000000 };

void db_loop_end(struct loop *loop)
{
    struct db_loop *db = loop_slot(loop, LOOP_SLOT_DB);
    if (db != NULL) {
        db->end_us = mono_now().us + END_WAIT_US;
    }
}

void db_loop_stop(struct loop *loop)
{
    struct db_loop *db = loop_slot(loop, LOOP_SLOT_DB);
    if (db == NULL) {
        return;
    }
    db->is_stopping = true;
    loop_drop_hook(loop, &db->hook);
    timer_clear(loop, &db->look);
    listener_stop(db);
    while (db->connectors > 0 || db->listener_fiber != NULL) {
        fiber_sleep(5 * US_PER_MS); /* a connector that succeeds just now still hands over */
    }
    for (unsigned i = 0; i < db->settings.read_connections; i++) {
        db_connection_close(&db->reads[i]);
    }
    for (unsigned i = 0; i < DB_TX_MAX; i++) {
        db_connection_close(&db->txs[i]);
    }
    while (is_any_busy(db)) {
        fiber_sleep(5 * US_PER_MS); /* whoever holds a transaction lets go of it first */
    }
    loop_slot_set(loop, LOOP_SLOT_DB, NULL);
    free(db->own_counters);
    free(db);
}

static bool is_any_up(const struct db_connection *connections, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (connections[i].pg != NULL) {
            return true;
        }
    }
    return false;
}

enum error db_wait_ready(int64_t timeout_us, struct slice *ret_why)
{
    struct db_loop *db = db_here();
    int64_t deadline = mono_now().us + timeout_us;
    while (!is_any_up(db->reads, db->settings.read_connections) ||
           !is_any_up(db->txs, db->settings.tx_connections)) {
        int64_t end = db->end_us > 0 && db->end_us < deadline ? db->end_us : deadline;
        int64_t left = end - mono_now().us;
        if (left <= 0) {
            if (ret_why != NULL) {
                *ret_why = slice_from(db->why);
            }
            return E_UNAVAILABLE;
        }
        fiber_sleep(left < 5 * US_PER_MS ? left : 5 * US_PER_MS);
    }
    return OK;
}

/* The connection with the least to do; NULL when none is up. */
static struct db_connection *shortest_queue(struct db_loop *db)
{
    struct db_connection *best = NULL;
    for (unsigned i = 0; i < db->settings.read_connections; i++) {
        struct db_connection *connection = &db->reads[i];
        if (connection->pg != NULL && (best == NULL || connection->depth < best->depth)) {
            best = connection;
        }
    }
    db->has_been_up |= best != NULL;
    return best;
}

enum error db_read_text(struct arena *arena, enum sql_id id, const char *const *values,
                        struct rows *ret_rows)
{
    struct db_loop *db = db_here();
    CHECK(!sql_statements[id].is_write);
    if (db == NULL) {
        return E_UNAVAILABLE; /* the loop is stopping */
    }
    /* A statement aborted by a neighbour's error is sent again, between two Syncs of its own. */
    for (int attempt = 0; attempt < 2; attempt++) {
        struct db_connection *connection = shortest_queue(db);
        if (connection == NULL && !db->has_been_up) {
            /* A server that has just started waits for its first connection; one that lost its
             * connections says so at once. */
            TRY(db_wait_ready(db->settings.acquire_timeout_ms * US_PER_MS, NULL));
            connection = shortest_queue(db);
        }
        if (connection == NULL) {
            return E_UNAVAILABLE;
        }
        if (connection->depth >= DB_DEPTH_MAX) {
            return E_OVERLOADED;
        }
        struct db_op op = { .fiber = fiber_here() };
        CHECK(op.fiber != NULL);
        db_connection_follow(connection);
        if (attempt > 0) {
            db_connection_sync(connection);
        }
        TRY(db_connection_send(connection, id, values, &op));
        if (attempt > 0) {
            db_connection_sync(connection);
        }
        while (!op.is_done) {
            fiber_suspend();
        }
        if (op.result == NULL) {
            return E_UNAVAILABLE;
        }
        if (op.is_aborted) {
            PQclear(op.result);
            continue;
        }
        enum error error = result_error(op.result);
        if (error != OK) {
            db_log_error(id, op.result);
            PQclear(op.result);
            return error;
        }
        return result_take(arena, id, op.result, ret_rows);
    }
    return E_INTERNAL; /* alone, nothing can abort it */
}

enum error db_read(struct arena *arena, enum sql_id id, struct params params, struct rows *ret_rows)
{
    CHECK(params.count == sql_statements[id].param_count);
    return db_read_text(arena, id, params_text(arena, params), ret_rows);
}

void db_figures(const struct loop *loop, struct db_figures *ret_figures)
{
    const struct db_loop *db = loop_slot(loop, LOOP_SLOT_DB);
    CHECK(db != NULL);
    struct db_figures figures = {
        .statements = meter_load(&db->counters->statements.meter.count),
        .errors =
            meter_load(&db->counters->errors.count) + meter_load(&db->counters->timeouts.count),
        .reconnects = meter_load(&db->counters->reconnects.count),
    };
    figures.connections = db->settings.read_connections + db->settings.tx_connections;
    for (unsigned i = 0; i < db->settings.read_connections; i++) {
        figures.ready += db->reads[i].pg != NULL;
        figures.in_use += db->reads[i].depth > 0;
    }
    for (unsigned i = 0; i < DB_TX_MAX; i++) {
        bool is_counted = i < db->settings.tx_connections || db->txs[i].pg != NULL;
        figures.connections += i >= db->settings.tx_connections && is_counted;
        figures.ready += db->txs[i].pg != NULL;
        figures.in_use += db->txs[i].state == CONNECTION_BUSY;
    }
    for (const struct db_waiter *waiter = db->waiters; waiter != NULL; waiter = waiter->next) {
        figures.waiting++;
    }
    *ret_figures = figures;
}
