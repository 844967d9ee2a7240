#include "ops/alert_measure.h"

#include <inttypes.h>
#include <pthread.h>

#include "base/check.h"
#include "base/json.h"
#include "ops/figures.h"

enum {
    SAMPLES_MAX = 64, /* at one every five seconds: the longest window of samples is 300 s */
    REQUESTS_MIN = 20,
    LOOKS_MIN = 100,
    CALLS_MIN = 5,
    RATE_SECONDS_MIN = 10,
};

/* Of the one fiber that samples. */
static struct {
    struct alert_sample samples[SAMPLES_MAX];
    size_t count, next;
} ring;

static struct {
    pthread_mutex_t lock; /* guards `news` */
    struct alert_news news;
    bool is_set;
} said = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* ---- samples ---- */

static void copy_buckets(const struct series *series, uint64_t to[METER_BUCKETS])
{
    for (size_t i = 0; i < METER_BUCKETS; i++) {
        to[i] = series->buckets == NULL ? 0 : series->buckets[i];
    }
}

static uint64_t count_of(const struct series_list *list, const char *name, struct slice label)
{
    return series_find(list, name, label)->count;
}

void alert_sample_take(const struct series_list *list, struct mono at,
                       struct alert_sample *ret_sample)
{
    struct alert_sample sample = { .at = at };
    const struct series *busy = series_find(list, "machine_busy_permille", S(""));
    const struct series *pool = series_find(list, "database_pool_permille", S(""));
    copy_buckets(series_find(list, "http_requests", S("")), sample.requests);
    copy_buckets(series_find(list, "database_statements", S("")), sample.statements);
    copy_buckets(series_find(list, "socket_delivery", S("")), sample.deliveries);
    sample.answers = count_of(list, "http_requests", S(""));
    sample.failures = series_failures(list);
    sample.hits = count_of(list, "cache_documents", S("hit"));
    sample.looks = sample.hits + count_of(list, "cache_documents", S("miss"));
    sample.busy_sum = busy->sum;
    sample.busy_count = busy->count;
    sample.pool_sum = pool->sum;
    sample.pool_count = pool->count;
    *ret_sample = sample;
}

void alert_sample_keep(const struct alert_sample *sample)
{
    ring.samples[ring.next] = *sample;
    ring.next = (ring.next + 1) % SAMPLES_MAX;
    ring.count += ring.count < SAMPLES_MAX;
}

const struct alert_sample *alert_sample_before(struct mono now, int64_t window_s)
{
    const struct alert_sample *found = NULL;
    for (size_t back = 1; back <= ring.count; back++) {
        found = &ring.samples[(ring.next + SAMPLES_MAX - back) % SAMPLES_MAX];
        if (now.us - found->at.us >= window_s * US_PER_S) {
            break;
        }
    }
    return found;
}

void alert_measure_reset(void)
{
    ring.count = 0;
    ring.next = 0;
    pthread_mutex_lock(&said.lock);
    said.is_set = false;
    pthread_mutex_unlock(&said.lock);
}

/* ---- figures ---- */

static struct alert_figure known(int64_t value)
{
    return (struct alert_figure){ .is_known = value >= 0, .value = value < 0 ? 0 : value };
}

/* p95 in thousandths of milliseconds, which are microseconds. */
static struct alert_figure p95(const uint64_t from[METER_BUCKETS], const uint64_t to[METER_BUCKETS])
{
    uint64_t between[METER_BUCKETS];
    uint64_t total = 0;
    for (size_t i = 0; i < METER_BUCKETS; i++) {
        between[i] = to[i] - from[i];
        total += between[i];
    }
    return known(total < REQUESTS_MIN ? -1 : meter_percentile(between, 950));
}

/* part of whole in thousandths of a per cent; unknown below `least`. */
static struct alert_figure share(uint64_t part, uint64_t whole, uint64_t least)
{
    return known(whole < least || whole == 0 ? -1 : (int64_t)(part * 100000 / whole));
}

/* The mean of a gauge in thousandths of the whole, as thousandths of a per cent. */
static struct alert_figure mean_share(uint64_t sum, uint64_t count)
{
    return known(count == 0 ? -1 : (int64_t)(sum * 100 / count));
}

static struct alert_figure rate(const struct alert_sample *from, const struct alert_sample *to)
{
    int64_t us = to->at.us - from->at.us;
    int64_t count = (int64_t)(to->answers - from->answers);
    return known(us < RATE_SECONDS_MIN * US_PER_S ? -1 : count * 1000 * US_PER_S / us);
}

struct alert_figure alert_measured(enum measure_id id, const struct alert_sample *from,
                                   const struct alert_sample *to)
{
    switch ((int)id) {
    case MEASURE_RESPONSE_P95:
        return p95(from->requests, to->requests);
    case MEASURE_ERROR_RATE: {
        uint64_t failures = to->failures > from->failures ? to->failures - from->failures : 0;
        return share(failures, to->answers - from->answers, REQUESTS_MIN);
    }
    case MEASURE_REQUEST_RATE:
        return rate(from, to);
    case MEASURE_DATABASE_P95:
        return p95(from->statements, to->statements);
    case MEASURE_POOL:
        return mean_share(to->pool_sum - from->pool_sum, to->pool_count - from->pool_count);
    case MEASURE_CPU:
        return mean_share(to->busy_sum - from->busy_sum, to->busy_count - from->busy_count);
    case MEASURE_HIT_RATE:
        return share(to->hits - from->hits, to->looks - from->looks, LOOKS_MIN);
    case MEASURE_DELIVERY_P95:
        return p95(from->deliveries, to->deliveries);
    default:
        return known(-1);
    }
}

