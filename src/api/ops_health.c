/* Health of the database, as this server and PostgreSQL measure it. */
#include <inttypes.h>
#include <pthread.h>

#include "api/areas.h"
#include "api/ops.h"
#include "base/check.h"
#include "ops/machine.h"
#include "ops/metrics.h"
#include "run/fiber.h"

enum { SLOW_SHOWN = 10, TABLES_SHOWN = 10, SLOW_MS = 100, SAMPLE_APART_MS = 250 };
#define SAMPLE_FRESH_US (5 * US_PER_S)

static const char *const states[] = { "healthy", "degraded", NULL };

static const struct field db_fields[] = {
    REPLY("status", T_ENUM, .values = states, .required = true),
    REPLY("database", T_STRING, .required = true),
    REPLY("latency", T_STRING, .required = true, .doc = "As text: \"0.412ms\"."),
    REPLY("latencyMs", T_DECIMAL, .required = true, .doc = "Of one statement, just now."),
    REPLY("responseTime", T_DECIMAL, .required = true, .doc = "latencyMs by its other name."),
    REPLY("errorCount", T_INTEGER, .required = true,
          .doc = "Statements that failed or timed out in the window."),
    REPLY("loadAverage", T_ARRAY, .items = T_DECIMAL, .required = true,
          .doc = "Of the machine this server runs on, over 1, 5 and 15 minutes."),
    REPLY("queryMetrics", T_JSON, .required = true,
          .doc = "count, p50Ms, p95Ms, p99Ms, maxMs, errors, timeouts of the window."),
    REPLY("connections", T_JSON, .required = true, .doc = "From pg_stat_activity."),
    REPLY("connectionPool", T_JSON, .required = true,
          .doc = "This server's own: size, ready, inUse, idle, waiting, utilization, timeouts, "
                 "waitP95Ms."),
    REPLY("slowQueries", T_JSON, .required = true,
          .doc = "Slowest first: name, statement, calls, meanMs, maxMs, isSlow, source."),
    REPLY("loadMetrics", T_JSON, .required = true,
          .doc = "Per second, between two looks at pg_stat_database."),
    REPLY("performanceMetrics", T_JSON, .required = true),
    REPLY("weeklyReport", T_JSON, .required = true),
    REPLY("window", T_JSON, .required = true),
    REPLY("timestamp", T_TIME, .required = true),
};
static const struct schema db_reply =
    REPLY_SCHEMA("DatabaseHealth", db_fields, "The database, measured.");

/* ---- pg_stat_database, twice ---- */

struct sample {
    struct mono at;
    int64_t transactions, rollbacks, hits, reads, tuples_read, tuples_written, deadlocks;
    int64_t temp_bytes, bytes;
    struct slice connections; /* in the request's arena */
};

static struct {
    pthread_mutex_t lock;
    struct sample last; /* without its text */
} kept = { .lock = PTHREAD_MUTEX_INITIALIZER };

static enum error take_sample(struct arena *arena, struct sample *ret_sample)
{
    struct rows rows = { 0 };
    TRY(db_read(arena, SQL_OPS_DB_FACTS, NO_PARAMS, &rows));
    *ret_sample = (struct sample){ .at = mono_now(),
                                   .transactions = rows_int(&rows, 0, "transactions"),
                                   .rollbacks = rows_int(&rows, 0, "rollbacks"),
                                   .hits = rows_int(&rows, 0, "hits"),
                                   .reads = rows_int(&rows, 0, "reads"),
                                   .tuples_read = rows_int(&rows, 0, "tuples_read"),
                                   .tuples_written = rows_int(&rows, 0, "tuples_written"),
                                   .deadlocks = rows_int(&rows, 0, "deadlocks"),
                                   .temp_bytes = rows_int(&rows, 0, "temp_bytes"),
                                   .bytes = rows_int(&rows, 0, "bytes"),
                                   .connections = rows_text(&rows, 0, "connections") };
    return OK;
}

/* Two samples that lie apart: the one of the last caller, when it is old enough, or one of now. */
static enum error two_samples(struct arena *arena, struct sample *ret_before,
                              struct sample *ret_after)
{
    pthread_mutex_lock(&kept.lock);
    struct sample before = kept.last;
    pthread_mutex_unlock(&kept.lock);
    if (before.at.us == 0 || mono_now().us - before.at.us < SAMPLE_APART_MS * US_PER_MS) {
        TRY(take_sample(arena, &before));
        fiber_sleep(SAMPLE_APART_MS * US_PER_MS);
    }
    TRY(take_sample(arena, ret_after));
    *ret_before = before;
    pthread_mutex_lock(&kept.lock);
    if (ret_after->at.us - kept.last.at.us >= SAMPLE_FRESH_US) {
        kept.last = *ret_after;
        kept.last.connections = S("");
    }
    pthread_mutex_unlock(&kept.lock);
    return OK;
}

