#include "ops/metrics.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/time.h"
#include "db/statement.h"

enum { JOBS_MAX = 32, WATCHED_MAX = 512, CLASSES = 6, LOOPS_MAX = 64 };

/* One loop's meters. Each is on cache lines that only this loop writes. */
struct loop_meters {
    struct timing requests;
    struct meter bytes;
    struct meter classes[CLASSES]; /* by the status's first digit; 0: anything else */
    struct meter errors[ERROR_COUNT];
    struct db_counters db;
    struct meter *limited;  /* by rate class */
    struct timing *routes;  /* the last one: no row */
    struct meter *failures; /* answers of 500 and more, by route */
};

/* What a series is called and whether its meters are timings. */
struct slot {
    const char *name, *label;
    bool is_timing;
};

struct watched {
    const char *name, *label;
    struct meter *meter;
    bool is_timing;
};

/* What had been counted when it was last written down. */
struct mark {
    uint64_t count, sum;
    uint64_t *buckets;
};

static struct {
    bool is_started;
    struct metrics_setup setup;
    struct loop_meters *loops;
    struct meter own[METRIC_COUNT];
    struct timing jobs[JOBS_MAX];
    struct meter job_failures[JOBS_MAX];
    const char *job_names[JOBS_MAX];
    _Atomic unsigned job_count;
    struct watched watched[WATCHED_MAX];
    size_t watched_count;
    int64_t started_us;

    pthread_mutex_t lock; /* guards the marks */
    struct mark *kept, *taken;
    uint64_t *held_max; /* taken from the meters, not yet written down */
    size_t mark_count;
} metrics = { .lock = PTHREAD_MUTEX_INITIALIZER };

static const struct {
    const char *name, *label;
} own_names[METRIC_COUNT] = {
    [TOTAL_CACHE_HITS] = { "cache_documents", "hit" },
    [TOTAL_CACHE_MISSES] = { "cache_documents", "miss" },
    [TOTAL_CACHE_EVICTIONS] = { "cache_documents", "evicted" },
    [GAUGE_CONNECTIONS] = { "connections", "" },
    [GAUGE_SOCKETS] = { "sockets", "" },
    [GAUGE_CPU_PERMILLE] = { "cpu_permille", "" },
    [GAUGE_BUSY_PERMILLE] = { "machine_busy_permille", "" },
    [GAUGE_MEMORY_PERMILLE] = { "memory_permille", "" },
    [GAUGE_RSS_KB] = { "rss_kb", "" },
    [GAUGE_DESCRIPTORS] = { "descriptors", "" },
    [GAUGE_ACTIVE_USERS] = { "active_users", "" },
    [GAUGE_POOL_PERMILLE] = { "database_pool_permille", "" },
    [GAUGE_DATABASE_BYTES] = { "database_bytes", "" },
    [GAUGE_UP_WEB] = { "up_permille", "web" },
    [GAUGE_UP_DATABASE] = { "up_permille", "database" },
    [GAUGE_UP_CACHE] = { "up_permille", "cache" },
    [GAUGE_UP_LIVE] = { "up_permille", "live" },
    [GAUGE_UP_BACKUPS] = { "up_permille", "backups" },
};

static const char *const class_names[CLASSES] = { "other", "1xx", "2xx", "3xx", "4xx", "5xx" };

static void *zeroed(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    CHECK(memory != NULL);
    return memory;
}

void metrics_start(const struct metrics_setup *setup)
{
    CHECK(!metrics.is_started);
    CHECK(setup->loops <= LOOPS_MAX);
    metrics.setup = *setup;
    metrics.loops = zeroed(setup->loops, sizeof(*metrics.loops));
    for (unsigned i = 0; i < setup->loops; i++) {
        struct loop_meters *loop = &metrics.loops[i];
        loop->limited = zeroed(setup->rate_count + 1, sizeof(*loop->limited));
        loop->routes = zeroed(setup->route_count + 1, sizeof(*loop->routes));
        loop->failures = zeroed(setup->route_count + 1, sizeof(*loop->failures));
    }
    metrics.started_us = mono_now().us;
    metrics.is_started = true;
}

