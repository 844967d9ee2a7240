/* Who is called, and telling them something. */
#include <inttypes.h>

#include "api/areas.h"
#include "api/ops_incidents.h"
#include "base/check.h"
#include "ops/notify.h"
#include "ops/oncall.h"
#include "run/fiber.h"

enum { ROLE_NAME_MAX = 20, WAIT_MS = 8000, LOOK_MS = 100 };

/* ---- GET /api/admin/oncall ---- */

static const struct field role_fields[] = {
    REPLY("role", T_STRING, .required = true, .doc = "primary, secondary, database or security."),
    REPLY("now", T_STRING, .required = true, .nullable = true, .doc = "Who is called this week."),
    REPLY("next", T_STRING, .required = true, .nullable = true, .doc = "… and next week."),
    REPLY("people", T_ARRAY, .items = T_STRING, .required = true, .doc = "A week each, in turn."),
    REPLY("source", T_STRING, .required = true, .doc = "set, settings or nobody."),
};
static const struct schema role_reply =
    REPLY_SCHEMA("OnCallRole", role_fields, "Who is called for what.");
static const struct field oncall_fields[] = {
    REPLY("week", T_TIME, .required = true, .doc = "The week began then: Monday, UTC."),
    REPLY("roles", T_ARRAY, .of = &role_reply, .required = true),
    REPLY("sinks", T_ARRAY, .items = T_STRING, .required = true,
          .doc = "Where messages go: slack, webhook, mail, command."),
};
static const struct schema oncall_reply =
    REPLY_SCHEMA("OnCall", oncall_fields, "Who is called now, and how.");

static void text_or_none(struct json *json, struct slice text)
{
    text.len > 0 ? json_text(json, text) : json_none(json);
}

static void write_role(struct json *json, enum oncall_role id, const struct oncall *role, utime now)
{
    json_open_object(json);
    json_member_text(json, S("role"), slice_from(oncall_role_name(id)));
    json_key(json, S("now"));
    text_or_none(json, oncall_now(role, now));
    json_key(json, S("next"));
    text_or_none(json, oncall_now(role, now + INT64_C(7) * 86400 * US_PER_S));
    json_key(json, S("people"));
    json_open_array(json);
    for (size_t i = 0; i < role->count; i++) {
        json_text(json, role->people[i]);
    }
    json_close_array(json);
    json_member_text(json, S("source"), slice_from(role->source));
    json_close_object(json);
}

