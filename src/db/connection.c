/* Connections: made in the background by a fiber each, read when readable, remade after a loss. They
 * prepare a statement when it is first sent: all of them on every connection would keep the server busy
 * for seconds after a start or an outage. That the schema fits is checked by its version (migrate.h). */
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "base/check.h"
#include "base/log.h"
#include "db/internal.h"

#define READ_EVENTS ((uint32_t)(EPOLLIN | EPOLLRDHUP))

/* Statements every connection knows beside those of sql/. */
static const struct {
    const char *name, *text;
} controls[] = {
    { "begin", "begin" },
    { "commit", "commit" },
    { "rollback", "rollback" },
};

static const char set_timeout[] = "select set_config('statement_timeout', $1, false)";

static void set_why(struct db_loop *db, const char *why)
{
    snprintf(db->why, sizeof(db->why), "%s", why);
    for (char *at = db->why; *at != '\0'; at++) {
        if (*at == '\n' || *at == '\r') {
            *at = ' ';
        }
    }
}

static void drop_notice(void *thing, const char *message)
{
    (void)thing;
    (void)message;
}

enum error connect_in_fiber(struct db_loop *db, PGconn **ret_pg)
{
    PGconn *pg = PQconnectStart(db->settings.url);
    CHECK(pg != NULL);
    PQsetNoticeProcessor(pg, drop_notice, NULL);
    int64_t deadline = mono_now().us + DB_CONNECT_TIMEOUT_MS * US_PER_MS;
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (PQstatus(pg) != CONNECTION_BAD && status != PGRES_POLLING_OK) {
        uint32_t events = status == PGRES_POLLING_READING ? EPOLLIN : EPOLLOUT;
        int64_t left = deadline - mono_now().us;
        if (left <= 0 || db->is_stopping || fiber_wait_fd(PQsocket(pg), events, left) == 0) {
            break;
        }
        status = PQconnectPoll(pg);
        if (status == PGRES_POLLING_FAILED) {
            break;
        }
    }
    if (status != PGRES_POLLING_OK) {
        set_why(db, PQstatus(pg) == CONNECTION_BAD ? PQerrorMessage(pg) : "timed out");
        PQfinish(pg);
        return E_UNAVAILABLE;
    }
    PQsetnonblocking(pg, 1);
    *ret_pg = pg;
    return OK;
}

static bool flush_in_fiber(PGconn *pg)
{
    for (;;) {
        int left = PQflush(pg);
        if (left <= 0) {
            return left == 0;
        }
        uint32_t events =
            fiber_wait_fd(PQsocket(pg), EPOLLIN | EPOLLOUT, DB_CONNECT_TIMEOUT_MS * US_PER_MS);
        if (events == 0 || ((events & EPOLLIN) != 0 && PQconsumeInput(pg) == 0)) {
            return false;
        }
    }
}

/* Waits for the Sync; true when every result before it was good. */
static bool drain_in_fiber(struct db_loop *db, PGconn *pg)
{
    bool is_good = true;
    for (;;) {
        while (PQisBusy(pg)) {
            if (fiber_wait_fd(PQsocket(pg), EPOLLIN, DB_CONNECT_TIMEOUT_MS * US_PER_MS) == 0 ||
                PQconsumeInput(pg) == 0) {
                set_why(db, PQerrorMessage(pg));
                return false;
            }
        }
        PGresult *result = PQgetResult(pg);
        if (result == NULL) {
            continue; /* the end of one statement's results */
        }
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_FATAL_ERROR && is_good) {
            set_why(db, PQresultErrorMessage(result));
            is_good = false;
        }
        PQclear(result);
        if (status == PGRES_PIPELINE_SYNC) {
            return is_good;
        }
        if (PQstatus(pg) == CONNECTION_BAD) {
            return false;
        }
    }
}

static bool send_prepare(PGconn *pg, enum sql_id id)
{
    const struct sql_statement *statement = &sql_statements[id];
    Oid types[DB_PARAMS_MAX];
    CHECK(statement->param_count <= DB_PARAMS_MAX);
    for (size_t i = 0; i < statement->param_count; i++) {
        types[i] = type_oid(statement->types[i]);
    }
    return PQsendPrepare(pg, statement->name, statement->text, (int)statement->param_count,
                         types) == 1;
}

