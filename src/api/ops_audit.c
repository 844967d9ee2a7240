/* Every action of an operator leaves a row in the hash-chained audit log, in its own transaction. */
#include <inttypes.h>

#include "api/access.h"
#include "api/ops.h"
#include "base/check.h"

const char *ops_actor_kind(const struct request *request)
{
    switch (request->caller.kind) {
    case CALLER_SESSION:
        return request->caller.is_operator ? "operator" : "user";
    case CALLER_TOKEN:
        return "token";
    case CALLER_ANONYMOUS:
        break;
    }
    return ops_is_direct(request) ? "local" : "anonymous";
}

struct slice ops_actor_text(struct request *request)
{
    const struct caller *caller = &request->caller;
    if (caller->kind == CALLER_ANONYMOUS) {
        return S("local");
    }
    return arena_format(request->arena, "%s %" PRId64, ops_actor_kind(request),
                        caller->kind == CALLER_TOKEN ? caller->session_id : caller->user_id);
}

/* A token acts for its owner; which one it was stands in `after`. */
static struct slice with_token(struct request *request, struct slice after)
{
    if (request->caller.kind != CALLER_TOKEN) {
        return after;
    }
    struct slice inner = after.len > 2 ? slice_from_to(after, 1, after.len - 1) : S("");
    return arena_format(request->arena, "{\"token\":%" PRId64 "%s%.*s}", request->caller.session_id,
                        inner.len > 0 ? "," : "", FMT(inner));
}

static struct param or_null(struct slice text)
{
    return text.len == 0 ? P_NULL : P_TEXT(text);
}

enum error ops_audit(struct request *request, struct tx *tx, const struct audit_note *note,
                     int64_t *ret_seq)
{
    bool is_person = request->caller.kind != CALLER_ANONYMOUS;
    struct rows rows = { 0 };
    TRY(tx_query(tx, SQL_OPS_AUDIT_LOCK, NO_PARAMS, &rows));
    TRY(tx_query(
        tx, SQL_OPS_AUDIT_ADD,
        PARAMS(P_TIME(request->now), P_TEXT(is_person ? S("operator") : S("local")),
               is_person ? P_INT(request->caller.user_id) : P_NULL,
               P_TEXT(slice_from(note->action)),
               note->target_kind == NULL ? P_NULL : P_TEXT(slice_from(note->target_kind)),
               note->target_kind == NULL ? P_NULL : P_TEXT(note->target_id), or_null(note->before),
               or_null(with_token(request, note->after)), or_null(note->reason),
               or_null(request->peer), or_null(request->id), or_null(note->incident_ref)),
        &rows));
    if (ret_seq != NULL) {
        *ret_seq = rows_int(&rows, 0, "seq");
    }
    return OK;
}

void ops_announce(struct tx *tx, struct slice what)
{
    tx_send(tx, SQL_AUTH_ANNOUNCE, PARAMS(P_TEXT(arena_format(tx->arena, "ops:%.*s", FMT(what)))));
}

enum error ops_note_action(struct request *request, const struct audit_note *note,
                           struct slice what)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(tx_begin(request->arena, &tx));
    TRY(ops_audit(request, &tx, note, NULL));
    if (what.len > 0) {
        ops_announce(&tx, what);
    }
    return tx_commit(&tx);
}
