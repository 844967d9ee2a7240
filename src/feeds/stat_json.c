#include "feeds/stat_json.h"

#include <stdio.h>

void stat_json_write(struct json *json, const struct stat_line *line)
{
    json_open_object(json);
    for (size_t i = 0; i < STAT_COUNT; i++) {
        stat_value value = line->values[i];
        if (value == 0) {
            continue;
        }
        int64_t size = value < 0 ? -(int64_t)value : value;
        char text[24];
        int len = snprintf(text, sizeof(text), "%s%lld", value < 0 ? "-" : "",
                           (long long)(size / STAT_ONE));
        if (size % STAT_ONE != 0) {
            len = snprintf(text, sizeof(text), "%s%lld.%03lld", value < 0 ? "-" : "",
                           (long long)(size / STAT_ONE), (long long)(size % STAT_ONE));
            for (; text[len - 1] == '0'; len--) {
            }
        }
        json_key(json, stat_info((enum stat)i)->key);
        json_raw(json, (struct slice){ .ptr = text, .len = (size_t)len });
    }
    json_close_object(json);
}

/* Takes `byte` off the front, past blanks; false when something else stands there. */
static bool take_byte(struct slice *rest, char byte)
{
    while (rest->len > 0 && rest->ptr[0] == ' ') {
        *rest = slice_from_to(*rest, 1, rest->len);
    }
    if (rest->len == 0 || rest->ptr[0] != byte) {
        return false;
    }
    *rest = slice_from_to(*rest, 1, rest->len);
    return true;
}

/* Takes `"key": number`. */
static enum error take_member(struct slice *rest, struct stat_line *line)
{
    if (!take_byte(rest, '"')) {
        return E_INVALID;
    }
    size_t end = slice_find(*rest, '"', 0);
    if (end == rest->len) {
        return E_INVALID;
    }
    enum stat stat = stat_from_key(slice_from_to(*rest, 0, end));
    *rest = slice_from_to(*rest, end + 1, rest->len);
    if (!take_byte(rest, ':')) {
        return E_INVALID;
    }
    size_t len = 0;
    while (len < rest->len && rest->ptr[len] != ',' && rest->ptr[len] != '}') {
        len++;
    }
    int64_t millionths = 0;
    TRY(slice_to_millionths(slice_trim(slice_from_to(*rest, 0, len)), &millionths));
    *rest = slice_from_to(*rest, len, rest->len);
    if (millionths / 1000 > INT32_MAX || millionths / 1000 < INT32_MIN) {
        return E_INVALID;
    }
    if (stat < STAT_COUNT) {
        line->values[stat] = (stat_value)(millionths / 1000);
    }
    return OK;
}

enum error stat_json_read(struct slice text, struct stat_line *ret_line)
{
    struct stat_line line = { .has_played = true };
    struct slice rest = text;
    if (!take_byte(&rest, '{')) {
        return E_INVALID;
    }
    if (!take_byte(&rest, '}')) {
        do {
            TRY(take_member(&rest, &line));
        } while (take_byte(&rest, ','));
        if (!take_byte(&rest, '}')) {
            return E_INVALID;
        }
    }
    if (slice_trim(rest).len != 0) {
        return E_INVALID;
    }
    stat_derive(&line);
    *ret_line = line;
    return OK;
}
