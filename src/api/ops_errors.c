/* Errors: grouped ones, their analysis, and what the web client reports. */
#include "api/areas.h"
#include "api/ops_incidents.h"
#include "base/check.h"
#include "ops/machine.h"
#include "ops/metrics.h"
#include "ops/notes.h"

enum { ANALYSED = 20, CLIENT_BODY_BYTES = 16 * 1024, STACK_MAX = 8000 };

static const struct field group_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("message", T_STRING, .required = true),
    REPLY("category", T_STRING, .required = true),
    REPLY("severity", T_STRING, .required = true),
    REPLY("source", T_STRING, .required = true),
    REPLY("url", T_STRING, .required = true, .nullable = true,
          .doc = "The endpoint (\"GET /api/leagues\"), or the client's page."),
    REPLY("method", T_STRING, .required = true, .nullable = true),
    REPLY("status", T_INTEGER, .required = true, .nullable = true),
    REPLY("count", T_INTEGER, .required = true),
    REPLY("firstSeen", T_TIME, .required = true),
    REPLY("lastSeen", T_TIME, .required = true),
    REPLY("requestId", T_STRING, .required = true, .nullable = true, .doc = "Of the newest one."),
    REPLY("detail", T_STRING, .required = true, .nullable = true, .doc = "Of the newest one."),
    REPLY("fingerprint", T_STRING, .required = true),
};
const struct schema group_reply =
    REPLY_SCHEMA("ErrorGroup", group_fields, "Errors that are the same but for their numbers.");

static const struct field recent_fields[] = {
    REPLY("errors", T_ARRAY, .of = &group_reply, .required = true, .doc = "Newest first."),
};
static const struct schema recent_reply =
    REPLY_SCHEMA("RecentErrors", recent_fields, "Groups of errors.");

struct recent_query {
    int64_t count_max;
    utime since;
};
static const struct field recent_params[] = {
    FIELD(struct recent_query, count_max, "countMax", T_INTEGER, .place = IN_QUERY, .min = 1,
          .max = 500, .fallback = "50"),
    FIELD(struct recent_query, since, "since", T_TIME, .place = IN_QUERY),
};
static const struct schema recent_query =
    SCHEMA("RecentErrorsQuery", struct recent_query, recent_params, "How many, and since when.");

/* ---- analytics ---- */

static const struct field analytics_fields[] = {
    REPLY("errorRate", T_DECIMAL, .required = true, .doc = "As /api/metrics/errors says it."),
    REPLY("errorRatePercent", T_DECIMAL, .required = true),
    REPLY("errorsByCategory", T_MAP, .items = T_INTEGER, .required = true,
          .doc = "Every answer that was a problem, in the window."),
    REPLY("clientErrorsByCategory", T_JSON, .required = true,
          .doc = "What web clients reported since the hour before this one began."),
    REPLY("authErrors", T_INTEGER, .required = true, .doc = "Answers of 401 in the window."),
    REPLY("affectedEndpoints", T_JSON, .required = true),
    REPLY("errors", T_ARRAY, .of = &group_reply, .required = true),
    REPLY("window", T_JSON, .required = true),
    REPLY("timestamp", T_TIME, .required = true),
};
static const struct schema analytics_reply =
    REPLY_SCHEMA("ErrorAnalytics", analytics_fields, "Errors, analysed.");

enum category {
    CATEGORY_SYSTEM,
    CATEGORY_DATABASE,
    CATEGORY_PERFORMANCE,
    CATEGORY_AUTH,
    CATEGORY_AUTHZ,
    CATEGORY_VALIDATION,
    CATEGORY_RULES,
    CATEGORY_USER,
    CATEGORY_COUNT
};
static const char *const category_names[CATEGORY_COUNT] = {
    "system", "database", "performance", "auth", "authz", "validation", "business_logic", "user",
};

static enum category category_of(enum error error)
{
    switch ((int)error) {
    case E_UNAVAILABLE:
        return CATEGORY_DATABASE;
    case E_OVERLOADED:
    case E_TIMEOUT:
    case E_RATE:
        return CATEGORY_PERFORMANCE;
    case E_NOT_FOUND:
        return CATEGORY_USER;
    default:
        break;
    }
    int status = error_info(error)->status;
    return status >= 500                              ? CATEGORY_SYSTEM
           : status == 401                            ? CATEGORY_AUTH
           : status == 403                            ? CATEGORY_AUTHZ
           : status == 409                            ? CATEGORY_RULES
           : error == E_LINEUP || error == E_SETTINGS ? CATEGORY_RULES
                                                      : CATEGORY_VALIDATION;
}

static void write_categories(struct json *json, const struct window *window)
{
    int64_t counts[CATEGORY_COUNT] = { 0 };
    int64_t auth = 0;
    for (int i = OK + 1; i < ERROR_COUNT; i++) {
        const struct error_info *info = error_info((enum error)i);
        const struct series *series = window_find(window, "http_error", slice_from(info->name));
        counts[category_of((enum error)i)] += (int64_t)series->count;
        auth += info->status == 401 ? (int64_t)series->count : 0;
    }
    json_key(json, S("errorsByCategory"));
    json_open_object(json);
    for (size_t i = 0; i < CATEGORY_COUNT; i++) {
        if (counts[i] > 0) {
            json_member_int(json, slice_from(category_names[i]), counts[i]);
        }
    }
    json_close_object(json);
    json_member_int(json, S("authErrors"), auth);
}

