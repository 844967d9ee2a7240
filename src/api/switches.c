/* The switches: what is on, since when and by whom; setting, unsetting, history. */
#include <inttypes.h>

#include <jansson.h>

#include "api/areas.h"
#include "api/ops.h"
#include "api/switch_watch.h"
#include "base/check.h"
#include "ops/switch_store.h"

struct name_path {
    struct slice name;
};
static const struct field name_fields[] = {
    FIELD(struct name_path, name, "name", T_STRING, .place = IN_PATH, .required = true, .min = 1,
          .max = 100, .doc = "MAINTENANCE_MODE, DATABASE_POOL_SIZE …"),
};
static const struct schema name_path =
    SCHEMA("SwitchPath", struct name_path, name_fields, "One switch.");

struct order {
    json_t *value;
    int64_t seconds;
    struct slice reason, message;
};
static const struct field order_fields[] = {
    FIELD(struct order, value, "value", T_JSON, .required = true,
          .doc = "true, false, \"on\", \"off\"; a whole number where it is one."),
    FIELD(struct order, seconds, "expiresIn", T_INTEGER, .min = 1, .max = SWITCH_SECONDS_MAX,
          .doc = "Seconds; left out: as the switch has it, most until they are unset."),
    FIELD(struct order, reason, "reason", T_STRING, .min = 1, .max = 1000),
    FIELD(struct order, message, "message", T_STRING, .min = 1, .max = SWITCH_MESSAGE_MAX,
          .doc = "What users are told, with the five modes."),
};
static const struct schema order_body =
    SCHEMA("SwitchOrder", struct order, order_fields, "What a switch is set to, and why.");

static const char *const types[] = { "flag", "trigger", "number", NULL };
static const char *const sources[] = { "default", "environment", "order", NULL };
static const char *const modes[] = { "normal",   "read-only", "maintenance",
                                     "lockdown", "recovery",  NULL };

static const struct field switch_fields[] = {
    REPLY("name", T_STRING, .required = true),
    REPLY("type", T_ENUM, .values = types, .required = true),
    REPLY("value", T_JSON, .required = true, .doc = "In effect on this node."),
    REPLY("source", T_ENUM, .values = sources, .required = true),
    REPLY("since", T_TIME, .required = true, .nullable = true),
    REPLY("expiresAt", T_TIME, .required = true, .nullable = true),
    REPLY("by", T_STRING, .required = true, .nullable = true),
    REPLY("reason", T_STRING, .required = true, .nullable = true),
    REPLY("message", T_STRING, .required = true, .nullable = true),
    REPLY("min", T_INTEGER, .required = true),
    REPLY("max", T_INTEGER, .required = true),
    REPLY("unit", T_STRING, .required = true),
    REPLY("meaning", T_STRING, .required = true),
};
static const struct schema switch_reply =
    REPLY_SCHEMA("Switch", switch_fields, "One switch and what is in effect.");

static const struct field list_fields[] = {
    REPLY("mode", T_ENUM, .values = modes, .required = true),
    REPLY("switches", T_ARRAY, .of = &switch_reply, .required = true),
};
static const struct schema list_reply =
    REPLY_SCHEMA("Switches", list_fields, "Every switch, as this node has it.");

static const struct field changed_fields[] = {
    REPLY("success", T_BOOLEAN, .required = true),
    REPLY("changed", T_BOOLEAN, .required = true, .doc = "False: it was not set."),
    REPLY("before", T_STRING, .required = true, .nullable = true, .doc = "null: it was not set."),
    REPLY("after", T_STRING, .required = true, .nullable = true, .doc = "null: it is unset."),
    REPLY("reason", T_STRING, .required = true, .nullable = true),
    REPLY("historyId", T_INTEGER, .required = true, .nullable = true),
    REPLY("switch", T_OBJECT, .of = &switch_reply, .required = true),
};
static const struct schema changed_reply = REPLY_SCHEMA(
    "SwitchChanged", changed_fields, "Done on this node; within a second on every other.");

