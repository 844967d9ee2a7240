/* The checks that make a forgotten word in a row a refusal to start, never an open door. */
#include "http/request.h"
#include "http/value.h"

enum { SCHEMA_NESTING_MAX = 12, GIVEN_BITS = 64, SCHEMAS_MAX = 1024 };

enum use { USE_PARAMS, USE_BODY, USE_REPLY };

/* What one pass over the tables knows. */
struct checker {
    struct faults *faults;
    const struct endpoint *row;
    const struct schema *schemas[SCHEMAS_MAX]; /* named ones seen so far */
    size_t schema_count;
};

static void wrong(struct checker *checker, const char *format, ...) PRINTF_LIKE(2, 3);
static void wrong(struct checker *checker, const char *format, ...)
{
    const struct endpoint *row = checker->row;
    struct arena *arena = checker->faults->arena;
    struct slice at = arena_format(arena, "%s %s", method_name(row->method),
                                   row->path == NULL ? "(no path)" : row->path);
    va_list args;
    va_start(args, format);
    struct slice message = arena_vformat(arena, format, args);
    va_end(args);
    fault_add(checker->faults, at, "%.*s", FMT(message));
}

static bool is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

static bool is_name(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!is_letter && (i == 0 || c < '0' || c > '9')) {
            return false;
        }
    }
    return text.len > 0;
}

static bool is_literal(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (!is_plain) {
            return false;
        }
    }
    return text.len > 0;
}

static const struct field *path_field(const struct schema *schema, struct slice name)
{
    for (size_t i = 0; schema != NULL && i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        if (field->place == IN_PATH && slice_eq(slice_from(field->name), name)) {
            return field;
        }
    }
    return NULL;
}

static void check_path(struct checker *checker)
{
    const struct endpoint *row = checker->row;
    struct slice rest = slice_from(row->path);
    size_t params = 0;
    if (slice_cut(&rest, '/').len > 0 || rest.ptr == NULL) {
        wrong(checker, "path must begin with a slash");
        return;
    }
    while (rest.ptr != NULL) {
        struct slice segment = slice_cut(&rest, '/');
        bool is_param = segment.len > 2 && segment.ptr[0] == '{';
        if (!is_param) {
            if (!is_literal(segment)) {
                wrong(checker, "path segment \"%.*s\" is not plain", FMT(segment));
            }
            continue;
        }
        struct slice name = slice_from_to(segment, 1, segment.len - 1);
        const struct field *field = path_field(row->params, name);
        if (segment.ptr[segment.len - 1] != '}' || !is_name(name)) {
            wrong(checker, "path segment \"%.*s\" is not {name}", FMT(segment));
        } else if (field == NULL) {
            wrong(checker, "path parameter %.*s is not in .params", FMT(name));
        } else if (!field->required) {
            wrong(checker, "path parameter %.*s is not .required", FMT(name));
        }
        params++;
    }
    if (params > REQUEST_PARAMS_MAX) {
        wrong(checker, "path has more than %d parameters", REQUEST_PARAMS_MAX);
    }
    size_t fields = 0;
    for (size_t i = 0; row->params != NULL && i < row->params->field_count; i++) {
        fields += row->params->fields[i].place == IN_PATH;
    }
    if (fields > params) {
        wrong(checker, ".params has a path parameter that is not in the path");
    }
}

static bool is_scalar(enum field_type type)
{
    return type >= T_STRING && type <= T_ENUM;
}

static void check_schema(struct checker *checker, const struct schema *schema, enum use use,
                         int nesting);

static void check_type(struct checker *checker, const struct field *field, enum use use)
{
    enum field_type type = field->type;
    bool needs_values = type == T_ENUM || field->items == T_ENUM;
    if (type < T_STRING || type > T_JSON) {
        wrong(checker, "%s: type not said", field->name);
    } else if (needs_values && (field->values == NULL || field->values[0] == NULL)) {
        wrong(checker, "%s: an enum needs .values", field->name);
    } else if (type == T_OBJECT && field->of == NULL) {
        wrong(checker, "%s: an object needs .of", field->name);
    } else if ((type == T_ARRAY || type == T_MAP) && (field->of == NULL) == (field->items == 0)) {
        wrong(checker, "%s: needs either .of or .items", field->name);
    } else if (field->items == T_OBJECT || field->items == T_ARRAY || field->items == T_MAP) {
        wrong(checker, "%s: .items must be scalar", field->name);
    } else if (type == T_MAP && use != USE_REPLY) {
        wrong(checker, "%s: a map is for replies only", field->name);
    } else if (type == T_ARRAY && use == USE_BODY && !field_has_max(field)) {
        wrong(checker, "%s: a list in a body needs .max", field->name);
    } else if (use == USE_PARAMS && !is_scalar(type) &&
               !(type == T_ARRAY && is_scalar(field->items))) {
        wrong(checker, "%s: a parameter must be scalar or a list of scalars", field->name);
    }
}

