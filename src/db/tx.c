/* Transactions on exclusive connections. */
#include <stdlib.h>

#include <utlist.h>

#include "base/check.h"
#include "db/internal.h"

#define WAITER_OF(timer_) ((struct db_waiter *)((char *)(timer_)-offsetof(struct db_waiter, timer)))

static void hand_over(struct db_connection *connection)
{
    struct db_loop *db = connection->db;
    struct db_waiter *waiter = db->waiters;
    if (waiter == NULL) {
        connection->state = CONNECTION_IDLE;
        connection->next = db->idle;
        db->idle = connection;
        return;
    }
    DL_DELETE(db->waiters, waiter);
    connection->state = CONNECTION_BUSY;
    waiter->connection = connection;
    waiter->is_over = true;
    fiber_wake(waiter->fiber);
}

void tx_connection_ready(struct db_connection *connection)
{
    hand_over(connection);
}

static void waited_too_long(struct timer *timer)
{
    struct db_waiter *waiter = WAITER_OF(timer);
    if (!waiter->is_over) {
        DL_DELETE(db_here()->waiters, waiter);
        waiter->is_over = true;
        fiber_wake(waiter->fiber);
    }
}

static bool is_any_up(struct db_loop *db)
{
    for (unsigned i = 0; i < db->settings.tx_connections; i++) {
        if (db->txs[i].pg != NULL) {
            db->has_been_up = true;
            return true;
        }
    }
    return false;
}

/* Waits where all are busy, and in a process that has just started for the first to be ready. */
static enum error acquire(struct db_loop *db, struct db_connection **ret_connection)
{
    struct db_connection *connection = db->idle;
    if (connection != NULL) {
        db->idle = connection->next;
        connection->state = CONNECTION_BUSY;
        *ret_connection = connection;
        return OK;
    }
    if (!is_any_up(db) && (db->has_been_up || (db->end_us > 0 && mono_now().us >= db->end_us))) {
        return E_UNAVAILABLE;
    }
    struct db_waiter waiter = { .fiber = fiber_here(), .timer.expired = waited_too_long };
    DL_APPEND(db->waiters, &waiter);
    int64_t began_us = mono_now().us;
    int64_t wait_us = db->settings.acquire_timeout_ms * US_PER_MS;
    bool is_short = !is_any_up(db) && db->end_us > 0 && db->end_us - began_us < wait_us;
    timer_set(db->loop, &waiter.timer, is_short ? db->end_us - began_us : wait_us);
    while (!waiter.is_over) {
        fiber_suspend();
    }
    timer_clear(db->loop, &waiter.timer);
    timing_add(&db->counters->waits, mono_now().us - began_us);
    if (waiter.connection == NULL) {
        meter_add(&db->counters->wait_timeouts, 1);
        return is_any_up(db) ? E_OVERLOADED : E_UNAVAILABLE;
    }
    *ret_connection = waiter.connection;
    return OK;
}

static void let_go(struct tx *tx)
{
    struct db_connection *connection = tx->connection;
    tx->connection = NULL;
    if (connection->pg == NULL) {
        connection->state = CONNECTION_DOWN;
        if (!connection->db->is_stopping) {
            db_connection_start(connection);
        }
        return;
    }
    if (db_connection_is_surplus(connection)) {
        db_connection_close(connection);
        connection->state = CONNECTION_DOWN;
        return;
    }
    hand_over(connection);
}

/* An operation nobody waits for; its error is kept in the transaction. */
static struct db_op *owned_op(struct tx *tx)
{
    struct db_op *op = calloc(1, sizeof(*op));
    CHECK(op != NULL);
    *op = (struct db_op){ .is_owned = true, .tx = tx };
    return op;
}

static enum error wait_for(struct tx *tx, struct db_op *op)
{
    db_connection_sync(tx->connection);
    while (!op->is_done) {
        fiber_suspend();
    }
    return op->result == NULL ? E_UNAVAILABLE : OK;
}

enum error tx_begin(struct arena *arena, struct tx *ret_tx)
{
    struct db_loop *db = db_here();
    CHECK(fiber_here() != NULL);
    *ret_tx = (struct tx){ .arena = arena };
    if (db == NULL || db->is_stopping) {
        return E_UNAVAILABLE;
    }
    struct db_connection *connection = NULL;
    TRY(acquire(db, &connection));
    ret_tx->connection = connection;
    db_connection_follow(connection);
    struct db_op *op = owned_op(ret_tx);
    if (db_connection_command(connection, "begin", op) != OK) {
        free(op);
        let_go(ret_tx);
        return E_UNAVAILABLE;
    }
    return OK;
}

static void keep_error(struct tx *tx, PGresult *result, enum error error)
{
    if (tx->failed == OK) {
        tx->failed = error;
        tx->message = arena_copy(tx->arena, slice_from(PQresultErrorMessage(result)));
        const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
        tx->constraint = constraint == NULL ? NULL : arena_cstr(tx->arena, slice_from(constraint));
    }
}

enum error tx_query(struct tx *tx, enum sql_id id, struct params params, struct rows *ret_rows)
{
    CHECK(tx->connection != NULL);
    if (tx->failed != OK) {
        return tx->failed;
    }
    CHECK(params.count == sql_statements[id].param_count);
    struct db_op op = { .fiber = fiber_here() };
    enum error error = db_connection_send(tx->connection, id, params_text(tx->arena, params), &op);
    if (error == OK) {
        error = wait_for(tx, &op);
    }
    if (error == OK && tx->failed != OK) { /* an earlier statement of the batch broke */
        PQclear(op.result);
        return tx->failed;
    }
    if (error == OK) {
        error = result_error(op.result);
        if (error != OK) {
            keep_error(tx, op.result, error);
            db_log_error(id, op.result);
            PQclear(op.result);
            return error;
        }
        return result_take(tx->arena, id, op.result, ret_rows);
    }
    tx->failed = tx->failed != OK ? tx->failed : error;
    return tx->failed;
}

void tx_send(struct tx *tx, enum sql_id id, struct params params)
{
    CHECK(tx->connection != NULL);
    if (tx->failed != OK) {
        return;
    }
    CHECK(params.count == sql_statements[id].param_count);
    struct db_op *op = owned_op(tx);
    if (db_connection_send(tx->connection, id, params_text(tx->arena, params), op) != OK) {
        free(op);
        tx->failed = E_UNAVAILABLE;
    }
}

enum error tx_commit(struct tx *tx)
{
    CHECK(tx->connection != NULL);
    if (tx->failed != OK) {
        return tx->failed;
    }
    struct db_op op = { .fiber = fiber_here() };
    enum error error = db_connection_command(tx->connection, "commit", &op);
    if (error == OK) {
        error = wait_for(tx, &op);
    }
    if (error == OK) {
        error = result_error(op.result);
        if (error != OK) {
            keep_error(tx, op.result, error); /* a deferred constraint speaks up at commit */
        }
        PQclear(op.result);
    }
    if (tx->failed == OK) {
        tx->failed = error;
    }
    if (tx->failed == OK) {
        let_go(tx);
    }
    return tx->failed;
}

void tx_done(struct tx *tx)
{
    if (tx->connection == NULL) {
        return;
    }
    struct db_op op = { .fiber = fiber_here() };
    db_connection_sync(tx->connection); /* what was sent but failed ends at its own Sync */
    if (db_connection_command(tx->connection, "rollback", &op) == OK) {
        if (wait_for(tx, &op) == OK) {
            PQclear(op.result);
        }
    }
    let_go(tx);
}
