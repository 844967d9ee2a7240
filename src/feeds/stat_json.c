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
