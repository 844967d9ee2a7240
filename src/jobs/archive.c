#include "jobs/archive.h"

#include <inttypes.h>

#include "db/db.h"

static struct slice number_or_null(struct arena *arena, bool is_null, int64_t value)
{
    return is_null ? S("null") : arena_format(arena, "%" PRId64, value);
}

enum error archive_tick(utime *ret_next)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    *ret_next = 0;
    TRY(db_read(&arena, SQL_OPS_MAY_SEE_ARCHIVE, NO_PARAMS, &rows));
    if (!rows_bool(&rows, 0, "may")) {
        return OK; /* a database of somebody else's; who runs it may grant pg_monitor */
    }
    TRY(db_read(&arena, SQL_OPS_ARCHIVE_FACTS, NO_PARAMS, &rows));
    struct slice lag =
        number_or_null(&arena, rows_null(&rows, 0, "lag"), rows_int(&rows, 0, "lag"));
    struct slice until = number_or_null(&arena, rows_null(&rows, 0, "until"),
                                        rows_time(&rows, 0, "until") / US_PER_S);
    struct slice facts = arena_format(
        &arena, "{\"archive_lag_seconds\":%.*s,\"restorable_until\":%.*s}", FMT(lag), FMT(until));
    TRY(tx_begin(&arena, &tx));
    tx_send(&tx, SQL_OPS_FACTS_WRITE, PARAMS(P_TEXT(facts)));
    return tx_commit(&tx);
}
