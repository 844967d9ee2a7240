#include "cli/show.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/check.h"

enum { DEPTH_MAX = 8, COLUMNS_MAX = 12, CELL_MAX = 56, ROWS_SHOWN = 20 };

/* One value in one line. */
static struct slice cell(struct arena *arena, const json_t *value, size_t len_max)
{
    struct slice text = S("-");
    if (json_is_string(value)) {
        text = arena_copy(arena, (struct slice){ .ptr = json_string_value(value),
                                                 .len = json_string_length(value) });
    } else if (json_is_boolean(value)) {
        text = json_is_true(value) ? S("yes") : S("no");
    } else if (value != NULL && !json_is_null(value)) {
        char *dumped = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(10));
        text = arena_copy(arena, slice_from(dumped));
        free(dumped);
    }
    char *bytes = (char *)(uintptr_t)text.ptr;
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] < ' ') {
            bytes[i] = ' ';
        }
    }
    while (text.len > len_max && ((unsigned char)text.ptr[len_max] & 0xC0) == 0x80) {
        len_max--; /* never in the middle of a letter */
    }
    text.len = text.len > len_max ? len_max : text.len;
    return text;
}

static bool is_plain(const json_t *value)
{
    return !json_is_object(value) && !json_is_array(value);
}

static bool is_table(const json_t *value)
{
    return json_is_array(value) && json_array_size(value) > 0 &&
           json_is_object(json_array_get(value, 0));
}

/* The members of the first row are the columns. */
static void put_table(struct buffer *out, const json_t *list, int indent)
{
    const char *names[COLUMNS_MAX];
    size_t widths[COLUMNS_MAX];
    size_t columns = 0;
    size_t rows = json_array_size(list) < ROWS_SHOWN ? json_array_size(list) : ROWS_SHOWN;
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(json_array_get(list, 0), key, value)
    {
        if (columns < COLUMNS_MAX) {
            names[columns] = key;
            widths[columns] = slice_from(key).len;
            for (size_t i = 0; i < rows; i++) {
                const json_t *row = json_array_get(list, i);
                size_t wide =
                    slice_code_points(cell(out->arena, json_object_get(row, key), CELL_MAX));
                widths[columns] = wide > widths[columns] ? wide : widths[columns];
            }
            columns++;
        }
    }
    for (size_t i = 0; i <= rows; i++) {
        struct buffer line;
        buffer_init(&line, out->arena);
        for (size_t c = 0; c < columns; c++) {
            const json_t *row = i == 0 ? NULL : json_array_get(list, i - 1);
            struct slice text = i == 0 ? slice_from(names[c])
                                       : cell(out->arena, json_object_get(row, names[c]), CELL_MAX);
            size_t gap = widths[c] - slice_code_points(text) + 2;
            buffer_format(&line, "%.*s%*s", FMT(text), (int)gap, "");
        }
        buffer_format(out, "%*s%.*s\n", indent, "", FMT(slice_trim(buffer_slice(&line))));
    }
    if (json_array_size(list) > rows) {
        buffer_format(out, "%*s… %zu more\n", indent, "", json_array_size(list) - rows);
    }
}

/* Members one after the other: what fits in a line first, then what does not. The depth is bounded. */
static void put_object(struct buffer *out, const json_t *object, int depth)
{
    const char *key = NULL;
    json_t *value = NULL;
    int indent = depth * 2;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        if (is_plain(value) || (json_is_array(value) && !is_table(value))) {
            buffer_format(out, "%*s%-24s %.*s\n", indent, "", key,
                          FMT(cell(out->arena, value, 4 * CELL_MAX)));
        }
    }
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        if (json_is_object(value) && depth < DEPTH_MAX) {
            buffer_format(out, "%*s%s:\n", indent, "", key);
            put_object(out, value, depth + 1);
        } else if (is_table(value)) {
            buffer_format(out, "%*s%s:\n", indent, "", key);
            put_table(out, value, indent + 2);
        }
    }
}

struct slice show_json(struct arena *arena, const json_t *json)
{
    struct buffer out;
    buffer_init(&out, arena);
    if (json_is_object(json)) {
        put_object(&out, json, 0);
    } else if (is_table(json)) {
        put_table(&out, json, 0);
    } else {
        buffer_format(&out, "%.*s\n", FMT(cell(arena, json, 4 * CELL_MAX)));
    }
    return buffer_slice(&out);
}
