#include "http/manual.h"

#include "http/describe.h"
#include "http/value.h"

enum { TAGS_MAX = 100 };

static const char *access_sentence(enum access access)
{
    static const char *const sentences[ACCESS_COUNT] = {
        [ACCESS_UNSAID] = "",
        [ACCESS_PUBLIC] = "anybody",
        [ACCESS_SIGNED_IN] = "anybody with an account",
        [ACCESS_LEAGUE_READ] = "members of the league; anybody when it is public",
        [ACCESS_LEAGUE_MEMBER] = "members of the league",
        [ACCESS_TEAM_OWNER] = "managers of the team and commissioners of its league",
        [ACCESS_COMMISSIONER] = "commissioners of the league",
        [ACCESS_OPERATOR] = "operators of the server",
        [ACCESS_OPS] =
            "operators, API tokens of theirs with the scope `ops`, and direct connections "
            "from OPS_ALLOW (by default from the machine itself)",
    };
    CHECK(access < ACCESS_COUNT);
    return sentences[access];
}

static void add_bounds(struct buffer *out, const struct field *field, const char *unit)
{
    struct slice min = value_bound(out->arena, field, field->min);
    struct slice max = value_bound(out->arena, field, field->max);
    if (field_has_min(field) && field_has_max(field)) {
        buffer_format(out, ", %.*s to %.*s%s", FMT(min), FMT(max), unit);
    } else if (field_has_min(field)) {
        buffer_format(out, ", at least %.*s%s", FMT(min), unit);
    } else if (field_has_max(field)) {
        buffer_format(out, ", at most %.*s%s", FMT(max), unit);
    }
}

static void add_kind(struct buffer *out, const struct field *field)
{
    if (field->type == T_OBJECT) {
        buffer_format(out, "[%s](#schema-%s)", field->of->name, field->of->name);
        return;
    }
    buffer_add(out, slice_from(value_type_name(field->type)));
    for (size_t i = 0; field->type == T_ENUM && field->values[i] != NULL; i++) {
        buffer_format(out, "%s `%s`", i == 0 ? "" : ",", field->values[i]);
    }
    if (field->format != NULL) {
        buffer_format(out, " (%s)", field->format);
    }
}

struct slice manual_type(struct arena *arena, const struct field *field)
{
    struct buffer out;
    buffer_init(&out, arena);
    if (field->type == T_ARRAY || field->type == T_MAP) {
        struct field item = value_item(field);
        buffer_add(&out, field->type == T_ARRAY ? S("list of ") : S("map to "));
        add_kind(&out, &item);
    } else {
        add_kind(&out, field);
    }
    add_bounds(&out, field,
               field->type == T_STRING  ? " characters"
               : field->type == T_ARRAY ? " items"
                                        : "");
    if (field->nullable) {
        buffer_add(&out, S(", or null"));
    }
    return buffer_slice(&out);
}

static void write_fields(struct pen *pen, const struct schema *schema, bool are_params)
{
    struct arena *arena = pen->out.arena;
    static const char *const member_columns[] = { "Member", "Type", "Required", "Meaning" };
    static const char *const param_columns[] = { "Parameter", "Type", "Where", "Meaning" };
    pen->table(pen, are_params ? param_columns : member_columns);
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];
        struct slice meaning = slice_from(field->doc);
        if (field->fallback != NULL) {
            meaning = arena_format(arena, "%.*s%sDefault: `%s`.", FMT(meaning),
                                   meaning.len > 0 ? " " : "", field->fallback);
        }
        struct slice cells[MANUAL_COLUMNS] = {
            arena_format(arena, "`%s`", field->name),
            manual_type(arena, field),
            are_params ? arena_format(arena, "%s%s", place_name(field->place),
                                      field->required ? ", required" : "")
                       : slice_from(field->required ? "yes" : "no"),
            meaning,
        };
        pen->row(pen, cells);
    }
    pen->table_end(pen);
}

static void write_answer(struct pen *pen, const struct endpoint *row)
{
    struct arena *arena = pen->out.arena;
    int status = success_status(row);
    if (row->reply != NULL) {
        pen->paragraph(pen, arena_format(arena, "Answers %d with [%s](#schema-%s).", status,
                                         row->reply->name, row->reply->name));
    } else if (row->media != NULL) {
        pen->paragraph(pen, arena_format(arena, "Answers %d with `%s`.", status, row->media));
    } else {
        pen->paragraph(pen, arena_format(arena, "Answers %d without a body.", status));
    }
    if (row->reply != NULL && row->reply->field_count > 0) {
        write_fields(pen, row->reply, false);
    }
    struct error_list list = errors_by_status(row);
    struct buffer errors;
    buffer_init(&errors, arena);
    buffer_add(&errors, S("Errors:"));
    for (size_t i = 0; i < list.count; i++) {
        const struct error_info *info = error_info(list.errors[i]);
        buffer_format(&errors, "%s %d `%s`", i == 0 ? "" : ",", info->status, info->slug);
    }
    buffer_byte(&errors, '.');
    pen->paragraph(pen, buffer_slice(&errors));
}

