/* The second factor of accounts: one-time codes by time (RFC 6238: SHA-1, six digits, 30 seconds, as
 * every authenticator has them) and recovery codes.
 *
 * A code of the step before or after the present one is taken as well, for clocks that differ; no step
 * is taken twice. Everything but the pure functions runs in a fiber. */
#ifndef ASTRALFIELD_AUTH_TOTP_H
#define ASTRALFIELD_AUTH_TOTP_H

#include "auth/auth.h"

enum {
    TOTP_SECRET_BYTES = 20,
    TOTP_STEP_S = 30,
    TOTP_DIGITS = 6,
    TOTP_STEPS_AROUND = 1,
    RECOVERY_CODES = 10,
    RECOVERY_CODE_CHARACTERS = 24, /* of 32 kinds: 120 bits */
    TOTP_TRIES_MAX = 5,            /* per account and SIGN_IN_WINDOW_S */
    PROOF_HOURS = 12,              /* a session's code counts that long (find_session.sql) */
};

struct totp_secret {
    unsigned char bytes[TOTP_SECRET_BYTES];
};

/* The step (since 1970, of 30 s) whose code this is, within TOTP_STEPS_AROUND of now and later than
 * `after`; 0 when it is none. Every step takes the same time. Pure. */
int64_t totp_step_of(const struct totp_secret *secret, struct slice code, utime now, int64_t after);

/* "otpauth://totp/AstralField:maya%40example.org?secret=…": what an authenticator reads. */
struct slice totp_uri(struct arena *arena, const struct totp_secret *secret, struct slice account);

/* The text as a QR code: an SVG document of one path, dark on white with its quiet zone. E_TOO_LARGE. */
MUST_CHECK enum error totp_qr(struct arena *arena, struct slice text, struct slice *ret_svg);

/* Without the blanks and dashes people put in, upper case. */
struct slice totp_code_plain(struct arena *arena, struct slice code);

struct totp_offer {
    struct slice secret; /* base32, in groups of four, to type by hand */
    struct slice uri, qr;
};

/* Makes a secret that counts when its first code is confirmed; an older offer is void. E_CONFLICT when
 * the account has a second factor. */
MUST_CHECK enum error totp_offer(struct faults *faults, int64_t user_id,
                                 struct totp_offer *ret_offer);

/* Whose code, given where: session_id 0 = in no session (command line). */
struct totp_try {
    int64_t user_id, session_id;
    struct slice code;     /* six digits or a recovery code, as typed */
    struct slice password; /* only where it is asked for */
};

struct recovery_codes {
    struct slice codes[RECOVERY_CODES]; /* shown once */
};

/* The offered secret counts from now on, and the session is proved. E_CODE, E_CONFLICT without an offer,
 * E_RATE. */
MUST_CHECK enum error totp_confirm(struct auth *auth, struct faults *faults,
                                   const struct totp_try *attempt, const struct origin *origin,
                                   struct recovery_codes *ret_codes);

/* A code in a session that began without, or long ago: it is proved for PROOF_HOURS. E_CODE, E_CONFLICT
 * without a second factor, E_RATE. */
MUST_CHECK enum error totp_prove(struct auth *auth, struct faults *faults,
                                 const struct totp_try *attempt, const struct origin *origin);

/* New recovery codes for the old ones. E_CODE, E_CONFLICT, E_RATE. */
MUST_CHECK enum error totp_new_codes(struct auth *auth, struct faults *faults,
                                     const struct totp_try *attempt, const struct origin *origin,
                                     struct recovery_codes *ret_codes);

/* Takes the second factor away: needs the password and a code. E_CREDENTIALS, E_CODE, E_CONFLICT,
 * E_RATE. */
MUST_CHECK enum error totp_disable(struct auth *auth, struct faults *faults,
                                   const struct totp_try *attempt, const struct origin *origin);

#endif
