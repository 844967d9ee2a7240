/* What people are told: messages in a table, each waiting for every place it goes to.
 *
 * A message is made in the transaction of what it tells about (notify_add), once, whoever makes it. A
 * delivery is claimed for a while, sent by a blocking call of a worker thread, and its result is written
 * down; what could not be sent is tried again for a day. So a restart, a sink that is down and a server
 * that dies while sending lose nothing; in the last case a message may come twice. */
#ifndef ASTRALFIELD_OPS_NOTIFY_H
#define ASTRALFIELD_OPS_NOTIFY_H

#include "db/db.h"
#include "ops/config.h"

enum sink { SINK_SLACK, SINK_WEBHOOK, SINK_MAIL, SINK_COMMAND, SINK_COUNT };

const char *sink_name(enum sink sink); /* "slack" */

/* The settings name a place for it. */
bool sink_is_set(const struct config *settings, enum sink sink);

struct message {
    int64_t id; /* 0 = not stored */
    utime at;
    const char *kind; /* "firing", "resolved", "incident", "escalation", "note", "page", "test" */
    struct slice severity, subject, title, body;
    struct slice recipients;   /* JSON array of people ("Ann <ann@example.org>"); empty = none */
    struct slice incident_ref; /* empty = none */
    int64_t alert_id, incident_id;
    int64_t hold_s; /* the queue leaves it alone for so long: whoever made it sends it */
    bool is_simulation, is_test;
};

/* Adds it to the queue of every place that is set, once for this `dedup` (at most 200 bytes). *ret_id
 * (may be NULL) is 0 when it was there already. */
MUST_CHECK enum error notify_add(struct tx *tx, const struct config *settings,
                                 const struct message *message, struct slice dedup,
                                 int64_t *ret_id);

/* ---- the queue ---- */

enum {
    NOTIFY_CLAIM_S = 60,
    NOTIFY_GIVE_UP_S = 86400,
    NOTIFY_PAUSE_MAX_S = 60,
    NOTIFY_ADOPT_S = 900, /* so young a message goes to a place its maker did not know of, too */
};

/* Seconds until the next try after `tries` that failed: 2, 4, 8, … 60. */
int64_t notify_pause_s(int64_t tries);

/* Takes the next message that is due for a place; *ret_tries counts this one. E_NOT_FOUND: there is
 * none. */
MUST_CHECK enum error notify_claim(struct arena *arena, enum sink sink, utime now,
                                   struct message *ret_message, int64_t *ret_tries);

struct delivery {
    int64_t message_id, tries;
    utime message_at;
    enum sink sink;
    bool is_sent;
    struct slice why; /* it was not */
};
MUST_CHECK enum error notify_record(struct arena *arena, const struct delivery *delivery,
                                    utime now);

/* ---- sending (notify_send.c) ---- */

/* Sends it now, blocking, ten to twenty seconds at most: on a worker's thread or the command line's.
 * Any error: *ret_why says why in words without secrets. */
MUST_CHECK enum error notify_send(const struct config *settings, enum sink sink,
                                  const struct message *message, struct arena *arena,
                                  struct slice *ret_why);

/* What is sent; for tests. */
struct slice notify_slack_json(struct arena *arena, const struct message *message);
struct slice notify_json(struct arena *arena, const struct message *message);
struct slice notify_title(struct arena *arena, const struct message *message);

/* The address in "Ann <ann@example.org>" or "ann@example.org"; empty when there is none. */
struct slice notify_mail_address(struct slice person);

#endif
