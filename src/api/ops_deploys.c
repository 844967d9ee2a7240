/* Whether this server may take requests, and what was deployed here. */
#include "api/areas.h"
#include "api/common.h"
#include "api/ops.h"
#include "base/check.h"
#include "ops/metrics.h"

enum { DEPLOYMENTS_MAX = 50 };

static const char *const ready_states[] = { "ready", NULL };
static const char *const kinds[] = { "deploy",   "hotfix",        "restart",
                                     "rollback", "auto_rollback", NULL };
static const char *const results[] = { "ok", "failed", NULL };

/* ---- GET /api/health/ready ---- */

static const struct field ready_fields[] = {
    REPLY("status", T_ENUM, .values = ready_states, .required = true),
    REPLY("release", T_STRING, .required = true, .nullable = true,
          .doc = "The deployed release that serves; null: a program that is no release."),
    REPLY("version", T_STRING, .required = true),
    REPLY("schema", T_INTEGER, .required = true, .doc = "The newest migration of this program."),
    REPLY("databaseSchema", T_INTEGER, .required = true, .doc = "The database's."),
    REPLY("hotfix", T_BOOLEAN, .required = true, .doc = "HOTFIX_MODE is on: watched closely."),
};
static const struct schema ready_reply =
    REPLY_SCHEMA("Readiness", ready_fields,
                 "This server takes requests: its database answered just now, and it hears what is "
                 "announced.");

/* At the start every loop's connections must be there, or the first requests would find none. Later a
 * lost one is made again while the others serve. */
static bool is_whole(struct app *app)
{
    struct pool_figures pool = metrics_pool();
    if (pool.connections > 0 && pool.ready == pool.connections) {
        atomic_store(&app->was_whole, true);
    }
    return atomic_load(&app->was_whole);
}

static enum error ready(struct request *request)
{
    struct rows rows = { 0 };
    struct slice release = request_app(request)->release;
    if (!live_is_listening(request_app(request)->live)) {
        return refuse(&request->faults, E_UNAVAILABLE, "Announcements are not heard yet.");
    }
    if (!is_whole(request_app(request))) {
        return refuse(&request->faults, E_UNAVAILABLE,
                      "Not all database connections are made yet.");
    }
    TRY(db_read(request->arena, SQL_OPS_READY, NO_PARAMS, &rows));
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_text(&json, S("status"), slice_from(ready_states[0]));
    if (release.len > 0) {
        json_member_text(&json, S("release"), release);
    } else {
        json_member_null(&json, S("release"));
    }
    json_member_text(&json, S("version"), S(ASTRALFIELD_VERSION));
    json_member_int(&json, S("schema"), sql_migrations[SQL_MIGRATION_COUNT - 1].version);
    json_member_int(&json, S("databaseSchema"), rows_int(&rows, 0, "level"));
    bool is_hotfix = !rows_null(&rows, 0, "is_hotfix") && rows_bool(&rows, 0, "is_hotfix");
    json_member_bool(&json, S("hotfix"), is_hotfix);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

/* ---- GET /api/admin/recent-deployments ---- */

static const struct field deployment_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("at", T_TIME, .required = true),
    REPLY("kind", T_ENUM, .values = kinds, .required = true),
    REPLY("result", T_ENUM, .values = results, .required = true),
    REPLY("release", T_STRING, .required = true),
    REPLY("fromRelease", T_STRING, .required = true, .nullable = true),
    REPLY("version", T_STRING, .required = true, .nullable = true),
    REPLY("commit", T_STRING, .required = true, .nullable = true),
    REPLY("schema", T_INTEGER, .required = true, .nullable = true,
          .doc = "The newest migration of the release's program."),
    REPLY("actor", T_STRING, .required = true),
    REPLY("node", T_STRING, .required = true),
    REPLY("seconds", T_DECIMAL, .required = true, .nullable = true,
          .doc = "From the command to its end."),
    REPLY("detail", T_STRING, .required = true, .nullable = true),
};
static const struct schema deployment_reply =
    REPLY_SCHEMA("Deployment", deployment_fields, "One deploy, restart or rollback of one node.");
static const struct field deployments_fields[] = {
    REPLY("deployments", T_ARRAY, .of = &deployment_reply, .required = true,
          .doc = "The newest first, at most 50."),
};
static const struct schema deployments_reply =
    REPLY_SCHEMA("Deployments", deployments_fields, "What was deployed lately, on all nodes.");

static enum error deployments(struct request *request)
{
    return reply_query(request, SQL_OPS_DEPLOYMENTS, PARAMS(P_INT(DEPLOYMENTS_MAX)));
}

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/health/ready",
      .name = "readiness",
      .tag = "System",
      .summary = "Whether this server may take requests; for load balancers. 503 when not.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_PROBE,
      .lane = LANE_OPS,
      .reply = &ready_reply,
      .handle = ready },
    { OPS_GET, .path = "/api/admin/recent-deployments", .name = "recentDeployments",
      .summary = "Releases that were deployed or taken back, by whom, and how it went.",
      .reply = &deployments_reply, .handle = deployments },
};

const struct endpoint_table ops_deploy_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
