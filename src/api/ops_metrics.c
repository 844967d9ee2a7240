/* What this installation does, in figures: /metrics and the runbook's /api/metrics/…. */
#include <inttypes.h>

#include "api/areas.h"
#include "api/modes.h"
#include "api/ops.h"
#include "base/check.h"
#include "ops/machine.h"
#include "ops/metrics.h"
#include "ops/prometheus.h"
#include "ops/switches.h"

enum { SLOW_SHOWN = 20, TARGET_P95_MS = 2000, TARGET_DB_MS = 100 };

/* ---- shared ---- */

static const struct series *requests_of(const struct window *window)
{
    return window_find(window, "http_requests", S(""));
}

void ops_write_error_rate(struct json *json, const struct window *window)
{
    int64_t total = (int64_t)requests_of(window)->count;
    int64_t failed = (int64_t)window_failures(window);
    json_member_ratio(json, S("errorRate"), failed, total == 0 ? 1 : total);
    json_member_milli(json, S("errorRatePercent"), total == 0 ? 0 : failed * 100000 / total);
}

/* Endpoints by the time they take (p95), the slowest first; `is_failing` those that failed. */
void ops_write_endpoints(struct json *json, const struct window *window, bool is_failing)
{
    bool *is_shown = ARENA_ARRAY(json->out.arena, window->series.count + 1, bool);
    json_open_array(json);
    for (size_t shown = 0; shown < SLOW_SHOWN; shown++) {
        size_t best = SIZE_MAX;
        int64_t best_us = -1;
        for (size_t i = 0; i < window->series.count; i++) {
            const struct series *series = &window->series.list[i];
            bool fits = slice_eq(series->name, S("http_route")) && !is_shown[i] &&
                        slice_find(series->labels, '/', 0) < series->labels.len;
            if (!fits || (is_failing &&
                          window_find(window, "http_route_failed", series->labels)->count == 0)) {
                continue;
            }
            int64_t us = series_percentile(series, 950);
            if (us > best_us) {
                best = i;
                best_us = us;
            }
        }
        if (best == SIZE_MAX) {
            break;
        }
        const struct series *series = &window->series.list[best];
        struct slice path = series->labels;
        struct slice method = slice_cut(&path, ' ');
        is_shown[best] = true;
        json_open_object(json);
        json_member_text(json, S("route"), path);
        json_member_text(json, S("method"), method);
        json_timing_members(json, series);
        json_member_int(json, S("failed"),
                        (int64_t)window_find(window, "http_route_failed", series->labels)->count);
        json_close_object(json);
    }
    json_close_array(json);
}

static enum error active(struct arena *arena, int64_t *ret_users, int64_t *ret_sessions)
{
    struct rows rows = { 0 };
    TRY(db_read(arena, SQL_OPS_ACTIVE_USERS, NO_PARAMS, &rows));
    *ret_users = rows_int(&rows, 0, "users");
    *ret_sessions = rows_int(&rows, 0, "sessions");
    return OK;
}

/* ---- /metrics ---- */

static enum error prometheus(struct request *request)
{
    struct series_list list = { 0 };
    metrics_read(request->arena, false, &list);
    struct server_figures now = server_figures(request_server(request));
    struct buffer out;
    buffer_init(&out, request->arena);
    buffer_add(&out, prometheus_text(request->arena, &list));
    buffer_format(&out,
                  "# HELP astralfield_connections Open connections.\n"
                  "# TYPE astralfield_connections gauge\nastralfield_connections %u\n"
                  "# HELP astralfield_sockets Open WebSockets.\n"
                  "# TYPE astralfield_sockets gauge\nastralfield_sockets %u\n",
                  now.connections, now.sockets);
    reply_body(request, buffer_slice(&out), "text/plain; version=0.0.4; charset=utf-8");
    return OK;
}

/* ---- /api/metrics/performance ---- */

static const struct field performance_fields[] = {
    REPLY("summary", T_JSON, .required = true,
          .doc =
              "requests, rps, p50Ms, p95Ms, p99Ms, errorRate, cacheHitRate, activeUsers, uptime, "
              "and each objective with its target, value and ok."),
    REPLY("responseTime", T_JSON, .required = true, .doc = "p50, p95, p99 in milliseconds."),
    REPLY("errorRate", T_DECIMAL, .required = true, .doc = "0 to 1."),
    REPLY("errorRatePercent", T_DECIMAL, .required = true),
    REPLY("activeUsers", T_INTEGER, .required = true),
    REPLY("systemLoad", T_DECIMAL, .required = true, .nullable = true,
          .doc = "Load average over one minute by core."),
    REPLY("systemMetrics", T_JSON, .required = true, .doc = "From /proc, of this node."),
    REPLY("resourceUsage", T_JSON, .required = true, .doc = "used, limit, percent of each."),
    REPLY("slowEndpoints", T_JSON, .required = true, .doc = "Slowest first."),
    REPLY("impactedEndpoints", T_JSON, .required = true,
          .doc = "Those that failed, slowest first."),
    REPLY("cacheMetrics", T_JSON, .required = true),
    REPLY("window", T_JSON, .required = true),
    REPLY("timestamp", T_TIME, .required = true),
};
static const struct schema performance_reply =
    REPLY_SCHEMA("Performance", performance_fields, "Performance in the window, measured.");

