/* Alerts: what is wrong now, the rules and their limits, silences, and who is called. */
#include <inttypes.h>

#include "api/areas.h"
#include "api/common.h"
#include "api/ops.h"
#include "base/check.h"
#include "ops/alert_state.h"
#include "ops/incidents.h"
#include "ops/oncall.h"

enum { LIMIT_SECONDS_MAX = 7 * 86400, SILENCE_SECONDS_MAX = 30 * 86400, RULE_MAX = 80 };

/* ---- GET /api/admin/alerts ---- */

static const char *const alert_words[] = { "warning", "critical", "emergency", NULL };
static const char *const stages[] = { "quiet", "pending", "firing", "unknown", "off", NULL };

static const struct field alert_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("subject", T_STRING, .required = true, .doc = "Rules of one subject are one alert."),
    REPLY("rule", T_STRING, .required = true, .doc = "The worst one."),
    REPLY("severity", T_ENUM, .values = alert_words, .required = true),
    REPLY("value", T_DECIMAL, .required = true, .doc = "When it fired, in the rule's unit."),
    REPLY("threshold", T_DECIMAL, .required = true),
    REPLY("node", T_STRING, .required = true),
    REPLY("startedAt", T_TIME, .required = true),
    REPLY("endedAt", T_TIME, .required = true, .nullable = true),
    REPLY("toldSeverity", T_ENUM, .values = alert_words, .required = true, .nullable = true,
          .doc = "What people were told; null while it is silenced."),
    REPLY("incidentRef", T_STRING, .required = true, .nullable = true),
    REPLY("isSimulation", T_BOOLEAN, .required = true),
    REPLY("acknowledgedAt", T_TIME, .required = true, .nullable = true),
    REPLY("acknowledgedBy", T_STRING, .required = true, .nullable = true),
};
static const struct schema alert_reply =
    REPLY_SCHEMA("Alert", alert_fields, "From the first rule that fired to the last that ended.");

static const struct field rule_fields[] = {
    REPLY("name", T_STRING, .required = true),
    REPLY("subject", T_STRING, .required = true),
    REPLY("severity", T_ENUM, .values = alert_words, .required = true),
    REPLY("stage", T_ENUM, .values = stages, .required = true),
    REPLY("value", T_DECIMAL, .required = true, .nullable = true,
          .doc = "The worst of all servers, just now."),
    REPLY("reason", T_STRING, .required = true, .nullable = true, .doc = "Why there is no value."),
    REPLY("node", T_STRING, .required = true, .nullable = true),
    REPLY("unit", T_STRING, .required = true),
    REPLY("comparison", T_STRING, .required = true, .doc = "above or below."),
    REPLY("threshold", T_DECIMAL, .required = true),
    REPLY("defaultThreshold", T_DECIMAL, .required = true),
    REPLY("windowSeconds", T_INTEGER, .required = true),
    REPLY("holdSeconds", T_INTEGER, .required = true),
    REPLY("clearSeconds", T_INTEGER, .required = true),
    REPLY("opens", T_STRING, .required = true, .nullable = true,
          .doc = "Severity of the incident."),
    REPLY("runbook", T_STRING, .required = true),
    REPLY("todo", T_STRING, .required = true),
};
static const struct schema rule_reply =
    REPLY_SCHEMA("AlertRule", rule_fields, "A rule, what counts for it now, and where it stands.");

static const struct field alerts_fields[] = {
    REPLY("alerts", T_ARRAY, .of = &alert_reply, .required = true,
          .doc = "Those that go on, then the newest."),
    REPLY("rules", T_ARRAY, .of = &rule_reply, .required = true),
    REPLY("timestamp", T_TIME, .required = true),
};
static const struct schema alerts_reply =
    REPLY_SCHEMA("Alerts", alerts_fields, "What is wrong now, and what is watched.");

/* Where the rules stand and what was measured last. */
struct standing {
    struct alert_figure figure;
    struct slice node;
    const char *stage;
};

