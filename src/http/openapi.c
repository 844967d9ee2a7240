#include "http/openapi.h"

#include <stdio.h>

#include "base/json.h"
#include "http/describe.h"
#include "http/value.h"

#define PROBLEM_MEDIA "application/problem+json"

static void member(struct json *json, const char *key, const char *text)
{
    json_member_text(json, slice_from(key), slice_from(text));
}

static void open_member(struct json *json, const char *key)
{
    json_key(json, slice_from(key));
    json_open_object(json);
}

/* ---- schemas ---- */

static void write_ref(struct json *json, const struct schema *schema)
{
    json_member_text(json, S("$ref"),
                     arena_format(json->out.arena, "#/components/schemas/%s", schema->name));
}

static void write_type(struct json *json, const char *type, bool is_nullable)
{
    if (!is_nullable) {
        member(json, "type", type);
        return;
    }
    json_key(json, S("type"));
    json_open_array(json);
    json_text(json, slice_from(type));
    json_text(json, S("null"));
    json_close_array(json);
}

/* The bounds under the names that JSON Schema has for this type. */
static void write_bounds(struct json *json, const struct field *field, const char *min,
                         const char *max)
{
    bool is_size = field->type == T_STRING || field->type == T_ARRAY;
    if (field_has_min(field) && !(is_size && field->min <= 0)) {
        json_member_raw(json, slice_from(min), value_bound(json->out.arena, field, field->min));
    }
    if (field_has_max(field)) {
        json_member_raw(json, slice_from(max), value_bound(json->out.arena, field, field->max));
    }
}

static void write_enum(struct json *json, const struct field *field)
{
    write_type(json, "string", field->nullable);
    json_key(json, S("enum"));
    json_open_array(json);
    for (size_t i = 0; field->values[i] != NULL; i++) {
        json_text(json, slice_from(field->values[i]));
    }
    if (field->nullable) {
        json_none(json);
    }
    json_close_array(json);
}

static void write_object_ref(struct json *json, const struct field *field)
{
    if (!field->nullable) {
        write_ref(json, field->of);
        return;
    }
    json_key(json, S("anyOf"));
    json_open_array(json);
    json_open_object(json);
    write_ref(json, field->of);
    json_close_object(json);
    json_open_object(json);
    member(json, "type", "null");
    json_close_object(json);
    json_close_array(json);
}

static void write_field_schema(struct json *json, const struct field *field);

static void write_items(struct json *json, const struct field *field, const char *key)
{
    struct field item = value_item(field);
    json_key(json, slice_from(key));
    write_field_schema(json, &item);
}

static void write_type_members(struct json *json, const struct field *field)
{
    switch (field->type) {
    case T_STRING:
        write_type(json, "string", field->nullable);
        write_bounds(json, field, "minLength", "maxLength");
        if (field->format != NULL) {
            member(json, "format", field->format);
        }
        return;
    case T_INTEGER:
        write_type(json, "integer", field->nullable);
        write_bounds(json, field, "minimum", "maximum");
        return;
    case T_DECIMAL:
    case T_POINTS:
        write_type(json, "number", field->nullable);
        write_bounds(json, field, "minimum", "maximum");
        return;
    case T_BOOLEAN:
        write_type(json, "boolean", field->nullable);
        return;
    case T_TIME:
        write_type(json, "string", field->nullable);
        member(json, "format", "date-time");
        return;
    case T_ENUM:
        write_enum(json, field);
        return;
    case T_OBJECT:
        write_object_ref(json, field);
        return;
    case T_ARRAY:
        write_type(json, "array", field->nullable);
        write_bounds(json, field, "minItems", "maxItems");
        write_items(json, field, "items");
        return;
    case T_MAP:
        write_type(json, "object", field->nullable);
        write_items(json, field, "additionalProperties");
        return;
    case T_JSON:
        return; /* anything */
    }
    check_failed("a known field type", __FILE__, __LINE__);
}

/* A fallback as JSON: what is text on the wire is quoted. */
static void write_default(struct json *json, const struct field *field)
{
    struct slice text = slice_from(field->fallback);
    struct field item = field->type == T_ARRAY ? value_item(field) : *field;
    bool is_text = item.type == T_STRING || item.type == T_ENUM || item.type == T_TIME;
    json_key(json, S("default"));
    if (field->type == T_ARRAY) {
        json_open_array(json);
    }
    do {
        struct slice part = field->type == T_ARRAY ? slice_cut(&text, ',') : text;
        if (is_text) {
            json_text(json, part);
        } else if (part.len > 0) {
            json_raw(json, part);
        }
    } while (field->type == T_ARRAY && text.ptr != NULL);
    if (field->type == T_ARRAY) {
        json_close_array(json);
    }
}