/* Settings and what every transaction needs, in one round trip. */
static bool prepare_in_fiber(struct db_connection *connection, PGconn *pg, unsigned timeout_ms)
{
    struct db_loop *db = connection->db;
    char settings[256];
    snprintf(settings, sizeof(settings),
             "select set_config('statement_timeout', '%u', false), "
             "set_config('plan_cache_mode', '%s', false), "
             "set_config('jit', 'off', false), set_config('TimeZone', 'UTC', false), "
             "set_config('default_transaction_read_only', '%s', false)",
             timeout_ms, db->settings.is_bulk ? "force_custom_plan" : "force_generic_plan",
             connection->is_shared ? "on" : "off");
    if (PQenterPipelineMode(pg) == 0 ||
        PQsendQueryParams(pg, settings, 0, NULL, NULL, NULL, NULL, 0) == 0 ||
        PQsendPrepare(pg, "timeout", set_timeout, 0, NULL) == 0) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(controls) && !connection->is_shared; i++) {
        if (PQsendPrepare(pg, controls[i].name, controls[i].text, 0, NULL) == 0) {
            return false;
        }
    }
    memset(connection->knows, 0, sizeof(connection->knows));
    return PQpipelineSync(pg) == 1 && flush_in_fiber(pg) && drain_in_fiber(db, pg);
}

/* ---- results ---- */

static struct db_op *op_pop(struct db_connection *connection)
{
    struct db_op *op = connection->first;
    CHECK(op != NULL);
    connection->first = op->next;
    if (connection->first == NULL) {
        connection->last = NULL;
    }
    connection->depth--;
    return op;
}

static void op_push(struct db_connection *connection, struct db_op *op)
{
    op->next = NULL;
    op->sent_us = mono_now().us;
    if (connection->last == NULL) {
        connection->first = op;
    } else {
        connection->last->next = op;
    }
    connection->last = op;
    connection->depth++;
}

static void count_op(struct db_counters *counters, const struct db_op *op, const PGresult *result)
{
    if (result == NULL || PQresultStatus(result) == PGRES_PIPELINE_ABORTED) {
        return; /* lost, or not run */
    }
    int64_t us = mono_now().us - op->sent_us;
    enum error error = result_error(result);
    timing_add(&counters->statements, us);
    meter_add(&counters->by_id[op->id], us < 0 ? 0 : (uint64_t)us);
    if (error == E_TIMEOUT) {
        meter_add(&counters->timeouts, 1);
    } else if (error == E_INTERNAL || error == E_UNAVAILABLE) {
        meter_add(&counters->errors, 1); /* what constraints refuse is no failure */
    }
}

static void op_finish(struct db_connection *connection, struct db_op *op, PGresult *result)
{
    if (op->is_prepare) { /* what it was for tells the error */
        connection->knows[op->id] = result != NULL && PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
        free(op);
        return;
    }
    count_op(connection->db->counters, op, result);
    op->is_done = true;
    if (op->is_owned) {
        if (op->tx != NULL && op->tx->failed == OK) {
            op->tx->failed = result == NULL ? E_UNAVAILABLE : result_error(result);
            if (op->tx->failed != OK && result != NULL) {
                op->tx->message =
                    arena_copy(op->tx->arena, slice_from(PQresultErrorMessage(result)));
                op->tx->constraint = arena_cstr(
                    op->tx->arena, slice_from(PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME)));
            }
        }
        PQclear(result);
        free(op);
        return;
    }
    op->result = result;
    op->is_aborted = result != NULL && PQresultStatus(result) == PGRES_PIPELINE_ABORTED;
    if (op->fiber != NULL) {
        fiber_wake(op->fiber);
    }
}

/* "terminating connection …" arrives as an ordinary result, before the socket closes. */
static bool says_goodbye(const PGresult *result)
{
    return slice_starts(slice_from(PQresultErrorField(result, PG_DIAG_SQLSTATE)), S("57P"));
}

/* Reads what has come; false when the connection is gone. */
static bool read_results(struct db_connection *connection)
{
    PGconn *pg = connection->pg;
    bool is_closing = false;
    if (PQconsumeInput(pg) == 0) {
        return false;
    }
    connection->heard_us = mono_now().us;
    while (connection->first != NULL && !PQisBusy(pg)) {
        PGresult *result = PQgetResult(pg);
        if (result == NULL) {
            continue; /* the end of one statement's results; the next call reads on */
        }
        struct db_op *op = op_pop(connection);
        if (op->is_sync) {
            CHECK(PQresultStatus(result) == PGRES_PIPELINE_SYNC);
            PQclear(result);
            free(op);
        } else {
            CHECK(PQresultStatus(result) != PGRES_PIPELINE_SYNC);
            is_closing = is_closing || says_goodbye(result);
            op_finish(connection, op, result);
        }
    }
    return PQstatus(pg) == CONNECTION_OK && !is_closing;
}

