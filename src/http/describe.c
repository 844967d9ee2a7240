#include "http/describe.h"

#include <stdlib.h>

#include "base/json.h"
#include "http/value.h"

enum { EXAMPLE_TEXT_MAX = 24 };

static const struct field problem_fault_fields[] = {
    REPLY("at", T_STRING, .required = true,
          .doc = "JSON pointer into the body, or `path:name`, `query:name`, `header:name`."),
    REPLY("message", T_STRING, .required = true, .doc = "What is wrong with it."),
};
static const struct schema problem_fault = REPLY_SCHEMA(
    "ProblemFault", problem_fault_fields, "One value of the request that will not do.");

static const struct field problem_fields[] = {
    REPLY("type", T_STRING, .required = true, .doc = "`/problems/` and the problem's name."),
    REPLY("title", T_STRING, .required = true, .doc = "The same for every occurrence."),
    REPLY("status", T_INTEGER, .required = true, .doc = "The HTTP status."),
    REPLY("detail", T_STRING, .doc = "About this occurrence."),
    REPLY("instance", T_STRING, .doc = "The path that was asked."),
    REPLY("requestId", T_STRING, .required = true, .doc = "Finds the request in the log."),
    REPLY("errors", T_ARRAY, .of = &problem_fault, .doc = "Every fault that was found."),
};
const struct schema problem_schema =
    REPLY_SCHEMA("Problem", problem_fields, "Every error answer (RFC 9457).");

const char *rate_name(enum rate rate)
{
    static const char *const names[RATE_COUNT] = {
        [RATE_UNSAID] = "unsaid",   [RATE_READ] = "read",   [RATE_WRITE] = "write",
        [RATE_SIGN_IN] = "sign-in", [RATE_PROBE] = "probe", [RATE_REPORT] = "report"
    };
    CHECK(rate < RATE_COUNT);
    return names[rate];
}

const char *lane_name(enum lane lane)
{
    static const char *const names[] = {
        [LANE_FAST] = "fast", [LANE_HEAVY] = "heavy", [LANE_OPS] = "ops"
    };
    CHECK(lane < ARRAY_LEN(names));
    return names[lane];
}

const char *cache_name(enum cache cache)
{
    static const char *const names[] = { [CACHE_NONE] = "none",
                                         [CACHE_CONSTANT] = "constant",
                                         [CACHE_LEAGUE] = "league",
                                         [CACHE_NFL] = "nfl",
                                         [CACHE_BRIEF] = "brief" };
    CHECK(cache < ARRAY_LEN(names));
    return names[cache];
}

const char *place_name(enum field_place place)
{
    static const char *const names[] = {
        [IN_BODY] = "body", [IN_PATH] = "path", [IN_QUERY] = "query", [IN_HEADER] = "header"
    };
    CHECK(place < ARRAY_LEN(names));
    return names[place];
}

static int compare_rows(const void *a, const void *b)
{
    const struct endpoint *left = *(const struct endpoint *const *)a;
    const struct endpoint *right = *(const struct endpoint *const *)b;
    int order = strcmp(left->path, right->path);
    return order != 0 ? order : (int)left->method - (int)right->method;
}

struct row_list rows_sorted(const struct api *api, struct arena *arena)
{
    size_t total = 0;
    for (size_t t = 0; t < api->count; t++) {
        total += api->tables[t].count;
    }
    struct row_list list = { .rows = ARENA_ARRAY(arena, total, const struct endpoint *) };
    for (size_t t = 0; t < api->count; t++) {
        for (size_t r = 0; r < api->tables[t].count; r++) {
            list.rows[list.count++] = &api->tables[t].rows[r];
        }
    }
    qsort(list.rows, list.count, sizeof(list.rows[0]), compare_rows);
    return list;
}

static void note(struct schema_list *list, const struct schema *schema)
{
    if (schema == NULL) {
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (list->schemas[i] == schema) {
            return;
        }
    }
    CHECK(list->count < DESCRIBED_SCHEMAS_MAX);
    list->schemas[list->count++] = schema;
}

static int compare_schemas(const void *a, const void *b)
{
    return strcmp((*(const struct schema *const *)a)->name,
                  (*(const struct schema *const *)b)->name);
}

struct schema_list *schemas_sorted(const struct api *api, struct arena *arena)
{
    struct schema_list *list = ARENA_NEW(arena, struct schema_list);
    note(list, &problem_schema);
    for (size_t t = 0; t < api->count; t++) {
        for (size_t r = 0; r < api->tables[t].count; r++) {
            note(list, api->tables[t].rows[r].body);
            note(list, api->tables[t].rows[r].reply);
        }
    }
    for (size_t i = 0; i < list->count; i++) { /* the list grows as it is walked */
        for (size_t f = 0; f < list->schemas[i]->field_count; f++) {
            note(list, list->schemas[i]->fields[f].of);
        }
    }
    qsort(list->schemas, list->count, sizeof(list->schemas[0]), compare_schemas);
    return list;
}