static enum error read_standings(struct request *request, struct standing standings[ALERT_COUNT])
{
    struct rows rows = { 0 };
    struct arena *arena = request->arena;
    TRY(db_read(arena, SQL_ALERTS_FIGURES, PARAMS(P_TIME(request->now - ALERT_FRESH_S * US_PER_S)),
                &rows));
    for (size_t i = 0; i < rows.count; i++) {
        enum alert_id id = alert_find(rows_text(&rows, i, "rule"));
        if (id == ALERT_COUNT) {
            continue;
        }
        int64_t value = rows_int(&rows, i, "value");
        struct standing *standing = &standings[id];
        bool is_above = alert_rule(id)->comparison == COMPARE_ABOVE;
        bool is_worse = is_above ? value > standing->figure.value : value < standing->figure.value;
        if (!standing->figure.is_known || is_worse) {
            standing->figure = (struct alert_figure){ .is_known = true, .value = value };
            standing->node = rows_text(&rows, i, "node");
        }
    }
    TRY(db_read(arena, SQL_ALERTS_STATES, NO_PARAMS, &rows));
    for (size_t i = 0; i < rows.count; i++) {
        enum alert_id id = alert_find(rows_text(&rows, i, "rule"));
        if (id < ALERT_COUNT) {
            bool is_firing = slice_eq(rows_text(&rows, i, "stage"), S("firing"));
            standings[id].stage = is_firing ? "firing" : "pending";
        }
    }
    return OK;
}

static void write_rule(struct json *json, enum alert_id id, const struct alert_limits *limits,
                       const struct standing *standing)
{
    struct arena *arena = json->out.arena;
    const struct alert_rule *rule = alert_rule(id);
    const struct measure_info *measure = measure_info(rule->measure);
    bool is_known = standing->figure.is_known;
    const char *stage = standing->stage != NULL ? standing->stage
                        : limits->is_off        ? "off"
                        : is_known              ? "quiet"
                                                : "unknown";
    const char *opens = alert_incident_name(rule->incident);
    json_open_object(json);
    json_member_text(json, S("name"), slice_from(rule->name));
    json_member_text(json, S("subject"), slice_from(rule->subject));
    json_member_text(json, S("severity"), slice_from(alert_severity_name(limits->severity)));
    json_member_text(json, S("stage"), slice_from(stage));
    json_member_raw(json, S("value"),
                    is_known ? alert_value_print(arena, standing->figure.value) : S("null"));
    json_key(json, S("reason"));
    is_known ? json_none(json) : json_text(json, slice_from(measure->unknown));
    json_key(json, S("node"));
    is_known ? json_text(json, standing->node) : json_none(json);
    json_member_text(json, S("unit"), slice_from(measure->unit));
    json_member_text(json, S("comparison"),
                     rule->comparison == COMPARE_ABOVE ? S("above") : S("below"));
    json_member_raw(json, S("threshold"), alert_value_print(arena, limits->threshold));
    json_member_raw(json, S("defaultThreshold"), alert_value_print(arena, rule->threshold));
    json_member_int(json, S("windowSeconds"), rule->window_s);
    json_member_int(json, S("holdSeconds"), limits->hold_s);
    json_member_int(json, S("clearSeconds"), limits->clear_s);
    json_key(json, S("opens"));
    rule->incident == INCIDENT_NO_INCIDENT ? json_none(json) : json_text(json, slice_from(opens));
    json_member_text(json, S("runbook"), slice_from(rule->section));
    json_member_text(json, S("todo"), slice_from(rule->todo));
    json_close_object(json);
}

