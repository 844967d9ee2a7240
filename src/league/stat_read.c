/* Reading a stored statistics line. Apart, because jansson and base/json.h share a name. */
#include <jansson.h>
#include <math.h>

#include "league/scoring_load.h"

static enum error read_counted(struct slice text, struct stat_line *ret_line)
{
    struct stat_line line = { .has_played = true };
    json_t *object = json_loadb(text.ptr, text.len, 0, NULL);
    if (!json_is_object(object)) {
        json_decref(object);
        return E_INVALID;
    }
    const char *key = NULL;
    json_t *value = NULL;
    enum error error = OK;
    json_object_foreach(object, key, value)
    {
        double number = json_number_value(value) * STAT_ONE;
        if (!json_is_number(value) || !(fabs(number) <= INT32_MAX)) {
            error = E_INVALID;
            break;
        }
        enum stat stat = stat_from_key(slice_from(key));
        if (stat < STAT_COUNT) {
            line.values[stat] = (stat_value)llround(number);
        }
    }
    json_decref(object);
    if (error == OK) {
        *ret_line = line;
    }
    return error;
}

enum error stat_line_read(struct slice text, struct stat_line *ret_line)
{
    TRY(read_counted(text, ret_line));
    stat_derive(ret_line);
    return OK;
}

enum error stat_line_read_from(struct slice stat_source, struct slice text,
                               struct stat_line *ret_line)
{
    return slice_eq(stat_source, S("nfl")) ? stat_line_read(text, ret_line)
                                           : read_counted(text, ret_line);
}
