#include "ops/switch_store.h"

#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "ops/audit.h"

enum { REASON_MAX = 1000 };

static struct param or_null(struct slice text)
{
    return text.len == 0 ? P_NULL : P_TEXT(text);
}

static struct param time_or_null(utime at)
{
    return at == 0 ? P_NULL : P_TIME(at);
}

static int64_t seconds_of(const struct switch_wish *wish)
{
    return wish->seconds != 0 ? wish->seconds : switch_info(wish->id)->seconds;
}

enum error switch_store_check(const struct switch_wish *wish, struct faults *faults)
{
    const struct switch_info *info = switch_info(wish->id);
    int64_t seconds_max = info->seconds_max > 0 ? info->seconds_max : SWITCH_SECONDS_MAX;
    int64_t value = 0;
    size_t before = faults->count;
    if (switch_parse(wish->id, wish->value, &value) != OK) {
        if (info->type == SWITCH_NUMBER) {
            fault_add(faults, S("/value"), "must be a whole number from %" PRId64 " to %" PRId64,
                      info->min, info->max);
        } else {
            fault_add(faults, S("/value"), "must be on or off");
        }
    }
    if (wish->seconds < 0 || wish->seconds > seconds_max) {
        fault_add(faults, S("/expiresIn"), "must be from 1 to %" PRId64 " seconds", seconds_max);
    }
    if (slice_code_points(wish->reason) > REASON_MAX) {
        fault_add(faults, S("/reason"), "must be at most %d characters long", REASON_MAX);
    }
    if (slice_code_points(wish->message) > SWITCH_MESSAGE_MAX) {
        fault_add(faults, S("/message"), "must be at most %d characters long", SWITCH_MESSAGE_MAX);
    }
    return faults->count > before
               ? refuse(faults, E_INVALID, "%s cannot be set like this.", info->name)
               : OK;
}

static struct slice as_json(struct arena *arena, struct slice value, struct slice message,
                            utime expires_at)
{
    struct json json;
    if (value.len == 0) {
        return S("");
    }
    json_init(&json, arena);
    json_open_object(&json);
    json_member_text(&json, S("value"), value);
    if (message.len > 0) {
        json_member_text(&json, S("message"), message);
    }
    if (expires_at != 0) {
        json_member_time(&json, S("expiresAt"), expires_at);
    }
    json_close_object(&json);
    return json_done(&json);
}

static enum error note(struct tx *tx, const struct switch_wish *wish, const char *action,
                       struct switch_change *change)
{
    struct rows rows = { 0 };
    TRY(tx_query(tx, SQL_OPS_SWITCH_NOTE,
                 PARAMS(P_TEXT(slice_from(switch_info(wish->id)->name)), P_TEXT(slice_from(action)),
                        or_null(change->before), or_null(change->after), or_null(wish->message),
                        or_null(wish->reason), time_or_null(change->expires_at), P_TEXT(wish->by),
                        wish->user_id == 0 ? P_NULL : P_INT(wish->user_id)),
                 &rows));
    change->history_id = rows_int(&rows, 0, "id");
    change->reason = wish->reason;
    change->before_json = as_json(tx->arena, change->before, S(""), 0);
    change->after_json = as_json(tx->arena, change->after, wish->message, change->expires_at);
    return OK;
}

/* The audit's lock comes first: orders of one switch are made one after the other. */
static enum error find(struct tx *tx, enum switch_id id, struct slice *ret_before)
{
    struct rows rows = { 0 };
    TRY(tx_query(tx, SQL_OPS_AUDIT_LOCK, NO_PARAMS, &rows));
    TRY(tx_query(tx, SQL_OPS_SWITCH_FIND, PARAMS(P_TEXT(slice_from(switch_info(id)->name))),
                 &rows));
    struct slice value = rows_text(&rows, 0, "value");
    *ret_before = value.ptr == NULL ? S("") : value;
    return OK;
}

enum error switch_store_set(struct tx *tx, const struct switch_wish *wish,
                            struct switch_change *ret_change)
{
    const struct switch_info *info = switch_info(wish->id);
    struct switch_change change = { 0 };
    struct rows rows = { 0 };
    int64_t value = 0;
    TRY(switch_parse(wish->id, wish->value, &value));
    TRY(find(tx, wish->id, &change.before));
    change.after = switch_print(tx->arena, wish->id, value);
    int64_t seconds = value == 0 ? wish->seconds : seconds_of(wish);
    TRY(tx_query(
        tx, SQL_OPS_SWITCH_SET,
        PARAMS(P_TEXT(slice_from(info->name)), P_TEXT(change.after), or_null(wish->message),
               P_TEXT(wish->by), P_TEXT(wish->reason.len > 0 ? wish->reason : S("not said")),
               wish->user_id == 0 ? P_NULL : P_INT(wish->user_id),
               seconds == 0 ? P_NULL : P_INT(seconds), P_BOOL(info->type == SWITCH_TRIGGER)),
        &rows));
    change.set_at = rows_time(&rows, 0, "set_at");
    change.expires_at = rows_time(&rows, 0, "expires_at");
    TRY(note(tx, wish, "set", &change));
    audit_announce(tx, S("switches"));
    *ret_change = change;
    return OK;
}

enum error switch_store_unset(struct tx *tx, const struct switch_wish *wish,
                              struct switch_change *ret_change)
{
    struct switch_wish bare = *wish;
    struct switch_change change = { 0 };
    struct rows rows = { 0 };
    bare.message = S("");
    TRY(find(tx, wish->id, &change.before));
    TRY(tx_query(tx, SQL_OPS_SWITCH_UNSET, PARAMS(P_TEXT(slice_from(switch_info(wish->id)->name))),
                 &rows));
    if (change.before.len > 0) {
        TRY(note(tx, &bare, "unset", &change));
        audit_announce(tx, S("switches"));
    }
    *ret_change = change;
    return OK;
}

static enum error expire_one(struct tx *tx, const struct rows *rows, size_t row, utime now)
{
    enum switch_id id = switch_find(rows_text(rows, row, "key"));
    if (id == SWITCH_COUNT) {
        return OK; /* of another version of the program: it is cleared all the same */
    }
    struct switch_change change = { .before = rows_text(rows, row, "value") };
    struct switch_wish wish = { .id = id, .by = S("its time was over") };
    TRY(note(tx, &wish, "expire", &change));
    return audit_add(tx,
                     &(struct audit_entry){ .at = now,
                                            .actor = "system",
                                            .action = "switch.expire",
                                            .target_kind = "switch",
                                            .target_id = slice_from(switch_info(id)->name),
                                            .before = change.before_json },
                     NULL);
}

enum error switch_store_expire(utime now)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    struct rows lock = { 0 };
    TRY(tx_begin(&arena, &tx));
    TRY(tx_query(&tx, SQL_OPS_AUDIT_LOCK, NO_PARAMS, &lock));
    TRY(tx_query(&tx, SQL_OPS_SWITCH_EXPIRE, NO_PARAMS, &rows));
    for (size_t i = 0; i < rows.count; i++) {
        TRY(expire_one(&tx, &rows, i, now));
    }
    return tx_commit(&tx);
}
