/* Errors for Sentry, or whatever speaks its envelope protocol. A thread of its own sends them: noting
 * never waits, the queue is bounded, and what finds no room is counted as dropped. */
#ifndef ASTRALFIELD_OPS_SENTRY_H
#define ASTRALFIELD_OPS_SENTRY_H

#include "base/faults.h"
#include "ops/notes.h"

enum { SENTRY_QUEUE_MAX = 64 };

/* A DSN: "https://PUBLIC_KEY@HOST[:PORT][/PATH]/PROJECT". */
struct sentry_dsn {
    struct slice envelope_url; /* https://HOST[:PORT][/PATH]/api/PROJECT/envelope/ */
    struct slice key;
};

/* E_INVALID: not a DSN. Lives in the arena. */
MUST_CHECK enum error sentry_parse(struct arena *arena, struct slice dsn,
                                   struct sentry_dsn *ret_dsn);

struct sentry_setup {
    const char *dsn; /* empty: nothing is ever sent */
    const char *environment, *version, *node;
};

/* Starts the thread; texts must stay until sentry_stop. E_INVALID names the setting. Once. */
MUST_CHECK enum error sentry_start(const struct sentry_setup *setup, struct faults *faults);

/* Takes a copy of the note for sending; texts are made harmless (note_redact) once more. Any thread. */
void sentry_note(const struct error_note *note);

/* Ends the thread: what is queued goes out when the other side takes it at once, within one call's
 * time-out. */
void sentry_stop(void);

struct sentry_figures {
    bool is_on;
    uint64_t sent, dropped; /* dropped: no room, or refused by the other side */
    unsigned waiting;
};
struct sentry_figures sentry_figures(void);

/* ---- for tests ---- */

/* One envelope: header line, item header line, payload. */
struct slice sentry_envelope(struct arena *arena, const struct sentry_setup *setup,
                             const struct error_note *note, const char id[33]);

#endif
