/* The statements and migrations of sql/, compiled in by tools/compile-sql. */
#ifndef ASTRALFIELD_DB_STATEMENT_H
#define ASTRALFIELD_DB_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>

enum sql_result {
    SQL_JSON,  /* one row, one column: the document */
    SQL_ROW,   /* exactly one row */
    SQL_MAYBE, /* one row or none */
    SQL_ROWS,
    SQL_DONE, /* no rows; the affected count matters */
};

struct sql_statement {
    const char *name; /* "league/standings" */
    const char *text; /* with $1 … $n */
    size_t param_count;
    const char *const *params; /* "league_id", in order */
    const char *const *types;  /* "bigint" */
    enum sql_result result;
    bool is_write;
};

struct sql_migration {
    int version;
    const char *name;
    const char *up;
    const char *down;
    const char *checksum; /* SHA-256 of up and down, hexadecimal */
};

#endif
