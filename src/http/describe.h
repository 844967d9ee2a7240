/* Rows and fields in words: what the OpenAPI document, the manual and the routes list share. */
#ifndef ASTRALFIELD_HTTP_DESCRIBE_H
#define ASTRALFIELD_HTTP_DESCRIBE_H

#include "http/openapi.h"

enum { DESCRIBED_SCHEMAS_MAX = 1024 };

struct row_list {
    const struct endpoint **rows;
    size_t count;
};

/* All rows, sorted by path, then method. */
struct row_list rows_sorted(const struct api *api, struct arena *arena);

struct schema_list {
    const struct schema *schemas[DESCRIBED_SCHEMAS_MAX];
    size_t count;
};

/* Every schema of bodies and replies and what lies in them, once each, sorted by name; Problem
 * among them. */
struct schema_list *schemas_sorted(const struct api *api, struct arena *arena);

/* The errors of a row, in the order of their status, then of errors.def. */
struct error_list {
    enum error errors[ERROR_COUNT];
    size_t count;
};
struct error_list errors_by_status(const struct endpoint *row);

/* What every error answer looks like (RFC 9457). */
extern const struct schema problem_schema;

const char *rate_name(enum rate rate);
const char *lane_name(enum lane lane);
const char *cache_name(enum cache cache);
const char *place_name(enum field_place place);

static inline int success_status(const struct endpoint *row)
{
    return row->status != 0 ? row->status : row->is_upgrade ? 101 : 200;
}

/* JSON laid out by two spaces, with a line feed at the end. */
struct slice json_indented(struct slice compact, struct arena *arena);

/* A curl command that would work but for ids and the token. */
struct slice curl_example(const struct endpoint *row, struct arena *arena);

#endif
