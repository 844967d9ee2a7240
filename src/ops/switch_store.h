/* Ordering switches: what is stored in ops_controls, its history, the audit log and the news to every
 * node, all in one transaction. The endpoints and the command line both stand on it. */
#ifndef ASTRALFIELD_OPS_SWITCH_STORE_H
#define ASTRALFIELD_OPS_SWITCH_STORE_H

#include "db/db.h"
#include "ops/switches.h"

struct switch_wish {
    enum switch_id id;
    struct slice value;   /* as it was typed */
    int64_t seconds;      /* how long; 0 = not said: as switches.def has it */
    struct slice reason;  /* empty = "not said" */
    struct slice message; /* for users; empty = none */
    struct slice by;      /* "operator 7", "root@host" */
    int64_t user_id;      /* 0 = none */
};

/* What a change was; texts in the transaction's arena, as JSON for the audit log too. */
struct switch_change {
    struct slice before, after;           /* values; empty = not set */
    struct slice before_json, after_json; /* objects; empty = none */
    struct slice reason;
    utime set_at, expires_at; /* 0 = for ever */
    int64_t history_id;       /* 0: nothing was set, so nothing changed */
};

/* Checks a wish; adds a fault for everything that is wrong with it. E_INVALID. */
MUST_CHECK enum error switch_store_check(const struct switch_wish *wish, struct faults *faults);

/* Sets it, after switch_store_check. The caller adds the audit's row ("switch.set", target "switch")
 * from *ret_change last, and commits. */
MUST_CHECK enum error switch_store_set(struct tx *tx, const struct switch_wish *wish,
                                       struct switch_change *ret_change);

/* Unsets it; value, seconds and message of the wish are not read. */
MUST_CHECK enum error switch_store_unset(struct tx *tx, const struct switch_wish *wish,
                                         struct switch_change *ret_change);

/* Clears the orders whose time is over, with history and audit. Any number of nodes may call it. */
MUST_CHECK enum error switch_store_expire(utime now);

#endif
