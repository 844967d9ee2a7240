/* PostgreSQL for fibers.
 *
 * Reads (statements marked `access read`) share a few pipelined connections: db_read suspends the
 * calling fiber until the rows are there. Everything else runs in a transaction on an exclusive
 * connection (struct tx). Rows live in the arena that was given. All of it must be called in a
 * fiber, on a loop where db_loop_start was called.
 *
 * A lost connection fails what was queued on it with E_UNAVAILABLE at once and is made again in the
 * background with back-off. */
#ifndef ASTRALFIELD_DB_DB_H
#define ASTRALFIELD_DB_DB_H

#include <libpq-fe.h>

#include "base/arena.h"
#include "base/faults.h"
#include "base/points.h"
#include "base/time.h"
#include "db/counters.h"
#include "db/statements.h" /* enum sql_id, generated */

struct loop;

struct db_settings {
    const char *url;              /* libpq conninfo or URI */
    unsigned read_connections;    /* per loop */
    unsigned tx_connections;      /* per loop */
    unsigned read_timeout_ms;     /* statement_timeout of shared reads */
    unsigned tx_timeout_ms;       /* statement_timeout inside transactions */
    unsigned acquire_timeout_ms;  /* longest wait for a transaction's connection */
    struct db_counters *counters; /* where to count; outlives the loop. NULL = nowhere to be read */
    bool is_bulk; /* plan each execution anew: for imports, where tables grow from nothing */
};

/* Makes the loop's connections in the background. Call on the loop's thread, before use. */
MUST_CHECK enum error db_loop_start(struct loop *loop, const struct db_settings *settings);

/* The server stops: two seconds from now on, nobody waits any more for a connection that is not
 * there. */
void db_loop_end(struct loop *loop);

/* Closes the loop's connections and waits, in the calling fiber, for the background to end; fibers
 * that still wait for an answer get E_UNAVAILABLE. */
void db_loop_stop(struct loop *loop);

/* Suspends until at least one read and one transaction connection are ready. E_UNAVAILABLE after
 * timeout_us; *ret_why (may be NULL) then borrows libpq's message. */
MUST_CHECK enum error db_wait_ready(int64_t timeout_us, struct slice *ret_why);

/* ---- other sizes while it runs ---- */

enum { DB_TX_CONNECTIONS_MAX = 64 };

struct db_tuning {
    unsigned tx_connections; /* 1 … DB_TX_CONNECTIONS_MAX, of this loop */
    unsigned read_timeout_ms, tx_timeout_ms, acquire_timeout_ms;
};

/* Any thread; the loop follows at once: new connections are made in the background, those too many are
 * closed when nobody uses them, time limits hold from the next statement on. */
void db_tune(struct loop *loop, const struct db_tuning *wanted);

/* ---- parameters ---- */

enum param_kind { PARAM_NULL, PARAM_INT, PARAM_TEXT, PARAM_BOOL, PARAM_POINTS, PARAM_TIME };

struct param {
    enum param_kind kind;
    union {
        int64_t number; /* PARAM_INT, PARAM_POINTS (hundredths), PARAM_TIME (utime), PARAM_BOOL */
        struct slice text; /* PARAM_TEXT: also json, bytea as '\x…', arrays as '{…}' */
    };
};

#define P_NULL ((struct param){ .kind = PARAM_NULL })
#define P_INT(value) ((struct param){ .kind = PARAM_INT, .number = (value) })
#define P_TEXT(value) ((struct param){ .kind = PARAM_TEXT, .text = (value) })
#define P_BOOL(value) ((struct param){ .kind = PARAM_BOOL, .number = (value) })
#define P_POINTS(value) ((struct param){ .kind = PARAM_POINTS, .number = (value) })
#define P_TIME(value) ((struct param){ .kind = PARAM_TIME, .number = (value) })

/* Positional arguments in the order of the statement's header. */
struct params {
    const struct param *list;
    size_t count;
};
#define PARAMS(...)                                                                                \
    ((struct params){ .list = (const struct param[]){ __VA_ARGS__ },                               \
                      .count =                                                                     \
                          sizeof((const struct param[]){ __VA_ARGS__ }) / sizeof(struct param) })
#define NO_PARAMS ((struct params){ 0 })

/* ---- rows ---- */

struct rows {
    PGresult *result; /* owned by the arena it was read into */
    size_t count;
    int64_t affected; /* rows changed, for statements without rows */
};

/* Cells by column name; a name that is not there is our mistake and aborts. A NULL cell gives 0,
 * false or an empty slice with ptr NULL. Text is valid as long as the arena. */
int64_t rows_int(const struct rows *rows, size_t row, const char *column);
bool rows_bool(const struct rows *rows, size_t row, const char *column);
struct slice rows_text(const struct rows *rows, size_t row, const char *column);
points rows_points(const struct rows *rows, size_t row, const char *column); /* numeric(_,2) */
int64_t rows_millionths(const struct rows *rows, size_t row, const char *column);
utime rows_time(const struct rows *rows, size_t row, const char *column);
bool rows_null(const struct rows *rows, size_t row, const char *column);

/* The document of a `result json` statement. */
struct slice rows_json(const struct rows *rows);

/* ---- reading ---- */

/* One read statement. E_NOT_FOUND when a `result row` statement gave no row, or a `result json`
 * statement gave NULL. */
MUST_CHECK enum error db_read(struct arena *arena, enum sql_id id, struct params params,
                              struct rows *ret_rows);

/* The same with the parameters ready as text by position (NULL pointers are SQL NULL). */
MUST_CHECK enum error db_read_text(struct arena *arena, enum sql_id id, const char *const *values,
                                   struct rows *ret_rows);

/* ---- transactions ---- */

struct db_connection;

struct tx {
    struct db_connection *connection;
    struct arena *arena;    /* rows go here */
    enum error failed;      /* the first error of a queued statement; later calls return it */
    struct slice message;   /* PostgreSQL's own words, for the log */
    const char *constraint; /* name of the violated constraint, or NULL */
};

/* Takes a connection and begins. Isolation: read committed (commands lock their league's row). A
 * fiber that holds a transaction must not begin a second one. */
MUST_CHECK enum error tx_begin(struct arena *arena, struct tx *ret_tx);

/* Runs one statement and waits for its rows. After an error the transaction can only be ended. */
MUST_CHECK enum error tx_query(struct tx *tx, enum sql_id id, struct params params,
                               struct rows *ret_rows);

/* Sends one statement without waiting; its error, if any, comes out of the next tx_query or of
 * tx_commit. For inserts whose rows nobody reads. */
void tx_send(struct tx *tx, enum sql_id id, struct params params);

MUST_CHECK enum error tx_commit(struct tx *tx);

/* Rolls back when not committed, and gives the connection back. Fits CLEANUP(tx_done). */
void tx_done(struct tx *tx);

/* ---- announcements ---- */

/* Listens on PostgreSQL's channel `astralfield` (this loop only). `heard` gets each payload; it is
 * called with an empty payload after every (re)connection: what happened meanwhile is unknown. */
MUST_CHECK enum error db_listen(struct loop *loop, void (*heard)(void *thing, struct slice payload),
                                void *thing);

/* ---- figures ---- */

struct db_figures {
    unsigned connections, ready, in_use, waiting;
    uint64_t statements, errors, reconnects;
};
void db_figures(const struct loop *loop, struct db_figures *ret_figures);

#endif
