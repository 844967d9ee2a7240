#include "ops/figures.h"

#include <stdio.h>
#include <unistd.h>

#include "base/check.h"
#include "db/db.h"
#include "ops/metrics.h"

enum { NODE_MAX = 100, DAY_TEXT = 10 };

static char node_name[NODE_MAX + 1];

static void merge_rows(const struct rows *rows, size_t row, struct series_list *list)
{
    uint64_t buckets[METER_BUCKETS] = { 0 };
    struct slice histogram = rows_text(rows, row, "histogram");
    struct series series = { .name = rows_text(rows, row, "name"),
                             .labels = rows_text(rows, row, "labels"),
                             .count = (uint64_t)rows_int(rows, row, "count"),
                             .sum = (uint64_t)rows_int(rows, row, "sum"),
                             .max = (uint64_t)rows_int(rows, row, "max") };
    if (histogram.ptr != NULL) {
        series_read_buckets(histogram, buckets);
        series.buckets = buckets;
    }
    series_merge(list, &series);
}

void figures_window(struct arena *arena, utime now, unsigned minutes, struct window *ret_window)
{
    int64_t minute_us = 60 * US_PER_S;
    utime since = (now / minute_us - (int64_t)minutes) * minute_us;
    struct window window = { .since = now, .until = now };
    struct rows rows = { 0 };
    int64_t up_us = mono_now().us - metrics_started_us();
    metrics_read(arena, true, &window.series);
    window.since = now - up_us > since ? now - up_us : since;
    window.is_stored = db_read(arena, SQL_OPS_FIGURES_WINDOW, PARAMS(P_TIME(since)), &rows) == OK;
    for (size_t i = 0; window.is_stored && i < rows.count; i++) {
        utime first = rows_time(&rows, i, "first");
        window.since = first < window.since ? first : window.since;
        merge_rows(&rows, i, &window.series);
    }
    *ret_window = window;
}

int64_t window_seconds(const struct window *window)
{
    int64_t seconds = (window->until - window->since) / US_PER_S;
    return seconds < 1 ? 1 : seconds;
}

const struct series *window_find(const struct window *window, const char *name, struct slice labels)
{
    return series_find(&window->series, name, labels);
}

uint64_t series_failures(const struct series_list *list)
{
    uint64_t failures = 0;
    for (size_t i = 0; i < list->count; i++) {
        bool is_one = slice_eq(list->list[i].name, S("http_route_failed"));
        failures += is_one ? list->list[i].count : 0;
    }
    return failures;
}

uint64_t window_failures(const struct window *window)
{
    return series_failures(&window->series);
}

enum error figures_days(struct arena *arena, utime now, size_t count, struct figures_day *ret_days)
{
    struct rows rows = { 0 };
    for (size_t i = 0; i < count; i++) {
        ret_days[i] = (struct figures_day){ .is_there = false };
        series_init(&ret_days[i].series, arena);
    }
    TRY(db_read(arena, SQL_OPS_FIGURES_DAYS, PARAMS(P_INT((int64_t)count - 1)), &rows));
    for (size_t i = 0; i < rows.count; i++) {
        int64_t ago = rows_int(&rows, i, "days_ago");
        if (ago < 0 || ago >= (int64_t)count) {
            continue;
        }
        struct figures_day *day = &ret_days[count - 1 - (size_t)ago];
        day->is_there = true;
        day->day = rows_text(&rows, i, "day");
        merge_rows(&rows, i, &day->series);
    }
    struct series_list own = { 0 };
    struct figures_day *today = &ret_days[count - 1];
    char text[UTIME_TEXT_MAX];
    metrics_read(arena, true, &own);
    for (size_t i = 0; i < own.count; i++) {
        series_merge(&today->series, &own.list[i]);
    }
    today->is_there = true;
    today->day = arena_copy(arena, slice_from_to(utime_print(now, text), 0, DAY_TEXT));
    return OK;
}

/* ---- writing ---- */

void figures_name(struct slice node)
{
    char host[NODE_MAX - 16] = "node";
    if (node.len > 0 && node.len <= NODE_MAX) {
        memcpy(node_name, node.ptr, node.len);
        node_name[node.len] = '\0';
        return;
    }
    if (gethostname(host, sizeof(host)) != 0) {
        host[0] = '-';
        host[1] = '\0';
    }
    host[sizeof(host) - 1] = '\0';
    snprintf(node_name, sizeof(node_name), "%s", host);
}

const char *figures_node(void)
{
    return node_name[0] == '\0' ? "node" : node_name;
}

enum error figures_write(utime at)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct series_list list = { 0 };
    metrics_take(&arena, &list);
    TRY(tx_begin(&arena, &tx));
    tx_send(
        &tx, SQL_OPS_FIGURES_WRITE,
        PARAMS(P_TIME(at), P_TEXT(slice_from(figures_node())), P_TEXT(series_json(&list, &arena))));
    TRY(tx_commit(&tx));
    metrics_kept();
    return OK;
}

enum error figures_roll(utime now, bool is_tidying)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    TRY(tx_begin(&arena, &tx));
    TRY(tx_query(&tx, SQL_OPS_FIGURES_LOCK, NO_PARAMS, &rows));
    if (!rows_bool(&rows, 0, "is_ours")) {
        return OK; /* another node is at it */
    }
    int64_t hour_us = 3600 * US_PER_S;
    struct param hours_since = P_TIME(now - hour_us);
    struct param days_since = P_TIME(now - 24 * hour_us);
    tx_send(&tx, SQL_OPS_FIGURES_ROLL, PARAMS(P_TEXT(S("hour")), P_TEXT(S("minute")), hours_since));
    tx_send(&tx, SQL_OPS_FIGURES_ROLL, PARAMS(P_TEXT(S("day")), P_TEXT(S("hour")), days_since));
    if (is_tidying) {
        tx_send(&tx, SQL_OPS_FIGURES_TIDY, NO_PARAMS);
        tx_send(&tx, SQL_OPS_BLOCKS_TIDY, NO_PARAMS);
    }
    return tx_commit(&tx);
}
