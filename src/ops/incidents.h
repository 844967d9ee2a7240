/* Incidents: opened by people and by alerts, told as a time-line, escalated until somebody answers. */
#ifndef ASTRALFIELD_OPS_INCIDENTS_H
#define ASTRALFIELD_OPS_INCIDENTS_H

#include "db/db.h"
#include "ops/config.h"

enum {
    INCIDENT_SEVERITIES = 4,
    INCIDENT_STEPS = 3,
    INCIDENT_TITLE_MAX = 200,
    INCIDENT_REF_MAX = 46
};

/* "P0" … "P3", then NULL: as a schema's list of words. */
extern const char *const incident_severities[INCIDENT_SEVERITIES + 1];
extern const char *const incident_states[4]; /* "open", "mitigated", "resolved", NULL */

/* INCIDENT_SEVERITIES when it is none. */
int incident_severity(struct slice text);

/* ---- clocks: pure ---- */

/* Until when somebody has to answer: 15 minutes, 1 hour, 4 hours, the next day that is no Saturday or
 * Sunday (UTC) at the same time. The runbook's "Contacts & Escalation". */
utime incident_respond_by(int severity, utime detected_at);

/* When step 0, 1, 2 calls the next people: when the time to answer is over, 15 and 45 minutes later. For
 * P0 that is 15, 30 and 60 minutes after it was detected, as the incident handbook has it. 0 past the
 * last step. */
utime incident_escalation_at(int severity, utime detected_at, int step);

/* ---- opening ---- */

struct incident {
    struct slice ref; /* "INC-20261123-140500-1f3a" */
    const char *kind; /* "incident", "security", "alert", "simulation" */
    int severity;
    struct slice title, description, detected_by, responder;
    struct slice subject;   /* of the alert that opens it; empty = none */
    const char *state;      /* NULL = stays, or open */
    int64_t author_user_id; /* 0 = none */
    utime detected_at, now;
    bool is_told; /* somebody else tells people: no message of its own */
};

/* "SEC-20261123-140500-1f3a": when, and enough of `salt` to tell two apart. */
struct slice incident_new_ref(struct arena *arena, const char *prefix, utime now,
                              struct slice salt);

/* "INC-…", "SEC-…": two to five capitals, a dash, letters, digits and dashes. */
bool incident_is_ref(struct slice text);

/* Opens it, or adds to the one of that reference; the same twice changes nothing. A new one is told to
 * whoever is on call and begins its clock. */
MUST_CHECK enum error incident_store(struct tx *tx, const struct config *settings,
                                     const struct incident *incident, int64_t *ret_id);

/* ---- what happens to it; E_NOT_FOUND when there is none ---- */

struct incident_act {
    struct slice ref, by, text; /* text may be empty for an acknowledgement */
    int64_t user_id;            /* 0 = none */
    utime now;
};
MUST_CHECK enum error incident_note(struct tx *tx, const struct incident_act *act, int64_t *ret_id);
/* Stops the escalation; the first who does it is kept. */
MUST_CHECK enum error incident_acknowledge(struct tx *tx, const struct incident_act *act,
                                           int64_t *ret_id);
MUST_CHECK enum error incident_close(struct tx *tx, const struct incident_act *act,
                                     int64_t *ret_id);

/* What opened it is good again: it is mitigated, and its clock stops. Nothing when it is not open. */
MUST_CHECK enum error incident_mitigate(struct tx *tx, int64_t id, struct slice text, utime now);

/* Calls the next people about each incident nobody acknowledged in time. One server at a time for each.
 * *ret_count: how many were escalated. In a fiber. */
MUST_CHECK enum error incidents_escalate(const struct config *settings, utime now,
                                         size_t *ret_count);

#endif
