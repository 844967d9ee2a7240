/* What a loop's share of the database does, in figures: written by the loop, read by any thread. */
#ifndef ASTRALFIELD_DB_COUNTERS_H
#define ASTRALFIELD_DB_COUNTERS_H

#include "base/meter.h"
#include "db/statements.h" /* SQL_COUNT */

struct db_counters {
    struct timing statements;      /* from sending to the result */
    struct timing waits;           /* for a transaction's connection, when none was free */
    struct meter errors;           /* statements PostgreSQL refused */
    struct meter timeouts;         /* … because they took too long */
    struct meter wait_timeouts;    /* waits given up */
    struct meter reconnects;       /* connections lost */
    struct meter by_id[SQL_COUNT]; /* SQL_NONE: begin, commit, rollback */
    _Atomic unsigned connections, ready, in_use, waiting; /* at the end of the loop's last turn */
};

#endif
