#include "base/json.h"

#include <inttypes.h>

#include "base/check.h"

void json_init(struct json *json, struct arena *arena)
{
    *json = (struct json){ 0 };
    buffer_init(&json->out, arena);
}

static void before_value(struct json *json)
{
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    if (json->has_value[json->depth]) {
        buffer_byte(&json->out, ',');
    }
    json->has_value[json->depth] = true;
}

static void open(struct json *json, char byte)
{
    before_value(json);
    CHECK(json->depth + 1 < JSON_DEPTH_MAX);
    json->depth++;
    json->has_value[json->depth] = false;
    buffer_byte(&json->out, byte);
}

static void close(struct json *json, char byte)
{
    CHECK(json->depth > 0);
    CHECK(!json->after_key);
    json->depth--;
    buffer_byte(&json->out, byte);
}

void json_open_object(struct json *json)
{
    open(json, '{');
}

void json_close_object(struct json *json)
{
    close(json, '}');
}

void json_open_array(struct json *json)
{
    open(json, '[');
}

void json_close_array(struct json *json)
{
    close(json, ']');
}

static void quoted(struct json *json, struct slice text)
{
    static const char hex[] = "0123456789abcdef";
    buffer_byte(&json->out, '"');
    size_t from = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        buffer_add(&json->out, slice_from_to(text, from, i));
        from = i + 1;
        if (c == '"' || c == '\\') {
            buffer_byte(&json->out, '\\');
            buffer_byte(&json->out, (char)c);
        } else if (c == '\n') {
            buffer_add(&json->out, S("\\n"));
        } else {
            char escape[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
            buffer_add(&json->out, (struct slice){ .ptr = escape, .len = sizeof(escape) });
        }
    }
    buffer_add(&json->out, slice_from_to(text, from, text.len));
    buffer_byte(&json->out, '"');
}

void json_key(struct json *json, struct slice key)
{
    CHECK(!json->after_key);
    before_value(json);
    quoted(json, key);
    buffer_byte(&json->out, ':');
    json->after_key = true;
}

void json_text(struct json *json, struct slice text)
{
    before_value(json);
    quoted(json, text);
}

void json_int(struct json *json, int64_t value)
{
    before_value(json);
    buffer_format(&json->out, "%" PRId64, value);
}

void json_bool(struct json *json, bool value)
{
    before_value(json);
    buffer_add(&json->out, value ? S("true") : S("false"));
}

void json_none(struct json *json)
{
    before_value(json);
    buffer_add(&json->out, S("null"));
}

void json_points(struct json *json, points value)
{
    before_value(json);
    char text[POINTS_TEXT_MAX];
    buffer_add(&json->out, points_print(value, text));
}

void json_time(struct json *json, utime value)
{
    before_value(json);
    char text[UTIME_TEXT_MAX];
    quoted(json, utime_print(value, text));
}

void json_raw(struct json *json, struct slice ready)
{
    before_value(json);
    buffer_add(&json->out, ready);
}

void json_member_text(struct json *json, struct slice key, struct slice text)
{
    json_key(json, key);
    json_text(json, text);
}

void json_member_int(struct json *json, struct slice key, int64_t value)
{
    json_key(json, key);
    json_int(json, value);
}

void json_member_bool(struct json *json, struct slice key, bool value)
{
    json_key(json, key);
    json_bool(json, value);
}

void json_member_null(struct json *json, struct slice key)
{
    json_key(json, key);
    json_none(json);
}

void json_member_points(struct json *json, struct slice key, points value)
{
    json_key(json, key);
    json_points(json, value);
}

void json_member_time(struct json *json, struct slice key, utime value)
{
    json_key(json, key);
    json_time(json, value);
}

void json_member_raw(struct json *json, struct slice key, struct slice ready)
{
    json_key(json, key);
    json_raw(json, ready);
}

struct slice json_done(struct json *json)
{
    CHECK(json->depth == 0);
    return buffer_slice(&json->out);
}
