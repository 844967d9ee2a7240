/* Who tried to come in, who used operators' addresses, and a snapshot of everything. */
#include <inttypes.h>

#include "api/areas.h"
#include "api/ops.h"
#include "base/check.h"
#include "cache/redis.h"
#include "ops/blocks.h"
#include "ops/machine.h"
#include "ops/metrics.h"
#include "ops/notes.h"
#include "ops/sentry.h"

struct count_query {
    int64_t count_max;
};
static const struct field count_fields[] = {
    FIELD(struct count_query, count_max, "countMax", T_INTEGER, .place = IN_QUERY, .min = 1,
          .max = 1000, .fallback = "100"),
};
static const struct schema count_query =
    SCHEMA("AccessLogQuery", struct count_query, count_fields, "How many.");

struct hours_query {
    int64_t hours;
};
static const struct field hours_fields[] = {
    FIELD(struct hours_query, hours, "hours", T_INTEGER, .place = IN_QUERY, .min = 1, .max = 720,
          .fallback = "24"),
};
static const struct schema hours_query =
    SCHEMA("SecurityReportQuery", struct hours_query, hours_fields, "How far back.");

static const struct field access_fields[] = {
    REPLY("time", T_TIME, .required = true),
    REPLY("actor", T_STRING, .required = true, .doc = "\"operator 7\", \"token 3\", \"local\" …"),
    REPLY("userId", T_INTEGER, .required = true, .nullable = true),
    REPLY("method", T_STRING, .required = true),
    REPLY("path", T_STRING, .required = true),
    REPLY("status", T_INTEGER, .required = true),
    REPLY("source", T_STRING, .required = true, .nullable = true),
    REPLY("requestId", T_STRING, .required = true, .nullable = true),
};
static const struct schema access_item =
    REPLY_SCHEMA("AdminAccess", access_fields, "One request to an operators' address.");
static const struct field accesses_fields[] = {
    REPLY("adminAccess", T_ARRAY, .of = &access_item, .required = true,
          .doc = "Oldest first, so that the last ones are the newest."),
};
static const struct schema accesses_reply =
    REPLY_SCHEMA("AdminAccessLog", accesses_fields, "Requests of operators, refused ones too.");

static const struct field report_fields[] = {
    REPLY("suspiciousAttempts", T_JSON, .required = true,
          .doc = "Groups: source, account (start of its hash), count, first, last, reason."),
    REPLY("suspiciousLogins", T_JSON, .required = true),
    REPLY("failedAttempts", T_INTEGER, .required = true),
    REPLY("lockouts", T_INTEGER, .required = true, .doc = "Accounts or addresses made to wait."),
    REPLY("wrongCodes", T_INTEGER, .required = true, .doc = "Of second factors."),
    REPLY("newDevices", T_INTEGER, .required = true,
          .doc = "Sign-ins from a browser not seen before."),
    REPLY("anomalousActivity", T_JSON, .required = true),
    REPLY("rules", T_ARRAY, .items = T_STRING, .required = true),
    REPLY("hours", T_INTEGER, .required = true),
    REPLY("timestamp", T_TIME, .required = true),
};
static const struct schema report_reply =
    REPLY_SCHEMA("SecurityReport", report_fields, "Sign-ins that look like attacks.");

/* ---- the snapshot ---- */

static const struct field snapshot_fields[] = {
    REPLY("version", T_STRING, .required = true),
    REPLY("timestamp", T_TIME, .required = true),
    REPLY("uptimeSeconds", T_INTEGER, .required = true),
    REPLY("health", T_JSON, .required = true),
    REPLY("pool", T_JSON, .required = true),
    REPLY("machine", T_JSON, .required = true),
    REPLY("server", T_JSON, .required = true),
    REPLY("jobs", T_JSON, .required = true),
    REPLY("slowEndpoints", T_JSON, .required = true, .doc = "Of the last minutes, slowest first."),
    REPLY("database", T_JSON, .required = true, .doc = "Switches, locks, incidents, audit's head."),
    REPLY("errors", T_JSON, .required = true),
    REPLY("settings", T_JSON, .required = true, .doc = "Secrets are masked."),
};
static const struct schema snapshot_reply =
    REPLY_SCHEMA("SystemSnapshot", snapshot_fields, "Everything at once, for an incident's file.");

