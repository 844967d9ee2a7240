/* Incidents: opened, told, and read as a time-line. */
#include <inttypes.h>

#include "api/areas.h"
#include "api/ops_incidents.h"
#include "base/check.h"
#include "base/log.h"

enum { TITLE_MAX = INCIDENT_TITLE_MAX };

#define severities incident_severities

static const struct field note_fields[] = {
    REPLY("at", T_TIME, .required = true),
    REPLY("authorUserId", T_INTEGER, .required = true, .nullable = true),
    REPLY("body", T_STRING, .required = true),
};
static const struct schema note_reply =
    REPLY_SCHEMA("IncidentNote", note_fields, "One line of an incident's time-line.");
static const struct field incident_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("ref", T_STRING, .required = true, .doc = "\"INC-20261123-140500\"."),
    REPLY("kind", T_STRING, .required = true),
    REPLY("severity", T_ENUM, .values = severities, .required = true),
    REPLY("status", T_ENUM, .values = incident_states, .required = true),
    REPLY("title", T_STRING, .required = true),
    REPLY("description", T_STRING, .required = true, .nullable = true),
    REPLY("detectedAt", T_TIME, .required = true),
    REPLY("detectedBy", T_STRING, .required = true),
    REPLY("responder", T_STRING, .required = true, .nullable = true),
    REPLY("mitigatedAt", T_TIME, .required = true, .nullable = true),
    REPLY("resolvedAt", T_TIME, .required = true, .nullable = true),
    REPLY("respondBy", T_TIME, .required = true,
          .doc = "15 minutes, 1 hour, 4 hours or a working day after it was detected."),
    REPLY("acknowledgedAt", T_TIME, .required = true, .nullable = true),
    REPLY("acknowledgedBy", T_STRING, .required = true, .nullable = true),
    REPLY("escalationStep", T_INTEGER, .required = true,
          .doc = "How many times somebody else was called."),
    REPLY("escalateAt", T_TIME, .required = true, .nullable = true,
          .doc = "When the next people are called unless somebody acknowledges it."),
    REPLY("timeline", T_ARRAY, .of = &note_reply, .required = true),
};
const struct schema incident_reply =
    REPLY_SCHEMA("Incident", incident_fields, "An incident and its time-line.");

/* ---- opening ---- */

static enum error open_incident(struct request *request, struct incident *incident)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    int64_t id = 0;
    incident->author_user_id = request->caller.user_id;
    incident->now = request->now;
    TRY(tx_begin(request->arena, &tx));
    TRY(incident_store(&tx, request_app(request)->settings, incident, &id));
    TRY(ops_audit(request, &tx,
                  &(struct audit_note){ .action = "incident.log",
                                        .target_kind = "incident",
                                        .target_id = incident->ref,
                                        .incident_ref = incident->ref },
                  NULL));
    TRY(tx_query(&tx, SQL_OPS_INCIDENT_DOCUMENT, PARAMS(P_INT(id)), &rows));
    TRY(tx_commit(&tx));
    log_line(LOG_WARN, "incident", "ref=%.*s severity=%s id=%.*s", FMT(incident->ref),
             severities[incident->severity], FMT(request->id));
    reply_json(request, rows_json(&rows));
    return OK;
}

/* ---- POST /api/admin/security-incident ---- */

struct security_incident {
    struct slice title, description;
    int severity;
};
static const struct field security_fields[] = {
    FIELD(struct security_incident, severity, "severity", T_ENUM, .values = severities,
          .required = true),
    FIELD(struct security_incident, description, "description", T_STRING, .required = true,
          .min = 1, .max = 8000),
    FIELD(struct security_incident, title, "title", T_STRING, .min = 1, .max = TITLE_MAX,
          .doc = "Left out: the description's beginning."),
};
static const struct schema security_body =
    SCHEMA("NewSecurityIncident", struct security_incident, security_fields, "What happened.");

/* At most TITLE_MAX bytes of the first line, whole code points. */
static struct slice title_from(struct slice text)
{
    size_t len = slice_find(text, '\n', 0);
    len = len < TITLE_MAX ? len : TITLE_MAX;
    while (len > 0 && len < text.len && ((unsigned char)text.ptr[len] & 0xc0) == 0x80) {
        len--;
    }
    struct slice title = slice_trim(slice_from_to(text, 0, len));
    return title.len == 0 ? S("Security incident") : title;
}

static enum error security_incident(struct request *request)
{
    const struct security_incident *body = request->input;
    struct incident incident = {
        .ref = incident_new_ref(request->arena, "SEC", request->now, request->id),
        .kind = "security",
        .severity = body->severity,
        .title = body->title.len > 0 ? body->title : title_from(body->description),
        .description = body->description,
        .detected_by = ops_actor_text(request),
        .detected_at = request->now,
    };
    return open_incident(request, &incident);
}