static void write_affected(struct json *json, const struct window *window)
{
    json_key(json, S("affectedEndpoints"));
    json_open_array(json);
    for (size_t i = 0; i < window->series.count; i++) {
        const struct series *series = &window->series.list[i];
        if (slice_eq(series->name, S("http_route_failed")) && series->count > 0) {
            json_open_object(json);
            json_member_text(json, S("route"), series->labels);
            json_member_int(json, S("failed"), (int64_t)series->count);
            json_member_int(json, S("requests"),
                            (int64_t)window_find(window, "http_route", series->labels)->count);
            json_close_object(json);
        }
    }
    json_close_array(json);
}

static enum error analytics(struct request *request)
{
    struct arena *arena = request->arena;
    struct rows groups = { 0 };
    struct rows clients = { 0 };
    struct window window = { 0 };
    TRY(db_read(arena, SQL_OPS_ERRORS_RECENT,
                PARAMS(P_INT(ANALYSED), P_TIME(request->now - 24 * 3600 * US_PER_S)), &groups));
    TRY(db_read(arena, SQL_OPS_ERRORS_HOUR, NO_PARAMS, &clients));
    figures_window(arena, request->now, WINDOW_MINUTES, &window);
    /* {"errors" : […]}: its one member is wanted among others. */
    struct slice list = rows_json(&groups);
    size_t from = slice_find(list, '[', 0);
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    ops_write_error_rate(&json, &window);
    write_categories(&json, &window);
    json_member_raw(&json, S("clientErrorsByCategory"), rows_json(&clients));
    write_affected(&json, &window);
    json_member_raw(&json, S("errors"), slice_from_to(list, from, list.len - 1));
    ops_write_window(&json, &window);
    json_member_time(&json, S("timestamp"), request->now);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

/* ---- from the web client ---- */

static const char *const client_kinds[] = { "error", "rejection", "network", "render", NULL };
static const char *const client_categories[] = { "system", "system", "network", "system" };

struct client_error {
    struct slice message, stack, page, release;
    int kind;
};
static const struct field client_fields[] = {
    FIELD(struct client_error, message, "message", T_STRING, .required = true, .min = 1,
          .max = 1000),
    FIELD(struct client_error, stack, "stack", T_STRING, .max = STACK_MAX),
    FIELD(struct client_error, page, "page", T_STRING, .required = true, .min = 1, .max = 400,
          .doc = "The path of the page; its query is not kept."),
    FIELD(struct client_error, release, "release", T_STRING, .max = 64),
    FIELD(struct client_error, kind, "kind", T_ENUM, .values = client_kinds, .required = true),
};
static const struct schema client_body = SCHEMA("ClientError", struct client_error, client_fields,
                                                "Something that failed in a browser.");

static const struct field accepted_fields[] = { REPLY("accepted", T_BOOLEAN, .required = true) };
static const struct schema accepted_reply =
    REPLY_SCHEMA("ClientErrorAccepted", accepted_fields, "It was noted.");

static enum error client_error(struct request *request)
{
    const struct client_error *error = request->input;
    struct slice detail =
        arena_format(request->arena, "%s%.*s%s%.*s", error->release.len > 0 ? "release " : "",
                     FMT(error->release), error->release.len > 0 ? "\n" : "", FMT(error->stack));
    note_error(&(struct error_note){
        .source = "client",
        .category = client_categories[error->kind],
        .severity = "low",
        .route = note_redact(request->arena, error->page),
        .message = note_redact(request->arena, error->message),
        .detail = note_redact(request->arena, detail),
        .request_id = request->id,
        .user_id = request->caller.user_id,
        .at = request->now,
    });
    reply_json(request, S("{\"accepted\":true}"));
    return OK;
}

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/errors/recent",
      .name = "recentErrors",
      .tag = "Operations",
      .summary = "Groups of errors, those that came last first.",
      .access = ACCESS_OPS,
      .rate = RATE_READ,
      .lane = LANE_OPS,
      .params = &recent_query,
      .reply = &recent_reply,
      .query = SQL_OPS_ERRORS_RECENT },
    { .method = METHOD_GET,
      .path = "/api/errors/analytics",
      .name = "errorAnalytics",
      .tag = "Operations",
      .summary = "The error rate, errors by category, and the endpoints that failed.",
      .access = ACCESS_OPS,
      .rate = RATE_READ,
      .lane = LANE_OPS,
      .reply = &analytics_reply,
      .handle = analytics },
    { .method = METHOD_POST,
      .path = "/api/errors/client",
      .name = "reportClientError",
      .tag = "Operations",
      .summary = "Report something that failed in a browser.",
      .description = "E-mail addresses, tokens and queries are taken out before it is kept.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_REPORT,
      .body = &client_body,
      .body_bytes = CLIENT_BODY_BYTES,
      .reply = &accepted_reply,
      .status = 202,
      .handle = client_error },
};

const struct endpoint_table ops_errors_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