static void rate_member(struct json *json, struct slice key, int64_t count, int64_t us)
{
    json_member_milli(json, key, count < 0 || us <= 0 ? -1 : count * 1000 * US_PER_S / us);
}

static void write_load(struct json *json, const struct sample *before, const struct sample *after)
{
    int64_t us = after->at.us - before->at.us;
    int64_t hits = after->hits - before->hits;
    int64_t reads = after->reads - before->reads;
    json_key(json, S("loadMetrics"));
    json_open_object(json);
    json_member_milli(json, S("seconds"), us / US_PER_MS);
    rate_member(json, S("transactionsPerSecond"), after->transactions - before->transactions, us);
    rate_member(json, S("rollbacksPerSecond"), after->rollbacks - before->rollbacks, us);
    rate_member(json, S("tuplesReadPerSecond"), after->tuples_read - before->tuples_read, us);
    rate_member(json, S("tuplesWrittenPerSecond"), after->tuples_written - before->tuples_written,
                us);
    json_member_ratio(json, S("blockHitRatio"), hits, hits + reads);
    json_member_int(json, S("deadlocks"), after->deadlocks);
    json_member_int(json, S("tempBytes"), after->temp_bytes);
    json_member_int(json, S("databaseBytes"), after->bytes);
    json_close_object(json);
}

/* ---- what this server measured ---- */

static void write_queries(struct json *json, const struct window *window)
{
    json_key(json, S("queryMetrics"));
    json_open_object(json);
    json_timing_members(json, window_find(window, "database_statements", S("")));
    json_member_int(json, S("errors"),
                    (int64_t)window_find(window, "database_errors", S(""))->count);
    json_member_int(json, S("timeouts"),
                    (int64_t)window_find(window, "database_timeouts", S(""))->count);
    json_close_object(json);
}

static void write_pool(struct json *json, const struct window *window)
{
    struct pool_figures pool = metrics_pool();
    const struct series *waits = window_find(window, "database_waits", S(""));
    json_key(json, S("connectionPool"));
    json_open_object(json);
    json_member_int(json, S("size"), pool.connections);
    json_member_int(json, S("ready"), pool.ready);
    json_member_int(json, S("inUse"), pool.in_use);
    json_member_int(json, S("idle"), pool.ready > pool.in_use ? pool.ready - pool.in_use : 0);
    json_member_int(json, S("waiting"), pool.waiting);
    json_member_ratio(json, S("utilization"), pool.in_use, pool.connections);
    json_member_int(json, S("waits"), (int64_t)waits->count);
    json_member_int(json, S("timeouts"),
                    (int64_t)window_find(window, "database_wait_timeouts", S(""))->count);
    json_member_milli(json, S("waitP95Ms"), series_percentile(waits, 950));
    json_close_object(json);
}

static int64_t mean_us(const struct series *series)
{
    return series->count == 0 ? 0 : (int64_t)(series->sum / series->count);
}

static const struct series *slowest(const struct window *window, int64_t under_us,
                                    const struct series *after)
{
    const struct series *best = NULL;
    bool is_past = after == NULL;
    for (size_t i = 0; i < window->series.count; i++) {
        const struct series *series = &window->series.list[i];
        if (!slice_eq(series->name, S("database_statement")) || series->count == 0) {
            continue;
        }
        int64_t us = mean_us(series);
        bool is_left = us < under_us || (us == under_us && is_past);
        is_past |= series == after;
        if (is_left && (best == NULL || us > mean_us(best))) {
            best = series;
        }
    }
    return best;
}

static struct slice statement_text(struct slice name)
{
    for (int id = 1; id < SQL_COUNT; id++) {
        if (slice_eq(slice_from(sql_statements[id].name), name)) {
            return slice_from(sql_statements[id].text);
        }
    }
    return name;
}

static void write_slow(struct json *json, const struct window *window)
{
    int64_t under_us = INT64_MAX;
    const struct series *series = NULL;
    json_key(json, S("slowQueries"));
    json_open_array(json);
    for (size_t shown = 0; shown < SLOW_SHOWN; shown++) {
        series = slowest(window, under_us, series);
        if (series == NULL) {
            break;
        }
        under_us = mean_us(series);
        json_open_object(json);
        json_member_text(json, S("name"), series->labels);
        json_member_text(json, S("statement"), statement_text(series->labels));
        json_member_int(json, S("calls"), (int64_t)series->count);
        json_member_milli(json, S("meanMs"), under_us);
        json_member_milli(json, S("maxMs"), (int64_t)series->max);
        json_member_bool(json, S("isSlow"), under_us > SLOW_MS * US_PER_MS);
        json_member_text(json, S("source"), S("statement timer of this server"));
        json_close_object(json);
    }
    json_close_array(json);
}

/* ---- seven days ---- */