static void write_row(struct pen *pen, const struct endpoint *row)
{
    struct arena *arena = pen->out.arena;
    const char *anchor = arena_format(arena, "op-%s", row->name).ptr;
    pen->open(pen, 3, anchor, arena_format(arena, "%s %s", method_name(row->method), row->path));
    pen->paragraph(pen, slice_from(row->summary));
    if (row->description != NULL) {
        pen->paragraph(pen, slice_from(row->description));
    }
    pen->paragraph(pen, arena_format(arena, "`%s` · For %s. · Rate class: %s.%s", row->name,
                                     access_sentence(row->access), rate_name(row->rate),
                                     row->is_offline_ok ? " · May be kept for offline use." : ""));
    if (row->params != NULL && row->params->field_count > 0) {
        write_fields(pen, row->params, true);
    }
    if (row->body != NULL) {
        pen->paragraph(
            pen, arena_format(arena, "Body: [%s](#schema-%s).", row->body->name, row->body->name));
        write_fields(pen, row->body, false);
    }
    write_answer(pen, row);
    if (!row->is_upgrade) {
        pen->code(pen, curl_example(row, arena));
    }
    pen->close(pen, 3);
}

/* Calls visit for each row of the list that has the tag. */
static void each_of_tag(struct pen *pen, const struct row_list *list, const char *tag,
                        void (*visit)(struct pen *pen, const struct endpoint *row))
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->rows[i]->tag, tag) == 0) {
            visit(pen, list->rows[i]);
        }
    }
}

struct tag_list {
    const char *tags[TAGS_MAX];
    size_t count;
};

/* Tags in the order in which the tables name them: their author's order reads best. */
static struct tag_list tags_of(const struct api *api)
{
    struct tag_list list = { .count = 0 };
    for (size_t t = 0; t < api->count; t++) {
        for (size_t r = 0; r < api->tables[t].count; r++) {
            const char *tag = api->tables[t].rows[r].tag;
            size_t at = 0;
            while (at < list.count && strcmp(list.tags[at], tag) != 0) {
                at++;
            }
            if (at == list.count) {
                CHECK(list.count < TAGS_MAX);
                list.tags[list.count++] = tag;
            }
        }
    }
    return list;
}

static const char *tag_anchor(struct arena *arena, const char *tag)
{
    struct buffer out;
    buffer_init(&out, arena);
    buffer_add(&out, S("tag-"));
    for (const char *at = tag; *at != '\0'; at++) {
        char c = *at >= 'A' && *at <= 'Z' ? (char)(*at + 32) : *at;
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        buffer_byte(&out, is_plain ? c : '-');
    }
    return arena_cstr(arena, buffer_slice(&out));
}

static void row_item(struct pen *pen, const struct endpoint *row)
{
    pen->item(pen, 2,
              arena_format(pen->out.arena, "[%s %s](#op-%s)", method_name(row->method), row->path,
                           row->name));
}

void manual_contents(struct pen *pen, const struct api *api)
{
    struct arena *arena = pen->out.arena;
    struct row_list list = rows_sorted(api, arena);
    struct tag_list tags = tags_of(api);
    pen->item(pen, 1, S("[Conventions](#conventions)"));
    for (size_t i = 0; i < tags.count; i++) {
        const char *tag = tags.tags[i];
        pen->item(pen, 1, arena_format(arena, "[%s](#%s)", tag, tag_anchor(arena, tag)));
        each_of_tag(pen, &list, tag, row_item);
    }
    pen->item(pen, 1, S("[Documents](#documents)"));
    pen->list_end(pen);
}

static void write_conventions(struct pen *pen)
{
    pen->open(pen, 2, "conventions", S("Conventions"));
    pen->paragraph(pen,
                   S("Bodies are JSON (`Content-Type: application/json`). Names are camelCase, "
                     "ids are numbers, times are ISO 8601 in UTC, points are decimal numbers. "
                     "A number is measured, or `null`."));
    pen->paragraph(pen, S("Unknown members and unknown parameters are refused, so that a slip of "
                          "the pen is found and not ignored."));
    pen->paragraph(pen,
                   S("Scripts send `Authorization: Bearer` and an API token. Browsers have the "
                     "cookie `__Host-af_session` (`af_session` without TLS in front), and their "
                     "writes also need `X-CSRF-Token` with the "
                     "value that signing in answered."));
    pen->paragraph(pen, S("Reads may carry an `ETag`: send it back in `If-None-Match` and an "
                          "unchanged document is answered with 304. Every answer carries "
                          "`X-Request-Id`."));
    pen->paragraph(pen, S("Every error is a [Problem](#schema-Problem), "
                          "`application/problem+json` (RFC 9457), and names every fault of the "
                          "request at once. 429 and 503 say `Retry-After`."));
    pen->close(pen, 2);
}

static void write_documents(struct pen *pen, const struct api *api)
{
    struct arena *arena = pen->out.arena;
    const struct schema_list *list = schemas_sorted(api, arena);
    pen->open(pen, 2, "documents", S("Documents"));
    for (size_t i = 0; i < list->count; i++) {
        const struct schema *schema = list->schemas[i];
        pen->open(pen, 3, arena_format(arena, "schema-%s", schema->name).ptr,
                  slice_from(schema->name));
        if (schema->doc != NULL) {
            pen->paragraph(pen, slice_from(schema->doc));
        }
        if (schema->field_count > 0) {
            write_fields(pen, schema, false);
        }
        if (schema->is_open) {
            pen->paragraph(pen, S("It may hold other members too."));
        }
        pen->close(pen, 3);
    }
    pen->close(pen, 2);
}

void manual_body(struct pen *pen, const struct api *api)
{
    struct arena *arena = pen->out.arena;
    struct row_list list = rows_sorted(api, arena);
    struct tag_list tags = tags_of(api);
    write_conventions(pen);
    for (size_t i = 0; i < tags.count; i++) {
        const char *tag = tags.tags[i];
        pen->open(pen, 2, tag_anchor(arena, tag), slice_from(tag));
        each_of_tag(pen, &list, tag, write_row);
        pen->close(pen, 2);
    }
    write_documents(pen, api);
}
