/* What a load test found, for programs and for people. */
#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/load.h"

enum { P95_US = 2000000, LIMITED = 429 };

static int64_t percentile(const struct timing *timing, unsigned permille)
{
    uint64_t buckets[METER_BUCKETS];
    for (size_t i = 0; i < METER_BUCKETS; i++) {
        buckets[i] = meter_load((_Atomic uint64_t *)(uintptr_t)&timing->buckets[i]);
    }
    int64_t found = meter_percentile(buckets, permille);
    int64_t max = (int64_t)meter_load((_Atomic uint64_t *)(uintptr_t)&timing->meter.max);
    return found > max ? max : found;
}

static int64_t count_of(const struct timing *timing)
{
    return (int64_t)meter_load((_Atomic uint64_t *)(uintptr_t)&timing->meter.count);
}

static int64_t failures(const struct load_result *result)
{
    int64_t failed = result->lost;
    for (int status = 500; status < LOAD_STATUS_MAX; status++) {
        failed += result->statuses[status];
    }
    return failed;
}

static int64_t limited(const struct load_result *result)
{
    return result->statuses[LIMITED];
}

/* 4xx other than 429: the plan asked for what is not there, or is not allowed. */
static int64_t refused(const struct load_result *result)
{
    int64_t count = 0;
    for (int status = 400; status < 500; status++) {
        count += status == LIMITED ? 0 : result->statuses[status];
    }
    return count;
}

static int64_t all_of(const struct load_result *result)
{
    return result->answered + result->lost + result->not_sent;
}

static bool is_fast(const struct load_result *result)
{
    return result->answered > 0 && percentile(&result->times, 950) < P95_US;
}

static bool is_right(const struct load_result *result)
{
    return (failures(result) + refused(result)) * 1000 < all_of(result);
}

int load_verdict(const struct load_result *result)
{
    if (!is_fast(result) || !is_right(result) || result->not_sent > 0) {
        return EXIT_FAILED;
    }
    return limited(result) * 100 > all_of(result) ? EXIT_DEGRADED : EXIT_OK;
}

static const char *verdict_word(const struct load_result *result)
{
    int verdict = load_verdict(result);
    return verdict == EXIT_OK ? "pass" : verdict == EXIT_FAILED ? "fail" : "limited";
}

static void put_ms(struct json *json, const char *key, int64_t us)
{
    struct slice text = us < 0 ? S("null")
                               : arena_format(json->out.arena, "%" PRId64 ".%03" PRId64,
                                              us / US_PER_MS, us % US_PER_MS);
    json_member_raw(json, slice_from(key), text);
}

static void put_times(struct json *json, const struct timing *times)
{
    json_member_int(json, S("count"), count_of(times));
    put_ms(json, "p50Ms", percentile(times, 500));
    put_ms(json, "p95Ms", percentile(times, 950));
    put_ms(json, "p99Ms", percentile(times, 990));
    put_ms(json, "maxMs", percentile(times, 1000));
}

static void put_objectives(struct json *json, const struct load_result *result)
{
    json_key(json, S("objectives"));
    json_open_object(json);
    json_key(json, S("responseTimeP95Ms"));
    json_open_object(json);
    json_member_text(json, S("target"), S("< 2000"));
    put_ms(json, "value", percentile(&result->times, 950));
    json_member_bool(json, S("ok"), is_fast(result));
    json_close_object(json);
    json_key(json, S("errorRatePercent"));
    json_open_object(json);
    json_member_text(json, S("target"), S("< 0.1"));
    int64_t all = all_of(result);
    int64_t wrong = failures(result) + refused(result);
    json_member_raw(json, S("value"),
                    all == 0 ? S("null")
                             : arena_format(json->out.arena, "%" PRId64 ".%03" PRId64,
                                            wrong * 100 / all, wrong * 100000 / all % 1000));
    json_member_bool(json, S("ok"), is_right(result));
    json_close_object(json);
    json_key(json, S("unsent"));
    json_open_object(json);
    json_member_text(json, S("target"), S("0"));
    json_member_int(json, S("value"), result->not_sent);
    json_member_bool(json, S("ok"), result->not_sent == 0);
    json_close_object(json);
    json_close_object(json);
}

static void put_targets(struct json *json, const struct load_plan *plan)
{
    json_key(json, S("endpoints"));
    json_open_array(json);
    for (size_t i = 0; i < plan->target_count; i++) {
        json_open_object(json);
        json_member_text(json, S("name"), slice_from(plan->targets[i].name));
        json_member_text(json, S("path"), slice_from(plan->targets[i].path));
        put_times(json, &plan->targets[i].times);
        json_member_int(json, S("failed"), plan->targets[i].failed);
        json_close_object(json);
    }
    json_close_array(json);
}