static void write_field_schema(struct json *json, const struct field *field)
{
    json_open_object(json);
    write_type_members(json, field);
    if (field->fallback != NULL) {
        write_default(json, field);
    }
    if (field->doc != NULL && field->place == IN_BODY) { /* parameters say it beside the schema */
        member(json, "description", field->doc);
    }
    json_close_object(json);
}

static void write_component(struct json *json, const struct schema *schema)
{
    size_t required = 0;
    open_member(json, schema->name);
    member(json, "type", "object");
    if (schema->doc != NULL) {
        member(json, "description", schema->doc);
    }
    open_member(json, "properties");
    for (size_t i = 0; i < schema->field_count; i++) {
        json_key(json, slice_from(schema->fields[i].name));
        write_field_schema(json, &schema->fields[i]);
        required += schema->fields[i].required;
    }
    json_close_object(json);
    if (required > 0) {
        json_key(json, S("required"));
        json_open_array(json);
        for (size_t i = 0; i < schema->field_count; i++) {
            if (schema->fields[i].required) {
                json_text(json, slice_from(schema->fields[i].name));
            }
        }
        json_close_array(json);
    }
    if (!schema->is_open) {
        json_member_bool(json, S("additionalProperties"), false);
    }
    json_close_object(json);
}

/* ---- operations ---- */

static void write_parameters(struct json *json, const struct schema *params)
{
    json_key(json, S("parameters"));
    json_open_array(json);
    for (size_t i = 0; i < params->field_count; i++) {
        const struct field *field = &params->fields[i];
        json_open_object(json);
        member(json, "name", field->name);
        member(json, "in", place_name(field->place));
        json_member_bool(json, S("required"), field->required);
        if (field->doc != NULL) {
            member(json, "description", field->doc);
        }
        if (field->type == T_ARRAY) { /* a,b,c */
            member(json, "style", field->place == IN_QUERY ? "form" : "simple");
            json_member_bool(json, S("explode"), false);
        }
        json_key(json, S("schema"));
        write_field_schema(json, field);
        json_close_object(json);
    }
    json_close_array(json);
}

/* "content": { media: { "schema": … } }; without a schema, bytes of any kind. */
static void write_content(struct json *json, const char *media, const struct schema *schema)
{
    open_member(json, "content");
    open_member(json, media);
    open_member(json, "schema");
    if (schema != NULL) {
        write_ref(json, schema);
    }
    json_close_object(json);
    json_close_object(json);
    json_close_object(json);
}

static void write_success(struct json *json, const struct endpoint *row)
{
    char status[8];
    snprintf(status, sizeof(status), "%d", success_status(row));
    open_member(json, status);
    if (row->reply != NULL) {
        member(json, "description", row->reply->doc != NULL ? row->reply->doc : row->reply->name);
        write_content(json, "application/json", row->reply);
    } else if (row->media != NULL) {
        member(json, "description", "The document.");
        write_content(json, row->media, NULL);
    } else {
        member(json, "description", row->is_upgrade ? "From here on it is a WebSocket." : "Done.");
    }
    json_close_object(json);
    if (row->cache != CACHE_NONE) {
        open_member(json, "304");
        member(json, "description", "Unchanged since the entity tag in If-None-Match.");
        json_close_object(json);
    }
}

/* One response for the errors from..to, which have one status. */
static void write_problems(struct json *json, const enum error *errors, size_t count)
{
    struct buffer text;
    char status[8];
    snprintf(status, sizeof(status), "%d", error_info(errors[0])->status);
    buffer_init(&text, json->out.arena);
    open_member(json, status);
    for (size_t i = 0; i < count; i++) {
        buffer_format(&text, "%s`%s`: %s", i == 0 ? "" : "\n", error_info(errors[i])->slug,
                      error_info(errors[i])->title);
    }
    json_member_text(json, S("description"), buffer_slice(&text));
    json_key(json, S("x-problems"));
    json_open_array(json);
    for (size_t i = 0; i < count; i++) {
        json_text(json, slice_from(error_info(errors[i])->slug));
    }
    json_close_array(json);
    write_content(json, PROBLEM_MEDIA, &problem_schema);
    json_close_object(json);
}

static void write_responses(struct json *json, const struct endpoint *row)
{
    struct error_list list = errors_by_status(row);
    open_member(json, "responses");
    write_success(json, row);
    for (size_t from = 0, to = 0; from < list.count; from = to) {
        int status = error_info(list.errors[from])->status;
        while (to < list.count && error_info(list.errors[to])->status == status) {
            to++;
        }
        write_problems(json, list.errors + from, to - from);
    }
    json_close_object(json);
}

static void write_security_choice(struct json *json, const char *scheme)
{
    json_open_object(json);
    if (scheme != NULL) {
        json_key(json, slice_from(scheme));
        json_open_array(json);
        json_close_array(json);
    }
    json_close_object(json);
}

