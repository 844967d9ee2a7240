/* What went wrong and what was turned away, counted: errors, rate limits, blocks, forged requests. */
#include "api/areas.h"
#include "api/ops.h"
#include "base/check.h"
#include "ops/blocks.h"

/* ---- /api/metrics/errors ---- */

static const struct field errors_fields[] = {
    REPLY("errorRate", T_DECIMAL, .required = true,
          .doc = "Answers of 500 and more by all answers of the window, 0 to 1."),
    REPLY("errorRatePercent", T_DECIMAL, .required = true),
    REPLY("total", T_INTEGER, .required = true, .doc = "Requests."),
    REPLY("errors", T_INTEGER, .required = true, .doc = "Answers of 500 and more."),
    REPLY("byStatus", T_MAP, .items = T_INTEGER, .required = true, .doc = "\"2xx\" … \"5xx\"."),
    REPLY("byProblem", T_MAP, .items = T_INTEGER, .required = true),
    REPLY("window", T_JSON, .required = true),
    REPLY("timestamp", T_TIME, .required = true),
};
static const struct schema errors_reply =
    REPLY_SCHEMA("ErrorMetrics", errors_fields, "Failures in the window.");

static void write_counts(struct json *json, const struct window *window, const char *name)
{
    json_open_object(json);
    for (size_t i = 0; i < window->series.count; i++) {
        const struct series *series = &window->series.list[i];
        if (slice_eq(series->name, slice_from(name)) && series->count > 0) {
            json_member_int(json, series->labels, (int64_t)series->count);
        }
    }
    json_close_object(json);
}

static enum error errors(struct request *request)
{
    struct window window = { 0 };
    figures_window(request->arena, request->now, WINDOW_MINUTES, &window);
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    ops_write_error_rate(&json, &window);
    json_member_int(&json, S("total"),
                    (int64_t)window_find(&window, "http_requests", S(""))->count);
    json_member_int(&json, S("errors"), (int64_t)window_failures(&window));
    json_key(&json, S("byStatus"));
    write_counts(&json, &window, "http_status");
    json_key(&json, S("byProblem"));
    write_counts(&json, &window, "http_error");
    ops_write_window(&json, &window);
    json_member_time(&json, S("timestamp"), request->now);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

/* ---- /api/metrics/security ---- */

static const struct field security_fields[] = {
    REPLY("rateLimitBlocks", T_INTEGER, .required = true,
          .doc = "Requests refused with 429 in the window."),
    REPLY("byClass", T_MAP, .items = T_INTEGER, .required = true),
    REPLY("topSources", T_JSON, .required = true,
          .doc = "Networks of those refused most since this node started; the addresses are cut."),
    REPLY("blockedIps", T_INTEGER, .required = true),
    REPLY("csrfRejects", T_INTEGER, .required = true),
    REPLY("signInsRefused", T_INTEGER, .required = true),
    REPLY("forbidden", T_INTEGER, .required = true),
    REPLY("window", T_JSON, .required = true),
    REPLY("timestamp", T_TIME, .required = true),
};
static const struct schema security_reply =
    REPLY_SCHEMA("SecurityMetrics", security_fields, "What was turned away in the window.");

static enum error security(struct request *request)
{
    struct window window = { 0 };
    figures_window(request->arena, request->now, WINDOW_MINUTES, &window);
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_int(&json, S("rateLimitBlocks"),
                    (int64_t)window_find(&window, "http_error", S("E_RATE"))->count);
    json_key(&json, S("byClass"));
    write_counts(&json, &window, "rate_limited");
    json_member_raw(&json, S("topSources"), ops_top_sources(request->arena));
    json_member_int(&json, S("blockedIps"), (int64_t)blocks_count(request->now));
    json_member_int(&json, S("csrfRejects"),
                    (int64_t)window_find(&window, "http_error", S("E_CSRF"))->count);
    json_member_int(&json, S("signInsRefused"),
                    (int64_t)window_find(&window, "http_error", S("E_CREDENTIALS"))->count);
    json_member_int(&json, S("forbidden"),
                    (int64_t)window_find(&window, "http_error", S("E_FORBIDDEN"))->count);
    ops_write_window(&json, &window);
    json_member_time(&json, S("timestamp"), request->now);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static const struct endpoint rows[] = {
    { OPS_GET, .path = "/api/metrics/errors", .name = "errorMetrics",
      .summary = "The error rate of the last minutes.", .reply = &errors_reply, .handle = errors },
    { OPS_GET, .path = "/api/metrics/security", .name = "securityMetrics",
      .summary = "What was turned away: rate limits, blocks, forged requests.",
      .reply = &security_reply, .handle = security },
};

const struct endpoint_table ops_counts_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