static void free_marks(void)
{
    for (size_t i = 0; i < metrics.mark_count; i++) {
        free(metrics.kept[i].buckets);
        free(metrics.taken[i].buckets);
    }
    free(metrics.kept);
    free(metrics.taken);
    free(metrics.held_max);
    metrics.kept = NULL;
    metrics.taken = NULL;
    metrics.held_max = NULL;
    metrics.mark_count = 0;
}

void metrics_stop(void)
{
    if (!metrics.is_started) {
        return;
    }
    metrics.is_started = false;
    for (unsigned i = 0; i < metrics.setup.loops; i++) {
        free(metrics.loops[i].limited);
        free(metrics.loops[i].routes);
        free(metrics.loops[i].failures);
    }
    free(metrics.loops);
    metrics.loops = NULL;
    metrics.watched_count = 0;
    free_marks();
}

bool metrics_is_started(void)
{
    return metrics.is_started;
}

int64_t metrics_started_us(void)
{
    return metrics.started_us;
}

static void watch(const struct watched *watched)
{
    CHECK(metrics.watched_count < WATCHED_MAX);
    metrics.watched[metrics.watched_count++] = *watched;
}

void metrics_watch(const char *name, const char *label, struct meter *meter)
{
    watch(&(struct watched){ .name = name, .label = label, .meter = meter });
}

void metrics_watch_timing(const char *name, const char *label, struct timing *timing)
{
    watch(&(struct watched){
        .name = name, .label = label, .meter = &timing->meter, .is_timing = true });
}

struct db_counters *metrics_db(unsigned loop)
{
    return metrics.is_started && loop < metrics.setup.loops ? &metrics.loops[loop].db : NULL;
}

/* ---- counting ---- */

void metrics_request(const struct request_figures *figures)
{
    if (!metrics.is_started) {
        return;
    }
    struct loop_meters *loop = &metrics.loops[figures->loop];
    size_t rows = metrics.setup.route_count;
    size_t route = figures->route < rows ? figures->route : rows;
    unsigned class =
        figures->status >= 100 && figures->status < 600 ? (unsigned)figures->status / 100 : 0;
    timing_add(&loop->requests, figures->us);
    timing_add(&loop->routes[route], figures->us);
    meter_bump(&loop->bytes.count, 1);
    meter_bump(&loop->bytes.sum, figures->bytes);
    meter_bump(&loop->classes[class].count, 1);
    if (figures->is_failure) {
        meter_bump(&loop->failures[route].count, 1);
    }
    if (figures->error != OK) {
        meter_bump(&loop->errors[figures->error].count, 1);
    }
}

void metrics_limited(unsigned loop, unsigned rate)
{
    if (metrics.is_started && rate < metrics.setup.rate_count) {
        meter_bump(&metrics.loops[loop].limited[rate].count, 1);
    }
}

void metrics_job(const char *name, int64_t us, bool is_ok)
{
    unsigned count = atomic_load_explicit(&metrics.job_count, memory_order_relaxed);
    unsigned index = 0;
    while (index < count && metrics.job_names[index] != name) {
        index++;
    }
    if (index == count) {
        if (count == JOBS_MAX) {
            return;
        }
        metrics.job_names[count] = name;
        atomic_store_explicit(&metrics.job_count, count + 1, memory_order_release);
    }
    timing_add(&metrics.jobs[index], us);
    if (!is_ok) {
        meter_bump(&metrics.job_failures[index].count, 1);
    }
}

void metrics_total(enum metric metric, uint64_t total)
{
    atomic_store_explicit(&metrics.own[metric].count, total, memory_order_relaxed);
}

void metrics_gauge(enum metric metric, uint64_t value)
{
    meter_add(&metrics.own[metric], value);
}

/* ---- reading ---- */

/* Calls out with every series there is, always in the same order. */
struct walk {
    struct arena *arena;
    struct series_list *list;
    struct mark *marks; /* to be taken off; NULL = nothing */
    struct mark *notes; /* where to note what was read; NULL = nowhere */
    size_t index;
    bool takes_max;
};

