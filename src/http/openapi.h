/* What the endpoint tables say about themselves: the OpenAPI document, the list of routes and the
 * API manual. All three are deterministic: rows sorted by path, then method. */
#ifndef ASTRALFIELD_HTTP_OPENAPI_H
#define ASTRALFIELD_HTTP_OPENAPI_H

#include "base/arena.h"
#include "http/endpoint.h"

/* All the rows of a server. They must have passed endpoints_check. */
struct api {
    const struct endpoint_table *tables;
    size_t count;
    struct slice version; /* "1.0.0" */
};

/* OpenAPI 3.1 as JSON, indented by two spaces, with a line feed at the end; lives in the arena. */
struct slice openapi_document(const struct api *api, struct arena *arena);

enum routes_format { ROUTES_TEXT, ROUTES_JSON };

/* For `astralfield routes`: one line (or one object) per row. */
struct slice routes_print(const struct api *api, enum routes_format format, struct arena *arena);

/* The manual, docs/api.md: Markdown. */
struct slice api_manual(const struct api *api, struct arena *arena);

#endif
