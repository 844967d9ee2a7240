#include "ops/audit.h"

static struct param or_null(struct slice text)
{
    return text.len == 0 ? P_NULL : P_TEXT(text);
}

enum error audit_add(struct tx *tx, const struct audit_entry *entry, int64_t *ret_seq)
{
    bool has_target = entry->target_kind != NULL;
    struct rows rows = { 0 };
    TRY(tx_query(tx, SQL_OPS_AUDIT_LOCK, NO_PARAMS, &rows));
    TRY(tx_query(tx, SQL_OPS_AUDIT_ADD,
                 PARAMS(P_TIME(entry->at), P_TEXT(slice_from(entry->actor)),
                        entry->user_id == 0 ? P_NULL : P_INT(entry->user_id),
                        P_TEXT(slice_from(entry->action)),
                        has_target ? P_TEXT(slice_from(entry->target_kind)) : P_NULL,
                        has_target ? P_TEXT(entry->target_id) : P_NULL, or_null(entry->before),
                        or_null(entry->after), or_null(entry->reason), or_null(entry->address),
                        or_null(entry->request_id), or_null(entry->incident_ref)),
                 &rows));
    if (ret_seq != NULL) {
        *ret_seq = rows_int(&rows, 0, "seq");
    }
    return OK;
}

void audit_announce(struct tx *tx, struct slice what)
{
    tx_send(tx, SQL_AUTH_ANNOUNCE, PARAMS(P_TEXT(arena_format(tx->arena, "ops:%.*s", FMT(what)))));
}