static void emit(struct walk *walk, const struct slot *slot, struct meter *const *parts,
                 size_t count)
{
    size_t index = walk->index++;
    struct series series = { .name = slice_from(slot->name), .labels = slice_from(slot->label) };
    uint64_t buckets[METER_BUCKETS] = { 0 };
    for (size_t i = 0; i < count; i++) {
        struct meter *part = parts[i];
        uint64_t max = walk->takes_max
                           ? atomic_exchange_explicit(&part->max, 0, memory_order_relaxed)
                           : meter_load(&part->max);
        series.count += meter_load(&part->count);
        series.sum += meter_load(&part->sum);
        series.max = max > series.max ? max : series.max;
        struct timing *timing = slot->is_timing ? (struct timing *)(void *)part : NULL;
        for (size_t b = 0; timing != NULL && b < METER_BUCKETS; b++) {
            buckets[b] += meter_load(&timing->buckets[b]);
        }
    }
    if (index < metrics.mark_count) {
        uint64_t held = metrics.held_max[index];
        series.max = held > series.max ? held : series.max;
        metrics.held_max[index] = walk->takes_max ? series.max : held;
    }
    if (walk->notes != NULL) {
        struct mark *note = &walk->notes[index];
        note->count = series.count;
        note->sum = series.sum;
        if (slot->is_timing) {
            note->buckets =
                note->buckets == NULL ? zeroed(METER_BUCKETS, sizeof(uint64_t)) : note->buckets;
            memcpy(note->buckets, buckets, sizeof(buckets));
        }
    }
    const struct mark *mark = walk->marks == NULL ? NULL : &walk->marks[index];
    if (mark != NULL) {
        series.count -= mark->count;
        series.sum -= mark->sum;
    }
    for (size_t b = 0; mark != NULL && mark->buckets != NULL && b < METER_BUCKETS; b++) {
        buckets[b] -= mark->buckets[b];
    }
    if (walk->list == NULL || series.count == 0) {
        return;
    }
    if (slot->is_timing) {
        series.buckets = ARENA_ARRAY(walk->arena, METER_BUCKETS, uint64_t);
        memcpy(series.buckets, buckets, sizeof(buckets));
    }
    series_add(walk->list, &series);
}

/* The same meter of every loop. */
#define EMIT_LOOPS(walk, name_, label_, is_timing_, member_)                                       \
    do {                                                                                           \
        struct meter *parts_[LOOPS_MAX];                                                           \
        for (unsigned l_ = 0; l_ < metrics.setup.loops; l_++) {                                    \
            parts_[l_] = (struct meter *)(void *)&metrics.loops[l_].member_;                       \
        }                                                                                          \
        emit((walk),                                                                               \
             &(struct slot){ .name = (name_), .label = (label_), .is_timing = (is_timing_) },      \
             parts_, metrics.setup.loops);                                                         \
    } while (0)

static void walk_http(struct walk *walk)
{
    EMIT_LOOPS(walk, "http_requests", "", true, requests);
    EMIT_LOOPS(walk, "http_bytes", "", false, bytes);
    for (unsigned i = 0; i < CLASSES; i++) {
        EMIT_LOOPS(walk, "http_status", class_names[i], false, classes[i]);
    }
    for (int i = OK + 1; i < ERROR_COUNT; i++) {
        EMIT_LOOPS(walk, "http_error", error_info((enum error)i)->name, false, errors[i]);
    }
    for (size_t i = 0; i <= metrics.setup.route_count; i++) {
        const char *label = i == metrics.setup.route_count ? "-" : metrics.setup.routes[i].label;
        EMIT_LOOPS(walk, "http_route", label, true, routes[i]);
        EMIT_LOOPS(walk, "http_route_failed", label, false, failures[i]);
    }
    for (size_t i = 0; i < metrics.setup.rate_count; i++) {
        if (metrics.setup.rates[i] != NULL) {
            EMIT_LOOPS(walk, "rate_limited", metrics.setup.rates[i], false, limited[i]);
        }
    }
}

static void walk_database(struct walk *walk)
{
    EMIT_LOOPS(walk, "database_statements", "", true, db.statements);
    EMIT_LOOPS(walk, "database_waits", "", true, db.waits);
    EMIT_LOOPS(walk, "database_errors", "", false, db.errors);
    EMIT_LOOPS(walk, "database_timeouts", "", false, db.timeouts);
    EMIT_LOOPS(walk, "database_wait_timeouts", "", false, db.wait_timeouts);
    EMIT_LOOPS(walk, "database_reconnects", "", false, db.reconnects);
    for (size_t i = 0; i < SQL_COUNT; i++) {
        const char *label = i == SQL_NONE ? "begin and commit" : sql_statements[i].name;
        EMIT_LOOPS(walk, "database_statement", label, false, db.by_id[i]);
    }
}