static enum error oncall(struct request *request)
{
    const struct config *settings = request_app(request)->settings;
    struct oncall *roles = ARENA_ARRAY(request->arena, ROLE_COUNT, struct oncall);
    struct json json;
    TRY(oncall_read(request->arena, settings, roles));
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_time(&json, S("week"), oncall_week(request->now));
    json_key(&json, S("roles"));
    json_open_array(&json);
    for (size_t id = 0; id < ROLE_COUNT; id++) {
        write_role(&json, (enum oncall_role)id, &roles[id], request->now);
    }
    json_close_array(&json);
    json_key(&json, S("sinks"));
    json_open_array(&json);
    for (size_t sink = 0; sink < SINK_COUNT; sink++) {
        if (sink_is_set(settings, (enum sink)sink)) {
            json_text(&json, slice_from(sink_name((enum sink)sink)));
        }
    }
    json_close_array(&json);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

/* ---- PUT /api/admin/oncall/{role} ---- */

static const char *const role_words[] = { "primary", "secondary", "database", "security", NULL };

struct role_path {
    int role;
};
static const struct field role_path_fields[] = {
    FIELD(struct role_path, role, "role", T_ENUM, .place = IN_PATH, .values = role_words,
          .required = true),
};
static const struct schema role_path =
    SCHEMA("OnCallPath", struct role_path, role_path_fields, "A role.");

struct people {
    struct list people; /* of struct slice */
};
static const struct field people_fields[] = {
    FIELD(struct people, people, "people", T_ARRAY, .items = T_STRING, .required = true, .min = 1,
          .max = ONCALL_PEOPLE_MAX, .doc = "\"Ann <ann@example.org>\"; several take a week each."),
};
static const struct schema people_body =
    SCHEMA("NewOnCall", struct people, people_fields, "Who is called from now on.");

static enum error set_oncall(struct request *request)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    const struct role_path *path = request->params;
    const struct people *body = request->input;
    const struct slice *people = body->people.ptr;
    for (size_t i = 0; i < body->people.count; i++) {
        if (slice_trim(people[i]).len == 0 || people[i].len > ONCALL_PERSON_MAX) {
            fault_add(&request->faults, arena_format(request->arena, "/people/%zu", i),
                      "must be text of 1 to %d bytes", ONCALL_PERSON_MAX);
        }
    }
    if (request->faults.count > 0) {
        return E_INVALID;
    }
    struct slice role = slice_from(role_words[path->role]);
    struct slice list = oncall_json(request->arena, people, body->people.count);
    TRY(tx_begin(request->arena, &tx));
    tx_send(
        &tx, SQL_ALERTS_ONCALL_SET,
        PARAMS(P_TEXT(role), P_TEXT(list), P_TIME(request->now), P_TEXT(ops_actor_text(request))));
    TRY(ops_audit(request, &tx,
                  &(struct audit_note){
                      .action = "oncall.set",
                      .target_kind = "oncall_role",
                      .target_id = role,
                      .after = arena_format(request->arena, "{\"people\":%.*s}", FMT(list)) },
                  NULL));
    TRY(tx_commit(&tx));
    return oncall(request);
}

/* ---- POST /api/admin/send-incident-notification ---- */

struct notification {
    int severity;
    struct slice title, description;
    utime at;
    uint64_t given;
};
enum { NOTE_SEVERITY, NOTE_TITLE, NOTE_DESCRIPTION, NOTE_AT };
static const struct field notification_fields[] = {
    [NOTE_SEVERITY] = FIELD(struct notification, severity, "severity", T_ENUM,
                            .values = incident_severities, .required = true),
    [NOTE_TITLE] = FIELD(struct notification, title, "title", T_STRING, .required = true, .min = 1,
                         .max = INCIDENT_TITLE_MAX),
    [NOTE_DESCRIPTION] =
        FIELD(struct notification, description, "description", T_STRING, .max = 8000),
    [NOTE_AT] = FIELD(struct notification, at, "timestamp", T_TIME),
};
static const struct schema notification_body = SCHEMA_PARTIAL(
    "IncidentNotification", struct notification, notification_fields, "What people are told.");

static const char *const delivery_states[] = { "waiting", "sent", "failed", NULL };
static const struct field sink_fields[] = {
    REPLY("sink", T_STRING, .required = true),
    REPLY("state", T_ENUM, .values = delivery_states, .required = true,
          .doc = "waiting: it is tried again until it arrives, for a day."),
    REPLY("tries", T_INTEGER, .required = true),
    REPLY("error", T_STRING, .required = true, .nullable = true),
};
static const struct schema sink_reply =
    REPLY_SCHEMA("SinkResult", sink_fields, "What came of it at one place.");
static const struct field sent_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("sinks", T_ARRAY, .of = &sink_reply, .required = true, .doc = "Empty: none is set."),
    REPLY("reason", T_STRING, .required = true, .nullable = true),
};
static const struct schema sent_reply =
    REPLY_SCHEMA("NotificationSent", sent_fields, "What came of it, place by place.");

/* Until every place has it or has failed once. */
static enum error wait_for(struct request *request, int64_t id, struct rows *ret_rows)
{
    for (int waited = 0;; waited += LOOK_MS) {
        bool is_open = false;
        TRY(db_read(request->arena, SQL_ALERTS_DELIVERIES, PARAMS(P_INT(id)), ret_rows));
        for (size_t i = 0; i < ret_rows->count; i++) {
            is_open |= slice_eq(rows_text(ret_rows, i, "state"), S("waiting")) &&
                       rows_null(ret_rows, i, "last_error");
        }
        if (!is_open || waited >= WAIT_MS) {
            return OK;
        }
        fiber_sleep(LOOK_MS * US_PER_MS);
    }
}

