/* The parameters of one request, from its path, query and headers. */
#include "http/params.h"

struct sources {
    const struct request *request;
    const struct query *query;
};

/* The value of "{name}": the path's parameters are counted up to it. */
static struct slice path_value(const struct request *request, struct slice name)
{
    struct slice rest = slice_from(request->endpoint->path);
    size_t index = 0;
    while (rest.ptr != NULL) {
        struct slice segment = slice_cut(&rest, '/');
        if (segment.len < 2 || segment.ptr[0] != '{') {
            continue;
        }
        if (slice_eq(slice_from_to(segment, 1, segment.len - 1), name)) {
            return request->path_values[index];
        }
        index++;
    }
    return (struct slice){ .ptr = NULL };
}

static struct slice header_value(const struct request *request, struct slice name)
{
    char lower[64];
    CHECK(name.len <= sizeof(lower));
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    return request_header(request, (struct slice){ .ptr = lower, .len = name.len });
}

static struct slice look_up(void *thing, const struct field *field)
{
    const struct sources *sources = thing;
    struct slice name = slice_from(field->name);
    switch (field->place) {
    case IN_PATH:
        return path_value(sources->request, name);
    case IN_QUERY:
        return query_value(sources->query, name);
    case IN_HEADER:
        return header_value(sources->request, name);
    case IN_BODY:
        break;
    }
    check_failed("a parameter has a place", __FILE__, __LINE__);
}

enum error request_read_params(struct request *request)
{
    struct faults *faults = &request->faults;
    const struct schema *schema = request->endpoint->params;
    struct query query = { .pairs = NULL };
    TRY(query_parse(request->query, faults, &query));
    query_check_names(schema, &query, faults);
    if (schema != NULL) {
        struct sources sources = { .request = request, .query = &query };
        void *params = NULL;
        TRY(schema_read_params(schema, look_up, &sources, faults, &params));
        request->params = params;
    }
    if (faults->count > 0) {
        return refuse(faults, E_INVALID, "The query has a parameter that is not known here.");
    }
    return OK;
}

struct slice request_query(const struct request *request, struct slice name)
{
    struct slice rest = request->query;
    while (rest.ptr != NULL && rest.len > 0) {
        struct slice value = slice_cut(&rest, '&');
        struct slice key = slice_cut(&value, '=');
        struct slice plain = { 0 };
        if (percent_decode(request->arena, key, true, &plain) != OK || !slice_eq(plain, name)) {
            continue;
        }
        if (value.ptr == NULL) {
            return S("");
        }
        return percent_decode(request->arena, value, true, &plain) == OK ? plain
                                                                         : (struct slice){ 0 };
    }
    return (struct slice){ 0 };
}

struct slice request_param(const struct request *request, struct slice name)
{
    const struct schema *schema = request->endpoint->params;
    for (size_t i = 0; schema != NULL && i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        if (!slice_eq(slice_from(field->name), name)) {
            continue;
        }
        struct slice value = field->place == IN_PATH     ? path_value(request, name)
                             : field->place == IN_HEADER ? header_value(request, name)
                                                         : request_query(request, name);
        return value.ptr == NULL && field->fallback != NULL ? slice_from(field->fallback) : value;
    }
    return (struct slice){ .ptr = NULL };
}