static struct slice fallback_only(void *thing, const struct field *field)
{
    (void)thing;
    (void)field;
    return (struct slice){ .ptr = NULL };
}

/* A fallback must pass its own check: the field is read alone, with nothing given. */
static void check_fallback(struct checker *checker, const struct schema *schema,
                           const struct field *field)
{
    struct field alone = *field;
    alone.required = false;
    struct schema one = *schema;
    one.fields = &alone;
    one.field_count = 1;
    struct faults faults = { .arena = checker->faults->arena };
    void *ignored = NULL;
    if (schema_read_params(&one, fallback_only, NULL, &faults, &ignored) != OK) {
        wrong(checker, "%s: .fallback %.*s", field->name, FMT(faults.first->message));
    }
}

static void check_field(struct checker *checker, const struct schema *schema, size_t index,
                        enum use use)
{
    const struct field *field = &schema->fields[index];
    size_t faults_before = checker->faults->count;
    if (is_empty(field->name)) {
        wrong(checker, "a field has no name");
        return;
    }
    check_type(checker, field, use);
    if ((use == USE_PARAMS) != (field->place != IN_BODY)) {
        wrong(checker, "%s: is in the wrong place", field->name);
    }
    if (field->fallback != NULL && (use != USE_PARAMS || field->required)) {
        wrong(checker, "%s: .fallback is for parameters that are not required", field->name);
    }
    for (size_t other = 0; other < index; other++) {
        if (strcmp(field->name, schema->fields[other].name) == 0 &&
            field->place == schema->fields[other].place) {
            wrong(checker, "%s: named twice", field->name);
        }
    }
    if (checker->faults->count > faults_before || use == USE_REPLY) {
        return;
    }
    if (field->offset + value_size(field) > schema->size) {
        wrong(checker, "%s: lies outside the struct", field->name);
    } else if (field->fallback != NULL) {
        check_fallback(checker, schema, field);
    }
}

/* A component name means one schema. True when this one was not seen before. */
static bool note_schema(struct checker *checker, const struct schema *schema)
{
    for (size_t i = 0; i < checker->schema_count; i++) {
        if (checker->schemas[i] == schema) {
            return false;
        }
        if (strcmp(checker->schemas[i]->name, schema->name) == 0) {
            wrong(checker, "two schemas are named %s", schema->name);
            return false;
        }
    }
    CHECK(checker->schema_count < SCHEMAS_MAX);
    checker->schemas[checker->schema_count++] = schema;
    return true;
}

static void check_schema(struct checker *checker, const struct schema *schema, enum use use,
                         int nesting)
{
    if (use != USE_PARAMS && !is_name(slice_from(schema->name))) {
        wrong(checker, "a schema has no plain name");
        return;
    }
    if (nesting > SCHEMA_NESTING_MAX) {
        wrong(checker, "%s is nested too deeply", schema->name);
        return;
    }
    bool is_new = use == USE_PARAMS || note_schema(checker, schema);
    if (!is_new && use == USE_REPLY) {
        return;
    }
    if (schema->given_offset != SIZE_MAX && schema->field_count > GIVEN_BITS) {
        wrong(checker, "%s has more than %d fields", schema->name, GIVEN_BITS);
    }
    if (use == USE_BODY && schema->is_open) {
        wrong(checker, "%s: a body must not be open", schema->name);
    }
    for (size_t i = 0; i < schema->field_count; i++) {
        check_field(checker, schema, i, use);
        if (schema->fields[i].of != NULL) {
            check_schema(checker, schema->fields[i].of, use, nesting + 1);
        }
    }
}

static void check_words(struct checker *checker)
{
    const struct endpoint *row = checker->row;
    if (row->method == METHOD_UNSAID) {
        wrong(checker, ".method not said");
    }
    if (row->access == ACCESS_UNSAID || row->access >= ACCESS_COUNT) {
        wrong(checker, ".access not said");
    }
    if (row->rate == RATE_UNSAID || row->rate >= RATE_COUNT) {
        wrong(checker, ".rate not said");
    }
    if (row->name == NULL || !is_name(slice_from(row->name))) {
        wrong(checker, ".name must be a plain word");
    }
    if (is_empty(row->summary) || is_empty(row->tag)) {
        wrong(checker, ".summary and .tag must be said");
    }
    bool is_of_league = row->access >= ACCESS_LEAGUE_READ && row->access <= ACCESS_COMMISSIONER;
    if (is_of_league && slice_find(slice_from(row->path), '{', 0) == strlen(row->path)) {
        wrong(checker, "access %s needs a path that says which league", access_name(row->access));
    }
}

