/* Looking back at an incident: figures before, during and after it, and the errors in it. */
#include <inttypes.h>

#include "api/areas.h"
#include "api/ops_incidents.h"
#include "base/check.h"

#define MINUTE_US (60 * US_PER_S)

enum { AROUND_MIN = 5, AROUND_MAX = 60 };

struct by_incident {
    struct slice ref;
};
static const struct field by_fields[] = {
    FIELD(struct by_incident, ref, "incident_id", T_STRING, .place = IN_QUERY, .required = true,
          .min = 4, .max = INCIDENT_REF_MAX),
};
static const struct schema by_incident =
    SCHEMA("ByIncident", struct by_incident, by_fields, "An incident by its reference.");

/* ---- GET /api/metrics/incident-analysis ---- */

static const struct field part_fields[] = {
    REPLY("start", T_TIME, .required = true),
    REPLY("end", T_TIME, .required = true),
    REPLY("minutes", T_INTEGER, .required = true, .doc = "Of which there are figures."),
    REPLY("requests", T_INTEGER, .required = true),
    REPLY("errors", T_INTEGER, .required = true, .doc = "Answers of 500 and more."),
    REPLY("errorRate", T_DECIMAL, .required = true, .nullable = true, .doc = "0 to 1."),
    REPLY("p50Ms", T_DECIMAL, .required = true, .nullable = true),
    REPLY("p95Ms", T_DECIMAL, .required = true, .nullable = true),
    REPLY("p99Ms", T_DECIMAL, .required = true, .nullable = true),
    REPLY("databaseP95Ms", T_DECIMAL, .required = true, .nullable = true),
    REPLY("reason", T_STRING, .required = true, .nullable = true,
          .doc = "Why there are no figures, if there are none."),
};
static const struct schema part_reply =
    REPLY_SCHEMA("IncidentPart", part_fields, "Figures of all nodes, by whole minutes.");

static const struct field burn_fields[] = {
    REPLY("target", T_DECIMAL, .required = true, .doc = "Share of requests that may fail: 0.001."),
    REPLY("burnRate", T_DECIMAL, .required = true, .nullable = true,
          .doc = "How many times faster than allowed the budget was used up during it."),
    REPLY("budgetShare", T_DECIMAL, .required = true, .nullable = true,
          .doc = "Of what 30 days allow, how much it used: 1 is all."),
    REPLY("requestsOf30Days", T_INTEGER, .required = true),
};
static const struct schema burn_reply =
    REPLY_SCHEMA("ErrorBudget", burn_fields, "What the incident cost of the error budget.");

static const struct field analysis_fields[] = {
    REPLY("incidentId", T_STRING, .required = true),
    REPLY("severity", T_ENUM, .values = incident_severities, .required = true),
    REPLY("title", T_STRING, .required = true),
    REPLY("status", T_ENUM, .values = incident_states, .required = true),
    REPLY("durationSeconds", T_INTEGER, .required = true, .doc = "Until it was mitigated, or now."),
    REPLY("before", T_OBJECT, .of = &part_reply, .required = true),
    REPLY("during", T_OBJECT, .of = &part_reply, .required = true),
    REPLY("after", T_OBJECT, .of = &part_reply, .required = true),
    REPLY("affectedUsers", T_INTEGER, .required = true,
          .doc = "People who met a failure in its worst hour: at least so many."),
    REPLY("sloBurn", T_OBJECT, .of = &burn_reply, .required = true),
};
static const struct schema analysis_reply = REPLY_SCHEMA(
    "IncidentAnalysis", analysis_fields, "An incident in figures: before, during and after.");

struct part {
    utime start, until;
    struct series_list series;
    int64_t minutes, requests, errors;
};

static enum error read_part(struct arena *arena, utime start, utime until, struct part *ret_part)
{
    struct rows rows = { 0 };
    struct part part = { .start = start, .until = until };
    series_init(&part.series, arena);
    TRY(db_read(arena, SQL_ALERTS_WINDOW, PARAMS(P_TIME(start), P_TIME(until)), &rows));
    for (size_t i = 0; i < rows.count; i++) {
        struct series series = { .name = rows_text(&rows, i, "name"),
                                 .labels = rows_text(&rows, i, "labels"),
                                 .count = (uint64_t)rows_int(&rows, i, "count") };
        struct slice histogram = rows_text(&rows, i, "histogram");
        int64_t minutes = rows_int(&rows, i, "minutes");
        part.minutes = minutes > part.minutes ? minutes : part.minutes;
        if (histogram.ptr != NULL) {
            series.buckets = ARENA_ARRAY(arena, METER_BUCKETS, uint64_t);
            series_read_buckets(histogram, series.buckets);
        }
        series_add(&part.series, &series);
    }
    part.requests = (int64_t)series_find(&part.series, "http_requests", S(""))->count;
    part.errors = (int64_t)series_find(&part.series, "http_status", S("5xx"))->count;
    *ret_part = part;
    return OK;
}

static int64_t p(const struct part *part, const char *name, unsigned permille)
{
    const struct series *series = series_find(&part->series, name, S(""));
    return series->buckets == NULL ? -1 : series_percentile(series, permille);
}