struct history_query {
    struct slice name;
    int64_t count_max;
};
static const struct field history_fields[] = {
    FIELD(struct history_query, name, "name", T_STRING, .place = IN_QUERY, .min = 1, .max = 100),
    FIELD(struct history_query, count_max, "countMax", T_INTEGER, .place = IN_QUERY, .min = 1,
          .max = 1000, .fallback = "100"),
};
static const struct schema history_query =
    SCHEMA("SwitchHistoryQuery", struct history_query, history_fields, "Which, and how many.");

static const char *const actions[] = { "set", "unset", "expire", NULL };
static const struct field change_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("at", T_TIME, .required = true),
    REPLY("name", T_STRING, .required = true),
    REPLY("action", T_ENUM, .values = actions, .required = true),
    REPLY("before", T_STRING, .required = true, .nullable = true),
    REPLY("after", T_STRING, .required = true, .nullable = true),
    REPLY("message", T_STRING, .required = true, .nullable = true),
    REPLY("reason", T_STRING, .required = true, .nullable = true),
    REPLY("expiresAt", T_TIME, .required = true, .nullable = true),
    REPLY("by", T_STRING, .required = true),
};
static const struct schema change_item =
    REPLY_SCHEMA("SwitchHistoryItem", change_fields, "One change of a switch.");
static const struct field changes_fields[] = {
    REPLY("changes", T_ARRAY, .of = &change_item, .required = true),
};
static const struct schema changes_reply =
    REPLY_SCHEMA("SwitchHistory", changes_fields, "Changes of switches, newest first.");

/* ---- writing ---- */

static void text_or_null(struct json *json, struct slice key, struct slice text)
{
    if (text.len > 0) {
        json_member_text(json, key, text);
    } else {
        json_member_null(json, key);
    }
}

static void time_or_null(struct json *json, struct slice key, utime at)
{
    if (at != 0) {
        json_member_time(json, key, at);
    } else {
        json_member_null(json, key);
    }
}

static void write_switch(struct json *json, enum switch_id id)
{
    const struct switch_info *info = switch_info(id);
    struct switch_state state = switch_state(json->out.arena, id);
    json_open_object(json);
    json_member_text(json, S("name"), slice_from(info->name));
    json_member_text(json, S("type"), slice_from(types[info->type]));
    if (info->type == SWITCH_NUMBER) {
        json_member_int(json, S("value"), state.value);
    } else {
        json_member_bool(json, S("value"), state.value != 0);
    }
    json_member_text(json, S("source"), slice_from(switch_source_name(state.source)));
    time_or_null(json, S("since"), state.since);
    time_or_null(json, S("expiresAt"), state.until);
    text_or_null(json, S("by"), state.by);
    text_or_null(json, S("reason"), state.reason);
    text_or_null(json, S("message"), state.message);
    json_member_int(json, S("min"), info->min);
    json_member_int(json, S("max"), info->max);
    json_member_text(json, S("unit"), slice_from(info->unit));
    json_member_text(json, S("meaning"), slice_from(info->meaning));
    json_close_object(json);
}

static enum error list(struct request *request)
{
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_text(&json, S("mode"), slice_from(mode_name(switches_mode())));
    json_key(&json, S("switches"));
    json_open_array(&json);
    for (size_t i = 0; i < SWITCH_COUNT; i++) {
        write_switch(&json, (enum switch_id)i);
    }
    json_close_array(&json);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static void reply_changed(struct request *request, enum switch_id id,
                          const struct switch_change *change)
{
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_bool(&json, S("success"), true);
    json_member_bool(&json, S("changed"), change->history_id != 0);
    text_or_null(&json, S("before"), change->before);
    text_or_null(&json, S("after"), change->after);
    text_or_null(&json, S("reason"), change->reason);
    if (change->history_id != 0) {
        json_member_int(&json, S("historyId"), change->history_id);
    } else {
        json_member_null(&json, S("historyId"));
    }
    json_key(&json, S("switch"));
    write_switch(&json, id);
    json_close_object(&json);
    reply_json(request, json_done(&json));
}

/* ---- changing ---- */

static enum error find(struct request *request, struct slice name, enum switch_id *ret_id)
{
    *ret_id = switch_find(name);
    return *ret_id == SWITCH_COUNT
               ? refuse(&request->faults, E_NOT_FOUND, "There is no switch of that name.")
               : OK;
}

/* Commits a change with its row in the audit log, and follows it here at once. */
static enum error finish(struct request *request, struct tx *tx, const char *action,
                         const struct switch_wish *wish, const struct switch_change *change)
{
    if (change->history_id != 0) {
        TRY(ops_audit(request, tx,
                      &(struct audit_note){ .action = action,
                                            .target_kind = "switch",
                                            .target_id = slice_from(switch_info(wish->id)->name),
                                            .before = change->before_json,
                                            .after = change->after_json,
                                            .reason = change->reason },
                      NULL));
    }
    TRY(tx_commit(tx));
    switch_watch_now(request_app(request));
    reply_changed(request, wish->id, change);
    return OK;
}

/* true, "on", 20 as the text that a person would type. */
static struct slice value_text(struct arena *arena, const json_t *value)
{
    return json_is_boolean(value) ? (json_is_true(value) ? S("on") : S("off"))
           : json_is_integer(value)
               ? arena_format(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value))
           : json_is_string(value)
               ? (struct slice){ .ptr = json_string_value(value), .len = json_string_length(value) }
               : S("");
}

