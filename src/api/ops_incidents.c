/* Incidents: opened, told, and read as a time-line. */
#include <inttypes.h>

#include "api/areas.h"
#include "api/ops.h"
#include "base/check.h"
#include "base/log.h"

enum { TITLE_MAX = 200, REF_DATE_LEN = 19 };

static const char *const severities[] = { "P0", "P1", "P2", "P3", NULL };
static const char *const incident_states[] = { "open", "mitigated", "resolved", NULL };

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
          .doc = "15 minutes, 1 hour, 4 hours or a day after it was detected."),
    REPLY("timeline", T_ARRAY, .of = &note_reply, .required = true),
};
static const struct schema incident_reply =
    REPLY_SCHEMA("Incident", incident_fields, "An incident and its time-line.");

/* ---- opening ---- */

/* What both bodies become. */
struct incident {
    struct slice ref, title, description, detected_by, responder;
    const char *kind;
    int severity, state;
    bool has_state;
    utime detected_at;
};

/* "SEC-20261123-140500-1f3a": when, and enough of the request's id to tell two apart. */
static struct slice new_ref(struct request *request, const char *prefix)
{
    char text[UTIME_TEXT_MAX];
    struct slice at = utime_print(request->now, text);
    struct buffer out;
    buffer_init(&out, request->arena);
    buffer_format(&out, "%s-", prefix);
    for (size_t i = 0; i < REF_DATE_LEN && i < at.len; i++) {
        if (at.ptr[i] == 'T') {
            buffer_byte(&out, '-');
        } else if (at.ptr[i] >= '0' && at.ptr[i] <= '9') {
            buffer_byte(&out, at.ptr[i]);
        }
    }
    uint32_t hash = 2166136261u; /* FNV-1a: the id itself may hold what a reference must not */
    for (size_t i = 0; i < request->id.len; i++) {
        hash = (hash ^ (unsigned char)request->id.ptr[i]) * 16777619u;
    }
    buffer_format(&out, "-%04x", hash & 0xffffu);
    return buffer_slice(&out);
}

static struct param text_or_null(struct slice text)
{
    return text.len == 0 ? P_NULL : P_TEXT(text);
}

static enum error add_note(struct request *request, struct tx *tx, int64_t id, struct slice body)
{
    struct rows rows = { 0 };
    if (body.len == 0) {
        return OK;
    }
    return tx_query(
        tx, SQL_OPS_INCIDENT_NOTE,
        PARAMS(P_INT(id), request->caller.user_id == 0 ? P_NULL : P_INT(request->caller.user_id),
               P_TIME(request->now), P_TEXT(body)),
        &rows);
}

/* Opens it, or adds to the one of that reference. The same twice changes nothing. */
static enum error store(struct request *request, struct tx *tx, const struct incident *incident,
                        int64_t *ret_id)
{
    struct rows rows = { 0 };
    TRY(tx_query(tx, SQL_OPS_INCIDENT_ADD,
                 PARAMS(P_TEXT(incident->ref), P_TEXT(slice_from(incident->kind)),
                        P_TEXT(slice_from(severities[incident->severity])), P_TEXT(incident->title),
                        text_or_null(incident->description), P_TIME(incident->detected_at),
                        P_TEXT(incident->detected_by), text_or_null(incident->responder)),
                 &rows));
    bool is_new = rows.count > 0;
    if (!is_new) {
        TRY(tx_query(tx, SQL_OPS_INCIDENT_FIND, PARAMS(P_TEXT(incident->ref)), &rows));
        if (rows.count == 0) {
            return E_CONFLICT; /* it went just now */
        }
    }
    int64_t id = rows_int(&rows, 0, "id");
    struct slice state = is_new ? S("open") : rows_text(&rows, 0, "state");
    if (incident->has_state) {
        state = slice_from(incident_states[incident->state]);
    }
    TRY(tx_query(tx, SQL_OPS_INCIDENT_SET,
                 PARAMS(P_INT(id), P_TEXT(slice_from(severities[incident->severity])),
                        P_TEXT(incident->title), P_TEXT(state), text_or_null(incident->responder),
                        P_TIME(request->now)),
                 &rows));
    TRY(add_note(request, tx, id,
                 incident->description.len > 0 ? incident->description : incident->title));
    *ret_id = id;
    return OK;
}

static enum error open_incident(struct request *request, const struct incident *incident)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    int64_t id = 0;
    TRY(tx_begin(request->arena, &tx));
    TRY(store(request, &tx, incident, &id));
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
        .ref = new_ref(request, "SEC"),
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

/* "INC-…", "SEC-…": as the table wants it. */
static bool is_ref(struct slice text)
{
    size_t dash = slice_find(text, '-', 0);
    bool is_good = dash >= 2 && dash <= 5 && text.len > dash + 1;
    for (size_t i = 0; i < text.len && is_good; i++) {
        char c = text.ptr[i];
        bool is_upper = c >= 'A' && c <= 'Z';
        is_good = i < dash
                      ? is_upper
                      : is_upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }
    return is_good;
}

static enum error incident_log(struct request *request)
{
    const struct incident_log *body = request->input;
    if (body->ref.len > 0 && !is_ref(body->ref)) {
        fault_add(&request->faults, S("/incident_id"), "must look like INC-20261123-140500");
        return E_INVALID;
    }
    if (is_given(body->given, LOG_AT) && body->detected_at > request->now) {
        fault_add(&request->faults, S("/detected_at"), "lies in the future");
        return E_INVALID;
    }
    struct incident incident = {
        .ref = body->ref.len > 0 ? body->ref : new_ref(request, "INC"),
        .kind = "incident",
        .severity = body->severity,
        .state = body->state,
        .has_state = is_given(body->given, LOG_STATE),
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
          .doc = "incident, mitigated, resolved, note, action or error."),
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

static const struct endpoint rows[] = {
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
