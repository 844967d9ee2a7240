#include "api/status_view.h"

#include "base/check.h"
#include "base/json.h"

static const struct {
    const char *key, *name;
} parts[STATUS_PART_COUNT] = {
    [STATUS_WEB] = { "web", "Website and API" },   [STATUS_DATABASE] = { "database", "Database" },
    [STATUS_CACHE] = { "cache", "Cache" },         [STATUS_LIVE] = { "live", "Live updates" },
    [STATUS_FEEDS] = { "feeds", "Football data" }, [STATUS_BACKUPS] = { "backups", "Backups" },
};

static const char *const words[STATUS_STATE_COUNT] = {
    [STATUS_UNKNOWN] = "unknown", [STATUS_GOOD] = "operational", [STATUS_FAIR] = "degraded",
    [STATUS_BAD] = "down",        [STATUS_ABSENT] = "not_used",
};

const char *status_part_key(enum status_part_id id)
{
    return parts[id].key;
}

const char *status_part_name(enum status_part_id id)
{
    return parts[id].name;
}

const char *status_state_word(enum status_state state)
{
    return words[state];
}

enum status_state status_overall(const struct status_view *view)
{
    const enum status_state web = view->parts[STATUS_WEB].state;
    if (web == STATUS_BAD || view->parts[STATUS_DATABASE].state == STATUS_BAD) {
        return STATUS_BAD;
    }
    if (web == STATUS_UNKNOWN) {
        return STATUS_UNKNOWN;
    }
    for (size_t i = 0; i < STATUS_PART_COUNT; i++) {
        if (view->parts[i].state == STATUS_FAIR || view->parts[i].state == STATUS_BAD) {
            return STATUS_FAIR;
        }
    }
    bool is_open = view->incident_count > 0 && !view->incidents[0].is_over;
    return is_open ? STATUS_FAIR : STATUS_GOOD;
}

int64_t status_uptime(const struct status_part *part)
{
    int64_t good = 0;
    int64_t all = 0;
    for (size_t i = 0; i < STATUS_DAYS; i++) {
        good += part->days[i].good;
        all += part->days[i].all;
    }
    return all == 0 ? -1 : good * 10000 / all;
}

struct status_view *status_copy(struct arena *arena, const struct status_view *view)
{
    struct status_view *copy = ARENA_NEW(arena, struct status_view);
    *copy = *view;
    copy->seen_from = arena_copy(arena, view->seen_from);
    copy->version = arena_copy(arena, view->version);
    for (size_t i = 0; i < STATUS_PART_COUNT; i++) {
        copy->parts[i].note = arena_copy(arena, view->parts[i].note);
    }
    for (size_t i = 0; i < view->incident_count; i++) {
        copy->incidents[i].title = arena_copy(arena, view->incidents[i].title);
        copy->incidents[i].severity = arena_copy(arena, view->incidents[i].severity);
    }
    return copy;
}

/* ---- the document ---- */

static void percent_member(struct json *json, struct slice key, int64_t hundredths)
{
    if (hundredths < 0) {
        json_member_null(json, key);
    } else {
        json_member_points(json, key, (points)hundredths);
    }
}

static void time_or_null(struct json *json, struct slice key, utime at)
{
    if (at == 0) {
        json_member_null(json, key);
    } else {
        json_member_time(json, key, at);
    }
}

static void write_part(struct json *json, enum status_part_id id, const struct status_part *part)
{
    json_open_object(json);
    json_member_text(json, S("key"), slice_from(parts[id].key));
    json_member_text(json, S("name"), slice_from(parts[id].name));
    json_member_text(json, S("status"), slice_from(words[part->state]));
    json_member_text(json, S("note"), part->note);
    percent_member(json, S("uptimePercent"), status_uptime(part));
    json_key(json, S("days"));
    json_open_array(json);
    for (size_t i = 0; i < STATUS_DAYS; i++) {
        const struct status_day *day = &part->days[i];
        json_open_array(json);
        json_int(json, day->good);
        json_int(json, day->all);
        json_close_array(json);
    }
    json_close_array(json);
    json_close_object(json);
}

struct slice status_json(struct arena *arena, const struct status_view *view)
{
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    json_member_text(&json, S("status"), slice_from(words[status_overall(view)]));
    json_member_time(&json, S("timestamp"), view->now);
    time_or_null(&json, S("measuredAt"), view->at);
    json_key(&json, S("ageSeconds"));
    if (view->at == 0) {
        json_none(&json);
    } else {
        json_int(&json, view->now > view->at ? (view->now - view->at) / US_PER_S : 0);
    }
    time_or_null(&json, S("historyAt"), view->facts_at);
    json_member_text(&json, S("seenFrom"), view->seen_from);
    json_member_text(&json, S("version"), view->version);
    json_key(&json, S("components"));
    json_open_array(&json);
    for (size_t i = 0; i < STATUS_PART_COUNT; i++) {
        write_part(&json, (enum status_part_id)i, &view->parts[i]);
    }
    json_close_array(&json);
    json_key(&json, S("incidents"));
    json_open_array(&json);
    for (size_t i = 0; i < view->incident_count; i++) {
        const struct status_incident *incident = &view->incidents[i];
        json_open_object(&json);
        json_member_text(&json, S("severity"), incident->severity);
        json_member_text(&json, S("title"), incident->title);
        json_member_bool(&json, S("resolved"), incident->is_over);
        json_member_time(&json, S("since"), incident->since);
        time_or_null(&json, S("until"), incident->until);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    return json_done(&json);
}
