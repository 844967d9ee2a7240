/* Results of a query for people and for programs. */
#include <inttypes.h>
#include <stdio.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/cmd_backup.h"

enum { COLUMNS_MAX = 16, WIDTH_MAX = 60 };
enum { OID_BOOL = 16, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_NUMERIC = 1700 };

static bool is_number(const PGresult *result, int column)
{
    Oid type = PQftype(result, column);
    return type == OID_INT8 || type == OID_INT2 || type == OID_INT4 || type == OID_NUMERIC;
}

static struct slice value_of(const PGresult *result, int row, int column)
{
    return (struct slice){ .ptr = PQgetvalue(result, row, column),
                           .len = (size_t)PQgetlength(result, row, column) };
}

static void put_row(struct json *json, const PGresult *result, int row)
{
    json_open_object(json);
    for (int column = 0; column < PQnfields(result); column++) {
        struct slice key = slice_from(PQfname(result, column));
        struct slice value = value_of(result, row, column);
        if (PQgetisnull(result, row, column) != 0) {
            json_member_null(json, key);
        } else if (is_number(result, column)) {
            json_member_raw(json, key, value);
        } else if (PQftype(result, column) == OID_BOOL) {
            json_member_bool(json, key, slice_eq(value, S("t")));
        } else {
            json_member_text(json, key, value);
        }
    }
    json_close_object(json);
}

void cli_json_rows(struct json *json, const PGresult *result)
{
    json_open_array(json);
    for (int row = 0; row < PQntuples(result); row++) {
        put_row(json, result, row);
    }
    json_close_array(json);
}

/* As it is shown: one line, cut. */
static struct slice shown(struct arena *arena, struct slice value)
{
    struct slice copy = arena_copy(arena, value);
    char *bytes = (char *)(uintptr_t)copy.ptr;
    for (size_t i = 0; i < copy.len; i++) {
        bytes[i] = bytes[i] == '\n' || bytes[i] == '\t' ? ' ' : bytes[i];
    }
    return copy;
}

static void print_table(struct cli *cli, const PGresult *result)
{
    int columns = PQnfields(result) < COLUMNS_MAX ? PQnfields(result) : COLUMNS_MAX;
    int widths[COLUMNS_MAX] = { 0 };
    for (int row = -1; row < PQntuples(result); row++) {
        for (int column = 0; column < columns; column++) {
            size_t len = row < 0 ? slice_from(PQfname(result, column)).len
                                 : value_of(result, row, column).len;
            int wide = len > WIDTH_MAX ? WIDTH_MAX : (int)len;
            widths[column] = wide > widths[column] ? wide : widths[column];
        }
    }
    for (int row = -1; row < PQntuples(result); row++) {
        struct buffer line;
        buffer_init(&line, cli->arena);
        for (int column = 0; column < columns; column++) {
            struct slice value = row < 0 ? slice_from(PQfname(result, column))
                                         : shown(cli->arena, value_of(result, row, column));
            int wide = is_number(result, column) ? widths[column] : -widths[column];
            value.len = value.len > WIDTH_MAX && column < columns - 1 ? WIDTH_MAX : value.len;
            buffer_format(&line, column == 0 ? "%*.*s" : "  %*.*s", wide, FMT(value));
        }
        cli_print("%.*s\n", FMT(slice_trim(buffer_slice(&line))));
    }
}

int cli_print_rows(struct cli *cli, const PGresult *result, bool is_one)
{
    struct json json;
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        struct slice why = slice_trim(slice_from(PQresultErrorMessage(result)));
        return cli_fail(cli, refuse(&cli->faults, E_UNAVAILABLE, "%.*s", FMT(why)));
    }
    if (cli->is_json) {
        json_init(&json, cli->arena);
        if (is_one && PQntuples(result) == 1) {
            put_row(&json, result, 0);
        } else {
            cli_json_rows(&json, result);
        }
        cli_print("%.*s\n", FMT(json_done(&json)));
        return EXIT_OK;
    }
    if (is_one && PQntuples(result) == 1) {
        for (int column = 0; column < PQnfields(result); column++) {
            cli_print("%-24s %.*s\n", PQfname(result, column), FMT(value_of(result, 0, column)));
        }
    } else {
        print_table(cli, result);
    }
    return EXIT_OK;
}
