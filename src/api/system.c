/* The installation itself: health, version, the API's own documents, the socket. */
#include "api/areas.h"
#include "api/common.h"
#include "base/check.h"
#include "base/json.h"
#include "cache/redis.h"
#include "http/docs_page.h"
#include "http/openapi.h"
#include "ops/switches.h"

static const char *const health_states[] = { "ok", "degraded", NULL };
static const char *const modes[] = { "normal",   "read-only", "maintenance",
                                     "lockdown", "recovery",  NULL };
static const char *const part_states[] = { "connected", "unreachable", "not_configured", NULL };

static const struct field checks_fields[] = {
    REPLY("database", T_ENUM, .values = part_states, .required = true),
    REPLY("cache", T_ENUM, .values = part_states, .required = true),
};
static const struct schema checks_reply =
    REPLY_SCHEMA("HealthChecks", checks_fields, "What the server stands on, seen from this loop.");

static const struct field health_fields[] = {
    REPLY("status", T_ENUM, .values = health_states, .required = true,
          .doc = "\"degraded\": slower than usual (no cache). Without a database: 503."),
    REPLY("timestamp", T_TIME, .required = true),
    REPLY("uptime", T_STRING, .required = true, .doc = "\"3d 04:05:06\""),
    REPLY("uptimeSeconds", T_INTEGER, .required = true),
    REPLY("version", T_STRING, .required = true),
    REPLY("release", T_STRING, .required = true, .nullable = true,
          .doc = "The deployed release that serves; null: a program that is no release."),
    REPLY("mode", T_ENUM, .values = modes, .required = true,
          .doc = "What operators have switched off; the answer stays 200."),
    REPLY("message", T_STRING, .required = true, .nullable = true,
          .doc = "What operators tell users about the mode."),
    REPLY("until", T_TIME, .required = true, .nullable = true, .doc = "When the mode ends."),
    REPLY("canRead", T_BOOLEAN, .required = true, .doc = "Users can read."),
    REPLY("canWrite", T_BOOLEAN, .required = true, .doc = "Users can change things."),
    REPLY("checks", T_OBJECT, .of = &checks_reply, .required = true),
};
static const struct schema health_reply =
    REPLY_SCHEMA("Health", health_fields,
                 "Whether the server can serve, measured at `timestamp`, at most a second ago.");

static const struct field simple_fields[] = { REPLY("status", T_STRING, .required = true) };
static const struct schema simple_reply =
    REPLY_SCHEMA("Liveness", simple_fields, "The process turns.");

static const struct field version_fields[] = {
    REPLY("version", T_STRING, .required = true),
    REPLY("schema", T_INTEGER, .required = true, .doc = "The newest migration of this program."),
    REPLY("hotfix", T_BOOLEAN, .required = true, .doc = "HOTFIX_MODE is on."),
};
static const struct schema version_reply =
    REPLY_SCHEMA("Version", version_fields, "What runs here.");

static struct slice uptime_text(struct arena *arena, int64_t seconds)
{
    return arena_format(arena, "%lldd %02d:%02d:%02d", (long long)(seconds / 86400),
                        (int)(seconds / 3600 % 24), (int)(seconds / 60 % 60), (int)(seconds % 60));
}

/* The strongest mode's switch speaks. */
static void write_mode(struct json *json)
{
    static const enum switch_id speakers[] = { SWITCH_RECOVERY_MODE, SWITCH_EMERGENCY_MODE,
                                               SWITCH_SECURITY_LOCKDOWN, SWITCH_MAINTENANCE_MODE,
                                               SWITCH_READ_ONLY_MODE };
    struct switch_state state = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(speakers) && state.value == 0; i++) {
        state = switch_state(json->out.arena, speakers[i]);
    }
    json_member_text(json, S("mode"), slice_from(mode_name(switches_mode())));
    if (state.value != 0 && state.message.len > 0) {
        json_member_text(json, S("message"), state.message);
    } else {
        json_member_null(json, S("message"));
    }
    if (state.value != 0 && state.until != 0) {
        json_member_time(json, S("until"), state.until);
    } else {
        json_member_null(json, S("until"));
    }
    json_member_bool(json, S("canRead"), !switches_stop_reading());
    json_member_bool(json, S("canWrite"), switches_stopped_since() == 0);
}

