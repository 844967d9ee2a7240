#include "http/params.h"

#include "http/value.h"

enum { LIST_ITEMS_MAX = 1000, SHOWN_NAME_BYTES_MAX = 60 };

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

enum error percent_decode(struct arena *arena, struct slice text, bool is_query,
                          struct slice *ret_text)
{
    bool has_escape =
        slice_find(text, '%', 0) < text.len || (is_query && slice_find(text, '+', 0) < text.len);
    struct slice plain = text;
    if (has_escape) {
        char *out = arena_alloc(arena, text.len);
        size_t len = 0;
        for (size_t i = 0; i < text.len; i++) {
            char c = text.ptr[i];
            if (c == '%') {
                int high = i + 2 < text.len ? hex_digit(text.ptr[i + 1]) : -1;
                int low = i + 2 < text.len ? hex_digit(text.ptr[i + 2]) : -1;
                if (high < 0 || low < 0) {
                    return E_BAD_REQUEST;
                }
                c = (char)(high << 4 | low);
                i += 2;
            } else if (c == '+' && is_query) {
                c = ' ';
            }
            out[len++] = c;
        }
        plain = (struct slice){ .ptr = out, .len = len };
    }
    if (!slice_is_utf8(plain)) {
        return E_BAD_REQUEST;
    }
    *ret_text = plain;
    return OK;
}

struct slice query_value(const struct query *query, struct slice name)
{
    for (size_t i = 0; i < query->count; i++) {
        if (slice_eq(query->pairs[i].name, name)) {
            return query->pairs[i].value;
        }
    }
    return (struct slice){ .ptr = NULL };
}

static struct slice at_query(struct arena *arena, struct slice name)
{
    return name.len <= SHOWN_NAME_BYTES_MAX ? arena_format(arena, "query:%.*s", FMT(name))
                                            : S("query");
}

static enum error parse_pair(struct slice text, struct faults *faults, struct query_pair *ret_pair)
{
    struct slice value = text;
    struct slice name = slice_cut(&value, '=');
    struct query_pair pair = { .name = S("") };
    if (percent_decode(faults->arena, name, true, &pair.name) != OK ||
        percent_decode(faults->arena, value.ptr == NULL ? S("") : value, true, &pair.value) != OK) {
        return refuse(faults, E_BAD_REQUEST, "The query has a broken escape or is not UTF-8.");
    }
    if (pair.name.len == 0) {
        return refuse(faults, E_BAD_REQUEST, "The query has a parameter without a name.");
    }
    *ret_pair = pair;
    return OK;
}

enum error query_parse(struct slice raw, struct faults *faults, struct query *ret_query)
{
    struct query query = { .pairs = NULL };
    size_t ampersands = 0;
    for (size_t i = 0; i < raw.len; i++) {
        ampersands += raw.ptr[i] == '&';
    }
    if (ampersands >= QUERY_PAIRS_MAX) {
        return refuse(faults, E_BAD_REQUEST, "The query has more than %d parameters.",
                      QUERY_PAIRS_MAX);
    }
    query.pairs = ARENA_ARRAY(faults->arena, ampersands + 1, struct query_pair);
    size_t faults_before = faults->count;
    while (raw.len > 0) {
        struct slice text = slice_cut(&raw, '&');
        if (text.len == 0) {
            continue; /* "a=1&&b=2" and a last '&' mean nothing */
        }
        struct query_pair pair = { .name = S("") };
        TRY(parse_pair(text, faults, &pair));
        if (query_value(&query, pair.name).ptr != NULL) {
            fault_add(faults, at_query(faults->arena, pair.name), "is given more than once");
            continue;
        }
        query.pairs[query.count++] = pair;
    }
    if (faults->count > faults_before) {
        return refuse(faults, E_INVALID, "The query gives a parameter more than once.");
    }
    *ret_query = query;
    return OK;
}

void query_check_names(const struct schema *schema, const struct query *query,
                       struct faults *faults)
{
    for (size_t i = 0; i < query->count; i++) {
        bool is_known = false;
        for (size_t f = 0; schema != NULL && f < schema->field_count; f++) {
            is_known |= schema->fields[f].place == IN_QUERY &&
                        slice_eq(slice_from(schema->fields[f].name), query->pairs[i].name);
        }
        if (!is_known) {
            fault_add(faults, at_query(faults->arena, query->pairs[i].name), "is not known here");
        }
    }
}

/* "QB,RB,WR": items are separated by commas and none is empty; the empty text is the empty list. */
static struct slice read_list(struct arena *arena, const struct field *field, struct slice text,
                              struct list *slot)
{
    size_t count = text.len == 0 ? 0 : 1;
    for (size_t i = 0; i < text.len; i++) {
        count += text.ptr[i] == ',';
    }
    if (count > LIST_ITEMS_MAX) {
        return S("has too many items");
    }
    struct slice wrong = value_count_fault(arena, field, count);
    if (wrong.ptr != NULL) {
        return wrong;
    }
    struct field item = value_item(field);
    size_t size = value_size(&item);
    char *items = arena_array(arena, count, size);
    for (size_t i = 0; i < count; i++) {
        struct slice part = slice_cut(&text, ',');
        wrong = part.len == 0 ? S("must not be empty")
                              : value_from_text(arena, &item, part, items + i * size);
        if (wrong.ptr != NULL) {
            return arena_format(arena, "item %zu %.*s", i + 1, FMT(wrong));
        }
    }
    *slot = (struct list){ .ptr = items, .count = count };
    return (struct slice){ .ptr = NULL };
}

static struct slice at_field(struct arena *arena, const struct field *field)
{
    static const char *const places[] = {
        [IN_BODY] = "body", [IN_PATH] = "path", [IN_QUERY] = "query", [IN_HEADER] = "header"
    };
    return arena_format(arena, "%s:%s", places[field->place], field->name);
}

enum error schema_read_params(const struct schema *schema, param_lookup *lookup, void *thing,
                              struct faults *faults, void **ret_struct)
{
    CHECK(schema != NULL);
    CHECK(schema->size > 0);
    struct arena *arena = faults->arena;
    char *filled = arena_alloc(arena, schema->size);
    size_t faults_before = faults->count;
    uint64_t given = 0;
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        struct slice text = lookup(thing, field);
        if (text.ptr != NULL) {
            given |= i < 64 ? UINT64_C(1) << i : 0;
        } else if (field->fallback != NULL) {
            text = slice_from(field->fallback);
        } else {
            if (field->required) {
                fault_add(faults, at_field(arena, field), "is required");
            }
            continue;
        }
        void *slot = filled + field->offset;
        struct slice wrong = !slice_is_utf8(text)     ? S("is not UTF-8 text") /* header bytes */
                             : field->type == T_ARRAY ? read_list(arena, field, text, slot)
                                                      : value_from_text(arena, field, text, slot);
        if (wrong.ptr != NULL) {
            fault_add(faults, at_field(arena, field), "%.*s", FMT(wrong));
        }
    }
    if (faults->count > faults_before) {
        return refuse(faults, E_INVALID, "%zu of the parameters given will not do.",
                      faults->count - faults_before);
    }
    if (schema->given_offset != SIZE_MAX) {
        memcpy(filled + schema->given_offset, &given, sizeof(given));
    }
    *ret_struct = filled;
    return OK;
}