static void write_system(struct json *json, const struct machine *machine)
{
    json_key(json, S("systemMetrics"));
    json_open_object(json);
    json_member_milli(json, S("cpuPercent"),
                      machine->cpu_permille < 0 ? -1 : machine->cpu_permille * 100);
    int64_t memory = permille_of(machine->memory_used_bytes, machine->memory_bytes);
    json_member_milli(json, S("memoryPercent"), memory < 0 ? -1 : memory * 100);
    json_member_count(json, S("rss"), machine->rss_bytes);
    json_key(json, S("loadAverage"));
    json_open_array(json);
    for (size_t i = 0; i < ARRAY_LEN(machine->load_milli); i++) {
        int64_t milli = machine->load_milli[i];
        json_raw(json, milli < 0 ? S("null")
                                 : arena_format(json->out.arena, "%" PRId64 ".%03" PRId64,
                                                milli / 1000, milli % 1000));
    }
    json_close_array(json);
    json_member_count(json, S("openDescriptors"), machine->descriptors);
    json_member_count(json, S("threads"), machine->threads);
    json_member_count(json, S("cores"), machine->cores);
    if (machine->cpu_permille < 0) {
        json_member_text(json, S("reason"), S("CPU needs two looks, five seconds apart."));
    }
    json_close_object(json);
}

static void resource(struct json *json, const char *name, int64_t used, int64_t limit)
{
    int64_t permille = permille_of(used, limit);
    json_key(json, slice_from(name));
    json_open_object(json);
    json_member_count(json, S("used"), used);
    json_member_count(json, S("limit"), limit);
    json_member_milli(json, S("percent"), permille < 0 ? -1 : permille * 100);
    if (permille < 0) {
        json_member_text(json, S("reason"), S("The machine does not tell, or not yet."));
    }
    json_close_object(json);
}

static void write_resources(struct json *json, struct request *request,
                            const struct machine *machine)
{
    struct pool_figures pool = metrics_pool();
    struct server_figures now = server_figures(request_server(request));
    const struct config *settings = request_app(request)->settings;
    bool has_disk = machine->disk_bytes >= 0 && machine->disk_free_bytes >= 0;
    json_key(json, S("resourceUsage"));
    json_open_object(json);
    resource(json, "cpu", machine->cpu_permille,
             machine->cpu_permille < 0 ? -1 : 1000); /* thousandths of all cores */
    resource(json, "memory", machine->memory_used_bytes, machine->memory_bytes);
    resource(json, "disk", has_disk ? machine->disk_bytes - machine->disk_free_bytes : -1,
             machine->disk_bytes);
    resource(json, "descriptors", machine->descriptors, machine->descriptors_max);
    resource(json, "databasePool", pool.in_use, pool.connections);
    resource(json, "connections", now.connections, settings->connections);
    json_key(json, S("network"));
    json_open_object(json);
    json_member_count(json, S("receivedBytes"), machine->net_in_bytes);
    json_member_count(json, S("sentBytes"), machine->net_out_bytes);
    json_member_null(json, S("limit"));
    json_member_text(json, S("reason"), S("Since boot; the machine does not tell a limit."));
    json_close_object(json);
    json_close_object(json);
}

static void objective(struct json *json, const char *name, const char *target, struct slice value,
                      bool is_ok)
{
    json_key(json, slice_from(name));
    json_open_object(json);
    json_member_text(json, S("target"), slice_from(target));
    json_member_raw(json, S("value"), value);
    json_key(json, S("ok"));
    if (slice_eq(value, S("null"))) {
        json_none(json);
    } else {
        json_bool(json, is_ok);
    }
    json_close_object(json);
}

static struct slice number_or_null(struct arena *arena, int64_t us)
{
    return us < 0 ? S("null") : arena_format(arena, "%" PRId64 ".%03" PRId64, us / 1000, us % 1000);
}