/* Sends what libpq has buffered; what the socket does not take now goes when it is writable again.
 * Level-triggered: libpq reads one buffer at a time and leaves the rest in the socket. */
static bool flush(struct db_connection *connection)
{
    int left = PQflush(connection->pg);
    if (left < 0) {
        return false;
    }
    bool is_waiting = left > 0;
    if (is_waiting == connection->is_writing) {
        return true;
    }
    connection->is_writing = is_waiting;
    return loop_watch(connection->db->loop, &connection->watch,
                      READ_EVENTS | (is_waiting ? EPOLLOUT : 0u)) == OK;
}

void db_connection_check(struct db_connection *connection)
{
    const struct db_op *op = connection->first;
    if (connection->pg == NULL || op == NULL) {
        return;
    }
    int64_t since_us = op->sent_us > connection->heard_us ? op->sent_us : connection->heard_us;
    int64_t allowed_us = ((int64_t)connection->timeout_ms + DB_SILENCE_MS) * US_PER_MS;
    if (connection->timeout_ms > 0 && mono_now().us - since_us > allowed_us) {
        db_connection_lost(connection);
    }
}

static void db_connection_ready(struct watch *watch, uint32_t events)
{
    struct db_connection *connection =
        (struct db_connection *)((char *)watch - offsetof(struct db_connection, watch));
    bool is_alive = (events & EPOLLOUT) == 0 || flush(connection);
    if (is_alive && (events & (EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP)) != 0) {
        is_alive = read_results(connection);
    }
    if (!is_alive) {
        db_connection_lost(connection);
    }
}

/* ---- sending ---- */

/* Prepares a statement on this connection if it is the first time. On a shared one between two Syncs of
 * its own: whoever sends the statement later must not find that a neighbour's error kept it away. (A
 * transaction whose statement fails sends nothing more.) */
static enum error learn(struct db_connection *connection, enum sql_id id)
{
    if (connection->knows[id]) {
        return OK;
    }
    if (connection->is_shared) {
        db_connection_sync(connection);
    }
    if (connection->pg == NULL || !send_prepare(connection->pg, id)) {
        return E_UNAVAILABLE;
    }
    struct db_op *op = calloc(1, sizeof(*op));
    CHECK(op != NULL);
    *op = (struct db_op){ .is_prepare = true, .id = id };
    op_push(connection, op);
    connection->knows[id] = true;
    connection->is_unsynced = true;
    if (connection->is_shared) {
        db_connection_sync(connection);
    }
    return OK;
}

enum error db_connection_send(struct db_connection *connection, enum sql_id id,
                              const char *const *values, struct db_op *op)
{
    const struct sql_statement *statement = &sql_statements[id];
    if (connection->pg == NULL || learn(connection, id) != OK || connection->pg == NULL ||
        PQsendQueryPrepared(connection->pg, statement->name, (int)statement->param_count, values,
                            NULL, NULL, 0) == 0) {
        return E_UNAVAILABLE;
    }
    connection->is_unsynced = true;
    op->id = id;
    op_push(connection, op);
    return OK;
}

enum error db_connection_command(struct db_connection *connection, const char *name,
                                 struct db_op *op)
{
    if (connection->pg == NULL ||
        PQsendQueryPrepared(connection->pg, name, 0, NULL, NULL, NULL, 0) == 0) {
        return E_UNAVAILABLE;
    }
    connection->is_unsynced = true;
    op_push(connection, op);
    return OK;
}

enum error db_connection_timeout(struct db_connection *connection, unsigned timeout_ms,
                                 struct db_op *op)
{
    char text[16];
    const char *const values[] = { text };
    snprintf(text, sizeof(text), "%u", timeout_ms);
    if (connection->pg == NULL ||
        PQsendQueryPrepared(connection->pg, "timeout", 1, values, NULL, NULL, 0) == 0) {
        return E_UNAVAILABLE;
    }
    connection->is_unsynced = true;
    op_push(connection, op);
    return OK;
}

void db_connection_sync(struct db_connection *connection)
{
    if (connection->pg == NULL || !connection->is_unsynced) {
        return;
    }
    struct db_op *mark = calloc(1, sizeof(*mark));
    CHECK(mark != NULL);
    mark->is_sync = true;
    connection->is_unsynced = false;
    op_push(connection, mark);
    if (PQpipelineSync(connection->pg) == 0 || !flush(connection)) {
        db_connection_lost(connection);
    }
}