static enum error alerts(struct request *request)
{
    struct rows rows = { 0 };
    struct alert_limits limits[ALERT_COUNT];
    struct standing *standings = ARENA_ARRAY(request->arena, ALERT_COUNT, struct standing);
    TRY(db_read(request->arena, SQL_ALERTS_LIST, NO_PARAMS, &rows));
    TRY(alerts_limits(request->arena, request->now, limits));
    TRY(read_standings(request, standings));
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_raw(&json, S("alerts"), rows_json(&rows));
    json_key(&json, S("rules"));
    json_open_array(&json);
    for (size_t id = 0; id < ALERT_COUNT; id++) {
        write_rule(&json, (enum alert_id)id, &limits[id], &standings[id]);
    }
    json_close_array(&json);
    json_member_time(&json, S("timestamp"), request->now);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

/* ---- the limits of a rule ---- */

struct rule_path {
    struct slice rule;
};
static const struct field rule_path_fields[] = {
    FIELD(struct rule_path, rule, "rule", T_STRING, .place = IN_PATH, .required = true, .min = 1,
          .max = RULE_MAX),
};
static const struct schema rule_path =
    SCHEMA("AlertRulePath", struct rule_path, rule_path_fields, "A rule by its name.");

struct new_limit {
    int64_t threshold, hold_s, clear_s, seconds;
    bool is_off;
    struct slice reason;
    uint64_t given;
};
enum { LIMIT_THRESHOLD, LIMIT_HOLD, LIMIT_CLEAR, LIMIT_OFF, LIMIT_SECONDS, LIMIT_REASON };
static const struct field limit_fields[] = {
    [LIMIT_THRESHOLD] = FIELD(struct new_limit, threshold, "threshold", T_DECIMAL, .min = 0,
                              .max = INT64_C(1000000000000000), .doc = "In the rule's unit."),
    [LIMIT_HOLD] =
        FIELD(struct new_limit, hold_s, "holdSeconds", T_INTEGER, .min = 0, .max = 86400),
    [LIMIT_CLEAR] = FIELD(struct new_limit, clear_s, "clearSeconds", T_INTEGER, .min = 0,
                          .max = 86400, .doc = "It ends when its figure was good for so long."),
    [LIMIT_OFF] = FIELD(struct new_limit, is_off, "isOff", T_BOOLEAN),
    [LIMIT_SECONDS] = FIELD(struct new_limit, seconds, "seconds", T_INTEGER, .min = 1,
                            .max = LIMIT_SECONDS_MAX, .doc = "For how long; left out: for good."),
    [LIMIT_REASON] = FIELD(struct new_limit, reason, "reason", T_STRING, .required = true, .min = 1,
                           .max = 1000),
};
static const struct schema limit_body =
    SCHEMA_PARTIAL("AlertLimits", struct new_limit, limit_fields,
                   "What counts for a rule instead of its own values.");

static struct slice limit_json(struct arena *arena, const struct new_limit *body)
{
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    if (is_given(body->given, LIMIT_THRESHOLD)) {
        json_member_raw(&json, S("threshold"),
                        arena_format(arena, "%" PRId64 ".%06" PRId64, body->threshold / 1000000,
                                     body->threshold % 1000000));
    }
    if (is_given(body->given, LIMIT_HOLD)) {
        json_member_int(&json, S("holdSeconds"), body->hold_s);
    }
    if (is_given(body->given, LIMIT_CLEAR)) {
        json_member_int(&json, S("clearSeconds"), body->clear_s);
    }
    if (body->is_off) {
        json_member_bool(&json, S("isOff"), true);
    }
    json_close_object(&json);
    return json_done(&json);
}

static enum error set_limit(struct request *request)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    const struct rule_path *path = request->params;
    const struct new_limit *body = request->input;
    struct slice value = limit_json(request->arena, body);
    if (alert_find(path->rule) == ALERT_COUNT) {
        return E_NOT_FOUND;
    }
    TRY(tx_begin(request->arena, &tx));
    tx_send(&tx, SQL_ALERTS_LIMIT_SET,
            PARAMS(P_TEXT(path->rule), P_TEXT(value), P_TEXT(body->reason),
                   request->caller.user_id == 0 ? P_NULL : P_INT(request->caller.user_id),
                   is_given(body->given, LIMIT_SECONDS) ? P_INT(body->seconds) : P_NULL));
    TRY(ops_audit(request, &tx,
                  &(struct audit_note){ .action = "alert.limit",
                                        .target_kind = "alert_rule",
                                        .target_id = path->rule,
                                        .after = value,
                                        .reason = body->reason },
                  NULL));
    TRY(tx_commit(&tx));
    return reply_success(request);
}