struct slice load_json(struct arena *arena, const struct load_plan *plan,
                       const struct load_result *result)
{
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    json_member_text(&json, S("verdict"), slice_from(verdict_word(result)));
    json_member_text(&json, S("url"), slice_from(plan->base));
    json_member_text(&json, S("profile"), slice_from(plan->profile));
    json_member_time(&json, S("began"), result->began);
    json_member_int(&json, S("seconds"), plan->seconds);
    json_member_int(&json, S("users"), plan->vus);
    json_member_int(&json, S("rateWanted"), plan->rate);
    json_member_raw(
        &json, S("rateReached"),
        arena_format(arena, "%" PRId64 ".%" PRId64, result->answered * US_PER_S / result->us,
                     result->answered * 10 * US_PER_S / result->us % 10));
    json_member_bool(&json, S("signedIn"), plan->cookie.len > 0);
    put_objectives(&json, result);
    json_key(&json, S("responseTime"));
    json_open_object(&json);
    put_times(&json, &result->times);
    json_close_object(&json);
    json_key(&json, S("serviceTime"));
    json_open_object(&json);
    put_times(&json, &result->service);
    json_close_object(&json);
    json_key(&json, S("generatorLag"));
    json_open_object(&json);
    put_times(&json, &result->lag);
    json_close_object(&json);
    json_member_int(&json, S("sent"), result->sent);
    json_member_int(&json, S("answered"), result->answered);
    json_member_int(&json, S("failed"), failures(result));
    json_member_int(&json, S("refused"), refused(result));
    json_member_int(&json, S("rateLimited"), limited(result));
    json_member_int(&json, S("bytes"), result->bytes);
    json_key(&json, S("byStatus"));
    json_open_object(&json);
    for (int status = 100; status < LOAD_STATUS_MAX; status++) {
        if (result->statuses[status] > 0) {
            json_member_int(&json, arena_format(arena, "%d", status), result->statuses[status]);
        }
    }
    json_close_object(&json);
    put_targets(&json, plan);
    json_close_object(&json);
    return json_done(&json);
}

static void row(struct buffer *out, const char *name, const struct timing *times, int64_t failed)
{
    buffer_format(out, "| %s | %" PRId64, name, count_of(times));
    static const unsigned shown[] = { 500, 950, 990, 1000 };
    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        int64_t us = percentile(times, shown[i]);
        if (us < 0) {
            buffer_add(out, S(" | -"));
        } else {
            buffer_format(out, " | %" PRId64 ".%03" PRId64, us / US_PER_MS, us % US_PER_MS);
        }
    }
    buffer_format(out, " | %" PRId64 " |\n", failed);
}

struct slice load_markdown(struct arena *arena, const struct load_plan *plan,
                           const struct load_result *result)
{
    struct buffer out;
    char began[UTIME_TEXT_MAX];
    buffer_init(&out, arena);
    buffer_format(&out,
                  "# Load test: %s\n\n%s, profile %s, began %.*s: %" PRId64 " users, %" PRId64
                  " requests/s wanted, %" PRId64 " answered in %" PRId64 " s.\n\n",
                  verdict_word(result), plan->base, plan->profile,
                  FMT(utime_print(result->began, began)), plan->vus, plan->rate, result->answered,
                  plan->seconds);
    buffer_format(&out,
                  "- p95 under 2 s: %s\n- under 0.1 %% failed: %s (%" PRId64 " failed, %" PRId64
                  " refused)\n- nothing unsent: %s (%" PRId64 ")\n",
                  is_fast(result) ? "yes" : "no", is_right(result) ? "yes" : "no", failures(result),
                  refused(result), result->not_sent == 0 ? "yes" : "no", result->not_sent);
    if (limited(result) > 0) {
        buffer_format(&out,
                      "- turned away by rate limits: %" PRId64
                      ". All came from one address; use --spread where the server trusts "
                      "X-Forwarded-For, or RATE_LIMITS=off for the measurement.\n",
                      limited(result));
    }
    if (result->why_lost != NULL) {
        buffer_format(&out, "- without an answer: %" PRId64 "\n", result->lost);
    }
    buffer_add(&out, S("\nMilliseconds from the moment each request was due.\n\n"
                       "| what | requests | p50 | p95 | p99 | max | failed |\n"
                       "|---|---:|---:|---:|---:|---:|---:|\n"));
    row(&out, "all", &result->times, failures(result));
    for (size_t i = 0; i < plan->target_count; i++) {
        row(&out, plan->targets[i].name, &plan->targets[i].times, plan->targets[i].failed);
    }
    row(&out, "(from being sent)", &result->service, failures(result));
    row(&out, "(generator's own lag)", &result->lag, 0);
    return buffer_slice(&out);
}
