/* Does the ledger hold? Everything that can be derived is derived again and compared.
 *
 * Per league, while its row is locked: the hash chain (ledger.h), then the invariants of
 * api-inventory 5.10, each one statement of sql/queries/play/verify_*.sql that gives what offends
 * it, then the table of the standings and the points of all stat lines of its season, made again by
 * rules/. Then what belongs to no league. */
#ifndef ASTRALFIELD_LEAGUE_VERIFY_H
#define ASTRALFIELD_LEAGUE_VERIFY_H

#include "base/arena.h"
#include "base/faults.h"

/* The first thing that does not hold. */
struct verify_fault {
    int64_t league_id; /* 0: belongs to no league */
    struct slice league;
    struct slice check; /* "chain", "rosters", … */
    int64_t seq;        /* of the event, 0 when it is not about one */
    struct slice what;
    struct slice expected;
    struct slice found;
};

struct verify_report {
    int64_t leagues;
    int64_t events;
    int64_t checks; /* invariants looked at, over all leagues */
    int64_t lines;  /* stat lines scored again */
    bool is_broken;
    struct verify_fault fault; /* when is_broken; lives in the arena */
};

/* Verifies one league, or all of them (0), and stops at the first fault. OK whether the ledger holds
 * or not; E_NOT_FOUND for a league that does not exist; otherwise the database's errors. In a fiber
 * that holds no transaction. */
MUST_CHECK enum error verify_ledger(struct arena *arena, struct faults *faults, int64_t league_id,
                                    struct verify_report *ret_report);

#endif
