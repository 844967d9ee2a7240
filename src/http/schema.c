/* Reads a JSON body by its schema. Jansson parses; we look first, because its own depth limit
 * (2,048) is deeper than a fiber's stack. */
#include "http/schema.h"

#include <jansson.h>

#include "http/value.h"

enum {
    BODY_DEPTH_MAX = 16,
    SHOWN_KEY_BYTES_MAX = 60, /* of a member's name in a fault */
    HINT_BYTES_MAX = 40,      /* names longer than this get no "did you mean" */
    HINTED_FAULTS_MAX = 100,  /* faults beyond this are only counted */
};

/* Where we are, for the JSON pointer; the chain is on the stack and rendered only for a fault. */
struct place {
    const struct place *parent;
    struct slice name;
    size_t index;
    bool is_index;
};

struct reader {
    struct faults *faults;
    struct arena *arena;
};

static void read_object(const struct reader *reader, const struct schema *schema,
                        const json_t *object, const struct place *place, void *ret_struct);

static void add_name(struct buffer *out, struct slice name)
{
    size_t len = name.len;
    if (len > SHOWN_KEY_BYTES_MAX) {
        len = SHOWN_KEY_BYTES_MAX;
        while (((unsigned char)name.ptr[len] & 0xC0) == 0x80) {
            len--; /* not within a character */
        }
    }
    for (size_t i = 0; i < len; i++) {
        if (name.ptr[i] == '~' || name.ptr[i] == '/') {
            buffer_add(out, name.ptr[i] == '~' ? S("~0") : S("~1")); /* RFC 6901 */
        } else {
            buffer_byte(out, name.ptr[i]);
        }
    }
    if (len < name.len) {
        buffer_add(out, S("…"));
    }
}

static struct slice pointer_to(struct arena *arena, const struct place *place)
{
    const struct place *chain[BODY_DEPTH_MAX + 1];
    size_t depth = 0;
    for (; place->parent != NULL; place = place->parent) {
        CHECK(depth < ARRAY_LEN(chain));
        chain[depth++] = place;
    }
    struct buffer out;
    buffer_init(&out, arena);
    while (depth > 0) {
        const struct place *step = chain[--depth];
        buffer_byte(&out, '/');
        if (step->is_index) {
            buffer_format(&out, "%zu", step->index);
        } else {
            add_name(&out, step->name);
        }
    }
    return buffer_slice(&out);
}

static void add_fault(const struct reader *reader, const struct place *place, struct slice message)
{
    if (reader->faults->count >= HINTED_FAULTS_MAX) {
        reader->faults->count++;
        return;
    }
    fault_add(reader->faults, pointer_to(reader->arena, place), "%.*s", FMT(message));
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Levenshtein's distance without regard to case; both at most HINT_BYTES_MAX bytes. */
static size_t distance(struct slice a, struct slice b)
{
    size_t row[HINT_BYTES_MAX + 1] = { 0 };
    for (size_t j = 0; j <= b.len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t change = diagonal + (lower(a.ptr[i - 1]) != lower(b.ptr[j - 1]));
            size_t less = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            diagonal = row[j];
            row[j] = change < less ? change : less;
        }
    }
    return row[b.len];
}

/* The member's name that was probably meant, or NULL. */
static const char *nearest_name(const struct schema *schema, struct slice key)
{
    const char *best = NULL;
    size_t best_distance = key.len / 3 + 2; /* a third of it may be wrong, and one more */
    for (size_t i = 0; i < schema->field_count; i++) {
        struct slice name = slice_from(schema->fields[i].name);
        if (key.len > HINT_BYTES_MAX || name.len > HINT_BYTES_MAX) {
            continue;
        }
        size_t apart = distance(key, name);
        if (apart < best_distance) {
            best = schema->fields[i].name;
            best_distance = apart;
        }
    }
    return best;
}

static bool has_member(const struct schema *schema, struct slice key)
{
    for (size_t i = 0; i < schema->field_count; i++) {
        if (slice_eq(key, slice_from(schema->fields[i].name))) {
            return true;
        }
    }
    return false;
}

static void refuse_unknown_members(const struct reader *reader, const struct schema *schema,
                                   const json_t *object, const struct place *place)
{
    /* Jansson's iterators take a pointer that is not const, but only read. */
    json_t *readable = (json_t *)(uintptr_t)object;
    for (void *at = json_object_iter(readable); at != NULL;
         at = json_object_iter_next(readable, at)) {
        struct slice key = { .ptr = json_object_iter_key(at), .len = json_object_iter_key_len(at) };
        if (has_member(schema, key)) {
            continue;
        }
        struct place member = { .parent = place, .name = key };
        const char *meant =
            reader->faults->count < HINTED_FAULTS_MAX ? nearest_name(schema, key) : NULL;
        add_fault(reader, &member,
                  meant == NULL
                      ? S("is not known here")
                      : arena_format(reader->arena, "is not known here; did you mean %s?", meant));
    }
}

static void read_value(const struct reader *reader, const struct field *field, json_t *value,
                       const struct place *place, void *slot);

