/* What this process does, counted.
 *
 * Every loop writes meters of its own (base/meter.h) and nobody else's, so counting takes no lock and
 * shares no cache line; whoever reads adds the loops up. There is one set per process: it is made
 * before the loops run and freed after they have ended. */
#ifndef ASTRALFIELD_OPS_METRICS_H
#define ASTRALFIELD_OPS_METRICS_H

#include "base/error.h"
#include "db/counters.h"
#include "ops/series.h"

/* What is counted for the process as a whole, by its first loop. Totals only grow; gauges are looked at
 * every few seconds, and their sum by count is the mean. */
enum metric {
    TOTAL_CACHE_HITS,
    TOTAL_CACHE_MISSES,
    TOTAL_CACHE_EVICTIONS,
    GAUGE_CONNECTIONS,
    GAUGE_SOCKETS,
    GAUGE_CPU_PERMILLE,    /* of all cores, this process */
    GAUGE_BUSY_PERMILLE,   /* of all cores, everybody */
    GAUGE_MEMORY_PERMILLE, /* of the machine's (or the cgroup's) memory, everybody's */
    GAUGE_RSS_KB,
    GAUGE_DESCRIPTORS,
    GAUGE_ACTIVE_USERS,
    GAUGE_POOL_PERMILLE, /* database connections in use */
    GAUGE_DATABASE_BYTES,
    GAUGE_UP_WEB, /* parts of the status page: 1000 = a look found it well, 0 = not */
    GAUGE_UP_DATABASE,
    GAUGE_UP_CACHE,
    GAUGE_UP_LIVE,
    GAUGE_UP_BACKUPS,
    METRIC_COUNT
};

struct metrics_route {
    const char *label; /* "GET /api/leagues/{leagueId}" */
};

struct metrics_setup {
    unsigned loops;
    const struct metrics_route *routes; /* by the router's index; borrowed, as all text here */
    size_t route_count;
    const char *const *rates; /* names of the rate classes by number; NULL where there is none */
    size_t rate_count;
    void (*refresh)(void *thing); /* brings totals up to date before they are read; may be NULL */
    void *thing;
};

void metrics_start(const struct metrics_setup *setup);
void metrics_stop(void);
bool metrics_is_started(void);

/* A meter that somebody else keeps (single writer); before the loops run. */
void metrics_watch(const char *name, const char *label, struct meter *meter);
void metrics_watch_timing(const char *name, const char *label, struct timing *timing);

/* Where loop `loop` counts its database; NULL before metrics_start. */
struct db_counters *metrics_db(unsigned loop);

/* ---- counting, on the loop's own thread ---- */

struct request_figures {
    unsigned loop;
    size_t route; /* SIZE_MAX: an address without a row, or a file */
    int status;
    enum error error; /* OK = none */
    bool is_failure;  /* of ours: it counts in the error rate */
    size_t bytes;
    int64_t us;
};
void metrics_request(const struct request_figures *figures);
void metrics_limited(unsigned loop, unsigned rate);
void metrics_job(const char *name, int64_t us, bool is_ok); /* jobs run on one loop */

/* On the first loop. */
void metrics_total(enum metric metric, uint64_t total);
void metrics_gauge(enum metric metric, uint64_t value);

/* ---- reading, any thread ---- */

/* Everything since the process started, or since the last metrics_kept. */
void metrics_read(struct arena *arena, bool is_since_kept, struct series_list *ret_list);

/* Writing down: metrics_take gives what came since the last metrics_kept and remembers the state it
 * read; metrics_kept says that it is written. Without it the next take gives it again. One writer. */
void metrics_take(struct arena *arena, struct series_list *ret_list);
void metrics_kept(void);

/* Sums over the loops, as of their last turn. */
struct pool_figures {
    unsigned connections, ready, in_use, waiting;
};
struct pool_figures metrics_pool(void);

/* Microseconds of the monotonic clock at metrics_start. */
int64_t metrics_started_us(void);

#endif
