/* What programs without fibers tell the database: measured values by name (ops_facts), the list of
 * backups, rows of the audit log. Best effort for those who call: a backup that is made is worth more
 * than the row that says so. */
#ifndef ASTRALFIELD_OPS_FACTS_H
#define ASTRALFIELD_OPS_FACTS_H

#include <libpq-fe.h>

#include "base/faults.h"
#include "db/statements.h"
#include "ops/audit.h"
#include "ops/backup.h"

/* One statement of sql/ on a connection of the caller's own, with its parameters as text (NULL: SQL's).
 * *ret_result (may be NULL) is the caller's to clear. E_UNAVAILABLE with PostgreSQL's words. */
MUST_CHECK enum error plain_run(PGconn *pg, enum sql_id id, const char *const *values,
                                struct faults *faults, PGresult **ret_result);

struct fact {
    const char *name; /* "backup_last_at"; docs/backup.md lists them */
    int64_t value;    /* times as seconds since 1970 */
    bool is_unknown;  /* cannot be measured now: the name goes */
};

MUST_CHECK enum error facts_write(PGconn *pg, const struct fact *facts, size_t count,
                                  struct faults *faults);

/* The backups in both folders (copy_base may be NULL), and backup_last_at and backup_verified_at. */
MUST_CHECK enum error facts_backups(PGconn *pg, const char *base, const char *copy_base,
                                    struct faults *faults);

/* A row of the audit log in a transaction of its own. */
MUST_CHECK enum error facts_audit(PGconn *pg, const struct audit_entry *entry,
                                  struct faults *faults);

#endif