static struct alert_figure of_memory(const struct machine *machine)
{
    bool is_told = machine->memory_bytes > 0 && machine->memory_used_bytes >= 0;
    return share(is_told ? (uint64_t)machine->memory_used_bytes : 0,
                 is_told ? (uint64_t)machine->memory_bytes : 0, 1);
}

static struct alert_figure of_disk(const struct machine *machine)
{
    bool is_told = machine->disk_bytes > 0 && machine->disk_free_bytes >= 0;
    return share(is_told ? (uint64_t)(machine->disk_bytes - machine->disk_free_bytes) : 0,
                 is_told ? (uint64_t)machine->disk_bytes : 0, 1);
}

static struct alert_figure figure(const struct alert_rule *rule, const struct alert_look *look)
{
    const struct alert_facts *facts = look->facts;
    switch (rule->measure) {
    case MEASURE_RESPONSE_P95:
    case MEASURE_ERROR_RATE:
    case MEASURE_REQUEST_RATE:
    case MEASURE_DATABASE_P95:
    case MEASURE_POOL:
    case MEASURE_CPU:
    case MEASURE_HIT_RATE:
    case MEASURE_DELIVERY_P95: {
        const struct alert_sample *from = alert_sample_before(look->newest->at, rule->window_s);
        return from == NULL ? known(-1) : alert_measured(rule->measure, from, look->newest);
    }
    case MEASURE_DATABASE_SILENT:
        return known(look->silent_us < 0 ? -1 : look->silent_us / US_PER_MS);
    case MEASURE_MEMORY:
        return of_memory(look->machine);
    case MEASURE_DISK:
        return of_disk(look->machine);
    case MEASURE_STATEMENT_MEAN:
        return known(facts->statement_mean);
    case MEASURE_JOB_FAILURES:
        return known(facts->job_failures);
    case MEASURE_ACTIVE_USERS:
        return known(facts->active_users);
    case MEASURE_QUIET:
        return known(facts->quiet);
    case MEASURE_ESPN_LATENCY:
        return known(facts->espn_latency);
    case MEASURE_BACKUP_AGE:
        return known(facts->backup_age);
    case MEASURE_ARCHIVE_LAG:
        return known(facts->archive_lag);
    case MEASURE_SECOND_PLACE_LOST:
        return known(facts->second_place_lost);
    case MEASURE_COUNT:
        break;
    }
    CHECK(false);
    return known(-1);
}

void alert_figures(const struct alert_look *look, struct alert_figure ret_figures[ALERT_COUNT])
{
    for (size_t id = 0; id < ALERT_COUNT; id++) {
        ret_figures[id] = figure(alert_rule((enum alert_id)id), look);
    }
}

int64_t alert_statement_mean(const struct series_list *list)
{
    int64_t worst = -1;
    for (size_t i = 0; i < list->count; i++) {
        const struct series *series = &list->list[i];
        if (slice_eq(series->name, S("database_statement")) && series->count >= CALLS_MIN) {
            int64_t mean = (int64_t)(series->sum / series->count);
            worst = mean > worst ? mean : worst;
        }
    }
    return worst;
}

int64_t alert_job_failures(const struct series_list *list)
{
    int64_t worst = -1;
    for (size_t i = 0; i < list->count; i++) {
        const struct series *series = &list->list[i];
        if (slice_eq(series->name, S("job")) && series->count > 0) {
            uint64_t failed = series_find(list, "job_failed", series->labels)->count;
            int64_t permyriad = (int64_t)(failed * 100000 / series->count);
            worst = permyriad > worst ? permyriad : worst;
        }
    }
    return worst;
}

/* ---- saying ---- */

void alert_news_set(const struct alert_news *news)
{
    pthread_mutex_lock(&said.lock);
    said.news = *news;
    said.is_set = true;
    pthread_mutex_unlock(&said.lock);
}

void alert_news_get(struct alert_news *ret_news)
{
    pthread_mutex_lock(&said.lock);
    *ret_news = said.is_set
                    ? said.news
                    : (struct alert_news){ .silent_us = -1, .active_users = -1, .quiet_s = -1 };
    pthread_mutex_unlock(&said.lock);
}

struct slice alert_figures_json(struct arena *arena, const struct alert_figure figures[ALERT_COUNT])
{
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    for (size_t id = 0; id < ALERT_COUNT; id++) {
        if (figures[id].is_known) {
            json_member_int(&json, slice_from(alert_rule((enum alert_id)id)->name),
                            figures[id].value);
        }
    }
    json_close_object(&json);
    return json_done(&json);
}