/* ---- POST /api/admin/incident-log ---- */

struct incident_log {
    struct slice ref, title, description, detected_by, responder;
    int severity, state;
    utime detected_at;
    uint64_t given;
};
enum {
    LOG_REF,
    LOG_SEVERITY,
    LOG_TITLE,
    LOG_DESCRIPTION,
    LOG_AT,
    LOG_BY,
    LOG_RESPONDER,
    LOG_STATE
};
static const struct field log_fields[] = {
    [LOG_REF] = FIELD(struct incident_log, ref, "incident_id", T_STRING, .min = 5, .max = 46,
                      .doc = "\"INC-20261123-140500\"; left out: a new one."),
    [LOG_SEVERITY] = FIELD(struct incident_log, severity, "severity", T_ENUM, .values = severities,
                           .required = true),
    [LOG_TITLE] = FIELD(struct incident_log, title, "title", T_STRING, .required = true, .min = 1,
                        .max = TITLE_MAX),
    [LOG_DESCRIPTION] = FIELD(struct incident_log, description, "description", T_STRING,
                              .max = 8000, .doc = "Becomes a line of the time-line."),
    [LOG_AT] = FIELD(struct incident_log, detected_at, "detected_at", T_TIME),
    [LOG_BY] = FIELD(struct incident_log, detected_by, "detected_by", T_STRING, .max = 200),
    [LOG_RESPONDER] = FIELD(struct incident_log, responder, "responder", T_STRING, .max = 200),
    [LOG_STATE] = FIELD(struct incident_log, state, "status", T_ENUM, .values = incident_states),
};
static const struct schema log_body = SCHEMA_PARTIAL("IncidentLog", struct incident_log, log_fields,
                                                     "Opens an incident or adds to one.");

static enum error incident_log(struct request *request)
{
    const struct incident_log *body = request->input;
    if (body->ref.len > 0 && !incident_is_ref(body->ref)) {
        fault_add(&request->faults, S("/incident_id"), "must look like INC-20261123-140500");
        return E_INVALID;
    }
    if (is_given(body->given, LOG_AT) && body->detected_at > request->now) {
        fault_add(&request->faults, S("/detected_at"), "lies in the future");
        return E_INVALID;
    }
    struct incident incident = {
        .ref = body->ref.len > 0
                   ? body->ref
                   : incident_new_ref(request->arena, "INC", request->now, request->id),
        .kind = "incident",
        .severity = body->severity,
        .state = is_given(body->given, LOG_STATE) ? incident_states[body->state] : NULL,
        .title = body->title,
        .description = body->description,
        .detected_by = body->detected_by.len > 0 ? body->detected_by : ops_actor_text(request),
        .responder = body->responder,
        .detected_at = is_given(body->given, LOG_AT) ? body->detected_at : request->now,
    };
    return open_incident(request, &incident);
}

/* ---- GET /api/admin/incident-timeline ---- */

struct span {
    utime start, until;
};
static const struct field span_fields[] = {
    FIELD(struct span, start, "start", T_TIME, .place = IN_QUERY, .required = true),
    FIELD(struct span, until, "end", T_TIME, .place = IN_QUERY, .required = true),
};
static const struct schema span_query =
    SCHEMA("TimelineQuery", struct span, span_fields, "From when to when.");

static const struct field event_fields[] = {
    REPLY("at", T_TIME, .required = true),
    REPLY("kind", T_STRING, .required = true,
          .doc = "incident, mitigated, resolved, note, action, alert, alert_ended, escalation, "
                 "page or error."),
    REPLY("ref", T_STRING, .required = true, .nullable = true),
    REPLY("text", T_STRING, .required = true),
};
static const struct schema event_reply_ =
    REPLY_SCHEMA("TimelineEvent", event_fields, "Something that happened.");
static const struct field timeline_fields[] = {
    REPLY("start", T_TIME, .required = true),
    REPLY("end", T_TIME, .required = true),
    REPLY("events", T_ARRAY, .of = &event_reply_, .required = true, .doc = "In their order."),
};
static const struct schema timeline_reply =
    REPLY_SCHEMA("Timeline", timeline_fields, "What happened between two times.");

static enum error timeline(struct request *request)
{
    const struct span *span = request->params;
    if (span->until <= span->start) {
        fault_add(&request->faults, S("query:end"), "must be later than start");
        return E_INVALID;
    }
    return reply_query(request, SQL_OPS_TIMELINE, PARAMS(P_TIME(span->start), P_TIME(span->until)));
}

