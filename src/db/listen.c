/* LISTEN on a connection of its own, made again whenever it is lost. */
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/check.h"
#include "base/log.h"
#include "db/internal.h"

enum { LISTEN_POLL_US = 30 * 1000000 };

static bool listen_started(struct db_loop *db)
{
    if (PQsendQuery(db->listener, "listen astralfield") == 0) {
        return false;
    }
    for (;;) {
        if (PQflush(db->listener) < 0) {
            return false;
        }
        if (!PQisBusy(db->listener)) {
            PGresult *result = PQgetResult(db->listener);
            if (result == NULL) {
                return true;
            }
            bool is_good = PQresultStatus(result) == PGRES_COMMAND_OK;
            PQclear(result);
            if (!is_good) {
                return false;
            }
            continue;
        }
        if (fiber_wait_fd(PQsocket(db->listener), EPOLLIN, DB_CONNECT_TIMEOUT_MS * US_PER_MS) ==
                0 ||
            PQconsumeInput(db->listener) == 0) {
            return false;
        }
    }
}

static void hear(struct db_loop *db)
{
    while (!db->is_stopping) {
        uint32_t events = fiber_wait_fd(PQsocket(db->listener), EPOLLIN, LISTEN_POLL_US);
        if (db->is_stopping || (events != 0 && PQconsumeInput(db->listener) == 0)) {
            return;
        }
        for (PGnotify *note = PQnotifies(db->listener); note != NULL;
             note = PQnotifies(db->listener)) {
            db->heard(db->heard_thing, slice_from(note->extra));
            PQfreemem(note);
        }
        if (PQstatus(db->listener) != CONNECTION_OK) {
            return;
        }
    }
}

static void listener(void *thing)
{
    struct db_loop *db = thing;
    db->listener_fiber = fiber_here();
    while (!db->is_stopping) {
        if (connect_in_fiber(db, &db->listener) == OK) {
            if (listen_started(db)) {
                db->heard(db->heard_thing, S(""));
                hear(db);
            }
            PQfinish(db->listener);
            db->listener = NULL;
        }
        if (!db->is_stopping) {
            fiber_sleep(DB_BACKOFF_FIRST_MS * 4 * US_PER_MS);
        }
    }
    db->listener_fiber = NULL;
}

enum error db_listen(struct loop *loop, void (*heard)(void *thing, struct slice payload),
                     void *thing)
{
    struct db_loop *db = loop_slot(loop, LOOP_SLOT_DB);
    CHECK(db != NULL);
    CHECK(db->heard == NULL);
    db->heard = heard;
    db->heard_thing = thing;
    return fiber_start(loop, listener, db);
}

void listener_stop(struct db_loop *db)
{
    if (db->listener != NULL) {
        shutdown(PQsocket(db->listener), SHUT_RDWR); /* wakes the fiber that waits there */
    }
}