static void check_answer(struct checker *checker)
{
    const struct endpoint *row = checker->row;
    if (row->method == METHOD_GET && row->body != NULL) {
        wrong(checker, "a GET has no body");
    }
    if (row->method != METHOD_GET &&
        (row->cache != CACHE_NONE || row->is_upgrade || row->is_offline_ok)) {
        wrong(checker, ".cache, .is_offline_ok and .is_upgrade are for GET");
    }
    if (row->status != 0 && (row->status < 200 || row->status > 299) &&
        !(row->is_upgrade && row->status == 101)) {
        wrong(checker, ".status %d is no success", row->status);
    }
    bool has_reply = row->reply != NULL || row->media != NULL;
    if (row->reply != NULL && row->media != NULL) {
        wrong(checker, "either .reply or .media");
    }
    if (has_reply == (row->status == 204 || row->is_upgrade)) {
        wrong(checker, has_reply ? "this reply has no body" : ".reply or .media not said");
    }
    if ((row->query == 0) == (row->handle == NULL) && !row->is_upgrade) {
        wrong(checker, "needs either .query or .handle");
    }
    for (size_t i = 0; i < ENDPOINT_ERRORS_MAX; i++) {
        enum error error = row->errors[i];
        if (error >= ERROR_COUNT) {
            wrong(checker, ".errors has something that is no error");
        }
        for (size_t j = 0; error != OK && j < i; j++) {
            if (row->errors[j] == error) {
                wrong(checker, "%s is listed twice", error_info(error)->name);
            }
        }
    }
}

/* The same but for the names of the parameters. */
static bool is_same_shape(const char *left, const char *right)
{
    struct slice a = slice_from(left);
    struct slice b = slice_from(right);
    while (a.ptr != NULL && b.ptr != NULL) {
        struct slice x = slice_cut(&a, '/');
        struct slice y = slice_cut(&b, '/');
        bool are_params = x.len > 0 && x.ptr[0] == '{' && y.len > 0 && y.ptr[0] == '{';
        if (!are_params && !slice_eq(x, y)) {
            return false;
        }
    }
    return a.ptr == NULL && b.ptr == NULL;
}

static void check_row(struct checker *checker)
{
    const struct endpoint *row = checker->row;
    if (is_empty(row->path)) {
        wrong(checker, ".path not said");
        return;
    }
    check_words(checker);
    check_path(checker);
    check_answer(checker);
    if (row->params != NULL) {
        check_schema(checker, row->params, USE_PARAMS, 0);
    }
    if (row->body != NULL) {
        check_schema(checker, row->body, USE_BODY, 0);
    }
    if (row->reply != NULL) {
        check_schema(checker, row->reply, USE_REPLY, 0);
    }
}

static void check_unique(struct checker *checker, const struct endpoint *other)
{
    const struct endpoint *row = checker->row;
    if (other->name != NULL && row->name != NULL && strcmp(other->name, row->name) == 0) {
        wrong(checker, "the name %s is used twice", row->name);
    }
    if (other->path == NULL || row->path == NULL || !is_same_shape(other->path, row->path)) {
        return;
    }
    if (other->method == row->method) {
        wrong(checker, "is there twice");
    } else if (strcmp(other->path, row->path) != 0) {
        wrong(checker, "names its parameters otherwise than %s", other->path);
    }
}

enum error endpoints_check(const struct endpoint_table *tables, size_t count, struct faults *faults)
{
    struct checker *checker = ARENA_NEW(faults->arena, struct checker);
    checker->faults = faults;
    size_t faults_before = faults->count;
    for (size_t t = 0; t < count; t++) {
        for (size_t r = 0; r < tables[t].count; r++) {
            checker->row = &tables[t].rows[r];
            check_row(checker);
            for (size_t u = 0; u <= t; u++) {
                size_t until = u == t ? r : tables[u].count;
                for (size_t s = 0; s < until; s++) {
                    check_unique(checker, &tables[u].rows[s]);
                }
            }
        }
    }
    if (faults->count > faults_before) {
        return refuse(faults, E_USAGE, "The endpoint tables have %zu faults.",
                      faults->count - faults_before);
    }
    return OK;
}