/* ---- the list, and answering ---- */

static const struct field list_fields[] = {
    REPLY("incidents", T_ARRAY, .of = &incident_reply, .required = true,
          .doc = "Open ones first, then the newest."),
};
static const struct schema list_reply =
    REPLY_SCHEMA("Incidents", list_fields, "The last hundred incidents.");

static enum error incidents(struct request *request)
{
    return reply_query(request, SQL_OPS_INCIDENTS, PARAMS(P_NULL));
}

struct incident_path {
    struct slice ref;
};
static const struct field path_fields[] = {
    FIELD(struct incident_path, ref, "ref", T_STRING, .place = IN_PATH, .required = true, .min = 4,
          .max = INCIDENT_REF_MAX),
};
static const struct schema incident_path =
    SCHEMA("IncidentPath", struct incident_path, path_fields, "An incident by its reference.");

static enum error show(struct request *request)
{
    const struct incident_path *path = request->params;
    return reply_query(request, SQL_OPS_INCIDENT_BY_REF, PARAMS(P_TEXT(path->ref)));
}

struct answer {
    struct slice note;
};
static const struct field answer_fields[] = {
    FIELD(struct answer, note, "note", T_STRING, .max = 2000,
          .doc = "Becomes part of the time-line."),
};
static const struct schema answer_body =
    SCHEMA("IncidentAnswer", struct answer, answer_fields, "Words for the time-line, if any.");

typedef enum error act_function(struct tx *tx, const struct incident_act *act, int64_t *ret_id);

static enum error answer(struct request *request, act_function *act, const char *action)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    const struct incident_path *path = request->params;
    const struct answer *body = request->input;
    int64_t id = 0;
    struct incident_act what = { .ref = path->ref,
                                 .by = ops_actor_text(request),
                                 .text = body->note,
                                 .user_id = request->caller.user_id,
                                 .now = request->now };
    TRY(tx_begin(request->arena, &tx));
    TRY(act(&tx, &what, &id));
    TRY(ops_audit(request, &tx,
                  &(struct audit_note){ .action = action,
                                        .target_kind = "incident",
                                        .target_id = path->ref,
                                        .incident_ref = path->ref },
                  NULL));
    TRY(tx_query(&tx, SQL_OPS_INCIDENT_DOCUMENT, PARAMS(P_INT(id)), &rows));
    TRY(tx_commit(&tx));
    reply_json(request, rows_json(&rows));
    return OK;
}

static enum error acknowledge(struct request *request)
{
    return answer(request, incident_acknowledge, "incident.acknowledge");
}

static enum error resolve(struct request *request)
{
    return answer(request, incident_close, "incident.resolve");
}

static const struct endpoint rows[] = {
    { OPS_GET, .path = "/api/admin/incidents", .name = "incidents",
      .summary = "Incidents: open ones, then the newest.", .reply = &list_reply,
      .handle = incidents },
    { OPS_GET, .path = "/api/admin/incidents/{ref}", .name = "incident",
      .summary = "One incident with its time-line.", .params = &incident_path,
      .reply = &incident_reply, .errors = { E_NOT_FOUND }, .handle = show },
    { OPS_POST, .path = "/api/admin/incidents/{ref}/acknowledge", .name = "acknowledgeIncident",
      .summary = "Somebody has it in hand: nobody else is called.", .params = &incident_path,
      .body = &answer_body, .reply = &incident_reply, .errors = { E_NOT_FOUND },
      .handle = acknowledge },
    { OPS_POST, .path = "/api/admin/incidents/{ref}/resolve", .name = "resolveIncident",
      .summary = "It is over.", .params = &incident_path, .body = &answer_body,
      .reply = &incident_reply, .errors = { E_NOT_FOUND }, .handle = resolve },
    { OPS_POST, .path = "/api/admin/security-incident", .name = "securityIncident",
      .summary = "Open a security incident.",
      .description = "The JSON may come under the content type application/x-www-form-urlencoded, "
                     "which `curl -d` gives it.",
      .body = &security_body, .is_form_json = true, .reply = &incident_reply, .status = 201,
      .handle = security_incident },
    { OPS_POST, .path = "/api/admin/incident-log", .name = "incidentLog",
      .summary = "Open an incident, or add to the one with this id.", .body = &log_body,
      .reply = &incident_reply, .errors = { E_CONFLICT }, .handle = incident_log },
    { OPS_GET, .path = "/api/admin/incident-timeline", .name = "incidentTimeline",
      .summary = "What happened between two times, in order.", .params = &span_query,
      .reply = &timeline_reply, .handle = timeline },
};

const struct endpoint_table ops_incident_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
