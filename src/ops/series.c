#include "ops/series.h"

#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"

enum { SERIES_FIRST = 256 };

void series_init(struct series_list *list, struct arena *arena)
{
    *list = (struct series_list){ .arena = arena };
}

static struct series *find(const struct series_list *list, struct slice name, struct slice labels)
{
    for (size_t i = 0; i < list->count; i++) {
        if (slice_eq(list->list[i].name, name) && slice_eq(list->list[i].labels, labels)) {
            return &list->list[i];
        }
    }
    return NULL;
}

static struct series *make(struct series_list *list, const struct series *like)
{
    if (list->count == list->room) {
        size_t room = list->room == 0 ? SERIES_FIRST : list->room * 2;
        struct series *larger = ARENA_ARRAY(list->arena, room, struct series);
        if (list->count > 0) {
            memcpy(larger, list->list, list->count * sizeof(*larger));
        }
        list->list = larger;
        list->room = room;
    }
    struct series *series = &list->list[list->count++];
    *series = (struct series){ .name = like->name, .labels = like->labels };
    return series;
}

void series_add(struct series_list *list, const struct series *series)
{
    struct series *made = make(list, series);
    *made = *series;
}

void series_merge(struct series_list *list, const struct series *from)
{
    struct series *series = find(list, from->name, from->labels);
    if (series == NULL) {
        series = make(list, from);
    }
    series->count += from->count;
    series->sum += from->sum;
    series->max = from->max > series->max ? from->max : series->max;
    if (from->buckets != NULL && series->buckets == NULL) {
        series->buckets = ARENA_ARRAY(list->arena, METER_BUCKETS, uint64_t);
    }
    for (size_t i = 0; from->buckets != NULL && i < METER_BUCKETS; i++) {
        series->buckets[i] += from->buckets[i];
    }
}

const struct series *series_find(const struct series_list *list, const char *name,
                                 struct slice labels)
{
    static const struct series nothing = { .count = 0 };
    const struct series *series = find(list, slice_from(name), labels);
    return series == NULL ? &nothing : series;
}

int64_t series_percentile(const struct series *series, unsigned permille)
{
    int64_t us = series->buckets == NULL ? -1 : meter_percentile(series->buckets, permille);
    /* A bucket's end may lie above what was ever seen. */
    return us > (int64_t)series->max && series->max > 0 ? (int64_t)series->max : us;
}

static void write_histogram(struct json *json, const uint64_t buckets[METER_BUCKETS])
{
    size_t len = METER_BUCKETS;
    while (len > 0 && buckets[len - 1] == 0) {
        len--;
    }
    json_key(json, S("histogram"));
    json_open_array(json);
    for (size_t i = 0; i < len; i++) {
        json_int(json, (int64_t)buckets[i]);
    }
    json_close_array(json);
}

struct slice series_json(const struct series_list *list, struct arena *arena)
{
    struct json json;
    json_init(&json, arena);
    json_open_array(&json);
    for (size_t i = 0; i < list->count; i++) {
        const struct series *series = &list->list[i];
        if (series->count == 0) {
            continue;
        }
        json_open_object(&json);
        json_member_text(&json, S("name"), series->name);
        json_member_text(&json, S("labels"), series->labels);
        json_member_int(&json, S("count"), (int64_t)series->count);
        json_member_int(&json, S("sum"), (int64_t)series->sum);
        json_member_int(&json, S("max"), (int64_t)series->max);
        if (series->buckets != NULL) {
            write_histogram(&json, series->buckets);
        }
        json_close_object(&json);
    }
    json_close_array(&json);
    return json_done(&json);
}

void series_read_buckets(struct slice array, uint64_t buckets[METER_BUCKETS])
{
    struct slice rest = array.len >= 2 ? slice_from_to(array, 1, array.len - 1) : S("");
    for (size_t i = 0; i < METER_BUCKETS && rest.ptr != NULL && rest.len > 0; i++) {
        int64_t value = 0;
        if (slice_to_int(slice_cut(&rest, ','), &value) == OK && value > 0) {
            buckets[i] = (uint64_t)value;
        }
    }
}
