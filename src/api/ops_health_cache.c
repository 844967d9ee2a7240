/* Health of the caches, and of the outside source of statistics. */
#include <inttypes.h>

#include "api/areas.h"
#include "api/ops.h"
#include "base/check.h"
#include "cache/redis.h"
#include "ops/switches.h"

static const char *const states[] = { "healthy", "not_configured", NULL };

/* ---- the cache ---- */

static const struct field cache_fields[] = {
    REPLY("status", T_ENUM, .values = states, .required = true),
    REPLY("redis", T_STRING, .required = true, .doc = "connected or not_configured."),
    REPLY("latency", T_STRING, .required = true, .nullable = true),
    REPLY("latencyMs", T_DECIMAL, .required = true, .nullable = true),
    REPLY("memory", T_JSON, .required = true, .doc = "Of Redis: usedBytes, limitBytes (0 = none)."),
    REPLY("hitRate", T_DECIMAL, .required = true, .nullable = true,
          .doc = "Finished documents served without the database, 0 to 1; null before a look-up."),
    REPLY("hits", T_INTEGER, .required = true),
    REPLY("misses", T_INTEGER, .required = true),
    REPLY("keys", T_INTEGER, .required = true, .nullable = true),
    REPLY("connections", T_INTEGER, .required = true, .nullable = true,
          .doc = "Clients of Redis, all nodes'."),
    REPLY("evictions", T_INTEGER, .required = true, .nullable = true),
    REPLY("documents", T_JSON, .required = true,
          .doc = "Of this process: entries, bytes, evicted."),
    REPLY("window", T_JSON, .required = true),
    REPLY("timestamp", T_TIME, .required = true),
};
static const struct schema cache_reply =
    REPLY_SCHEMA("CacheHealth", cache_fields, "The caches, measured.");

/* "used_memory:1048576\r\n"; -1 when it is not there. */
static int64_t info_number(struct slice info, struct slice name)
{
    while (info.ptr != NULL && info.len > 0) {
        struct slice line = slice_trim(slice_cut(&info, '\n'));
        int64_t value = 0;
        if (slice_starts(line, name) &&
            slice_to_int(slice_from_to(line, name.len, line.len), &value) == OK) {
            return value;
        }
    }
    return -1;
}

/* "db0:keys=12,expires=3,…" */
static int64_t info_keys(struct slice info)
{
    while (info.ptr != NULL && info.len > 0) {
        struct slice line = slice_trim(slice_cut(&info, '\n'));
        int64_t value = 0;
        struct slice name = S("db0:keys=");
        if (slice_starts(line, name)) {
            struct slice rest = slice_from_to(line, name.len, line.len);
            return slice_to_int(slice_cut(&rest, ','), &value) == OK ? value : -1;
        }
    }
    return 0;
}

static void write_redis(struct json *json, struct slice info, int64_t us)
{
    bool is_there = us >= 0;
    json_member_text(json, S("redis"), is_there ? S("connected") : S("not_configured"));
    if (is_there) {
        json_member_text(json, S("latency"),
                         arena_format(json->out.arena, "%" PRId64 ".%03" PRId64 "ms",
                                      us / US_PER_MS, us % US_PER_MS));
    } else {
        json_member_null(json, S("latency"));
    }
    json_member_milli(json, S("latencyMs"), us);
    json_key(json, S("memory"));
    json_open_object(json);
    json_member_count(json, S("usedBytes"), info_number(info, S("used_memory:")));
    json_member_count(json, S("limitBytes"), info_number(info, S("maxmemory:")));
    if (!is_there) {
        json_member_text(json, S("reason"), S("There is no Redis configured."));
    }
    json_close_object(json);
    json_member_count(json, S("keys"), is_there ? info_keys(info) : -1);
    json_member_count(json, S("connections"), info_number(info, S("connected_clients:")));
    json_member_count(json, S("evictions"), info_number(info, S("evicted_keys:")));
}

