/* What the files of auth/ share. */
#ifndef ASTRALFIELD_AUTH_INTERNAL_H
#define ASTRALFIELD_AUTH_INTERNAL_H

#include <stdatomic.h>

#include "auth/auth.h"
#include "auth/identity.h"
#include "auth/password.h"
#include "auth/secret.h"
#include "cache/limits.h"
#include "cache/redis.h"
#include "db/db.h"

struct auth {
    _Atomic int64_t generation; /* of what Redis keeps, see auth_forget_all */
    struct work_pool *pool;
    struct identities *identities;
    struct limits *tries; /* sign-in tries while Redis cannot count them */
};

/* One row of auth_events, sent along with the transaction. */
struct auth_note {
    const char *kind, *outcome, *reason;
    int64_t user_id;    /* 0 = not known */
    struct slice email; /* kept as its hash only; empty = none */
};
void auth_note(struct tx *tx, const struct auth_note *note, const struct origin *origin);

MUST_CHECK enum error auth_note_alone(struct arena *arena, const struct auth_note *note,
                                      const struct origin *origin);

/* A sign-in that ended. */
struct ended {
    enum identity_kind kind;
    int64_t id;
    struct slice hash; /* hexadecimal */
};

/* Ending a sign-in: announced to the other nodes inside the transaction, dropped from Redis and this
 * process after it has committed (before, a look-up could bring it back). */
void auth_announce(struct tx *tx, const struct ended *ended);

/* The same when an account's rights have changed and its sign-ins stay: they are looked up again
 * (auth_user_dropped). */
void auth_announce_user(struct tx *tx, int64_t user_id);

/* Ends the account's sessions but one; the rows are for auth_others_ended, after the commit. */
MUST_CHECK enum error auth_end_others_in(struct tx *tx, int64_t user_id, int64_t session_id,
                                         struct rows *ret_rows);
void auth_others_ended(struct auth *auth, struct arena *arena, const struct rows *rows);

/* A new session inside the transaction. */
struct session_order {
    int64_t user_id;
    bool is_proved; /* a code of the second factor was given */
};
MUST_CHECK enum error session_make(struct tx *tx, const struct session_order *order,
                                   const struct origin *origin, struct signed_in *ret_signed_in);

/* Remembers the browser: ret_signed_in->device is its new secret. */
void device_make(struct tx *tx, int64_t user_id, const struct origin *origin,
                 struct signed_in *ret_signed_in);

/* ---- tries ---- */

struct tries {
    struct slice key;
    int64_t max, user_id; /* user_id 0 = not known */
    struct slice email;   /* for the note when it locks; empty = none */
};

/* Counts a try; E_RATE when the window is used up, and the first time that is noted. Redis counts for
 * all nodes; without it this process counts for itself. */
MUST_CHECK enum error auth_count_try(struct auth *auth, struct faults *faults,
                                     const struct tries *tries, const struct origin *origin);

/* Counts a try of the password of somebody who is signed in. */
MUST_CHECK enum error auth_count_password(struct auth *auth, struct faults *faults, int64_t user_id,
                                          const struct origin *origin);

/* Counts a try of a code. */
MUST_CHECK enum error totp_count(struct auth *auth, struct faults *faults, int64_t user_id,
                                 const struct origin *origin);

/* What was counted was right after all: the count starts afresh. */
void auth_uncount(struct arena *arena, const char *what, int64_t id);

/* Takes a code of the account that SQL_AUTH_TOTP_LOCK gave: used up with the commit. E_CODE. */
struct totp_try;
MUST_CHECK enum error totp_take(struct tx *tx, const struct rows *account,
                                const struct totp_try *attempt, utime now);

struct slice auth_lowered(struct arena *arena, struct slice text);

struct param p_bytea(struct arena *arena, struct slice text);
struct param p_text_or_null(struct slice text);

#endif
