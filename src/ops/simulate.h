/* An incident that is played: a fault this server makes for itself until a moment that was set when it
 * began. Nothing has to end it: after that moment, and in a new process, it is simply over. Operators'
 * addresses, probes and files are never touched. Any thread. */
#ifndef ASTRALFIELD_OPS_SIMULATE_H
#define ASTRALFIELD_OPS_SIMULATE_H

#include "base/error.h"
#include "base/slice.h"
#include "base/time.h"

enum simulation_kind {
    SIMULATE_SLOW_DATABASE,  /* each request waits for PostgreSQL, which was asked to wait */
    SIMULATE_SLOW_RESPONSES, /* each request waits */
    SIMULATE_ERRORS,         /* some requests are answered with 503 */
    SIMULATE_NOTHING,
};

enum { SIMULATION_SECONDS_MAX = 1800, SIMULATION_DELAY_MS_MAX = 12000 };

/* "slow_database", "slow_responses", "errors", then NULL. */
extern const char *const simulation_kinds[SIMULATE_NOTHING + 1];

enum simulation_kind simulation_find(struct slice name);

/* How strong it is for an incident's severity (0 = P0): milliseconds of a delay; for errors every so
 * manieth request fails. Just over the thresholds of alerts.def. */
int64_t simulation_strength(enum simulation_kind kind, int severity);

/* What is played from now until `ends_at`; SIMULATE_NOTHING ends it. */
void simulation_play(enum simulation_kind kind, int severity, utime ends_at);

struct simulated {
    enum simulation_kind kind; /* SIMULATE_NOTHING when this request is left alone */
    int64_t delay_ms;
    bool fails;
};

/* What this request shall suffer. */
struct simulated simulation_now(utime now);

#endif
