/* Accounts, sessions and API tokens: who is asking.
 *
 * Secrets (cookie, token) are 32 random bytes; only their SHA-256 is stored. A sign-in is looked up
 * in this process (at most IDENTITY_FRESH_US old), then in Redis (at most SESSION_REDIS_S), then in
 * PostgreSQL, which is the truth; ending a session drops it from all three. Everything here runs in a
 * fiber. */
#ifndef ASTRALFIELD_AUTH_AUTH_H
#define ASTRALFIELD_AUTH_AUTH_H

#include "base/faults.h"
#include "base/time.h"

struct work_pool;
struct auth;

enum {
    PASSWORD_LENGTH_MIN = 10,
    PASSWORD_LENGTH_MAX = 200,
    SESSION_DAYS = 30,
    DEVICE_DAYS = 365, /* a browser is remembered */
    SESSION_REDIS_S = 30,
    SIGN_IN_TRIES_MAX = 5,          /* per account and window */
    SIGN_IN_ADDRESS_TRIES_MAX = 30, /* per address and window */
    SIGN_IN_WINDOW_S = 900,
};
#define IDENTITY_FRESH_US (1 * US_PER_S)

enum scope {
    SCOPE_READ = 1u << 0,
    SCOPE_WRITE = 1u << 1,
    SCOPE_ACCOUNT = 1u << 2,
    SCOPE_OPS = 1u << 3
};
enum { SCOPES_ALL = 15 };

enum identity_kind { IDENTITY_SESSION, IDENTITY_TOKEN };

struct identity {
    enum identity_kind kind;
    int64_t id; /* of the session or token */
    int64_t user_id;
    bool is_operator;
    bool has_totp;  /* the account has a second factor (sessions) */
    bool is_proved; /* and a code of it was given in this session lately (PROOF_HOURS) */
    unsigned scopes;
    utime expires_at;    /* 0 = never (tokens) */
    char csrf_token[65]; /* sessions: hexadecimal */
};

/* Where a request comes from, for the record of sign-ins. */
struct origin {
    struct slice address; /* text; empty = none */
    struct slice agent;
    struct slice request_id;
    struct slice device; /* the secret of a browser that signed in before; empty = none */
    utime now;
};

struct totp_try;
struct account {
    struct slice email, display_name, password;
    struct slice code; /* of the second factor, where the account has one */
    bool is_operator;
};

struct signed_in {
    struct slice cookie; /* the secret for the client, in the arena */
    struct slice device; /* a new secret for a browser not seen before; empty = known already */
    struct identity identity;
};

struct auth *auth_new(struct work_pool *pool);
void auth_free(struct auth *auth);

/* Makes an account and signs it in. E_EMAIL_TAKEN, E_OVERLOADED. The e-mail address is lowered and
 * must be well formed (the body's schema checked it). */
MUST_CHECK enum error auth_register(struct auth *auth, struct faults *faults,
                                    const struct account *account, const struct origin *origin,
                                    struct signed_in *ret_signed_in);

/* Makes an account without signing it in (command line). */
MUST_CHECK enum error auth_add_user(struct auth *auth, struct faults *faults,
                                    const struct account *account, int64_t *ret_user_id);

/* E_CREDENTIALS whether the address is unknown, the password wrong or the account closed, and after
 * the same time; E_SECOND_FACTOR when the account wants a code as well, E_CODE when it is wrong;
 * E_RATE after too many tries (faults' detail says when to try again). Tries from a browser that signed
 * in to the account before are counted apart, so that strangers lock nobody out. */
MUST_CHECK enum error auth_sign_in(struct auth *auth, struct faults *faults,
                                   const struct account *account, const struct origin *origin,
                                   struct signed_in *ret_signed_in);

/* Ends one session of the user. E_NOT_FOUND. */
struct owned_id {
    int64_t user_id, id;
};
MUST_CHECK enum error auth_end_session(struct auth *auth, struct arena *arena,
                                       struct owned_id session, const struct origin *origin);

/* Ends every session of the user but kept.id (0: every one). */
MUST_CHECK enum error auth_end_others(struct auth *auth, struct arena *arena, struct owned_id kept,
                                      const struct origin *origin, size_t *ret_sessions_ended);

struct password_change {
    int64_t user_id, session_id; /* this session stays */
    struct slice current, next;
};

/* E_CREDENTIALS when attempt->password is not that of attempt->user_id, E_RATE after too many. */
MUST_CHECK enum error auth_check_password(struct auth *auth, struct faults *faults,
                                          const struct totp_try *attempt,
                                          const struct origin *origin);

/* E_CREDENTIALS when `current` is not the password, E_INVALID when the next one is too common, E_RATE.
 * Ends every other session. */
MUST_CHECK enum error auth_change_password(struct auth *auth, struct faults *faults,
                                           const struct password_change *change,
                                           const struct origin *origin, size_t *ret_sessions_ended);

struct token_order {
    int64_t user_id;
    struct slice name;
    unsigned scopes;
    utime expires_at; /* 0 = never */
};
struct token_made {
    int64_t id;
    struct slice secret;   /* shown once: "aft_…" */
    struct slice document; /* describes it, as JSON */
};
MUST_CHECK enum error auth_make_token(struct arena *arena, const struct token_order *order,
                                      const struct origin *origin, struct token_made *ret_made);

MUST_CHECK enum error auth_end_token(struct auth *auth, struct arena *arena, struct owned_id token,
                                     const struct origin *origin);

/* Whose cookie or bearer secret this is; E_SIGN_IN when nobody's (any more). */
struct credential {
    enum identity_kind kind;
    struct slice secret; /* the cookie's value, or the bearer token */
    utime now;
};
MUST_CHECK enum error auth_identify(struct auth *auth, struct arena *arena,
                                    struct credential credential, struct identity *ret_identity);

/* What the process itself still knows freshly, without waiting; false when it must be looked up. */
bool auth_identify_now(struct auth *auth, struct credential credential,
                       struct identity *ret_identity);

/* Forgets every sign-in that is known here: the next look-up asks PostgreSQL. `generation` is part of
 * the keys in Redis, so what any node stored there under an older one is not read again. Any thread. */
void auth_forget_all(struct auth *auth, int64_t generation);

/* Another node ended the sign-in with this hash (hexadecimal). */
void auth_forget(struct auth *auth, struct slice hash_hex);

/* The account's rights have changed: what Redis and this process know of its sign-ins is dropped. */
void auth_user_dropped(struct auth *auth, struct arena *arena, int64_t user_id);
/* The same for one sign-in that has ended. */
void auth_dropped(struct auth *auth, struct arena *arena, struct slice hash_hex);

/* Reads what auth_announce wrote behind "signout:". E_INVALID. */
MUST_CHECK enum error auth_ended_read(struct slice text, struct slice *ret_hash,
                                      enum identity_kind *ret_kind, int64_t *ret_id);

/* Calls ended(thing, …) for sign-ins that ended in the last seconds, and drops them: for what an
 * announcement missed. */
MUST_CHECK enum error
auth_ended_lately(struct auth *auth, struct arena *arena, int64_t seconds,
                  void (*ended)(void *thing, enum identity_kind kind, int64_t id), void *thing);

/* "read" … "ops", or 0. */
unsigned scope_by_name(struct slice name);

#endif