/* ---- life ---- */

void db_connection_close(struct db_connection *connection)
{
    if (connection->is_watched) {
        loop_unwatch(connection->db->loop, &connection->watch);
        connection->is_watched = false;
    }
    if (connection->pg != NULL) {
        PQfinish(connection->pg);
        connection->pg = NULL;
    }
    connection->is_unsynced = false;
    while (connection->first != NULL) {
        struct db_op *op = op_pop(connection);
        if (op->is_sync) {
            free(op);
        } else {
            op_finish(connection, op, NULL);
        }
    }
}

bool db_connection_is_surplus(const struct db_connection *connection)
{
    return !connection->is_shared &&
           (size_t)(connection - connection->db->txs) >= connection->db->settings.tx_connections;
}

/* Whether somebody still wants the connection that is being made. */
static bool is_wanted(const struct db_connection *connection)
{
    return !connection->db->is_stopping && !db_connection_is_surplus(connection);
}

/* One try; false when it failed. */
static bool connect_once(struct db_connection *connection)
{
    struct db_loop *db = connection->db;
    PGconn *pg = NULL;
    unsigned timeout_ms =
        connection->is_shared ? db->settings.read_timeout_ms : db->settings.tx_timeout_ms;
    if (connect_in_fiber(db, &pg) != OK) {
        return false;
    }
    bool is_prepared = prepare_in_fiber(connection, pg, timeout_ms);
    if (!is_prepared) {
        log_line(LOG_ERROR, "database_prepare_failed", "why=%s", LOG_Q(slice_from(db->why)));
    }
    if (!is_prepared || db_connection_is_surplus(connection)) {
        PQfinish(pg);
        return false;
    }
    connection->pg = pg;
    connection->timeout_ms = timeout_ms;
    connection->watch = (struct watch){ .fd = PQsocket(pg), .ready = db_connection_ready };
    connection->is_writing = false;
    if (loop_watch(db->loop, &connection->watch, READ_EVENTS) != OK) {
        connection->pg = NULL;
        PQfinish(pg);
        return false;
    }
    connection->is_watched = true;
    connection->state = CONNECTION_IDLE;
    return true;
}

static void connector(void *thing)
{
    struct db_connection *connection = thing;
    struct db_loop *db = connection->db;
    int64_t backoff_ms = DB_BACKOFF_FIRST_MS;
    while (is_wanted(connection)) {
        if (connect_once(connection)) {
            if (!connection->is_shared) {
                tx_connection_ready(connection);
            }
            break;
        }
        for (int64_t slept = 0; slept < backoff_ms && is_wanted(connection); slept += 50) {
            fiber_sleep(50 * US_PER_MS);
        }
        backoff_ms = backoff_ms * 2 > DB_BACKOFF_MAX_MS ? DB_BACKOFF_MAX_MS : backoff_ms * 2;
    }
    connection->is_connecting = false;
    db->connectors--;
}

void db_connection_start(struct db_connection *connection)
{
    connection->state = CONNECTION_DOWN;
    if (connection->is_connecting || db_connection_is_surplus(connection)) {
        return; /* the fiber at work finds that it is wanted again */
    }
    connection->is_connecting = true;
    connection->db->connectors++;
    if (fiber_start(connection->db->loop, connector, connection) != OK) {
        /* Every fiber is taken: the next statement that finds us down tries again. */
        connection->is_connecting = false;
        connection->db->connectors--;
        log_line(LOG_ERROR, "database_connector_refused", "loop=%u",
                 loop_index(connection->db->loop));
    }
}

void db_connection_lost(struct db_connection *connection)
{
    struct db_loop *db = connection->db;
    if (connection->pg == NULL) {
        return;
    }
    set_why(db, PQerrorMessage(connection->pg));
    bool was_busy = connection->state == CONNECTION_BUSY;
    log_line(LOG_WARN, "database_connection_lost", "loop=%u shared=%d why=%s", loop_index(db->loop),
             connection->is_shared, LOG_Q(slice_from(db->why)));
    meter_add(&db->counters->reconnects, 1);
    if (!connection->is_shared && connection->state == CONNECTION_IDLE) {
        struct db_connection **at = &db->idle;
        while (*at != connection) {
            at = &(*at)->next;
        }
        *at = connection->next;
    }
    db_connection_close(connection);
    connection->state = CONNECTION_DOWN;
    if (!was_busy && !db->is_stopping) {
        db_connection_start(connection); /* a busy one is remade when its transaction lets go */
    }
}
