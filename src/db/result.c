/* From libpq's results to errors and cells. */
#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "db/internal.h"

void result_release(void *result)
{
    PQclear(result);
}

/* Constraint names that stand for an error a person should read. */
static const struct {
    const char *constraint;
    enum error error;
} constraint_errors[] = {
#define CONSTRAINT(name, error_) { #name, error_ },
#include "db/constraints.def"
#undef CONSTRAINT
};

static enum error constraint_error(const PGresult *result)
{
    const char *name = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    for (size_t i = 0; name != NULL && i < ARRAY_LEN(constraint_errors); i++) {
        if (slice_eq(slice_from(name), slice_from(constraint_errors[i].constraint))) {
            return constraint_errors[i].error;
        }
    }
    return E_CONFLICT;
}

enum error result_error(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
        return OK;
    }
    if (status == PGRES_PIPELINE_ABORTED) {
        return E_CONFLICT;
    }
    struct slice state = slice_from(PQresultErrorField(result, PG_DIAG_SQLSTATE));
    if (slice_starts(state, S("23"))) {
        return constraint_error(result);
    }
    if (slice_starts(state, S("40")) || slice_eq(state, S("55P03"))) {
        return E_CONFLICT; /* serialization failure, deadlock, lock not available */
    }
    if (slice_eq(state, S("57014"))) {
        return E_TIMEOUT;
    }
    if (slice_starts(state, S("57P")) || slice_starts(state, S("08")) ||
        slice_starts(state, S("53")) || state.len == 0 || slice_eq(state, S("25006"))) {
        return E_UNAVAILABLE; /* shutting down, connection, resources, read-only standby */
    }
    return E_INTERNAL;
}

void db_log_error(enum sql_id id, const PGresult *result)
{
    if (result_error(result) == E_INTERNAL) {
        log_line(LOG_ERROR, "statement_failed", "statement=%s sqlstate=%s why=%s",
                 sql_statements[id].name, PQresultErrorField(result, PG_DIAG_SQLSTATE),
                 LOG_Q(slice_from(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY))));
    }
}

enum error result_take(struct arena *arena, enum sql_id id, PGresult *result, struct rows *ret_rows)
{
    arena_defer(arena, result_release, result);
    struct rows rows = { .result = result, .count = (size_t)PQntuples(result) };
    enum error error = OK;
    struct slice affected = slice_from(PQcmdTuples(result));
    if (affected.len > 0) {
        error = slice_to_int(affected, &rows.affected);
        CHECK(error == OK);
    }
    enum sql_result kind = sql_statements[id].result;
    if (kind == SQL_ROW || kind == SQL_JSON) {
        if (rows.count == 0 || (kind == SQL_JSON && PQgetisnull(result, 0, 0))) {
            return E_NOT_FOUND;
        }
    }
    if (ret_rows != NULL) {
        *ret_rows = rows;
    }
    return OK;
}

static int column_of(const struct rows *rows, size_t row, const char *column)
{
    int index = PQfnumber(rows->result, column);
    CHECK(index >= 0);
    CHECK(row < rows->count);
    return index;
}

struct slice rows_text(const struct rows *rows, size_t row, const char *column)
{
    int index = column_of(rows, row, column);
    if (PQgetisnull(rows->result, (int)row, index)) {
        return (struct slice){ .ptr = NULL, .len = 0 };
    }
    return (struct slice){ .ptr = PQgetvalue(rows->result, (int)row, index),
                           .len = (size_t)PQgetlength(rows->result, (int)row, index) };
}

bool rows_null(const struct rows *rows, size_t row, const char *column)
{
    return PQgetisnull(rows->result, (int)row, column_of(rows, row, column)) != 0;
}

/* Cells that are not what the column's type promises are our mistake. */
int64_t rows_int(const struct rows *rows, size_t row, const char *column)
{
    struct slice text = rows_text(rows, row, column);
    int64_t value = 0;
    CHECK(text.ptr == NULL || slice_to_int(text, &value) == OK);
    return value;
}

bool rows_bool(const struct rows *rows, size_t row, const char *column)
{
    struct slice text = rows_text(rows, row, column);
    return text.len == 1 && text.ptr[0] == 't';
}

int64_t rows_millionths(const struct rows *rows, size_t row, const char *column)
{
    struct slice text = rows_text(rows, row, column);
    int64_t value = 0;
    CHECK(text.ptr == NULL || slice_to_millionths(text, &value) == OK);
    return value;
}

points rows_points(const struct rows *rows, size_t row, const char *column)
{
    return points_round(rows_millionths(rows, row, column));
}

utime rows_time(const struct rows *rows, size_t row, const char *column)
{
    struct slice text = rows_text(rows, row, column);
    utime value = 0;
    CHECK(text.ptr == NULL || utime_parse(text, &value) == OK);
    return value;
}

struct slice rows_json(const struct rows *rows)
{
    CHECK(rows->count == 1);
    return (struct slice){ .ptr = PQgetvalue(rows->result, 0, 0),
                           .len = (size_t)PQgetlength(rows->result, 0, 0) };
}