static void write_security(struct json *json, enum access access)
{
    json_key(json, S("security"));
    json_open_array(json);
    if (access == ACCESS_LEAGUE_READ || access == ACCESS_OPS) {
        write_security_choice(json,
                              NULL); /* enough for a public league, or on the machine itself */
    }
    if (access != ACCESS_PUBLIC) {
        write_security_choice(json, "session");
        write_security_choice(json, "token");
    }
    json_close_array(json);
}

static void write_operation(struct json *json, const struct endpoint *row)
{
    static const char *const keys[] = { [METHOD_GET] = "get",
                                        [METHOD_POST] = "post",
                                        [METHOD_PUT] = "put",
                                        [METHOD_PATCH] = "patch",
                                        [METHOD_DELETE] = "delete" };
    open_member(json, keys[row->method]);
    member(json, "operationId", row->name);
    member(json, "summary", row->summary);
    if (row->description != NULL) {
        member(json, "description", row->description);
    }
    json_key(json, S("tags"));
    json_open_array(json);
    json_text(json, slice_from(row->tag));
    json_close_array(json);
    member(json, "x-access", access_name(row->access));
    member(json, "x-rate", rate_name(row->rate));
    if (row->is_offline_ok) {
        json_member_bool(json, S("x-offline"), true);
    }
    write_security(json, row->access);
    if (row->params != NULL && row->params->field_count > 0) {
        write_parameters(json, row->params);
    }
    if (row->body != NULL) {
        open_member(json, "requestBody");
        json_member_bool(json, S("required"), true);
        write_content(json, "application/json", row->body);
        json_close_object(json);
    }
    write_responses(json, row);
    json_close_object(json);
}

static void write_paths(struct json *json, const struct row_list *list)
{
    open_member(json, "paths");
    for (size_t i = 0; i < list->count; i++) {
        bool is_first = i == 0 || strcmp(list->rows[i - 1]->path, list->rows[i]->path) != 0;
        bool is_last =
            i + 1 == list->count || strcmp(list->rows[i + 1]->path, list->rows[i]->path) != 0;
        if (is_first) {
            open_member(json, list->rows[i]->path);
        }
        write_operation(json, list->rows[i]);
        if (is_last) {
            json_close_object(json);
        }
    }
    json_close_object(json);
}

/* ---- the document ---- */

static void write_info(struct json *json, struct slice version)
{
    open_member(json, "info");
    member(json, "title", "AstralField");
    json_member_text(json, S("version"), version);
    member(json, "description",
           "Names are camelCase, ids are numbers, times are ISO 8601 in UTC, points are decimal "
           "numbers. Every error is a problem document (RFC 9457). Every answer carries "
           "`X-Request-Id`. Reads may carry an `ETag`; send it back in `If-None-Match`.");
    json_close_object(json);
}

static void write_security_schemes(struct json *json)
{
    open_member(json, "securitySchemes");
    open_member(json, "session");
    member(json, "type", "apiKey");
    member(json, "in", "cookie");
    member(json, "name", "__Host-af_session");
    member(json, "description",
           "The cookie of a signed-in browser (`af_session` without TLS in front). Writes also "
           "need `X-CSRF-Token` with the value that "
           "signing in answered.");
    json_close_object(json);
    open_member(json, "token");
    member(json, "type", "http");
    member(json, "scheme", "bearer");
    member(json, "description", "An API token: `Authorization: Bearer aft_…`.");
    json_close_object(json);
    json_close_object(json);
}

static void write_tags(struct json *json, const struct row_list *list)
{
    json_key(json, S("tags"));
    json_open_array(json);
    const char *last = "";
    for (;;) { /* the smallest tag after the last one, until there is none */
        const char *next = NULL;
        for (size_t i = 0; i < list->count; i++) {
            const char *tag = list->rows[i]->tag;
            if (strcmp(tag, last) > 0 && (next == NULL || strcmp(tag, next) < 0)) {
                next = tag;
            }
        }
        if (next == NULL) {
            break;
        }
        json_open_object(json);
        member(json, "name", next);
        json_close_object(json);
        last = next;
    }
    json_close_array(json);
}

struct slice openapi_document(const struct api *api, struct arena *arena)
{
    struct row_list list = rows_sorted(api, arena);
    const struct schema_list *schemas = schemas_sorted(api, arena);
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    member(&json, "openapi", "3.1.0");
    write_info(&json, api->version);
    write_tags(&json, &list);
    write_paths(&json, &list);
    open_member(&json, "components");
    open_member(&json, "schemas");
    for (size_t i = 0; i < schemas->count; i++) {
        write_component(&json, schemas->schemas[i]);
    }
    json_close_object(&json);
    write_security_schemes(&json);
    json_close_object(&json);
    json_close_object(&json);
    return json_indented(json_done(&json), arena);
}
