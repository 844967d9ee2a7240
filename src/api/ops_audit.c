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

enum error ops_audit(struct request *request, struct tx *tx, const struct audit_note *note,
                     int64_t *ret_seq)
{
    bool is_person = request->caller.kind != CALLER_ANONYMOUS;
    const struct audit_entry entry = { .at = request->now,
                                       .actor = is_person ? "operator" : "local",
                                       .user_id = request->caller.user_id,
                                       .action = note->action,
                                       .target_kind = note->target_kind,
                                       .target_id = note->target_id,
                                       .before = note->before,
                                       .after = with_token(request, note->after),
                                       .reason = note->reason,
                                       .address = request->peer,
                                       .request_id = request->id,
                                       .incident_ref = note->incident_ref };
    return audit_add(tx, &entry, ret_seq);
}

enum error ops_note_action(struct request *request, const struct audit_note *note,
                           struct slice what)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(tx_begin(request->arena, &tx));
    TRY(ops_audit(request, &tx, note, NULL));
    if (what.len > 0) {
        audit_announce(&tx, what);
    }
    return tx_commit(&tx);
}
