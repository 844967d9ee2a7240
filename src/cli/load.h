/* The load generator of `astralfield loadtest`.
 *
 * Open loop: requests are due at fixed moments whether or not earlier ones were answered, and the time
 * of each is counted from the moment it was due. A server that stalls is charged for everybody who
 * would have come meanwhile (no coordinated omission). The virtual users are the connections: a
 * request that is due while all of them wait goes out when one is free, and has waited since. */
#ifndef ASTRALFIELD_CLI_LOAD_H
#define ASTRALFIELD_CLI_LOAD_H

#include "base/meter.h"
#include "cli/cli.h"

enum { LOAD_TARGETS_MAX = 24, LOAD_VUS_MAX = 2000, LOAD_STATUS_MAX = 600 };

struct load_target {
    const char *name; /* "standings": in the report */
    const char *path; /* "/api/leagues/1/standings" */
    unsigned weight;  /* of all requests, by the sum of weights */
    struct timing times;
    int64_t failed; /* no answer, or a status of 500 and more */
};

struct load_plan {
    const char *base;    /* "http://localhost:3007" */
    const char *profile; /* "production" */
    struct slice cookie; /* of somebody signed in; empty = nobody */
    bool is_spread;      /* each user names an address of its own (198.18.0.0/15) */
    int64_t vus, rate;   /* connections; requests per second */
    int64_t seconds, warmup_seconds;
    struct load_target targets[LOAD_TARGETS_MAX];
    size_t target_count;
};

struct load_result {
    struct timing times;          /* from the moment each was due */
    struct timing service;        /* from the moment it was sent */
    struct timing lag;            /* how late we ourselves sent it though a connection was free */
    int64_t sent, answered, lost; /* lost: no answer at all */
    int64_t not_sent;             /* due, and never sent because all connections waited */
    int64_t statuses[LOAD_STATUS_MAX];
    int64_t bytes;
    int64_t us; /* of the counted part */
    utime began;
    const char *why_lost; /* of the last one; NULL = none */
};

/* Whether it is a profile, and its users and seconds. */
bool load_profile(const char *name, int64_t *ret_vus, int64_t *ret_seconds);

/* Names of all profiles, for messages. */
extern const char load_profiles[];

/* Finds what there is to ask (a public league, its draft, a player) and makes the plan's targets. */
struct call;
MUST_CHECK enum error load_targets(struct call *call, struct load_plan *plan);

/* Runs the plan; the targets' timings are in the plan afterwards. */
MUST_CHECK enum error load_run(struct cli *cli, struct load_plan *plan,
                               struct load_result *ret_result);

/* The verdict: p95 under 2 s, under 0.1 % failed, nothing unsent. EXIT_OK, EXIT_FAILED, or
 * EXIT_DEGRADED when rate limits refused over 1 %, so that nothing was measured. */
int load_verdict(const struct load_result *result);

/* The report as JSON and as Markdown. */
struct slice load_json(struct arena *arena, const struct load_plan *plan,
                       const struct load_result *result);
struct slice load_markdown(struct arena *arena, const struct load_plan *plan,
                           const struct load_result *result);

#endif