static void read_array(const struct reader *reader, const struct field *field, const json_t *value,
                       const struct place *place, struct list *slot)
{
    if (!json_is_array(value)) {
        add_fault(reader, place, S("must be a list"));
        return;
    }
    size_t count = json_array_size(value);
    struct slice wrong = value_count_fault(reader->arena, field, count);
    if (wrong.ptr != NULL) {
        add_fault(reader, place, wrong);
        return;
    }
    struct field item = value_item(field);
    size_t size = value_size(&item);
    char *items = arena_array(reader->arena, count, size);
    for (size_t i = 0; i < count; i++) {
        struct place at = { .parent = place, .index = i, .is_index = true };
        read_value(reader, &item, json_array_get(value, i), &at, items + i * size);
    }
    *slot = (struct list){ .ptr = items, .count = count };
}

/* The recursion follows the schema's own nesting, and the body's depth was checked. */
static void read_value(const struct reader *reader, const struct field *field, json_t *value,
                       const struct place *place, void *slot)
{
    if (field->type == T_OBJECT) {
        read_object(reader, field->of, value, place, slot);
        return;
    }
    if (field->type == T_ARRAY) {
        read_array(reader, field, value, place, slot);
        return;
    }
    struct slice wrong = value_from_json(reader->arena, field, value, slot);
    if (wrong.ptr != NULL) {
        add_fault(reader, place, wrong);
    }
}

static void read_object(const struct reader *reader, const struct schema *schema,
                        const json_t *object, const struct place *place, void *ret_struct)
{
    if (!json_is_object(object)) {
        add_fault(reader, place, S("must be an object"));
        return;
    }
    uint64_t given = 0;
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        struct place member = { .parent = place, .name = slice_from(field->name) };
        json_t *value = json_object_get(object, field->name);
        bool is_null = json_is_null(value) && field->type != T_JSON;
        if (value == NULL) {
            if (field->required) {
                add_fault(reader, &member, S("is required"));
            }
        } else if (!is_null) {
            read_value(reader, field, value, &member, (char *)ret_struct + field->offset);
            given |= i < 64 ? UINT64_C(1) << i : 0;
        } else if (!field->nullable) {
            add_fault(reader, &member, S("must not be null"));
        }
    }
    if (schema->given_offset != SIZE_MAX) {
        memcpy((char *)ret_struct + schema->given_offset, &given, sizeof(given));
    }
    if (!schema->is_open) {
        refuse_unknown_members(reader, schema, object, place);
    }
}

/* Containers within containers, the outermost counted; brackets inside strings do not count. */
static size_t depth_of(struct slice body)
{
    size_t depth = 0;
    size_t deepest = 0;
    bool in_string = false;
    for (size_t i = 0; i < body.len; i++) {
        char c = body.ptr[i];
        if (in_string) {
            if (c == '\\') {
                i++;
            }
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            depth++;
            deepest = depth > deepest ? depth : deepest;
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return deepest;
}

static void release_document(void *document)
{
    json_decref(document);
}

static enum error parse(struct slice body, struct faults *faults, json_t **ret_document)
{
    if (slice_trim(body).len == 0) {
        return refuse(faults, E_BAD_REQUEST, "The body is empty; it must be a JSON object.");
    }
    if (!slice_is_utf8(body)) {
        return refuse(faults, E_BAD_REQUEST, "The body is not UTF-8 text.");
    }
    if (depth_of(body) > BODY_DEPTH_MAX) {
        return refuse(faults, E_BAD_REQUEST, "The body is nested deeper than %d levels.",
                      BODY_DEPTH_MAX);
    }
    json_error_t wrong = { .line = 0 };
    json_t *document = json_loadb(body.ptr, body.len, JSON_REJECT_DUPLICATES, &wrong);
    if (document == NULL) {
        const char *what = json_error_code(&wrong) == json_error_duplicate_key
                               ? "The body names a member twice"
                           : json_error_code(&wrong) == json_error_numeric_overflow
                               ? "A number in the body is too large"
                               : "The body is not JSON";
        return refuse(faults, E_BAD_REQUEST, "%s (line %d, column %d).", what, wrong.line,
                      wrong.column);
    }
    arena_defer(faults->arena, release_document, document);
    *ret_document = document;
    return OK;
}

enum error schema_read_body(const struct schema *schema, struct slice body, struct faults *faults,
                            void **ret_struct)
{
    CHECK(schema != NULL);
    CHECK(schema->size > 0);
    json_t *document = NULL;
    TRY(parse(body, faults, &document));
    struct reader reader = { .faults = faults, .arena = faults->arena };
    struct place root = { .parent = NULL };
    void *filled = arena_alloc(faults->arena, schema->size);
    size_t faults_before = faults->count;
    read_object(&reader, schema, document, &root, filled);
    if (faults->count > faults_before) {
        return refuse(faults, E_INVALID, "%zu of the values given will not do.",
                      faults->count - faults_before);
    }
    *ret_struct = filled;
    return OK;
}
