#include "ops/prometheus.h"

#include <inttypes.h>

#include "base/check.h"
#include "base/time.h"
#include "ops/alert_measure.h"
#include "ops/blocks.h"
#include "ops/machine.h"
#include "ops/metrics.h"
#include "ops/notes.h"

/* How a series is called out there. Timings become histograms in seconds. */
static const struct {
    const char *series, *name, *label, *help;
} families[] = {
    { "http_requests", "http_request_duration_seconds", NULL,
      "Time from the head to the last byte." },
    { "http_route", "http_route_duration_seconds", "route",
      "The same by endpoint; - is no endpoint." },
    { "http_route_failed", "http_route_failures_total", "route",
      "Answers of 500 and more, but for what operators switched off and probes that say so." },
    { "http_status", "http_responses_total", "class", "Answers by class of status." },
    { "http_error", "http_errors_total", "error", "Answers that were a problem, by its name." },
    { "rate_limited", "http_rate_limited_total", "rate", "Requests refused by a rate limit." },
    { "database_statements", "database_statement_duration_seconds", NULL, "Time of a statement." },
    { "database_statement", "database_statements_total", "statement", "Statements by name." },
    { "database_waits", "database_wait_duration_seconds", NULL, "Waits for a free connection." },
    { "database_errors", "database_errors_total", NULL, "Statements that failed." },
    { "database_timeouts", "database_timeouts_total", NULL, "Statements that took too long." },
    { "database_wait_timeouts", "database_wait_timeouts_total", NULL, "Waits given up." },
    { "database_reconnects", "database_reconnects_total", NULL, "Connections lost." },
    { "cache_documents", "cache_lookups_total", "result", "Look-ups of finished documents." },
    { "socket_frames", "socket_frames_total", NULL, "Messages queued for sockets." },
    { "socket_delivery", "socket_delivery_duration_seconds", NULL,
      "From publishing to the queue." },
    { "job", "job_duration_seconds", "name", "Runs of what happens by itself." },
    { "job_failed", "job_failures_total", "name", "Runs that failed." },
};