static enum error drop_limit(struct request *request)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    const struct rule_path *path = request->params;
    if (alert_find(path->rule) == ALERT_COUNT) {
        return E_NOT_FOUND;
    }
    TRY(tx_begin(request->arena, &tx));
    tx_send(&tx, SQL_ALERTS_LIMIT_DROP, PARAMS(P_TEXT(path->rule)));
    TRY(ops_audit(request, &tx,
                  &(struct audit_note){ .action = "alert.limit_drop",
                                        .target_kind = "alert_rule",
                                        .target_id = path->rule },
                  NULL));
    TRY(tx_commit(&tx));
    return reply_success(request);
}

/* ---- acknowledging ---- */

struct alert_path {
    int64_t id;
};
static const struct field alert_path_fields[] = {
    FIELD(struct alert_path, id, "alertId", T_INTEGER, .place = IN_PATH, .required = true,
          .min = 1),
};
static const struct schema alert_path =
    SCHEMA("AlertPath", struct alert_path, alert_path_fields, "An alert by its number.");

static enum error acknowledge(struct request *request)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    const struct alert_path *path = request->params;
    struct rows rows = { 0 };
    struct slice by = ops_actor_text(request);
    TRY(tx_begin(request->arena, &tx));
    TRY(tx_query(&tx, SQL_ALERTS_ACKNOWLEDGE,
                 PARAMS(P_INT(path->id), P_TIME(request->now), P_TEXT(by)), &rows));
    if (rows.count == 0) {
        return E_NOT_FOUND;
    }
    if (!rows_null(&rows, 0, "incident_id")) {
        int64_t incident_id = rows_int(&rows, 0, "incident_id");
        tx_send(&tx, SQL_ALERTS_INCIDENT_ACKNOWLEDGE,
                PARAMS(P_INT(incident_id), P_TIME(request->now), P_TEXT(by)));
    }
    TRY(ops_audit(
        request, &tx,
        &(struct audit_note){ .action = "alert.acknowledge",
                              .target_kind = "alert",
                              .target_id = arena_format(request->arena, "%" PRId64, path->id) },
        NULL));
    TRY(tx_commit(&tx));
    return reply_success(request);
}

/* ---- silences ---- */

static const struct field silence_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("matches", T_STRING, .required = true, .doc = "A rule, a subject, or * for all."),
    REPLY("reason", T_STRING, .required = true),
    REPLY("madeBy", T_STRING, .required = true),
    REPLY("startsAt", T_TIME, .required = true),
    REPLY("endsAt", T_TIME, .required = true),
    REPLY("isActive", T_BOOLEAN, .required = true),
};
static const struct schema silence_reply =
    REPLY_SCHEMA("AlertSilence", silence_fields, "Nobody is told of what matches.");
static const struct field silences_fields[] = {
    REPLY("silences", T_ARRAY, .of = &silence_reply, .required = true),
};
static const struct schema silences_reply =
    REPLY_SCHEMA("AlertSilences", silences_fields, "Those in force first, then the newest.");

static enum error silences(struct request *request)
{
    return reply_query(request, SQL_ALERTS_SILENCES, PARAMS(P_TIME(request->now)));
}

struct silence {
    struct slice matches, reason;
    int64_t seconds;
};
static const struct field new_silence_fields[] = {
    FIELD(struct silence, matches, "matches", T_STRING, .required = true, .min = 1, .max = RULE_MAX,
          .doc = "A rule, a subject, or * for all."),
    FIELD(struct silence, seconds, "seconds", T_INTEGER, .required = true, .min = 1,
          .max = SILENCE_SECONDS_MAX),
    FIELD(struct silence, reason, "reason", T_STRING, .required = true, .min = 1, .max = 1000),
};
static const struct schema silence_body =
    SCHEMA("NewAlertSilence", struct silence, new_silence_fields, "What, for how long, and why.");

static const struct field made_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("endsAt", T_TIME, .required = true),
};
static const struct schema made_reply = REPLY_SCHEMA("AlertSilenced", made_fields, "It is silent.");

