/* The weekly report: seven days from what was written down, held against the seven before. */
#include <inttypes.h>

#include "api/areas.h"
#include "api/ops.h"
#include "base/check.h"

enum { BOTH_WEEKS = 2 * REPORT_DAYS, SLOWEST_SHOWN = 10, HOURS_SHOWN = 5 };

static const struct field week_fields[] = {
    REPLY("days", T_JSON, .required = true,
          .doc = "Oldest first: day, requests, p50Ms, p95Ms, p99Ms, errorRate, and whether both "
                 "objectives (p95 under 2 s, errors under 0.1 %) were met."),
    REPLY("daysOfData", T_INTEGER, .required = true),
    REPLY("total", T_JSON, .required = true),
    REPLY("weekBefore", T_JSON, .required = true, .doc = "The same, of the seven days before."),
    REPLY("change", T_JSON, .required = true, .doc = "Of requests and p95, in per cent."),
    REPLY("slowestEndpoints", T_JSON, .required = true),
    REPLY("busiestHours", T_JSON, .required = true),
    REPLY("database", T_JSON, .required = true),
    REPLY("cache", T_JSON, .required = true),
    REPLY("timestamp", T_TIME, .required = true),
};
static const struct schema week_reply =
    REPLY_SCHEMA("WeeklyPerformance", week_fields, "Seven days, from the roll-ups.");

static int64_t failures(const struct series_list *list)
{
    return (int64_t)series_failures(list);
}

static void write_requests(struct json *json, const struct series_list *list)
{
    const struct series *requests = series_find(list, "http_requests", S(""));
    int64_t total = (int64_t)requests->count;
    int64_t p95 = series_percentile(requests, 950);
    json_member_int(json, S("requests"), total);
    json_member_milli(json, S("p50Ms"), series_percentile(requests, 500));
    json_member_milli(json, S("p95Ms"), p95);
    json_member_milli(json, S("p99Ms"), series_percentile(requests, 990));
    json_member_int(json, S("errors"), failures(list));
    json_member_ratio(json, S("errorRate"), failures(list), total);
    json_key(json, S("ok"));
    if (total == 0) {
        json_none(json);
    } else {
        json_bool(json, p95 < 2 * US_PER_S && failures(list) * 1000 < total);
    }
}

static void merge(struct series_list *sum, const struct figures_day *days, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        for (size_t s = 0; s < days[i].series.count; s++) {
            series_merge(sum, &days[i].series.list[s]);
        }
    }
}

static int64_t write_days(struct json *json, const struct figures_day *days)
{
    int64_t there = 0;
    json_key(json, S("days"));
    json_open_array(json);
    for (size_t i = REPORT_DAYS; i < BOTH_WEEKS; i++) {
        if (days[i].is_there) {
            json_open_object(json);
            json_member_text(json, S("day"), days[i].day);
            write_requests(json, &days[i].series);
            json_close_object(json);
            there++;
        }
    }
    json_close_array(json);
    return there;
}

/* (after - before) / before in per cent, with three places; null when there was nothing before. */
static void write_change(struct json *json, struct slice key, int64_t before, int64_t after)
{
    if (before <= 0 || after < 0) {
        json_member_null(json, key);
        return;
    }
    int64_t milli = (after - before) * 100000 / before;
    int64_t size = milli < 0 ? -milli : milli;
    json_member_raw(json, key,
                    arena_format(json->out.arena, "%s%" PRId64 ".%03" PRId64, milli < 0 ? "-" : "",
                                 size / 1000, size % 1000));
}

static void write_slowest(struct json *json, const struct series_list *list)
{
    bool *is_shown = ARENA_ARRAY(json->out.arena, list->count + 1, bool);
    json_key(json, S("slowestEndpoints"));
    json_open_array(json);
    for (size_t shown = 0; shown < SLOWEST_SHOWN; shown++) {
        size_t best = SIZE_MAX;
        for (size_t i = 0; i < list->count; i++) {
            const struct series *series = &list->list[i];
            bool fits = slice_eq(series->name, S("http_route")) && !is_shown[i] &&
                        slice_find(series->labels, '/', 0) < series->labels.len;
            if (fits && (best == SIZE_MAX || series_percentile(series, 950) >
                                                 series_percentile(&list->list[best], 950))) {
                best = i;
            }
        }
        if (best == SIZE_MAX) {
            break;
        }
        is_shown[best] = true;
        json_open_object(json);
        json_member_text(json, S("route"), list->list[best].labels);
        json_timing_members(json, &list->list[best]);
        json_close_object(json);
    }
    json_close_array(json);
}

static void write_parts(struct json *json, const struct series_list *week)
{
    int64_t hits = (int64_t)series_find(week, "cache_documents", S("hit"))->count;
    int64_t misses = (int64_t)series_find(week, "cache_documents", S("miss"))->count;
    json_key(json, S("database"));
    json_open_object(json);
    json_timing_members(json, series_find(week, "database_statements", S("")));
    json_member_int(json, S("errors"), (int64_t)series_find(week, "database_errors", S(""))->count);
    json_close_object(json);
    json_key(json, S("cache"));
    json_open_object(json);
    json_member_int(json, S("hits"), hits);
    json_member_int(json, S("misses"), misses);
    json_member_ratio(json, S("hitRate"), hits, hits + misses);
    json_close_object(json);
}

static enum error weekly(struct request *request)
{
    struct arena *arena = request->arena;
    struct figures_day days[BOTH_WEEKS];
    struct series_list week;
    struct series_list before;
    struct rows hours = { 0 };
    series_init(&week, arena);
    series_init(&before, arena);
    TRY(figures_days(arena, request->now, BOTH_WEEKS, days));
    TRY(db_read(arena, SQL_OPS_FIGURES_HOURS, PARAMS(P_INT(REPORT_DAYS), P_INT(HOURS_SHOWN)),
                &hours));
    merge(&before, days, 0, REPORT_DAYS);
    merge(&week, days, REPORT_DAYS, BOTH_WEEKS);
    const struct series *now = series_find(&week, "http_requests", S(""));
    const struct series *then = series_find(&before, "http_requests", S(""));
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    int64_t there = write_days(&json, days);
    json_member_int(&json, S("daysOfData"), there);
    json_key(&json, S("total"));
    json_open_object(&json);
    write_requests(&json, &week);
    json_close_object(&json);
    json_key(&json, S("weekBefore"));
    json_open_object(&json);
    write_requests(&json, &before);
    json_close_object(&json);
    json_key(&json, S("change"));
    json_open_object(&json);
    write_change(&json, S("requestsPercent"), (int64_t)then->count, (int64_t)now->count);
    write_change(&json, S("p95Percent"), series_percentile(then, 950), series_percentile(now, 950));
    json_close_object(&json);
    write_slowest(&json, &week);
    json_member_raw(&json, S("busiestHours"), rows_json(&hours));
    write_parts(&json, &week);
    json_member_time(&json, S("timestamp"), request->now);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/metrics/performance/weekly",
      .name = "performanceWeekly",
      .tag = "Operations",
      .summary = "Seven days of performance against the objectives, from what was written down.",
      .access = ACCESS_OPS,
      .rate = RATE_READ,
      .lane = LANE_OPS,
      .reply = &week_reply,
      .handle = weekly },
};

const struct endpoint_table ops_week_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
