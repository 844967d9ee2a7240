/* Any bytes as method, path, query and a header, split at line feeds: never a crash; what is
 * accepted keeps its bounds, what is refused is told in text. */
#include <stdlib.h>

#include "http/params.h"
#include "http/router.h"

static const char *const orders[] = { "asc", "desc", NULL };

struct params {
    int64_t id;
    int64_t limit;
    int64_t weight;
    points bonus;
    bool flag;
    utime at;
    int order;
    struct list ids;
    struct list orders;
    struct slice code;
    struct slice search;
    struct slice key;
};

static const struct field fields[] = {
    FIELD(struct params, id, "id", T_INTEGER, .place = IN_PATH, .required = true, .min = 1),
    FIELD(struct params, code, "code", T_STRING, .place = IN_PATH, .required = true, .max = 8),
    FIELD(struct params, limit, "limit", T_INTEGER, .place = IN_QUERY, .min = 1, .max = 9,
          .fallback = "5"),
    FIELD(struct params, weight, "w", T_DECIMAL, .place = IN_QUERY),
    FIELD(struct params, bonus, "p", T_POINTS, .place = IN_QUERY),
    FIELD(struct params, flag, "b", T_BOOLEAN, .place = IN_QUERY),
    FIELD(struct params, at, "t", T_TIME, .place = IN_QUERY),
    FIELD(struct params, order, "o", T_ENUM, .place = IN_QUERY, .values = orders),
    FIELD(struct params, ids, "ids", T_ARRAY, .place = IN_QUERY, .items = T_INTEGER, .max = 4),
    FIELD(struct params, orders, "os", T_ARRAY, .place = IN_QUERY, .items = T_ENUM,
          .values = orders),
    FIELD(struct params, search, "q", T_STRING, .place = IN_QUERY, .max = 6),
    FIELD(struct params, key, "If-Match", T_STRING, .place = IN_HEADER, .max = 20),
};
static const struct schema schema = SCHEMA(NULL, struct params, fields, NULL);

static enum error answer(struct request *request)
{
    (void)request;
    return OK;
}

#define ROW(method_, path_, ...)                                                                   \
    {                                                                                              \
        .method = (method_), .path = (path_), .summary = "Row.", .tag = "Rows",                    \
        .access = ACCESS_PUBLIC, .rate = RATE_READ, .media = "text/plain", .handle = answer,       \
        .name = __VA_ARGS__                                                                        \
    }

static const struct endpoint rows[] = {
    ROW(METHOD_GET, "/a", "a"),
    ROW(METHOD_GET, "/a/{id}/x/{code}", "both", .params = &schema),
    ROW(METHOD_PUT, "/a/{id}/{code}", "put", .params = &schema),
    ROW(METHOD_GET, "/a/b/x/y", "literal"),
    ROW(METHOD_DELETE, "/a/b/x", "delete"),
};

static struct slice header;

/* The engine's part: one header. */
struct slice request_header(const struct request *request, struct slice name)
{
    (void)request;
    CHECK(slice_eq(name, S("if-match")));
    return header;
}

static void check_accepted(const struct params *params)
{
    CHECK(params->id >= 1);
    CHECK(params->limit >= 1 && params->limit <= 9);
    CHECK(params->order >= 0 && params->order <= 1);
    CHECK(params->ids.count <= 4);
    CHECK(slice_is_utf8(params->code) && slice_code_points(params->code) <= 8);
    CHECK(params->search.ptr == NULL || slice_is_utf8(params->search));
    CHECK(params->key.ptr == NULL || slice_is_utf8(params->key));
    for (size_t i = 0; i < params->orders.count; i++) {
        int order = ((const int *)params->orders.ptr)[i];
        CHECK(order == 0 || order == 1);
    }
}

static void run_request(struct request *request, const struct router *router)
{
    struct router_match match = { .endpoint = NULL };
    enum error error = router_find(router, request->method, request->path, request->arena, &match);
    if (error == OK && !match.is_options) {
        request->endpoint = match.endpoint;
        memcpy(request->path_values, match.values, sizeof(match.values));
        error = request_read_params(request);
        if (error == OK && match.endpoint->params != NULL) {
            check_accepted(request->params);
        }
    }
    if (error != OK) {
        CHECK(error == E_NOT_FOUND || error == E_METHOD || error == E_BAD_REQUEST ||
              error == E_INVALID);
        CHECK((error == E_METHOD) == (match.allow.len > 0));
        CHECK(slice_is_utf8(problem_document(request, error)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct arena arena = { .blocks = NULL };
    struct request request = { .arena = &arena, .faults = { .arena = &arena }, .id = S("0") };
    struct endpoint_table table = { .rows = rows, .count = ARRAY_LEN(rows) };
    struct router *router = NULL;
    CHECK(router_new(&table, 1, &request.faults, &router) == OK);
    char *copy = malloc(len + 1); /* exactly as long as the input, so that ASan sees the end */
    CHECK(copy != NULL);
    memcpy(copy + 1, bytes, len);
    struct slice rest = { .ptr = copy + 1, .len = len };
    request.method = slice_cut(&rest, '\n');
    request.path = slice_cut(&rest, '\n');
    request.query = slice_cut(&rest, '\n');
    header = rest;
    run_request(&request, router);
    free(copy);
    arena_done(&arena);
    return 0;
}
