/* Figures as JSON: milliseconds, ratios, and null where nothing was measured. */
#include <inttypes.h>

#include "api/ops.h"
#include "base/check.h"

void json_member_ratio(struct json *json, struct slice key, int64_t part, int64_t whole)
{
    if (whole <= 0 || part < 0) {
        json_member_null(json, key);
        return;
    }
    /* Rounded to millionths; part * 10^6 fits for every count a process can reach in a window. */
    int64_t millionths = (part * 1000000 + whole / 2) / whole;
    json_member_raw(json, key,
                    arena_format(json->out.arena, "%" PRId64 ".%06" PRId64, millionths / 1000000,
                                 millionths % 1000000));
}

void json_member_milli(struct json *json, struct slice key, int64_t thousandths)
{
    if (thousandths < 0) {
        json_member_null(json, key);
        return;
    }
    json_member_raw(json, key,
                    arena_format(json->out.arena, "%" PRId64 ".%03" PRId64, thousandths / 1000,
                                 thousandths % 1000));
}

void json_member_count(struct json *json, struct slice key, int64_t value)
{
    if (value < 0) {
        json_member_null(json, key);
    } else {
        json_member_int(json, key, value);
    }
}

void json_timing_members(struct json *json, const struct series *timing)
{
    bool is_empty = timing->count == 0;
    json_member_int(json, S("count"), (int64_t)timing->count);
    json_member_milli(json, S("p50Ms"), series_percentile(timing, 500));
    json_member_milli(json, S("p95Ms"), series_percentile(timing, 950));
    json_member_milli(json, S("p99Ms"), series_percentile(timing, 990));
    json_member_milli(json, S("maxMs"), is_empty ? -1 : (int64_t)timing->max);
}

int64_t permille_of(int64_t part, int64_t whole)
{
    return part < 0 || whole <= 0 ? -1 : part * 1000 / whole;
}
