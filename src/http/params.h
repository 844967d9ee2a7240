/* Parameters as they stand in an address: percent-escapes and the query string. */
#ifndef ASTRALFIELD_HTTP_PARAMS_H
#define ASTRALFIELD_HTTP_PARAMS_H

#include "http/request.h"

enum { QUERY_PAIRS_MAX = 64 };

struct query_pair {
    struct slice name;
    struct slice value;
};

struct query {
    struct query_pair *pairs;
    size_t count;
};

/* Decodes %XX (and '+' as a space when is_query) into the arena; text without escapes is borrowed.
 * E_BAD_REQUEST: a broken escape, %00, or bytes that are not UTF-8. */
MUST_CHECK enum error percent_decode(struct arena *arena, struct slice text, bool is_query,
                                     struct slice *ret_text);

/* Reads the raw query (what follows '?') into the faults' arena. E_BAD_REQUEST: as percent_decode,
 * an empty name, or more than QUERY_PAIRS_MAX pairs. E_INVALID: a parameter given twice. */
MUST_CHECK enum error query_parse(struct slice raw, struct faults *faults, struct query *ret_query);

/* The value of a parameter; ptr NULL when absent. */
struct slice query_value(const struct query *query, struct slice name);

/* Adds a fault for every parameter that is no IN_QUERY field of the schema (NULL = knows none). */
void query_check_names(const struct schema *schema, const struct query *query,
                       struct faults *faults);

/* The whole of it for one request: the query is parsed, unknown names are faults, and
 * request->params is filled from request->path_values, the query and the headers. For rows without
 * parameters the query must be empty. E_BAD_REQUEST, E_INVALID (every fault is told). */
MUST_CHECK enum error request_read_params(struct request *request);

/* The text of one of the row's parameters by its name, or its fallback; ptr NULL when it has neither.
 * Only after request_read_params has found the parameters good. */
struct slice request_param(const struct request *request, struct slice name);

#endif