static enum error write_week(struct json *json, struct arena *arena, utime now)
{
    struct figures_day days[REPORT_DAYS];
    struct series_list sum;
    series_init(&sum, arena);
    TRY(figures_days(arena, now, REPORT_DAYS, days));
    int64_t there = 0;
    int64_t first_bytes = -1;
    int64_t last_bytes = -1;
    for (size_t i = 0; i < REPORT_DAYS; i++) {
        const struct series *bytes = series_find(&days[i].series, "database_bytes", S(""));
        there += days[i].is_there;
        for (size_t s = 0; s < days[i].series.count; s++) {
            series_merge(&sum, &days[i].series.list[s]);
        }
        if (bytes->count > 0) {
            last_bytes = (int64_t)bytes->max;
            first_bytes = first_bytes < 0 ? last_bytes : first_bytes;
        }
    }
    const struct series *pool = series_find(&sum, "database_pool_permille", S(""));
    json_key(json, S("weeklyReport"));
    json_open_object(json);
    json_member_int(json, S("days"), REPORT_DAYS);
    json_member_int(json, S("daysOfData"), there);
    json_timing_members(json, series_find(&sum, "database_statements", S("")));
    json_member_int(json, S("errors"), (int64_t)series_find(&sum, "database_errors", S(""))->count);
    json_member_int(json, S("timeouts"),
                    (int64_t)series_find(&sum, "database_timeouts", S(""))->count);
    json_member_milli(json, S("poolMaxUtilization"), pool->count == 0 ? -1 : (int64_t)pool->max);
    json_member_count(json, S("databaseBytes"), last_bytes);
    json_member_count(json, S("growthBytes"),
                      there < 2 || last_bytes < first_bytes ? -1 : last_bytes - first_bytes);
    if (there < 2) {
        json_member_text(json, S("reason"), S("Growth needs figures of two days."));
    }
    json_close_object(json);
    return OK;
}

void ops_write_window(struct json *json, const struct window *window)
{
    json_key(json, S("window"));
    json_open_object(json);
    json_member_int(json, S("seconds"), window_seconds(window));
    json_member_time(json, S("since"), window->since);
    json_member_text(json, S("of"),
                     window->is_stored ? S("all nodes") : S("this node, since its last writing"));
    json_close_object(json);
}

static void write_load_average(struct json *json)
{
    struct machine machine = machine_last();
    json_key(json, S("loadAverage"));
    json_open_array(json);
    for (size_t i = 0; i < ARRAY_LEN(machine.load_milli); i++) {
        int64_t milli = machine.load_milli[i] < 0 ? 0 : machine.load_milli[i];
        json_raw(json, arena_format(json->out.arena, "%" PRId64 ".%03" PRId64, milli / 1000,
                                    milli % 1000));
    }
    json_close_array(json);
}

static enum error health_db(struct request *request)
{
    struct arena *arena = request->arena;
    struct rows ping = { 0 };
    struct rows tables = { 0 };
    struct sample before = { 0 };
    struct sample after = { 0 };
    struct window window = { 0 };
    struct mono began = mono_now();
    TRY(db_read(arena, SQL_OPS_PING, NO_PARAMS, &ping));
    int64_t us = mono_now().us - began.us;
    TRY(two_samples(arena, &before, &after));
    TRY(db_read(arena, SQL_OPS_DB_TABLES, PARAMS(P_INT(TABLES_SHOWN)), &tables));
    figures_window(arena, request->now, WINDOW_MINUTES, &window);
    struct pool_figures pool = metrics_pool();
    bool is_degraded = us > SLOW_MS * US_PER_MS || pool.ready < pool.connections ||
                       pool.in_use * 100 > pool.connections * 80;
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    json_member_text(&json, S("status"), slice_from(states[is_degraded ? 1 : 0]));
    json_member_text(&json, S("database"), S("connected"));
    json_member_text(
        &json, S("latency"),
        arena_format(arena, "%" PRId64 ".%03" PRId64 "ms", us / US_PER_MS, us % US_PER_MS));
    json_member_milli(&json, S("latencyMs"), us);
    json_member_milli(&json, S("responseTime"), us);
    json_member_int(&json, S("errorCount"),
                    (int64_t)(window_find(&window, "database_errors", S(""))->count +
                              window_find(&window, "database_timeouts", S(""))->count));
    write_load_average(&json);
    write_queries(&json, &window);
    json_member_raw(&json, S("connections"), after.connections);
    write_pool(&json, &window);
    write_slow(&json, &window);
    write_load(&json, &before, &after);
    json_member_raw(&json, S("performanceMetrics"), rows_json(&tables));
    TRY(write_week(&json, arena, request->now));
    ops_write_window(&json, &window);
    json_member_time(&json, S("timestamp"), request->now);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/health/db",
      .name = "healthDatabase",
      .tag = "Operations",
      .summary = "The database, measured. 503 when it cannot be reached.",
      .access = ACCESS_OPS,
      .rate = RATE_READ,
      .lane = LANE_OPS,
      .reply = &db_reply,
      .handle = health_db },
};

const struct endpoint_table ops_health_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