static enum error add_silence(struct request *request)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    const struct silence *body = request->input;
    utime ends_at = request->now + body->seconds * US_PER_S;
    struct rows rows = { 0 };
    if (!alert_is_matcher(body->matches)) {
        fault_add(&request->faults, S("/matches"),
                  "must be a rule, a subject or *; GET /api/admin/alerts lists them");
        return E_INVALID;
    }
    TRY(tx_begin(request->arena, &tx));
    TRY(tx_query(&tx, SQL_ALERTS_SILENCE_ADD,
                 PARAMS(P_TEXT(body->matches), P_TEXT(body->reason),
                        P_TEXT(ops_actor_text(request)), P_TIME(request->now), P_TIME(ends_at)),
                 &rows));
    int64_t id = rows_int(&rows, 0, "id");
    TRY(ops_audit(request, &tx,
                  &(struct audit_note){ .action = "alert.silence",
                                        .target_kind = "alert_rule",
                                        .target_id = body->matches,
                                        .reason = body->reason },
                  NULL));
    TRY(tx_commit(&tx));
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_int(&json, S("id"), id);
    json_member_time(&json, S("endsAt"), ends_at);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

struct silence_path {
    int64_t id;
};
static const struct field silence_path_fields[] = {
    FIELD(struct silence_path, id, "silenceId", T_INTEGER, .place = IN_PATH, .required = true,
          .min = 1),
};
static const struct schema silence_path =
    SCHEMA("AlertSilencePath", struct silence_path, silence_path_fields, "A silence.");

static enum error end_silence(struct request *request)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    const struct silence_path *path = request->params;
    struct rows rows = { 0 };
    TRY(tx_begin(request->arena, &tx));
    TRY(tx_query(&tx, SQL_ALERTS_SILENCE_END, PARAMS(P_INT(path->id), P_TIME(request->now)),
                 &rows));
    if (rows.count == 0) {
        return E_NOT_FOUND;
    }
    TRY(ops_audit(request, &tx,
                  &(struct audit_note){ .action = "alert.silence_end",
                                        .target_kind = "alert_rule",
                                        .target_id = rows_text(&rows, 0, "matches") },
                  NULL));
    TRY(tx_commit(&tx));
    return reply_success(request);
}

static const struct endpoint rows[] = {
    { OPS_GET, .path = "/api/admin/alerts", .name = "alerts",
      .summary = "Alerts that go on, the last ones that ended, and every rule.",
      .reply = &alerts_reply, .handle = alerts },
    { OPS_ROW, .method = METHOD_PUT, .rate = RATE_WRITE, .lane = LANE_OPS,
      .path = "/api/admin/alerts/rules/{rule}", .name = "setAlertLimits",
      .summary = "Put other values over a rule's own.", .params = &rule_path, .body = &limit_body,
      .reply = &success_reply, .errors = { E_NOT_FOUND }, .handle = set_limit },
    { OPS_ROW, .method = METHOD_DELETE, .rate = RATE_WRITE, .lane = LANE_OPS,
      .path = "/api/admin/alerts/rules/{rule}", .name = "dropAlertLimits",
      .summary = "A rule's own values count again.", .params = &rule_path, .reply = &success_reply,
      .errors = { E_NOT_FOUND }, .handle = drop_limit },
    { OPS_POST, .path = "/api/admin/alerts/{alertId}/acknowledge", .name = "acknowledgeAlert",
      .summary = "Somebody has seen it; its incident is acknowledged too.", .params = &alert_path,
      .reply = &success_reply, .errors = { E_NOT_FOUND }, .handle = acknowledge },
    { OPS_GET, .path = "/api/admin/alert-silences", .name = "alertSilences",
      .summary = "What nobody is told of.", .reply = &silences_reply, .handle = silences },
    { OPS_POST, .path = "/api/admin/alert-silences", .name = "silenceAlert",
      .summary = "Tell nobody of a rule or a subject for a while.", .body = &silence_body,
      .reply = &made_reply, .status = 201, .handle = add_silence },
    { OPS_ROW, .method = METHOD_DELETE, .rate = RATE_WRITE, .lane = LANE_OPS,
      .path = "/api/admin/alert-silences/{silenceId}", .name = "endAlertSilence",
      .summary = "End a silence now.", .params = &silence_path, .reply = &success_reply,
      .errors = { E_NOT_FOUND }, .handle = end_silence },
};

const struct endpoint_table ops_alert_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
