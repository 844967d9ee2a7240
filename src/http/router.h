/* From method and path to the endpoint's row: a tree of path segments, built once at start and then
 * only read, so every loop may use it without a lock. */
#ifndef ASTRALFIELD_HTTP_ROUTER_H
#define ASTRALFIELD_HTTP_ROUTER_H

#include "base/faults.h"
#include "http/endpoint.h"
#include "http/request.h"

struct router;

struct router_match {
    const struct endpoint *endpoint; /* NULL for OPTIONS */
    size_t index;                    /* of the endpoint: 0 … router_count()-1, for metrics */
    struct slice values[REQUEST_PARAMS_MAX]; /* path values, decoded, in the order of the path */
    size_t value_count;
    struct slice allow; /* "GET, HEAD, OPTIONS": set for OPTIONS and with E_METHOD */
    bool is_head;       /* the GET row answers, without its body */
    bool is_options;    /* answer 204 with Allow */
};

/* Checks the tables (endpoints_check) and builds the tree in the faults' arena, borrowing the rows.
 * E_USAGE: a row is wrong; the faults say which. */
MUST_CHECK enum error router_new(const struct endpoint_table *tables, size_t count,
                                 struct faults *faults, struct router **ret_router);

/* Finds the row. `path` is as sent, without the query. A literal segment wins over a {parameter};
 * a slash at the end makes another path; literal segments are compared as sent, so that an escape
 * cannot slip past a rule of the proxy in front. Path values are percent-decoded into the arena.
 * E_NOT_FOUND; E_METHOD (ret_match->allow is set); E_BAD_REQUEST: a broken escape, %00 or bytes
 * that are not UTF-8 in the path. */
MUST_CHECK enum error router_find(const struct router *router, struct slice method,
                                  struct slice path, struct arena *arena,
                                  struct router_match *ret_match);

/* Rows are numbered in the order of the tables. */
size_t router_count(const struct router *router);
const struct endpoint *router_endpoint(const struct router *router, size_t index);

#endif
