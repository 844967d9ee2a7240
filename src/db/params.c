/* Parameters as text, the one form in which they travel. */
#include "base/check.h"
#include "db/internal.h"

#include <inttypes.h>

static const char *param_text(struct arena *arena, const struct param *param)
{
    char stamp[UTIME_TEXT_MAX];
    char hundredths[POINTS_TEXT_MAX];
    switch (param->kind) {
    case PARAM_NULL:
        return NULL;
    case PARAM_INT:
        return arena_format(arena, "%" PRId64, param->number).ptr;
    case PARAM_TEXT:
        return param->text.ptr == NULL ? NULL : arena_cstr(arena, param->text);
    case PARAM_BOOL:
        return param->number != 0 ? "t" : "f";
    case PARAM_POINTS:
        return arena_cstr(arena, points_print((points)param->number, hundredths));
    case PARAM_TIME: {
        /* Milliseconds from utime_print are not enough to find a row again: add the rest. */
        int64_t micros = param->number % US_PER_MS;
        struct slice text = utime_print(param->number, stamp);
        return arena_format(arena, "%.*s%03dZ", (int)text.len - 1, text.ptr,
                            (int)(micros < 0 ? micros + US_PER_MS : micros))
            .ptr;
    }
    }
    return NULL;
}

const char *const *params_text(struct arena *arena, struct params params)
{
    const char **values = ARENA_ARRAY(arena, params.count + 1, const char *);
    for (size_t i = 0; i < params.count; i++) {
        values[i] = param_text(arena, &params.list[i]);
    }
    return values;
}
