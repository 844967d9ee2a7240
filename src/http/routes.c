/* The rows as a list, for the command line. */
#include "base/json.h"
#include "http/describe.h"

static struct slice routes_json(const struct row_list *list, struct arena *arena)
{
    struct json json;
    json_init(&json, arena);
    json_open_array(&json);
    for (size_t i = 0; i < list->count; i++) {
        const struct endpoint *row = list->rows[i];
        json_open_object(&json);
        json_member_text(&json, S("method"), slice_from(method_name(row->method)));
        json_member_text(&json, S("path"), slice_from(row->path));
        json_member_text(&json, S("name"), slice_from(row->name));
        json_member_text(&json, S("tag"), slice_from(row->tag));
        json_member_text(&json, S("access"), slice_from(access_name(row->access)));
        json_member_text(&json, S("rate"), slice_from(rate_name(row->rate)));
        json_member_text(&json, S("lane"), slice_from(lane_name(row->lane)));
        json_member_text(&json, S("cache"), slice_from(cache_name(row->cache)));
        json_member_int(&json, S("status"), success_status(row));
        json_close_object(&json);
    }
    json_close_array(&json);
    return json_indented(json_done(&json), arena);
}

static struct slice routes_text(const struct row_list *list, struct arena *arena)
{
    int widest = (int)sizeof("PATH") - 1;
    for (size_t i = 0; i < list->count; i++) {
        int len = (int)strlen(list->rows[i]->path);
        widest = len > widest ? len : widest;
    }
    struct buffer out;
    buffer_init(&out, arena);
    buffer_format(&out, "%-7s %-*s %-14s %-8s %-6s %-9s %s\n", "METHOD", widest, "PATH", "ACCESS",
                  "RATE", "LANE", "CACHE", "NAME");
    for (size_t i = 0; i < list->count; i++) {
        const struct endpoint *row = list->rows[i];
        buffer_format(&out, "%-7s %-*s %-14s %-8s %-6s %-9s %s\n", method_name(row->method), widest,
                      row->path, access_name(row->access), rate_name(row->rate),
                      lane_name(row->lane), cache_name(row->cache), row->name);
    }
    return buffer_slice(&out);
}

struct slice routes_print(const struct api *api, enum routes_format format, struct arena *arena)
{
    struct row_list list = rows_sorted(api, arena);
    switch (format) {
    case ROUTES_TEXT:
        return routes_text(&list, arena);
    case ROUTES_JSON:
        return routes_json(&list, arena);
    }
    check_failed("a known format", __FILE__, __LINE__);
}
