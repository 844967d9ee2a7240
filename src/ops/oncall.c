#include "ops/oncall.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/check.h"

#define DAY_US (86400 * US_PER_S)

enum { DAYS_TO_MONDAY = 3, WEEK_DAYS = 7 }; /* 1970-01-01 was a Thursday */

static const char *const role_names[ROLE_COUNT] = { "primary", "secondary", "database",
                                                    "security" };

const char *oncall_role_name(enum oncall_role role)
{
    CHECK(role < ROLE_COUNT);
    return role_names[role];
}

enum oncall_role oncall_role_find(struct slice name)
{
    size_t role = 0;
    while (role < ROLE_COUNT && !slice_eq(name, slice_from(role_names[role]))) {
        role++;
    }
    return (enum oncall_role)role;
}

static int64_t week_of(utime now)
{
    return (now / DAY_US + DAYS_TO_MONDAY) / WEEK_DAYS;
}

size_t oncall_turn(utime now, size_t count)
{
    CHECK(count > 0);
    return (size_t)week_of(now) % count;
}

utime oncall_week(utime now)
{
    return (week_of(now) * WEEK_DAYS - DAYS_TO_MONDAY) * DAY_US;
}

void oncall_split(struct slice text, struct oncall *ret_role)
{
    struct oncall role = { .source = "nobody" };
    while (text.ptr != NULL && text.len > 0 && role.count < ONCALL_PEOPLE_MAX) {
        struct slice person = slice_trim(slice_cut(&text, ','));
        if (person.len > 0) {
            role.people[role.count++] = person;
            role.source = "settings";
        }
    }
    *ret_role = role;
}

static void read_people(struct arena *arena, struct slice text, struct oncall *role)
{
    json_t *list = json_loadb(text.ptr, text.len, 0, NULL);
    *role = (struct oncall){ .source = "set" };
    for (size_t i = 0; i < json_array_size(list) && role->count < ONCALL_PEOPLE_MAX; i++) {
        struct slice person = slice_from(json_string_value(json_array_get(list, i)));
        role->people[role->count++] = arena_copy(arena, person);
    }
    json_decref(list);
}

enum error oncall_read(struct arena *arena, const struct config *settings,
                       struct oncall ret_roles[ROLE_COUNT])
{
    struct rows rows = { 0 };
    oncall_split(slice_from(settings->oncall_primary), &ret_roles[ROLE_PRIMARY]);
    oncall_split(slice_from(settings->oncall_secondary), &ret_roles[ROLE_SECONDARY]);
    oncall_split(slice_from(settings->oncall_database), &ret_roles[ROLE_DATABASE]);
    oncall_split(slice_from(settings->oncall_security), &ret_roles[ROLE_SECURITY]);
    TRY(db_read(arena, SQL_ALERTS_ONCALL, NO_PARAMS, &rows));
    for (size_t i = 0; i < rows.count; i++) {
        enum oncall_role role = oncall_role_find(rows_text(&rows, i, "role"));
        if (role < ROLE_COUNT) {
            read_people(arena, rows_text(&rows, i, "people"), &ret_roles[role]);
        }
    }
    return OK;
}

struct slice oncall_now(const struct oncall *role, utime now)
{
    return role->count == 0 ? S("") : role->people[oncall_turn(now, role->count)];
}

struct slice oncall_json(struct arena *arena, const struct slice *people, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        bool is_there = people[i].len == 0;
        for (size_t j = 0; j < i; j++) {
            is_there |= slice_eq(people[i], people[j]);
        }
        if (!is_there) {
            json_array_append_new(list, json_stringn(people[i].ptr, people[i].len));
        }
    }
    char *text = json_dumps(list, JSON_COMPACT);
    CHECK(text != NULL);
    struct slice copy = arena_copy(arena, slice_from(text));
    free(text);
    json_decref(list);
    return copy;
}
