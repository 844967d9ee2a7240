/* What happened and is to be written down soon: failures, requests of operators, sign-ins that were
 * used. Noting takes a lock but never waits for the database; a job writes what is there every second.
 * Bounded: what finds no room is counted as dropped. Any thread. */
#ifndef ASTRALFIELD_OPS_NOTES_H
#define ASTRALFIELD_OPS_NOTES_H

#include "base/arena.h"
#include "base/time.h"

enum {
    NOTE_ERRORS_MAX = 128, /* different ones between two writings */
    NOTE_ACCESSES_MAX = 1024,
    NOTE_SEEN_MAX = 8192,
    NOTE_MESSAGE_MAX = 400,
    NOTE_ROUTE_MAX = 200,
};

/* Text is copied, and cut where it is too long; it must be UTF-8. */
struct error_note {
    const char *source;   /* "server" or "client"; constants, as the next two */
    const char *category; /* as error_events knows them */
    const char *severity;
    struct slice route; /* "GET /api/leagues"; for clients the page */
    struct slice message;
    struct slice detail; /* of the newest one: a stack, what the log says */
    struct slice request_id;
    int64_t user_id; /* 0 = not known */
    int status;      /* 0 = none */
    utime at;
};
void note_error(const struct error_note *note);

struct access_note {
    const char *actor; /* "operator", "token", "local", "anonymous", "user" */
    int64_t user_id, token_id;
    struct slice method, path, address, request_id;
    int status;
    utime at;
};
void note_access(const struct access_note *note);

void note_seen(bool is_session, int64_t id);

/* ---- writing down, in a fiber ---- */

/* Writes everything that is there. On an error nothing is lost: it is there the next time. */
MUST_CHECK enum error notes_write(void);

uint64_t notes_dropped(void);

/* ---- for texts from outside ---- */

/* Takes out what must not be kept: e-mail addresses, tokens, what follows password=, token=, key= and
 * the like, queries of addresses, control bytes. */
struct slice note_redact(struct arena *arena, struct slice text);

#endif
