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

/* Ending a sign-in: announced to the other nodes inside the transaction, dropped from Redis and this
 * process after it has committed (before, a look-up could bring it back). */
void auth_announce(struct tx *tx, struct slice hash_hex);
void auth_dropped(struct auth *auth, struct arena *arena, struct slice hash_hex);

/* A new session inside the transaction. */
MUST_CHECK enum error session_make(struct tx *tx, int64_t user_id, const struct origin *origin,
                                   struct signed_in *ret_signed_in);

struct param p_bytea(struct arena *arena, struct slice text);
struct param p_text_or_null(struct slice text);

#endif
