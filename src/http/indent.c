/* Lays JSON out for people and for diffs. */
#include "http/describe.h"

static void new_line(struct buffer *out, size_t depth)
{
    buffer_byte(out, '\n');
    for (size_t i = 0; i < depth; i++) {
        buffer_add(out, S("  "));
    }
}

/* The index after the string that begins at `at`. */
static size_t string_end(struct slice text, size_t at)
{
    for (at++; at < text.len && text.ptr[at] != '"'; at++) {
        at += text.ptr[at] == '\\';
    }
    return at < text.len ? at + 1 : text.len;
}

struct slice json_indented(struct slice compact, struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena);
    size_t depth = 0;
    for (size_t i = 0; i < compact.len;) {
        char c = compact.ptr[i];
        size_t next = c == '"' ? string_end(compact, i) : i + 1;
        bool is_open = c == '{' || c == '[';
        bool is_close = c == '}' || c == ']';
        bool is_empty =
            is_open && next < compact.len && (compact.ptr[next] == '}' || compact.ptr[next] == ']');
        next += is_empty;
        if (is_close) {
            new_line(&out, --depth);
        }
        buffer_add(&out, slice_from_to(compact, i, next));
        if (is_open && !is_empty) {
            new_line(&out, ++depth);
        } else if (c == ',') {
            new_line(&out, depth);
        } else if (c == ':') {
            buffer_byte(&out, ' ');
        }
        i = next;
    }
    buffer_byte(&out, '\n');
    return buffer_slice(&out);
}