static void add_seconds(struct buffer *out, uint64_t us)
{
    buffer_format(out, "%" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
}

static void add_name(struct buffer *out, const char *name, const char *suffix, const char *label,
                     struct slice value)
{
    buffer_format(out, "astralfield_%s%s", name, suffix);
    if (label != NULL) {
        buffer_format(out, "{%s=\"%.*s\"}", label, FMT(value));
    }
    buffer_byte(out, ' ');
}

static void add_bucket(struct buffer *out, size_t family, const struct series *series,
                       const char *le, uint64_t count)
{
    const char *label = families[family].label;
    buffer_format(out, "astralfield_%s_bucket{", families[family].name);
    if (label != NULL) {
        buffer_format(out, "%s=\"%.*s\",", label, FMT(series->labels));
    }
    buffer_format(out, "le=\"%s\"} %" PRIu64 "\n", le, count);
}

/* Bounds at powers of two from 1 ms to 67 s: those of our own buckets, so nothing is guessed. */
static void add_histogram(struct buffer *out, size_t family, const struct series *series)
{
    uint64_t count = 0;
    unsigned bucket = 0;
    for (unsigned bit = 10; bit <= METER_TOP_BIT; bit++) {
        char le[32];
        uint64_t bound = UINT64_C(1) << bit;
        while (bucket < METER_BUCKETS - 1 && meter_bucket_end(bucket) <= bound) {
            count += series->buckets[bucket++];
        }
        struct slice text =
            arena_format(out->arena, "%" PRIu64 ".%06" PRIu64, bound / 1000000, bound % 1000000);
        memcpy(le, text.ptr, text.len + 1);
        add_bucket(out, family, series, le, count);
    }
    add_bucket(out, family, series, "+Inf", series->count);
    add_name(out, families[family].name, "_sum", families[family].label, series->labels);
    add_seconds(out, series->sum);
    buffer_byte(out, '\n');
    add_name(out, families[family].name, "_count", families[family].label, series->labels);
    buffer_format(out, "%" PRIu64 "\n", series->count);
}

static void add_family(struct buffer *out, size_t family, const struct series_list *list)
{
    bool has_head = false;
    for (size_t i = 0; i < list->count; i++) {
        const struct series *series = &list->list[i];
        if (!slice_eq(series->name, slice_from(families[family].series))) {
            continue;
        }
        const char *name = families[family].name;
        if (!has_head) {
            buffer_format(out, "# HELP astralfield_%s %s\n# TYPE astralfield_%s %s\n", name,
                          families[family].help, name,
                          series->buckets != NULL ? "histogram" : "counter");
            has_head = true;
        }
        if (series->buckets != NULL) {
            add_histogram(out, family, series);
        } else {
            add_name(out, name, "", families[family].label, series->labels);
            buffer_format(out, "%" PRIu64 "\n", series->count);
        }
    }
}

static void add_gauge(struct buffer *out, const char *name, int64_t value, const char *help)
{
    if (value >= 0) {
        buffer_format(out, "# HELP astralfield_%s %s\n# TYPE astralfield_%s gauge\n", name, help,
                      name);
        buffer_format(out, "astralfield_%s %" PRId64 "\n", name, value);
    }
}

static void add_gauges(struct buffer *out)
{
    struct machine machine = machine_last();
    struct pool_figures pool = metrics_pool();
    add_gauge(out, "database_connections", pool.connections, "Connections the pool should have.");
    add_gauge(out, "database_connections_ready", pool.ready, "Those that are up.");
    add_gauge(out, "database_connections_in_use", pool.in_use, "Those at work.");
    add_gauge(out, "database_waiting", pool.waiting, "Requests that wait for one.");
    add_gauge(out, "resident_memory_bytes", machine.rss_bytes, "Memory of this process.");
    add_gauge(out, "machine_memory_bytes", machine.memory_bytes, "Memory of the machine.");
    add_gauge(out, "machine_memory_used_bytes", machine.memory_used_bytes, "In use by everybody.");
    add_gauge(out, "cpu_permille", machine.cpu_permille, "Of all cores, used by this process.");
    add_gauge(out, "open_descriptors", machine.descriptors, "Files and sockets that are open.");
    add_gauge(out, "threads", machine.threads, "Threads of this process.");
    add_gauge(out, "disk_bytes", machine.disk_bytes, "Size of the file system.");
    add_gauge(out, "disk_free_bytes", machine.disk_free_bytes, "What is free of it.");
    add_gauge(out, "blocked_addresses", (int64_t)blocks_count(utime_now()), "Blocked just now.");
    add_gauge(out, "notes_dropped", (int64_t)notes_dropped(), "Notes for which there was no room.");
    add_gauge(out, "machine_busy_permille", machine.busy_permille, "Of all cores, by everybody.");
    add_gauge(out, "uptime_seconds", (mono_now().us - metrics_started_us()) / US_PER_S,
              "Since the start.");
}

/* Time by statement: with the calls it gives the mean. */
static void add_statement_seconds(struct buffer *out, const struct series_list *list)
{
    buffer_add(out, S("# HELP astralfield_database_statement_seconds_total Time by statement.\n"
                      "# TYPE astralfield_database_statement_seconds_total counter\n"));
    for (size_t i = 0; i < list->count; i++) {
        const struct series *series = &list->list[i];
        if (slice_eq(series->name, S("database_statement"))) {
            add_name(out, "database_statement_seconds_total", "", "statement", series->labels);
            add_seconds(out, series->sum);
            buffer_byte(out, '\n');
        }
    }
}

/* What the alert rules look at beyond the meters. */
static void add_news(struct buffer *out)
{
    struct alert_news news;
    alert_news_get(&news);
    add_gauge(out, "active_users", news.active_users, "People active in the last five minutes.");
    add_gauge(out, "quiet_seconds", news.quiet_s,
              "Since somebody was active, when many were within the hour before.");
    if (news.silent_us >= 0) {
        buffer_add(out,
                   S("# HELP astralfield_database_silent_seconds Since the database answered.\n"
                     "# TYPE astralfield_database_silent_seconds gauge\n"
                     "astralfield_database_silent_seconds "));
        add_seconds(out, (uint64_t)news.silent_us);
        buffer_byte(out, '\n');
    }
    if (news.fact_count > 0) {
        buffer_add(out, S("# HELP astralfield_fact Newest measured values by name.\n"
                          "# TYPE astralfield_fact gauge\n"));
    }
    for (size_t i = 0; i < news.fact_count; i++) {
        add_name(out, "fact", "", "name", slice_from(news.facts[i].name));
        buffer_format(out, "%" PRId64 "\n", news.facts[i].value);
    }
}

struct slice prometheus_text(struct arena *arena, const struct series_list *list)
{
    struct buffer out;
    buffer_init(&out, arena);
    for (size_t i = 0; i < ARRAY_LEN(families); i++) {
        add_family(&out, i, list);
    }
    add_statement_seconds(&out, list);
    add_gauges(&out);
    add_news(&out);
    return buffer_slice(&out);
}