static void write_objectives(struct json *json, const struct window *window, int64_t hits,
                             int64_t looks)
{
    struct arena *arena = json->out.arena;
    int64_t total = (int64_t)requests_of(window)->count;
    int64_t failed = (int64_t)window_failures(window);
    int64_t p95 = series_percentile(requests_of(window), 950);
    int64_t db = series_percentile(window_find(window, "database_statements", S("")), 950);
    json_key(json, S("objectives"));
    json_open_object(json);
    objective(json, "responseTimeP95Ms", "< 2000", number_or_null(arena, p95),
              p95 < TARGET_P95_MS * US_PER_MS);
    objective(json, "errorRatePercent", "< 0.1",
              number_or_null(arena, total == 0 ? -1 : failed * 100000 / total),
              failed * 1000 < total);
    objective(json, "databaseP95Ms", "< 100", number_or_null(arena, db),
              db < TARGET_DB_MS * US_PER_MS);
    objective(json, "cacheHitRatePercent", ">= 90",
              number_or_null(arena, looks == 0 ? -1 : hits * 100000 / looks),
              hits * 10 >= looks * 9);
    json_close_object(json);
}

static void write_summary(struct json *json, struct request *request, const struct window *window,
                          int64_t users)
{
    int64_t hits = (int64_t)window_find(window, "cache_documents", S("hit"))->count;
    int64_t looks = hits + (int64_t)window_find(window, "cache_documents", S("miss"))->count;
    const struct series *requests = requests_of(window);
    int64_t up_s = (mono_now().us - request_app(request)->started.us) / US_PER_S;
    json_key(json, S("summary"));
    json_open_object(json);
    json_member_int(json, S("requests"), (int64_t)requests->count);
    json_member_milli(json, S("rps"), (int64_t)requests->count * 1000 / window_seconds(window));
    json_member_milli(json, S("p50Ms"), series_percentile(requests, 500));
    json_member_milli(json, S("p95Ms"), series_percentile(requests, 950));
    json_member_milli(json, S("p99Ms"), series_percentile(requests, 990));
    ops_write_error_rate(json, window);
    json_member_ratio(json, S("cacheHitRate"), hits, looks);
    json_member_int(json, S("activeUsers"), users);
    json_member_int(json, S("uptimeSeconds"), up_s);
    write_objectives(json, window, hits, looks);
    json_close_object(json);
    json_key(json, S("cacheMetrics"));
    json_open_object(json);
    struct document_figures documents = { 0 };
    document_figures(request_app(request)->documents, &documents);
    json_member_int(json, S("hits"), hits);
    json_member_int(json, S("misses"), looks - hits);
    json_member_ratio(json, S("hitRate"), hits, looks);
    json_member_int(json, S("entries"), (int64_t)documents.entries);
    json_member_int(json, S("bytes"), (int64_t)documents.bytes);
    json_member_int(json, S("evictions"), (int64_t)documents.evictions);
    bool is_advanced = switch_on(SWITCH_ADVANCED_CACHING);
    json_member_bool(json, S("advanced"), is_advanced);
    json_member_int(json, S("sharedDocumentSeconds"), is_advanced ? SHARED_DOCUMENTS_S : 0);
    json_member_int(json, S("sharedPageSeconds"), is_advanced ? SHARED_PAGES_S : 0);
    json_close_object(json);
}