static enum error health(struct request *request)
{
    struct app *app = request_app(request);
    struct db_figures db = { 0 };
    db_figures(loop_here(), &db);
    bool has_redis = app->settings->redis_url[0] != '\0';
    if (db.ready == 0) {
        return E_UNAVAILABLE;
    }
    const char *cache = !has_redis      ? part_states[2]
                        : redis_is_up() ? part_states[0]
                                        : part_states[1];
    bool is_degraded =
        (has_redis && !redis_is_up()) || !live_is_listening(app->live) || db.ready < db.connections;
    int64_t seconds = (mono_now().us - app->started.us) / US_PER_S;
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_text(&json, S("status"), slice_from(health_states[is_degraded ? 1 : 0]));
    json_member_time(&json, S("timestamp"), request->now);
    json_member_text(&json, S("uptime"), uptime_text(request->arena, seconds));
    json_member_int(&json, S("uptimeSeconds"), seconds);
    json_member_text(&json, S("version"), S(ASTRALFIELD_VERSION));
    if (app->release.len > 0) {
        json_member_text(&json, S("release"), app->release);
    } else {
        json_member_null(&json, S("release"));
    }
    write_mode(&json);
    json_key(&json, S("checks"));
    json_open_object(&json);
    json_member_text(&json, S("database"), slice_from(part_states[0]));
    json_member_text(&json, S("cache"), slice_from(cache));
    json_close_object(&json);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static enum error liveness(struct request *request)
{
    reply_json(request, S("{\"status\":\"ok\"}"));
    return OK;
}

static enum error version(struct request *request)
{
    reply_json(request,
               arena_format(request->arena, "{\"version\":\"%s\",\"schema\":%d,\"hotfix\":%s}",
                            ASTRALFIELD_VERSION, sql_migrations[SQL_MIGRATION_COUNT - 1].version,
                            switch_on(SWITCH_HOTFIX_MODE) ? "true" : "false"));
    return OK;
}

/* ---- documents about ourselves ---- */

static struct api own_api(struct arena *arena)
{
    struct api api = { .version = S(ASTRALFIELD_VERSION) };
    app_tables(arena, &api.tables, &api.count);
    return api;
}

static enum error show_openapi(struct request *request)
{
    struct api api = own_api(request->arena);
    reply_body(request, openapi_document(&api, request->arena), "application/json");
    return OK;
}

static enum error show_docs(struct request *request)
{
    struct api api = own_api(request->arena);
    reply_body(request, docs_page(&api, request->arena), "text/html; charset=utf-8");
    return OK;
}

static enum error show_style(struct request *request)
{
    reply_body(request, docs_style(), "text/css; charset=utf-8");
    return OK;
}

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/health",
      .name = "health",
      .tag = "System",
      .summary = "Whether the server can serve. 503 when it cannot.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_PROBE,
      .lane = LANE_OPS,
      .cache = CACHE_BRIEF,
      .reply = &health_reply,
      .handle = health },
    { .method = METHOD_GET,
      .path = "/api/health/simple",
      .name = "liveness",
      .tag = "System",
      .summary = "Whether the process turns; looks at nothing else.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_PROBE,
      .lane = LANE_OPS,
      .cache = CACHE_CONSTANT,
      .reply = &simple_reply,
      .handle = liveness },
    { .method = METHOD_GET,
      .path = "/api/test",
      .name = "test",
      .tag = "System",
      .summary = "The process answers: the same as /api/health/simple, for probes that ask here.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_PROBE,
      .lane = LANE_OPS,
      .cache = CACHE_CONSTANT,
      .reply = &simple_reply,
      .handle = liveness },
    { .method = METHOD_GET,
      .path = "/api/version",
      .name = "version",
      .tag = "System",
      .summary = "What runs here.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_PROBE,
      .cache = CACHE_BRIEF,
      .reply = &version_reply,
      .handle = version },
    { .method = METHOD_GET,
      .path = DOCS_OPENAPI_PATH,
      .name = "openapi",
      .tag = "System",
      .summary = "This API as an OpenAPI 3.1 document.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_READ,
      .cache = CACHE_CONSTANT,
      .media = "application/json",
      .handle = show_openapi },
    { .method = METHOD_GET,
      .path = "/api/docs",
      .name = "docs",
      .tag = "System",
      .summary = "This API as a page to read.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_READ,
      .cache = CACHE_CONSTANT,
      .media = "text/html",
      .handle = show_docs },
    { .method = METHOD_GET,
      .path = DOCS_STYLE_PATH,
      .name = "docsStyle",
      .tag = "System",
      .summary = "The style sheet of that page.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_READ,
      .cache = CACHE_CONSTANT,
      .media = "text/css",
      .handle = show_style },
    { .method = METHOD_GET,
      .path = "/api/socket",
      .name = "socket",
      .tag = "System",
      .summary = "The WebSocket: events of leagues and of the NFL as they happen.",
      .description = "Subprotocol `astralfield.1`; the messages are described in docs/socket.md.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_READ,
      .is_upgrade = true,
      .status = 101,
      .errors = { E_UPGRADE } },
};

const struct endpoint_table system_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