static void add_by_status(void *thing, enum error error)
{
    struct error_list *list = thing;
    size_t at = list->count++;
    while (at > 0 && error_info(list->errors[at - 1])->status > error_info(error)->status) {
        list->errors[at] = list->errors[at - 1];
        at--;
    }
    list->errors[at] = error;
}

struct error_list errors_by_status(const struct endpoint *row)
{
    struct error_list list = { .count = 0 };
    endpoint_errors(row, add_by_status, &list);
    return list;
}

/* ---- examples ---- */

/* The field's own name, made to fit its bounds. */
static struct slice example_text(const struct field *field, struct arena *arena)
{
    if (field->format != NULL && slice_eq(slice_from(field->format), S("email"))) {
        return S("ada@example.org");
    }
    struct buffer text;
    buffer_init(&text, arena);
    buffer_add(&text, slice_from(field->name));
    while (field_has_min(field) && (int64_t)text.len < field->min && text.len < EXAMPLE_TEXT_MAX) {
        buffer_byte(&text, 'x');
    }
    struct slice example = buffer_slice(&text);
    if (field_has_max(field) && (int64_t)example.len > field->max) {
        example.len = (size_t)field->max;
    }
    return example;
}

static struct slice example_scalar(const struct field *field, struct arena *arena)
{
    switch (field->type) {
    case T_STRING:
        return example_text(field, arena);
    case T_INTEGER:
    case T_DECIMAL:
    case T_POINTS:
        return field_has_min(field) ? value_bound(arena, field, field->min) : S("1");
    case T_BOOLEAN:
        return S("true");
    case T_TIME:
        return S("2024-09-08T17:00:00Z");
    case T_ENUM:
        return slice_from(field->values[0]);
    case T_JSON:
    case T_OBJECT:
    case T_ARRAY:
    case T_MAP:
        break;
    }
    return S("{}");
}

/* Required members, or the first one when none is. */
static void example_object(struct json *json, const struct schema *schema);

static void example_value(struct json *json, const struct field *field)
{
    if (field->type == T_OBJECT) {
        example_object(json, field->of);
    } else if (field->type == T_ARRAY) {
        struct field item = value_item(field);
        json_open_array(json);
        if (item.type == T_OBJECT) {
            example_object(json, item.of);
        } else {
            example_value(json, &item);
        }
        json_close_array(json);
    } else if (field->type == T_STRING || field->type == T_ENUM || field->type == T_TIME) {
        json_text(json, example_scalar(field, json->out.arena));
    } else {
        json_raw(json, example_scalar(field, json->out.arena));
    }
}

static void example_object(struct json *json, const struct schema *schema)
{
    size_t shown = 0;
    json_open_object(json);
    for (size_t i = 0; i < schema->field_count; i++) {
        if (schema->fields[i].required) {
            json_key(json, slice_from(schema->fields[i].name));
            example_value(json, &schema->fields[i]);
            shown++;
        }
    }
    if (shown == 0 && schema->field_count > 0) {
        json_key(json, slice_from(schema->fields[0].name));
        example_value(json, &schema->fields[0]);
    }
    json_close_object(json);
}

static void example_address(struct buffer *out, const struct endpoint *row)
{
    struct slice rest = slice_from(row->path);
    slice_cut(&rest, '/');
    while (rest.ptr != NULL) {
        struct slice segment = slice_cut(&rest, '/');
        buffer_byte(out, '/');
        for (size_t i = 0; segment.ptr[0] == '{' && i < row->params->field_count; i++) {
            const struct field *field = &row->params->fields[i];
            if (field->place == IN_PATH &&
                slice_eq(slice_from_to(segment, 1, segment.len - 1), slice_from(field->name))) {
                segment = example_scalar(field, out->arena);
                break;
            }
        }
        buffer_add(out, segment);
    }
    char separator = '?';
    for (size_t i = 0; row->params != NULL && i < row->params->field_count; i++) {
        const struct field *field = &row->params->fields[i];
        if (field->place == IN_QUERY && field->required) {
            struct field item = field->type == T_ARRAY ? value_item(field) : *field;
            buffer_format(out, "%c%s=%.*s", separator, field->name,
                          FMT(example_scalar(&item, out->arena)));
            separator = '&';
        }
    }
}

struct slice curl_example(const struct endpoint *row, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena);
    buffer_add(&out, S("curl "));
    if (row->method != METHOD_GET) {
        buffer_format(&out, "-X %s ", method_name(row->method));
    }
    buffer_add(&out, S("'http://localhost:3007"));
    example_address(&out, row);
    buffer_byte(&out, '\'');
    if (row->access != ACCESS_PUBLIC) {
        buffer_add(&out, S(" \\\n  -H \"Authorization: Bearer $ASTRALFIELD_TOKEN\""));
    }
    if (row->body != NULL) {
        struct json json;
        json_init(&json, arena);
        example_object(&json, row->body);
        buffer_format(&out, " \\\n  -H 'Content-Type: application/json' \\\n  -d '%.*s'",
                      FMT(json_done(&json)));
    }
    return buffer_slice(&out);
}