static enum error performance(struct request *request)
{
    struct window window = { 0 };
    struct machine machine = machine_last();
    int64_t users = 0;
    int64_t sessions = 0;
    TRY(active(request->arena, &users, &sessions));
    figures_window(request->arena, request->now, WINDOW_MINUTES, &window);
    const struct series *requests = requests_of(&window);
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    write_summary(&json, request, &window, users);
    json_key(&json, S("responseTime"));
    json_open_object(&json);
    json_member_milli(&json, S("p50"), series_percentile(requests, 500));
    json_member_milli(&json, S("p95"), series_percentile(requests, 950));
    json_member_milli(&json, S("p99"), series_percentile(requests, 990));
    json_close_object(&json);
    ops_write_error_rate(&json, &window);
    json_member_int(&json, S("activeUsers"), users);
    json_member_milli(&json, S("systemLoad"),
                      machine.load_milli[0] < 0 || machine.cores <= 0
                          ? -1
                          : machine.load_milli[0] / machine.cores);
    write_system(&json, &machine);
    write_resources(&json, request, &machine);
    json_key(&json, S("slowEndpoints"));
    ops_write_endpoints(&json, &window, false);
    json_key(&json, S("impactedEndpoints"));
    ops_write_endpoints(&json, &window, true);
    ops_write_window(&json, &window);
    json_member_time(&json, S("timestamp"), request->now);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

/* ---- /api/metrics/realtime, /api/analytics/realtime ---- */

static const struct field realtime_fields[] = {
    REPLY("activeConnections", T_INTEGER, .required = true, .doc = "WebSockets open on this node."),
    REPLY("byChannel", T_MAP, .items = T_INTEGER, .required = true, .doc = "Subscriptions."),
    REPLY("messagesPerSecond", T_DECIMAL, .required = true, .nullable = true),
    REPLY("delivery", T_JSON, .required = true,
          .doc = "From publishing to the listeners' queues: count, p50Ms, p95Ms, p99Ms, maxMs."),
    REPLY("window", T_JSON, .required = true),
    REPLY("timestamp", T_TIME, .required = true),
};
static const struct schema realtime_reply =
    REPLY_SCHEMA("RealtimeMetrics", realtime_fields, "The sockets, measured.");

static enum error realtime(struct request *request)
{
    static const char *const names[CHANNEL_COUNT] = { [CHANNEL_NFL] = "nfl",
                                                      [CHANNEL_LEAGUE] = "league",
                                                      [CHANNEL_PUBLIC] = "public",
                                                      [CHANNEL_OTHER] = "other" };
    const struct server *server = request_server(request);
    struct window window = { 0 };
    figures_window(request->arena, request->now, WINDOW_MINUTES, &window);
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_int(&json, S("activeConnections"), server_figures(server).sockets);
    json_key(&json, S("byChannel"));
    json_open_object(&json);
    for (size_t i = 0; i < CHANNEL_COUNT; i++) {
        int64_t count = 0;
        for (unsigned l = 0; l < server_loops(server); l++) {
            count += atomic_load_explicit(&server_socket_meters(server, l)->subscriptions[i],
                                          memory_order_relaxed);
        }
        json_member_int(&json, slice_from(names[i]), count);
    }
    json_close_object(&json);
    json_member_milli(&json, S("messagesPerSecond"),
                      (int64_t)window_find(&window, "socket_frames", S(""))->count * 1000 /
                          window_seconds(&window));
    json_key(&json, S("delivery"));
    json_open_object(&json);
    json_timing_members(&json, window_find(&window, "socket_delivery", S("")));
    json_close_object(&json);
    ops_write_window(&json, &window);
    json_member_time(&json, S("timestamp"), request->now);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static const struct field analytics_fields[] = {
    REPLY("activeUsers", T_INTEGER, .required = true,
          .doc = "Signed-in people who asked for something in the last five minutes."),
    REPLY("activeSessions", T_INTEGER, .required = true),
    REPLY("requestsPerMinute", T_DECIMAL, .required = true),
    REPLY("affectedUsers", T_INTEGER, .required = true, .doc = "Who met a failure this hour."),
    REPLY("activeConnections", T_INTEGER, .required = true),
    REPLY("window", T_JSON, .required = true),
    REPLY("timestamp", T_TIME, .required = true),
};
static const struct schema analytics_reply =
    REPLY_SCHEMA("RealtimeAnalytics", analytics_fields, "Who is here now.");

static enum error analytics(struct request *request)
{
    struct window window = { 0 };
    struct rows rows = { 0 };
    int64_t users = 0;
    int64_t sessions = 0;
    TRY(active(request->arena, &users, &sessions));
    TRY(db_read(request->arena, SQL_OPS_AFFECTED_USERS, NO_PARAMS, &rows));
    figures_window(request->arena, request->now, WINDOW_MINUTES, &window);
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_int(&json, S("activeUsers"), users);
    json_member_int(&json, S("activeSessions"), sessions);
    json_member_milli(&json, S("requestsPerMinute"),
                      (int64_t)requests_of(&window)->count * 60000 / window_seconds(&window));
    json_member_int(&json, S("affectedUsers"), rows_int(&rows, 0, "users"));
    json_member_int(&json, S("activeConnections"), server_figures(request_server(request)).sockets);
    ops_write_window(&json, &window);
    json_member_time(&json, S("timestamp"), request->now);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static const struct endpoint rows[] = {
    { OPS_GET, .path = "/metrics", .name = "prometheusMetrics",
      .summary = "This node's figures since its start, as Prometheus reads them.",
      .media = "text/plain; version=0.0.4; charset=utf-8", .handle = prometheus },
    { OPS_GET, .path = "/api/metrics/performance", .name = "performance",
      .summary = "Response times, resources, slow endpoints and caches of the last minutes.",
      .reply = &performance_reply, .handle = performance },
    { OPS_GET, .path = "/api/metrics/realtime", .name = "realtimeMetrics",
      .summary = "The sockets: how many, to what they listen, how fast they are served.",
      .reply = &realtime_reply, .handle = realtime },
    { OPS_GET, .path = "/api/analytics/realtime", .name = "realtimeAnalytics",
      .summary = "Who is here now.", .reply = &analytics_reply, .handle = analytics },
};

const struct endpoint_table ops_metrics_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
