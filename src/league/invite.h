/* Invitations: a code of 128 random bits, shown once; only its hash is kept. */
#ifndef ASTRALFIELD_LEAGUE_INVITE_H
#define ASTRALFIELD_LEAGUE_INVITE_H

#include "league/ledger.h"

enum { INVITE_BYTES = 16, INVITE_CODE_LEN = 26, INVITE_DAYS_DEFAULT = 14, INVITE_DAYS_MAX = 90 };

/* The same for a league that is private and for one that does not exist. */
#define INVITE_NEEDED "This league is joined by invitation."
#define INVITE_NOT_VALID                                                                           \
    "The invitation is not valid: it has been used up, has expired or was taken back. Ask the "    \
    "commissioner for another."

struct invite_new {
    struct slice email; /* only the account with this address can use it; empty: anybody */
    struct slice role;  /* manager (when empty), co_commissioner, viewer */
    int64_t team_id;    /* the team without manager that is handed over; 0: none in particular */
    int days;           /* 0: INVITE_DAYS_DEFAULT */
    int uses;           /* how many can use it, 1 to 100; 0: one */
};

struct invite {
    struct slice code; /* 26 characters of 0-9 a-z without i, l, o, u */
    utime expires_at;
};

/* Makes an invitation. Commissioner. The stored answer does not hold the code, so a repeat is
 * E_CONFLICT. Event (for commissioners): invite.created. */
MUST_CHECK enum error invite_create(struct change *change, int64_t league_id,
                                    const struct invite_new *wanted, struct invite *ret_invite);

/* The hash of a code as it is kept, as bytea text ('\x…'); upper case and blanks around it do not
 * matter. For SQL_LEAGUE_INVITE_DOCUMENT. */
struct slice invite_hash(struct arena *arena, struct slice code);

#endif
