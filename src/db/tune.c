/* Changing the loop's connections while they are used: more of them, fewer, other time limits. No request
 * fails by it: a connection that is too many goes when its transaction lets go of it. */
#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "db/internal.h"

struct tuning {
    struct mail mail;
    struct loop *loop;
    struct db_tuning wanted;
};

static void drop_idle(struct db_loop *db, struct db_connection *connection)
{
    struct db_connection **at = &db->idle;
    while (*at != connection) {
        at = &(*at)->next;
    }
    *at = connection->next;
    db_connection_close(connection);
    connection->state = CONNECTION_DOWN;
}

static void resize(struct db_loop *db, unsigned count)
{
    unsigned before = db->settings.tx_connections;
    db->settings.tx_connections = count;
    for (unsigned i = count; i < before; i++) {
        if (db->txs[i].state == CONNECTION_IDLE) {
            drop_idle(db, &db->txs[i]); /* busy ones and those being made find out themselves */
        }
    }
    for (unsigned i = before; i < count; i++) {
        if (db->txs[i].pg == NULL && db->txs[i].state == CONNECTION_DOWN) {
            db_connection_start(&db->txs[i]);
        }
    }
    if (count != before) {
        log_line(LOG_INFO, "database_pool_resized", "loop=%u transactions=%u before=%u",
                 loop_index(db->loop), count, before);
    }
}

static void deliver(struct mail *mail)
{
    struct tuning *tuning = (struct tuning *)((char *)mail - offsetof(struct tuning, mail));
    struct db_loop *db = loop_slot(tuning->loop, LOOP_SLOT_DB);
    const struct db_tuning *wanted = &tuning->wanted;
    if (db != NULL && !db->is_stopping) {
        db->settings.acquire_timeout_ms = wanted->acquire_timeout_ms;
        db->settings.read_timeout_ms = wanted->read_timeout_ms;
        db->settings.tx_timeout_ms = wanted->tx_timeout_ms;
        resize(db, wanted->tx_connections);
    }
    free(tuning);
}

void db_tune(struct loop *loop, const struct db_tuning *wanted)
{
    CHECK(wanted->tx_connections >= 1 && wanted->tx_connections <= DB_TX_CONNECTIONS_MAX);
    struct tuning *tuning = malloc(sizeof(*tuning));
    CHECK(tuning != NULL);
    *tuning = (struct tuning){ .mail.deliver = deliver, .loop = loop, .wanted = *wanted };
    loop_post(loop, &tuning->mail);
}

/* ---- time limits: told to a connection before its next statement ---- */

/* Between two Syncs of its own: an error of a neighbour would take the setting back with it. */
void db_connection_follow(struct db_connection *connection)
{
    struct db_loop *db = connection->db;
    unsigned wanted =
        connection->is_shared ? db->settings.read_timeout_ms : db->settings.tx_timeout_ms;
    if (connection->pg == NULL || connection->timeout_ms == wanted) {
        return;
    }
    struct db_op *op = calloc(1, sizeof(*op));
    CHECK(op != NULL);
    op->is_owned = true;
    db_connection_sync(connection);
    if (db_connection_timeout(connection, wanted, op) != OK) {
        free(op);
        return; /* the connection is lost; a new one begins with the right limit */
    }
    connection->timeout_ms = wanted;
    db_connection_sync(connection);
}
