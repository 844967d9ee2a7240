/* The public status page and its document. */
#include "api/areas.h"
#include "api/common.h"
#include "api/status_board.h"
#include "base/check.h"

#define STYLE_PATH "/status/style.css"

static const char *const states[] = {
    "operational", "degraded", "down", "unknown", "not_used", NULL
};
static const char *const seen_from[] = { "inside", "outside", NULL };

static const struct field component_fields[] = {
    REPLY("key", T_STRING, .required = true),
    REPLY("name", T_STRING, .required = true),
    REPLY("status", T_ENUM, .values = states, .required = true),
    REPLY("note", T_STRING, .required = true, .doc = "A sentence, or empty."),
    REPLY("uptimePercent", T_POINTS, .required = true, .nullable = true,
          .doc = "Of the looks taken in 90 days; null when none was."),
    REPLY("days", T_JSON, .required = true,
          .doc = "90 pairs, today last: looks that found it well, looks taken."),
};
static const struct schema component_reply =
    REPLY_SCHEMA("StatusComponent", component_fields, "One part of the installation.");

static const struct field incident_fields[] = {
    REPLY("severity", T_STRING, .required = true),
    REPLY("title", T_STRING, .required = true),
    REPLY("resolved", T_BOOLEAN, .required = true),
    REPLY("since", T_TIME, .required = true),
    REPLY("until", T_TIME, .required = true, .nullable = true),
};
static const struct schema incident_reply =
    REPLY_SCHEMA("StatusIncident", incident_fields, "An incident, open or over.");

static const struct field status_fields[] = {
    REPLY("status", T_ENUM, .values = states, .required = true),
    REPLY("timestamp", T_TIME, .required = true),
    REPLY("measuredAt", T_TIME, .required = true, .nullable = true),
    REPLY("ageSeconds", T_INTEGER, .required = true, .nullable = true,
          .doc = "Of the newest look; null before the first."),
    REPLY("historyAt", T_TIME, .required = true, .nullable = true,
          .doc = "When days and incidents were read; null = never."),
    REPLY("seenFrom", T_ENUM, .values = seen_from, .required = true,
          .doc = "\"outside\": written by `astralfield statuspage publish`."),
    REPLY("version", T_STRING, .required = true),
    REPLY("components", T_ARRAY, .of = &component_reply, .required = true),
    REPLY("incidents", T_ARRAY, .of = &incident_reply, .required = true,
          .doc = "Of the last 90 days, open ones first; security events and drills are left out."),
};
static const struct schema status_reply =
    REPLY_SCHEMA("Status", status_fields, "How this installation is, for everybody.");

static enum error show_status(struct request *request)
{
    reply_json(request,
               status_json(request->arena, status_board_view(request->arena, request->now)));
    return OK;
}

static enum error show_page(struct request *request)
{
    reply_body(
        request,
        status_html(request->arena, status_board_view(request->arena, request->now), STYLE_PATH),
        "text/html; charset=utf-8");
    return OK;
}

static enum error show_style(struct request *request)
{
    reply_body(request, status_style(), "text/css; charset=utf-8");
    return OK;
}

#define STATUS_ROW                                                                                 \
    .method = METHOD_GET, .tag = "System", .access = ACCESS_PUBLIC, .rate = RATE_PROBE,            \
    .lane = LANE_OPS

static const struct endpoint rows[] = {
    { STATUS_ROW, .path = "/api/status", .name = "status",
      .summary = "How this installation is, from memory: it answers without a database too.",
      .cache = CACHE_BRIEF, .reply = &status_reply, .handle = show_status },
    { STATUS_ROW, .path = "/status", .name = "statusPage",
      .summary = "The same as a page that needs no script.", .cache = CACHE_BRIEF,
      .media = "text/html", .handle = show_page },
    { STATUS_ROW, .path = STYLE_PATH, .name = "statusStyle",
      .summary = "The style of the status page.", .cache = CACHE_CONSTANT, .media = "text/css",
      .handle = show_style },
};

const struct endpoint_table status_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