static void walk_own(struct walk *walk)
{
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        struct meter *part = &metrics.own[i];
        emit(walk, &(struct slot){ .name = own_names[i].name, .label = own_names[i].label }, &part,
             1);
    }
    for (size_t i = 0; i < metrics.watched_count; i++) {
        const struct watched *watched = &metrics.watched[i];
        emit(walk,
             &(struct slot){
                 .name = watched->name, .label = watched->label, .is_timing = watched->is_timing },
             &watched->meter, 1);
    }
    unsigned jobs = atomic_load_explicit(&metrics.job_count, memory_order_acquire);
    for (unsigned i = 0; i < jobs; i++) {
        struct meter *part = &metrics.jobs[i].meter;
        emit(walk,
             &(struct slot){ .name = "job", .label = metrics.job_names[i], .is_timing = true },
             &part, 1);
        part = &metrics.job_failures[i];
        emit(walk, &(struct slot){ .name = "job_failed", .label = metrics.job_names[i] }, &part, 1);
    }
}

static void walk_all(struct walk *walk)
{
    walk_http(walk);
    walk_database(walk);
    walk_own(walk);
}

/* Under the lock: one mark for every series, with room for the jobs that are still to come. */
static void make_marks(void)
{
    if (metrics.kept != NULL) {
        return;
    }
    struct walk walk = { 0 };
    walk_all(&walk);
    size_t count = walk.index + 2 * (size_t)JOBS_MAX;
    metrics.kept = zeroed(count, sizeof(*metrics.kept));
    metrics.taken = zeroed(count, sizeof(*metrics.taken));
    metrics.held_max = zeroed(count, sizeof(*metrics.held_max));
    metrics.mark_count = count;
}

static void read_all(struct walk *walk, bool is_since_kept, bool is_taking)
{
    pthread_mutex_lock(&metrics.lock);
    if (metrics.setup.refresh != NULL) {
        metrics.setup.refresh(metrics.setup.thing); /* under the lock: totals never step back */
    }
    make_marks();
    walk->marks = is_since_kept ? metrics.kept : NULL;
    walk->notes = is_taking ? metrics.taken : NULL;
    walk->takes_max = is_taking;
    walk_all(walk);
    pthread_mutex_unlock(&metrics.lock);
}

void metrics_read(struct arena *arena, bool is_since_kept, struct series_list *ret_list)
{
    series_init(ret_list, arena);
    if (metrics.is_started) {
        struct walk walk = { .arena = arena, .list = ret_list };
        read_all(&walk, is_since_kept, false);
    }
}

void metrics_take(struct arena *arena, struct series_list *ret_list)
{
    series_init(ret_list, arena);
    if (metrics.is_started) {
        struct walk walk = { .arena = arena, .list = ret_list };
        read_all(&walk, true, true);
    }
}

void metrics_kept(void)
{
    pthread_mutex_lock(&metrics.lock);
    struct mark *kept = metrics.kept;
    metrics.kept = metrics.taken;
    metrics.taken = kept;
    for (size_t i = 0; i < metrics.mark_count; i++) {
        metrics.held_max[i] = 0;
    }
    pthread_mutex_unlock(&metrics.lock);
}

struct pool_figures metrics_pool(void)
{
    struct pool_figures pool = { 0 };
    for (unsigned i = 0; metrics.is_started && i < metrics.setup.loops; i++) {
        struct db_counters *db = &metrics.loops[i].db;
        pool.connections += atomic_load_explicit(&db->connections, memory_order_relaxed);
        pool.ready += atomic_load_explicit(&db->ready, memory_order_relaxed);
        pool.in_use += atomic_load_explicit(&db->in_use, memory_order_relaxed);
        pool.waiting += atomic_load_explicit(&db->waiting, memory_order_relaxed);
    }
    return pool;
}