static enum error health_cache(struct request *request)
{
    struct app *app = request_app(request);
    bool is_configured = app->settings->redis_url[0] != '\0';
    struct slice info = S("");
    struct mono began = mono_now();
    int64_t us = -1;
    if (is_configured) {
        TRY(redis_ping());
        us = mono_now().us - began.us;
        TRY(redis_info(request->arena, &info));
    }
    struct window window = { 0 };
    struct document_figures documents = { 0 };
    figures_window(request->arena, request->now, WINDOW_MINUTES, &window);
    document_figures(app->documents, &documents);
    int64_t hits = (int64_t)window_find(&window, "cache_documents", S("hit"))->count;
    int64_t misses = (int64_t)window_find(&window, "cache_documents", S("miss"))->count;
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_text(&json, S("status"), slice_from(states[is_configured ? 0 : 1]));
    write_redis(&json, info, us);
    json_member_ratio(&json, S("hitRate"), hits, hits + misses);
    json_member_int(&json, S("hits"), hits);
    json_member_int(&json, S("misses"), misses);
    json_key(&json, S("documents"));
    json_open_object(&json);
    json_member_int(&json, S("entries"), (int64_t)documents.entries);
    json_member_int(&json, S("bytes"), (int64_t)documents.bytes);
    json_member_int(&json, S("evicted"), (int64_t)documents.evictions);
    json_close_object(&json);
    ops_write_window(&json, &window);
    json_member_time(&json, S("timestamp"), request->now);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

/* ---- the outside source ---- */

static const char *const source_states[] = { "disabled", "fallback", NULL };
static const struct field espn_fields[] = {
    REPLY("espn", T_ENUM, .values = source_states, .required = true),
    REPLY("status", T_ENUM, .values = source_states, .required = true),
    REPLY("latency", T_STRING, .required = true, .nullable = true),
    REPLY("latencyMs", T_DECIMAL, .required = true, .nullable = true),
    REPLY("checkedAt", T_TIME, .required = true, .nullable = true),
    REPLY("lastSuccessAt", T_TIME, .required = true, .nullable = true),
    REPLY("fallbackMode", T_BOOLEAN, .required = true),
    REPLY("reason", T_STRING, .required = true),
};
static const struct schema espn_reply =
    REPLY_SCHEMA("EspnHealth", espn_fields, "The outside source of live statistics.");

static enum error espn_health(struct request *request)
{
    if (switch_on(SWITCH_ESPN_FALLBACK_MODE)) {
        reply_json(
            request,
            S("{\"espn\":\"fallback\",\"status\":\"fallback\",\"latency\":null,\"latencyMs\":null,"
              "\"checkedAt\":null,\"lastSuccessAt\":null,\"fallbackMode\":true,\"reason\":"
              "\"ESPN_FALLBACK_MODE is on: nothing is asked of ESPN, what is stored is "
              "served.\"}"));
        return OK;
    }
    reply_json(
        request,
        S("{\"espn\":\"disabled\",\"status\":\"disabled\",\"latency\":null,\"latencyMs\":null,"
          "\"checkedAt\":null,\"lastSuccessAt\":null,\"fallbackMode\":false,\"reason\":"
          "\"This server asks ESPN for nothing: statistics come from files that are imported. "
          "So there is nothing to probe.\"}"));
    return OK;
}

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/health/cache",
      .name = "healthCache",
      .tag = "Operations",
      .summary = "The caches, measured. 503 when Redis is configured and cannot be reached.",
      .access = ACCESS_OPS,
      .rate = RATE_READ,
      .lane = LANE_OPS,
      .reply = &cache_reply,
      .handle = health_cache },
    { .method = METHOD_GET,
      .path = "/api/espn/health",
      .name = "healthEspn",
      .tag = "Operations",
      .summary = "The outside source of live statistics, as it was last seen.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_PROBE,
      .lane = LANE_OPS,
      .cache = CACHE_BRIEF,
      .reply = &espn_reply,
      .handle = espn_health },
};

const struct endpoint_table ops_health_cache_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
