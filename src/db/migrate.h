/* Migrations: up and down, under an advisory lock, checksummed. Blocking; for the CLI and start. */
#ifndef ASTRALFIELD_DB_MIGRATE_H
#define ASTRALFIELD_DB_MIGRATE_H

#include "base/faults.h"
#include "base/time.h"

/* Drifted: applied with another text. Newer: not ours, and it only added, so that this program works
 * on. Unknown: not ours, and it took something away (a contraction). */
enum migration_state {
    MIGRATION_PENDING,
    MIGRATION_APPLIED,
    MIGRATION_DRIFTED,
    MIGRATION_NEWER,
    MIGRATION_UNKNOWN
};

struct migration_status {
    int version;
    struct slice name;
    enum migration_state state;
    bool is_contraction;
    struct slice applied_at; /* empty when pending */
};

struct migration_list {
    struct migration_status *list; /* in the faults' arena */
    size_t count;
    size_t pending;
    size_t drifted; /* drifted or unknown */
    size_t newer;
    int level; /* the newest that is applied; 0 = none */
};

/* Whether a migration takes away what programs of an older schema use: its up file then has a line
 * that begins with "-- contract:" and says what. All others only add (expand), and programs of older
 * schemas go on working. */
bool migration_contracts(const char *up);

MUST_CHECK enum error migrate_status(const char *url, struct faults *faults,
                                     struct migration_list *ret_list);

/* Whether this program may work on such a database: OK, or E_DRIFT with what to do. */
MUST_CHECK enum error migrate_check(const struct migration_list *list, struct faults *faults);

struct migrate_wish {
    int to;                   /* 0 = all */
    bool allows_contractions; /* false: stop with E_FORBIDDEN before the first one */
};

/* As migrate_up. A table that others hold is waited for 2 s at a time (lock_timeout), so that nobody
 * queues behind us for longer, again and again for about a minute (E_TIMEOUT). E_FORBIDDEN while the
 * switch RECOVERY_MODE is on. */
MUST_CHECK enum error migrate_up_with(const char *url, const struct migrate_wish *wish,
                                      struct faults *faults, size_t *ret_applied);

/* Applies what is pending up to version `to` (0 = all). Each migration is one transaction.
 * E_DRIFT when the database holds something else than our files say. */
MUST_CHECK enum error migrate_up(const char *url, int to, struct faults *faults,
                                 size_t *ret_applied);

/* Takes back the migrations above version `to`. */
MUST_CHECK enum error migrate_down(const char *url, int to, struct faults *faults,
                                   size_t *ret_undone);

#endif