static void write_machine(struct json *json, struct request *request)
{
    struct machine machine = machine_last();
    struct pool_figures pool = metrics_pool();
    struct server_figures now = server_figures(request_server(request));
    json_key(json, S("pool"));
    json_open_object(json);
    json_member_int(json, S("size"), pool.connections);
    json_member_int(json, S("ready"), pool.ready);
    json_member_int(json, S("inUse"), pool.in_use);
    json_member_int(json, S("waiting"), pool.waiting);
    json_close_object(json);
    json_key(json, S("machine"));
    json_open_object(json);
    json_member_count(json, S("rss"), machine.rss_bytes);
    json_member_count(json, S("memoryBytes"), machine.memory_bytes);
    json_member_count(json, S("memoryUsedBytes"), machine.memory_used_bytes);
    json_member_milli(json, S("cpuPercent"),
                      machine.cpu_permille < 0 ? -1 : machine.cpu_permille * 100);
    json_member_count(json, S("descriptors"), machine.descriptors);
    json_member_count(json, S("diskFreeBytes"), machine.disk_free_bytes);
    json_close_object(json);
    json_key(json, S("server"));
    json_open_object(json);
    json_member_int(json, S("connections"), now.connections);
    json_member_int(json, S("sockets"), now.sockets);
    json_member_int(json, S("requests"), (int64_t)now.requests);
    json_member_int(json, S("loops"), server_loops(request_server(request)));
    json_member_int(json, S("blockedAddresses"), (int64_t)blocks_count(request->now));
    json_member_int(json, S("notesDropped"), (int64_t)notes_dropped());
    json_close_object(json);
}

static void write_jobs(struct json *json, const struct series_list *list)
{
    json_key(json, S("jobs"));
    json_open_array(json);
    for (size_t i = 0; i < list->count; i++) {
        const struct series *series = &list->list[i];
        if (slice_eq(series->name, S("job"))) {
            json_open_object(json);
            json_member_text(json, S("name"), series->labels);
            json_member_int(json, S("runs"), (int64_t)series->count);
            json_member_int(json, S("failures"),
                            (int64_t)series_find(list, "job_failed", series->labels)->count);
            json_member_milli(json, S("p95Ms"), series_percentile(series, 950));
            json_close_object(json);
        }
    }
    json_close_array(json);
}

static void write_settings(struct json *json, const struct config *settings)
{
    json_key(json, S("settings"));
    json_open_object(json);
    for (int id = 0; id < CONFIG_COUNT; id++) {
        json_member_text(json, slice_from(config_info((enum config_id)id)->name),
                         config_print(settings, (enum config_id)id, json->out.arena));
    }
    json_close_object(json);
}

static enum error snapshot(struct request *request)
{
    struct app *app = request_app(request);
    struct rows facts = { 0 };
    struct rows errors = { 0 };
    struct series_list list = { 0 };
    struct window window = { 0 };
    struct sentry_figures sentry = sentry_figures();
    bool has_redis = app->settings->redis_url[0] != '\0';
    TRY(db_read(request->arena, SQL_OPS_SNAPSHOT, NO_PARAMS, &facts));
    TRY(db_read(request->arena, SQL_OPS_ERRORS_RECENT, PARAMS(P_INT(10), P_NULL), &errors));
    metrics_read(request->arena, false, &list);
    figures_window(request->arena, request->now, WINDOW_MINUTES, &window);
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_text(&json, S("version"), S(ASTRALFIELD_VERSION));
    json_member_time(&json, S("timestamp"), request->now);
    json_member_int(&json, S("uptimeSeconds"), (mono_now().us - app->started.us) / US_PER_S);
    json_key(&json, S("health"));
    json_open_object(&json);
    json_member_text(&json, S("database"), S("connected"));
    json_member_text(&json, S("cache"),
                     !has_redis      ? S("not_configured")
                     : redis_is_up() ? S("connected")
                                     : S("unreachable"));
    json_member_bool(&json, S("announcements"), live_is_listening(app->live));
    json_key(&json, S("sentry"));
    json_open_object(&json);
    json_member_bool(&json, S("isOn"), sentry.is_on);
    json_member_int(&json, S("waiting"), sentry.waiting);
    json_member_int(&json, S("sent"), (int64_t)sentry.sent);
    json_member_int(&json, S("dropped"), (int64_t)sentry.dropped);
    json_close_object(&json);
    json_close_object(&json);
    write_machine(&json, request);
    write_jobs(&json, &list);
    json_key(&json, S("slowEndpoints"));
    ops_write_endpoints(&json, &window, false);
    json_member_raw(&json, S("database"), rows_json(&facts));
    json_member_raw(&json, S("errors"), rows_json(&errors));
    write_settings(&json, app->settings);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static const struct endpoint rows[] = {
    { OPS_GET, .path = "/api/auth/security-report", .name = "securityReport",
      .summary = "Sign-ins that look like attacks, under the rules it states.",
      .params = &hours_query, .reply = &report_reply, .query = SQL_OPS_SECURITY_REPORT },
    { OPS_GET, .path = "/api/admin/access-logs", .name = "accessLogs",
      .summary = "Requests of operators, the newest last.", .params = &count_query,
      .reply = &accesses_reply, .query = SQL_OPS_ACCESS_LOGS },
    { OPS_GET, .path = "/api/admin/system-snapshot", .name = "systemSnapshot",
      .summary = "Everything at once, for an incident's file; secrets are masked.",
      .reply = &snapshot_reply, .handle = snapshot },
};

const struct endpoint_table ops_security_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
