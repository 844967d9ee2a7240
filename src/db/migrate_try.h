/* Migrations tried in a database of their own, which is made beside the real one and removed again: what
 * they lock, and whether they can be taken back. Blocking, for the command line. */
#ifndef ASTRALFIELD_DB_MIGRATE_TRY_H
#define ASTRALFIELD_DB_MIGRATE_TRY_H

#include "base/faults.h"

struct try_lock {
    const char *table;
    const char *mode; /* "AccessExclusiveLock" */
    int64_t rows;     /* about so many in the real database; -1 = not known */
};

struct try_statement {
    int version;
    struct slice text;
    struct try_lock *locks; /* that it was the first of its migration to take */
    size_t lock_count;
};

struct try_plan {
    struct try_statement *list; /* of the pending migrations, in order */
    size_t count;
};

/* `url`: the database; `admin_user`: the role that may make databases, NULL = the url's own. Runs what is
 * pending, statement by statement, on an empty copy of the schema, and looks at pg_locks after each. */
MUST_CHECK enum error migrate_plan(const char *url, const char *admin_user, struct faults *faults,
                                   struct try_plan *ret_plan);

/* All migrations up, down and up again, one by one: E_DRIFT, with a fault per migration that leaves
 * another schema than it found, or comes out differently the second time. */
MUST_CHECK enum error migrate_verify(const char *url, const char *admin_user, struct faults *faults,
                                     size_t *ret_count);

/* Whether a lock keeps others from reading, or from writing. */
bool lock_blocks_reads(struct slice mode);
bool lock_blocks_writes(struct slice mode);

#endif
