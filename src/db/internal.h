/* What the files of db/ share; nobody else includes this. */
#ifndef ASTRALFIELD_DB_INTERNAL_H
#define ASTRALFIELD_DB_INTERNAL_H

#include "db/db.h"
#include "run/fiber.h"

enum {
    DB_PARAMS_MAX = 96,       /* parameters of one statement */
    DB_DEPTH_MAX = 512,       /* operations queued on one shared read connection */
    DB_BACKOFF_FIRST_MS = 50, /* doubles up to DB_BACKOFF_MAX_MS */
    DB_BACKOFF_MAX_MS = 1000,
    DB_CONNECT_TIMEOUT_MS = 5000,
    DB_SILENCE_MS = 2000, /* beyond its statement_timeout, that a server may owe an answer */
    DB_LOOK_MS = 500,     /* between two looks at who is silent */
};

/* One statement (or one Sync) that the server owes us an answer for. */
struct db_op {
    struct db_op *next;
    struct fiber *fiber; /* waits for the result; NULL when nobody does */
    PGresult *result;    /* taken over by the waiter */
    bool is_done;
    bool is_aborted; /* an earlier statement of the same Sync failed: worth a second try */
    bool is_sync;    /* marks a Sync; freed by the reader */
    bool is_prepare; /* prepares `id`; freed by the reader */
    bool is_owned;   /* sent without a waiter: freed by the reader, its error kept in the tx */
    struct tx *tx;   /* of an owned operation */
    enum sql_id id;  /* SQL_NONE: begin, commit, rollback */
    int64_t sent_us; /* monotonic */
};

enum connection_state { CONNECTION_DOWN, CONNECTION_IDLE, CONNECTION_BUSY };

struct db_connection {
    struct db_connection *next; /* in the idle list */
    struct db_loop *db;
    struct watch watch;
    PGconn *pg; /* NULL while down */
    enum connection_state state;
    bool is_shared;   /* a read connection */
    bool is_unsynced; /* statements were sent since the last Sync */
    bool is_watched;
    bool is_writing; /* waits until the socket takes more */
    bool is_in_transaction;
    bool is_connecting;  /* a fiber makes it just now */
    unsigned timeout_ms; /* its statement_timeout */
    struct db_op *first, *last;
    int64_t heard_us; /* monotonic: when the server last said something */
    unsigned depth;
    bool knows[SQL_COUNT]; /* statements it has prepared, or is about to */
};

/* A fiber that waits for a transaction connection. */
struct db_waiter {
    struct db_waiter *next, *prev;
    struct fiber *fiber;
    struct timer timer;
    struct db_connection *connection; /* what it got */
    bool is_over;
};

enum { DB_READ_MAX = 8, DB_TX_MAX = DB_TX_CONNECTIONS_MAX };

struct db_loop {
    struct loop *loop;
    struct db_settings settings;
    struct turn_hook hook;
    struct timer look;
    int64_t end_us; /* db_loop_end: until then a first connection is waited for; 0 = not said */
    bool is_stopping;
    bool has_been_up;    /* some connection was ready once */
    unsigned connectors; /* connector fibers alive */
    struct db_connection reads[DB_READ_MAX];
    struct db_connection txs[DB_TX_MAX];
    struct db_connection *idle;
    struct db_waiter *waiters;
    char why[256];                /* the last connection error */
    struct db_counters *counters; /* of the settings, or our own */
    struct db_counters *own_counters;

    PGconn *listener;
    struct watch listener_watch;
    void (*heard)(void *thing, struct slice payload);
    void *heard_thing;
    struct fiber *listener_fiber;
};

/* This loop's connections; NULL before db_loop_start and after db_loop_stop. */
struct db_loop *db_here(void);

/* listen.c */
void listener_stop(struct db_loop *db);

/* connection.c */
void db_connection_start(struct db_connection *connection);
void db_connection_lost(struct db_connection *connection);
/* Gives a connection up whose server has stopped answering: statement_timeout is kept by the server, and
 * a frozen one keeps nothing. */
void db_connection_check(struct db_connection *connection);
void db_connection_close(struct db_connection *connection);
/* Sends one prepared statement; E_UNAVAILABLE when the connection is not up. */
MUST_CHECK enum error db_connection_send(struct db_connection *connection, enum sql_id id,
                                         const char *const *values, struct db_op *op);
MUST_CHECK enum error db_connection_command(struct db_connection *connection, const char *name,
                                            struct db_op *op);
/* Sets its statement_timeout; as db_connection_command. */
MUST_CHECK enum error db_connection_timeout(struct db_connection *connection, unsigned timeout_ms,
                                            struct db_op *op);
void db_connection_sync(struct db_connection *connection);
/* A transaction connection past the number that is wanted: it goes as soon as nobody uses it. */
bool db_connection_is_surplus(const struct db_connection *connection);
/* Connects in the calling fiber; on success *ret_pg is ready and in non-blocking mode. */
MUST_CHECK enum error connect_in_fiber(struct db_loop *db, PGconn **ret_pg);

/* result.c */
void result_release(void *result);
enum error result_error(const PGresult *result);
MUST_CHECK enum error result_take(struct arena *arena, enum sql_id id, PGresult *result,
                                  struct rows *ret_rows);

/* Logs what PostgreSQL said when it is a mistake of ours. */
void db_log_error(enum sql_id id, const PGresult *result);

/* tune.c: brings the connection's time limit up to date. */
void db_connection_follow(struct db_connection *connection);

/* tx.c */
void tx_connection_ready(struct db_connection *connection);

/* type.c: the OID of a type a statement's header names; 0 = let PostgreSQL infer it. */
Oid type_oid(const char *name);

/* params.c */
const char *const *params_text(struct arena *arena, struct params params);

#endif
