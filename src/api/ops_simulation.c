/* Incidents for training: a fault that this server makes for itself, and that ends by itself. */
#include <inttypes.h>

#include "api/areas.h"
#include "api/ops_incidents.h"
#include "base/check.h"
#include "base/log.h"
#include "ops/notify.h"
#include "ops/simulate.h"

enum { ENVIRONMENT_PRODUCTION, SECONDS_DEFAULT = 300 };

static bool is_production(const struct config *settings)
{
    return settings->environment == ENVIRONMENT_PRODUCTION && !settings->test_environment;
}

/* ---- POST /api/admin/simulate-incident ---- */

struct simulate {
    int kind, severity;
    int64_t seconds;
    uint64_t given;
};
enum { SIMULATE_KIND, SIMULATE_SEVERITY, SIMULATE_SECONDS };
static const struct field simulate_fields[] = {
    [SIMULATE_KIND] =
        FIELD(struct simulate, kind, "type", T_ENUM, .values = simulation_kinds, .required = true),
    [SIMULATE_SEVERITY] = FIELD(struct simulate, severity, "severity", T_ENUM,
                                .values = incident_severities, .doc = "How bad; left out: P1."),
    [SIMULATE_SECONDS] =
        FIELD(struct simulate, seconds, "seconds", T_INTEGER, .min = 5,
              .max = SIMULATION_SECONDS_MAX, .doc = "It ends by itself then; left out: 300."),
};
static const struct schema simulate_body = SCHEMA_PARTIAL(
    "SimulateIncident", struct simulate, simulate_fields, "Which incident is played.");

static const struct field simulation_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("type", T_STRING, .required = true),
    REPLY("severity", T_ENUM, .values = incident_severities, .required = true),
    REPLY("simulation", T_BOOLEAN, .required = true),
    REPLY("effect", T_STRING, .required = true),
    REPLY("startedAt", T_TIME, .required = true),
    REPLY("endsAt", T_TIME, .required = true, .doc = "At the latest, whatever happens."),
};
static const struct schema simulation_reply =
    REPLY_SCHEMA("Simulation", simulation_fields, "What is being played.");

static struct slice effect(struct arena *arena, enum simulation_kind kind, int severity)
{
    int64_t strength = simulation_strength(kind, severity);
    switch (kind) {
    case SIMULATE_SLOW_DATABASE:
        return arena_format(arena, "each request of users waits %" PRId64 " ms for the database",
                            strength);
    case SIMULATE_SLOW_RESPONSES:
        return arena_format(arena, "each request of users waits %" PRId64 " ms", strength);
    case SIMULATE_ERRORS:
        return arena_format(arena, "one of %" PRId64 " requests of users is answered with 503",
                            strength);
    case SIMULATE_NOTHING:
        break;
    }
    CHECK(false);
    return S("");
}

/* Everybody who would be called hears that it is a simulation. */
static enum error announce(struct request *request, struct tx *tx, const struct simulate *body,
                           int64_t id)
{
    const char *kind = simulation_kinds[body->kind];
    struct message message = {
        .at = request->now,
        .kind = "note",
        .severity = slice_from(incident_severities[body->severity]),
        .subject = S("simulation"),
        .title = arena_format(request->arena, "An incident is simulated: %s", kind),
        .body = arena_format(
            request->arena, "%.*s, for %" PRId64 " s.",
            FMT(effect(request->arena, (enum simulation_kind)body->kind, body->severity)),
            body->seconds),
        .is_simulation = true,
    };
    return notify_add(tx, request_app(request)->settings, &message,
                      arena_format(request->arena, "simulation:%" PRId64, id), NULL);
}

static void reply_simulation(struct request *request, const struct simulate *body, int64_t id)
{
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_int(&json, S("id"), id);
    json_member_text(&json, S("type"), slice_from(simulation_kinds[body->kind]));
    json_member_text(&json, S("severity"), slice_from(incident_severities[body->severity]));
    json_member_bool(&json, S("simulation"), true);
    json_member_text(&json, S("effect"),
                     effect(request->arena, (enum simulation_kind)body->kind, body->severity));
    json_member_time(&json, S("startedAt"), request->now);
    json_member_time(&json, S("endsAt"), request->now + body->seconds * US_PER_S);
    json_close_object(&json);
    reply_json(request, json_done(&json));
}

static enum error simulate(struct request *request)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct simulate body = *(const struct simulate *)request->input;
    struct rows rows = { 0 };
    if (is_production(request_app(request)->settings)) {
        return refuse(&request->faults, E_PRODUCTION,
                      "Set ENVIRONMENT=staging or test where incidents may be simulated.");
    }
    body.severity = is_given(body.given, SIMULATE_SEVERITY) ? body.severity : 1;
    body.seconds = is_given(body.given, SIMULATE_SECONDS) ? body.seconds : SECONDS_DEFAULT;
    utime ends_at = request->now + body.seconds * US_PER_S;
    TRY(tx_begin(request->arena, &tx));
    tx_send(&tx, SQL_ALERTS_SIMULATION_CLOSE, PARAMS(P_TIME(request->now)));
    TRY(tx_query(&tx, SQL_ALERTS_SIMULATION_ADD,
                 PARAMS(P_TEXT(slice_from(simulation_kinds[body.kind])),
                        P_TEXT(slice_from(incident_severities[body.severity])),
                        P_TIME(request->now), P_TIME(ends_at), P_TEXT(ops_actor_text(request))),
                 &rows));
    if (rows.count == 0) {
        return refuse(&request->faults, E_CONFLICT,
                      "A simulation is being played: POST /api/admin/resolve-simulation ends it.");
    }
    int64_t id = rows_int(&rows, 0, "id");
    TRY(announce(request, &tx, &body, id));
    TRY(ops_audit(request, &tx,
                  &(struct audit_note){ .action = "incident.simulate",
                                        .target_kind = "simulation",
                                        .target_id = slice_from(simulation_kinds[body.kind]) },
                  NULL));
    audit_announce(&tx, S("simulation"));
    TRY(tx_commit(&tx));
    simulation_play((enum simulation_kind)body.kind, body.severity, ends_at);
    log_line(LOG_WARN, "simulation", "kind=%s seconds=%" PRId64 " id=%.*s",
             simulation_kinds[body.kind], body.seconds, FMT(request->id));
    reply_simulation(request, &body, id);
    return OK;
}

