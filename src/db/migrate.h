/* Migrations: up and down, under an advisory lock, checksummed. Blocking; for the CLI and start. */
#ifndef ASTRALFIELD_DB_MIGRATE_H
#define ASTRALFIELD_DB_MIGRATE_H

#include "base/faults.h"
#include "base/time.h"

enum migration_state { MIGRATION_PENDING, MIGRATION_APPLIED, MIGRATION_DRIFTED, MIGRATION_UNKNOWN };

struct migration_status {
    int version;
    struct slice name;
    enum migration_state state; /* drifted: applied with another checksum; unknown: not ours */
    struct slice applied_at;    /* empty when pending */
};

struct migration_list {
    struct migration_status *list; /* in the faults' arena */
    size_t count;
    size_t pending;
    size_t drifted; /* drifted or unknown */
};

MUST_CHECK enum error migrate_status(const char *url, struct faults *faults,
                                     struct migration_list *ret_list);

/* Applies what is pending up to version `to` (0 = all). Each migration is one transaction.
 * E_DRIFT when the database holds something else than our files say. */
MUST_CHECK enum error migrate_up(const char *url, int to, struct faults *faults,
                                 size_t *ret_applied);

/* Takes back the migrations above version `to`. */
MUST_CHECK enum error migrate_down(const char *url, int to, struct faults *faults,
                                   size_t *ret_undone);

#endif