static void reply_sent(struct request *request, int64_t id, const struct rows *sinks)
{
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_int(&json, S("id"), id);
    json_key(&json, S("sinks"));
    json_open_array(&json);
    for (size_t i = 0; i < sinks->count; i++) {
        json_open_object(&json);
        json_member_text(&json, S("sink"), rows_text(sinks, i, "sink"));
        json_member_text(&json, S("state"), rows_text(sinks, i, "state"));
        json_member_int(&json, S("tries"), rows_int(sinks, i, "tries"));
        json_key(&json, S("error"));
        text_or_none(&json, rows_text(sinks, i, "last_error"));
        json_close_object(&json);
    }
    json_close_array(&json);
    json_key(&json, S("reason"));
    sinks->count > 0 ? json_none(&json)
                     : json_text(&json, S("No place is set: SLACK_WEBHOOK_URL, ALERT_WEBHOOK_URL, "
                                          "ALERT_MAIL_TO with SMTP_URL, ALERT_COMMAND."));
    json_close_object(&json);
    reply_json(request, json_done(&json));
}

static enum error send_notification(struct request *request)
{
    const struct notification *body = request->input;
    const struct config *settings = request_app(request)->settings;
    struct oncall *roles = ARENA_ARRAY(request->arena, ROLE_COUNT, struct oncall);
    const char *severity = incident_severities[body->severity];
    char at[UTIME_TEXT_MAX];
    utime when = is_given(body->given, NOTE_AT) ? body->at : request->now;
    struct rows rows = { 0 };
    int64_t id = 0;
    TRY(oncall_read(request->arena, settings, roles));
    struct slice primary = oncall_now(&roles[ROLE_PRIMARY], request->now);
    struct message message = {
        .at = request->now,
        .kind = "note",
        .severity = slice_from(severity),
        .subject = S("incident"),
        .title = arena_format(request->arena, "%s: %.*s", severity, FMT(body->title)),
        .body = arena_format(request->arena, "%.*s\n%.*s, sent by %.*s.", FMT(body->description),
                             FMT(utime_print(when, at)), FMT(ops_actor_text(request))),
        .recipients = oncall_json(request->arena, &primary, 1),
    };
    {
        CLEANUP(tx_done) struct tx tx = { 0 };
        TRY(tx_begin(request->arena, &tx));
        TRY(notify_add(
            &tx, settings, &message,
            arena_format(request->arena, "note:%" PRId64 ":%.*s", request->now, FMT(request->id)),
            &id));
        TRY(ops_audit(request, &tx,
                      &(struct audit_note){ .action = "incident.notify", .reason = body->title },
                      NULL));
        TRY(tx_commit(&tx));
    }
    TRY(wait_for(request, id, &rows));
    reply_sent(request, id, &rows);
    return OK;
}

static const struct endpoint rows[] = {
    { OPS_GET, .path = "/api/admin/oncall", .name = "onCall", .summary = "Who is called now.",
      .reply = &oncall_reply, .handle = oncall },
    { OPS_ROW, .method = METHOD_PUT, .rate = RATE_WRITE, .lane = LANE_OPS,
      .path = "/api/admin/oncall/{role}", .name = "setOnCall",
      .summary = "Set who is called for something.", .params = &role_path, .body = &people_body,
      .reply = &oncall_reply, .handle = set_oncall },
    { OPS_POST, .path = "/api/admin/send-incident-notification", .name = "sendIncidentNotification",
      .summary = "Tell whoever is on call something, wherever messages go.",
      .body = &notification_body, .is_form_json = true, .reply = &sent_reply,
      .handle = send_notification },
};

const struct endpoint_table ops_oncall_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