/* ---- POST /api/admin/resolve-simulation ---- */

static const struct field resolved_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("type", T_STRING, .required = true),
    REPLY("severity", T_ENUM, .values = incident_severities, .required = true),
    REPLY("simulation", T_BOOLEAN, .required = true),
    REPLY("startedAt", T_TIME, .required = true),
    REPLY("detectedAt", T_TIME, .required = true, .nullable = true,
          .doc = "When the first alert fired."),
    REPLY("toldAt", T_TIME, .required = true, .nullable = true,
          .doc = "When the first message had arrived somewhere."),
    REPLY("resolvedAt", T_TIME, .required = true),
    REPLY("detectionSeconds", T_DECIMAL, .required = true, .nullable = true),
    REPLY("notificationSeconds", T_DECIMAL, .required = true, .nullable = true),
    REPLY("resolutionSeconds", T_DECIMAL, .required = true,
          .doc = "From its beginning to its end."),
    REPLY("reason", T_STRING, .required = true, .nullable = true,
          .doc = "Why it was not detected, if it was not."),
};
static const struct schema resolved_reply =
    REPLY_SCHEMA("SimulationResolved", resolved_fields, "How the exercise went.");

static void write_moment(struct json *json, const char *key, const struct rows *rows,
                         const char *column)
{
    json_key(json, slice_from(key));
    rows_null(rows, 0, column) ? json_none(json) : json_time(json, rows_time(rows, 0, column));
}

static void write_seconds(struct json *json, const char *key, const struct rows *rows,
                          const char *column)
{
    bool is_known = !rows_null(rows, 0, column);
    int64_t us = is_known ? rows_time(rows, 0, column) - rows_time(rows, 0, "started_at") : -1;
    json_member_milli(json, slice_from(key), us < 0 ? -1 : us / US_PER_MS);
}

static enum error resolve(struct request *request)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    TRY(tx_begin(request->arena, &tx));
    TRY(tx_query(&tx, SQL_ALERTS_SIMULATION_END, PARAMS(P_TIME(request->now)), &rows));
    if (rows.count == 0) {
        return refuse(&request->faults, E_NOT_FOUND, "No incident was simulated in the last day.");
    }
    TRY(ops_audit(request, &tx,
                  &(struct audit_note){ .action = "incident.simulation_end",
                                        .target_kind = "simulation",
                                        .target_id = rows_text(&rows, 0, "kind") },
                  NULL));
    audit_announce(&tx, S("simulation"));
    TRY(tx_commit(&tx));
    simulation_play(SIMULATE_NOTHING, 0, 0);
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_int(&json, S("id"), rows_int(&rows, 0, "id"));
    json_member_text(&json, S("type"), rows_text(&rows, 0, "kind"));
    json_member_text(&json, S("severity"), rows_text(&rows, 0, "severity"));
    json_member_bool(&json, S("simulation"), true);
    write_moment(&json, "startedAt", &rows, "started_at");
    write_moment(&json, "detectedAt", &rows, "detected_at");
    write_moment(&json, "toldAt", &rows, "told_at");
    write_moment(&json, "resolvedAt", &rows, "ended_at");
    write_seconds(&json, "detectionSeconds", &rows, "detected_at");
    write_seconds(&json, "notificationSeconds", &rows, "told_at");
    write_seconds(&json, "resolutionSeconds", &rows, "ended_at");
    json_key(&json, S("reason"));
    rows_null(&rows, 0, "detected_at")
        ? json_text(&json, S("No alert fired: too few requests, or too short a time."))
        : json_none(&json);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static const struct endpoint rows[] = {
    { OPS_POST, .path = "/api/admin/simulate-incident", .name = "simulateIncident",
      .summary = "Play an incident for training; never in production.",
      .description = "Users' requests suffer; operators' addresses and probes do not. It ends by "
                     "itself, also when every server is started anew.",
      .body = &simulate_body, .is_form_json = true, .reply = &simulation_reply, .status = 201,
      .errors = { E_PRODUCTION, E_CONFLICT }, .handle = simulate },
    { OPS_POST, .path = "/api/admin/resolve-simulation", .name = "resolveSimulation",
      .summary = "End the simulation and see how the exercise went.", .reply = &resolved_reply,
      .errors = { E_NOT_FOUND }, .handle = resolve },
};

const struct endpoint_table ops_simulation_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
