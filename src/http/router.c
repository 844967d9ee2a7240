#include "http/router.h"

#include "http/params.h"

enum {
    SEGMENTS_MAX = 16, /* longer paths are nobody's */
    METHODS = METHOD_DELETE + 1,
};

struct node {
    struct slice literal; /* the segment; ptr NULL for {parameter} */
    struct node *next;    /* sibling */
    struct node *children;
    struct node *param;   /* the child that takes any segment */
    size_t rows[METHODS]; /* index + 1 into the router's rows; 0 = none */
    bool has_rows;
};

struct router {
    struct node root;
    const struct endpoint **rows;
    size_t count;
};

/* The segments of a path as sent. */
struct path {
    struct slice segments[SEGMENTS_MAX];
    size_t count;
};

/* False when there are too many, or one is empty: "//", or a slash at the end. */
static bool split(struct slice text, struct path *path)
{
    if (text.len == 0 || text.ptr[0] != '/') {
        return false;
    }
    struct slice rest = slice_from_to(text, 1, text.len);
    path->count = 0;
    while (rest.ptr != NULL) {
        struct slice segment = slice_cut(&rest, '/');
        if (path->count == SEGMENTS_MAX || segment.len == 0) {
            return false;
        }
        path->segments[path->count++] = segment;
    }
    return true;
}

static bool is_param(struct slice segment)
{
    return segment.ptr[0] == '{';
}

static struct node *child_literal(const struct node *node, struct slice segment)
{
    struct node *child = node->children;
    while (child != NULL && !slice_eq(child->literal, segment)) {
        child = child->next;
    }
    return child;
}

static struct node *child_made(struct arena *arena, struct node *node, struct slice segment)
{
    struct node *child = is_param(segment) ? node->param : child_literal(node, segment);
    if (child != NULL) {
        return child;
    }
    child = ARENA_NEW(arena, struct node);
    if (is_param(segment)) {
        node->param = child;
    } else {
        *child = (struct node){ .literal = segment, .next = node->children };
        node->children = child;
    }
    return child;
}

static enum error add_row(struct router *router, const struct endpoint *row, struct faults *faults)
{
    struct path path = { .count = 0 };
    if (!split(slice_from(row->path), &path)) {
        fault_add(faults, slice_from(row->path), "has more than %d segments", SEGMENTS_MAX);
        return refuse(faults, E_USAGE, "%s has more than %d segments.", row->path, SEGMENTS_MAX);
    }
    struct node *node = &router->root;
    for (size_t i = 0; i < path.count; i++) {
        node = child_made(faults->arena, node, path.segments[i]);
    }
    router->rows[router->count++] = row;
    node->rows[row->method] = router->count;
    node->has_rows = true;
    return OK;
}

enum error router_new(const struct endpoint_table *tables, size_t count, struct faults *faults,
                      struct router **ret_router)
{
    TRY(endpoints_check(tables, count, faults));
    size_t rows = 0;
    for (size_t t = 0; t < count; t++) {
        rows += tables[t].count;
    }
    struct router *router = ARENA_NEW(faults->arena, struct router);
    router->rows = ARENA_ARRAY(faults->arena, rows, const struct endpoint *);
    for (size_t t = 0; t < count; t++) {
        for (size_t r = 0; r < tables[t].count; r++) {
            TRY(add_row(router, &tables[t].rows[r], faults));
        }
    }
    *ret_router = router;
    return OK;
}

size_t router_count(const struct router *router)
{
    return router->count;
}

const struct endpoint *router_endpoint(const struct router *router, size_t index)
{
    CHECK(index < router->count);
    return router->rows[index];
}

/* The node of a path, or NULL. A literal child is tried before the parameter; other branches wait
 * on a stack, which holds at most one per level. */
static const struct node *walk(const struct router *router, const struct path *path)
{
    struct {
        const struct node *node;
        size_t depth;
    } waiting[SEGMENTS_MAX + 1];
    size_t count = 0;
    waiting[count].node = &router->root;
    waiting[count++].depth = 0;
    while (count > 0) {
        const struct node *node = waiting[--count].node;
        size_t depth = waiting[count].depth;
        while (node != NULL && depth < path->count) {
            const struct node *literal = child_literal(node, path->segments[depth]);
            depth++;
            if (literal != NULL && node->param != NULL) {
                CHECK(count < ARRAY_LEN(waiting));
                waiting[count].node = node->param;
                waiting[count++].depth = depth;
            }
            node = literal != NULL ? literal : node->param;
        }
        if (node != NULL && node->has_rows) {
            return node;
        }
    }
    return NULL;
}

static struct slice allow_list(const struct node *node, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena);
    for (int method = METHOD_GET; method < METHODS; method++) {
        if (node->rows[method] != 0) {
            buffer_format(&out, "%s, ", method_name((enum method)method));
        }
        if (method == METHOD_GET && node->rows[method] != 0) {
            buffer_add(&out, S("HEAD, "));
        }
    }
    buffer_add(&out, S("OPTIONS"));
    return buffer_slice(&out);
}

static enum method method_of(struct slice name)
{
    for (int method = METHOD_GET; method < METHODS; method++) {
        if (slice_eq(name, slice_from(method_name((enum method)method)))) {
            return (enum method)method;
        }
    }
    return METHOD_UNSAID;
}

/* The path has the row's shape: its segments are one by one those of the row. */
static enum error take_values(const struct path *path, struct arena *arena,
                              struct router_match *match)
{
    struct path pattern = { .count = 0 };
    CHECK(split(slice_from(match->endpoint->path), &pattern));
    for (size_t i = 0; i < pattern.count; i++) {
        if (is_param(pattern.segments[i])) {
            TRY(percent_decode(arena, path->segments[i], false,
                               &match->values[match->value_count]));
            match->value_count++;
        }
    }
    return OK;
}

enum error router_find(const struct router *router, struct slice method, struct slice path,
                       struct arena *arena, struct router_match *ret_match)
{
    struct path parts = { .count = 0 };
    *ret_match = (struct router_match){ .endpoint = NULL };
    const struct node *node = split(path, &parts) ? walk(router, &parts) : NULL;
    if (node == NULL) {
        return E_NOT_FOUND;
    }
    struct router_match match = { .is_head = slice_eq(method, S("HEAD")),
                                  .is_options = slice_eq(method, S("OPTIONS")) };
    enum method asked = match.is_head ? METHOD_GET : method_of(method);
    size_t row = node->rows[asked];
    if (match.is_options || row == 0) {
        match.allow = allow_list(node, arena);
        *ret_match = match;
        return match.is_options ? OK : E_METHOD;
    }
    match.index = row - 1;
    match.endpoint = router->rows[match.index];
    TRY(take_values(&parts, arena, &match));
    *ret_match = match;
    return OK;
}