static void write_part(struct json *json, const char *key, const struct part *part)
{
    json_key(json, slice_from(key));
    json_open_object(json);
    json_member_time(json, S("start"), part->start);
    json_member_time(json, S("end"), part->until);
    json_member_int(json, S("minutes"), part->minutes);
    json_member_int(json, S("requests"), part->requests);
    json_member_int(json, S("errors"), part->errors);
    json_member_ratio(json, S("errorRate"), part->errors, part->requests);
    json_member_milli(json, S("p50Ms"), p(part, "http_requests", 500));
    json_member_milli(json, S("p95Ms"), p(part, "http_requests", 950));
    json_member_milli(json, S("p99Ms"), p(part, "http_requests", 990));
    json_member_milli(json, S("databaseP95Ms"), p(part, "database_statements", 950));
    json_key(json, S("reason"));
    part->minutes > 0 ? json_none(json)
                      : json_text(json, S("Nothing is written down of these minutes: they lie "
                                          "ahead, the server was down, or it was over three days "
                                          "ago."));
    json_close_object(json);
}

/* The runbook's objective: fewer than 0.1 % of requests fail. */
static void write_burn(struct json *json, const struct part *during, int64_t month)
{
    json_key(json, S("sloBurn"));
    json_open_object(json);
    json_member_raw(json, S("target"), S("0.001"));
    json_member_ratio(json, S("burnRate"), during->errors * 1000, during->requests);
    json_member_ratio(json, S("budgetShare"), during->errors * 1000, month);
    json_member_int(json, S("requestsOf30Days"), month);
    json_close_object(json);
}

static enum error analysis(struct request *request)
{
    const struct by_incident *by = request->params;
    struct arena *arena = request->arena;
    struct rows rows = { 0 };
    struct rows month = { 0 };
    struct part before, during, after;
    TRY(db_read(arena, SQL_ALERTS_INCIDENT_SPAN, PARAMS(P_TEXT(by->ref), P_TIME(request->now)),
                &rows));
    if (rows.count == 0) {
        return E_NOT_FOUND;
    }
    utime detected_at = rows_time(&rows, 0, "detected_at");
    utime start = detected_at / MINUTE_US * MINUTE_US;
    utime until = (rows_time(&rows, 0, "until") / MINUTE_US + 1) * MINUTE_US;
    int64_t around = (until - start) / MINUTE_US;
    around = around < AROUND_MIN ? AROUND_MIN : around > AROUND_MAX ? AROUND_MAX : around;
    TRY(read_part(arena, start - around * MINUTE_US, start, &before));
    TRY(read_part(arena, start, until, &during));
    TRY(read_part(arena, until, until + around * MINUTE_US, &after));
    TRY(db_read(arena, SQL_ALERTS_MONTH, PARAMS(P_TIME(until)), &month));
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    json_member_text(&json, S("incidentId"), rows_text(&rows, 0, "ref"));
    json_member_text(&json, S("severity"), rows_text(&rows, 0, "severity"));
    json_member_text(&json, S("title"), rows_text(&rows, 0, "title"));
    json_member_text(&json, S("status"), rows_text(&rows, 0, "state"));
    json_member_int(&json, S("durationSeconds"),
                    (rows_time(&rows, 0, "until") - detected_at) / US_PER_S);
    write_part(&json, "before", &before);
    write_part(&json, "during", &during);
    write_part(&json, "after", &after);
    json_member_int(&json, S("affectedUsers"), rows_int(&rows, 0, "users"));
    write_burn(&json, &during, rows_int(&month, 0, "requests"));
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

/* ---- GET /api/errors/incident-logs ---- */

static const struct field logs_fields[] = {
    REPLY("incidentId", T_STRING, .required = true),
    REPLY("start", T_TIME, .required = true),
    REPLY("end", T_TIME, .required = true),
    REPLY("errors", T_ARRAY, .of = &group_reply, .required = true,
          .doc = "Most frequent first; counted by whole hours."),
};
static const struct schema logs_reply =
    REPLY_SCHEMA("IncidentErrors", logs_fields, "Errors that came while an incident went on.");

static enum error logs(struct request *request)
{
    const struct by_incident *by = request->params;
    return reply_query(request, SQL_ALERTS_INCIDENT_ERRORS,
                       PARAMS(P_TEXT(by->ref), P_TIME(request->now)));
}

static const struct endpoint rows[] = {
    { OPS_GET, .path = "/api/metrics/incident-analysis", .name = "incidentAnalysis",
      .summary = "Figures before, during and after an incident.", .params = &by_incident,
      .reply = &analysis_reply, .errors = { E_NOT_FOUND }, .handle = analysis },
    { OPS_GET, .path = "/api/errors/incident-logs", .name = "incidentErrors",
      .summary = "Errors that came while an incident went on.", .params = &by_incident,
      .reply = &logs_reply, .errors = { E_NOT_FOUND }, .handle = logs },
};

const struct endpoint_table ops_incident_report_endpoints = { .rows = rows,
                                                              .count = ARRAY_LEN(rows) };
