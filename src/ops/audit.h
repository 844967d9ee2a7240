/* The audit log: what operators, the command line and the system did, hash-chained, append-only.
 *
 * A row is written in the transaction of what it tells about, so neither is there without the other. */
#ifndef ASTRALFIELD_OPS_AUDIT_H
#define ASTRALFIELD_OPS_AUDIT_H

#include "base/time.h"
#include "db/db.h"

/* Texts may be empty = none. */
struct audit_entry {
    utime at;
    const char *actor;       /* "operator", "local" (the machine itself), "system", "job" */
    int64_t user_id;         /* of an operator; 0 = none */
    const char *action;      /* "cache.clear" */
    const char *target_kind; /* "user"; NULL = none */
    struct slice target_id;
    struct slice before, after; /* JSON objects */
    struct slice reason;
    struct slice address; /* the connection's, never a header's */
    struct slice request_id;
    struct slice incident_ref; /* "INC-20250907-1300" */
};

/* Adds a row in this transaction; *ret_seq (may be NULL) is its number. Take it last: it holds the
 * audit stream until the transaction ends. */
MUST_CHECK enum error audit_add(struct tx *tx, const struct audit_entry *entry, int64_t *ret_seq);

/* Tells every node when the transaction commits: "ops:<what>" (see api/ops_hooks.c). */
void audit_announce(struct tx *tx, struct slice what);

#endif