static enum error set(struct request *request)
{
    const struct name_path *path = request->params;
    const struct order *order = request->input;
    struct switch_wish wish = { .value = value_text(request->arena, order->value),
                                .seconds = order->seconds,
                                .reason = order->reason,
                                .message = order->message,
                                .by = ops_actor_text(request),
                                .user_id = request->caller.user_id };
    struct switch_change change = { 0 };
    TRY(find(request, path->name, &wish.id));
    TRY(switch_store_check(&wish, &request->faults));
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(tx_begin(request->arena, &tx));
    TRY(switch_store_set(&tx, &wish, &change));
    return finish(request, &tx, "switch.set", &wish, &change);
}

struct unset_path {
    struct slice name, reason;
};
static const struct field unset_path_fields[] = {
    FIELD(struct unset_path, name, "name", T_STRING, .place = IN_PATH, .required = true, .min = 1,
          .max = 100),
    FIELD(struct unset_path, reason, "reason", T_STRING, .place = IN_QUERY, .min = 1, .max = 1000),
};
static const struct schema unset_path =
    SCHEMA("UnsetSwitch", struct unset_path, unset_path_fields, "Which switch, and why.");

static enum error unset(struct request *request)
{
    const struct unset_path *path = request->params;
    struct switch_wish wish = { .reason = path->reason,
                                .by = ops_actor_text(request),
                                .user_id = request->caller.user_id };
    struct switch_change change = { 0 };
    TRY(find(request, path->name, &wish.id));
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(tx_begin(request->arena, &tx));
    TRY(switch_store_unset(&tx, &wish, &change));
    return finish(request, &tx, "switch.unset", &wish, &change);
}

static enum error history(struct request *request)
{
    const struct history_query *query = request->params;
    struct param name = query->name.len > 0 ? P_TEXT(query->name) : P_NULL;
    return reply_query(request, SQL_OPS_SWITCH_HISTORY, PARAMS(name, P_INT(query->count_max)));
}

static const struct endpoint rows[] = {
    { OPS_GET, .path = "/api/admin/switches", .name = "switches",
      .summary = "Every switch: what is in effect here, since when, by whom, until when.",
      .reply = &list_reply, .handle = list },
    { OPS_GET, .path = "/api/admin/switches/history", .name = "switchHistory",
      .summary = "What was switched, newest first.", .params = &history_query,
      .reply = &changes_reply, .handle = history },
    { OPS_ROW, .method = METHOD_PUT, .rate = RATE_WRITE, .lane = LANE_OPS,
      .path = "/api/admin/switches/{name}", .name = "setSwitch",
      .summary = "Set a switch, on every node within a second, without a restart.",
      .params = &name_path, .body = &order_body, .reply = &changed_reply, .handle = set },
    { OPS_ROW, .method = METHOD_DELETE, .rate = RATE_WRITE, .lane = LANE_OPS,
      .path = "/api/admin/switches/{name}", .name = "unsetSwitch",
      .summary = "Unset a switch: the environment's value, else the default, is in effect again.",
      .params = &unset_path, .reply = &changed_reply, .handle = unset },
};

const struct endpoint_table switch_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
