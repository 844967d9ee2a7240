/* Growing a season while it is read, and what can be told of it without the platform's help. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/check.h"
#include "imports/read.h"

struct slice platform_key(enum import_platform platform)
{
    CHECK(platform < PLATFORM_COUNT);
    return platform == PLATFORM_SLEEPER ? S("sleeper") : S("espn");
}

void *list_grow(struct arena *arena, void *at, size_t count, size_t *room, size_t size)
{
    size_t wider = *room == 0 ? 8 : *room * 2;
    void *copy = arena_array(arena, wider, size);
    if (count > 0) {
        memcpy(copy, at, count * size);
    }
    *room = wider;
    return copy;
}

void reading_start(struct reading *reading, struct import_source *source, struct arena *arena,
                   enum import_platform platform)
{
    *reading = (struct reading){
        .source = source,
        .season = ARENA_NEW(arena, struct import_season),
        .arena = arena,
        .players = { .arena = arena },
        .teams = { .arena = arena },
        .managers = { .arena = arena },
    };
    reading->season->platform = platform;
    settings_defaults(&reading->season->settings);
    reading->season->settings.rules =
        (struct rule_set){ .rules = ARENA_ARRAY(arena, RULES_MAX, struct rule), .count = 0 };
    reading->season->settings.slot_count = 0;
}

static void remember(struct reading *reading, struct index *index, struct slice id, int number)
{
    int *kept = ARENA_NEW(reading->arena, int);
    *kept = number;
    index_add(index, id, kept);
}

static int find(const struct index *index, struct slice id)
{
    const int *number = index_find(index, id);
    return number == NULL ? IMPORT_NONE : *number;
}

int player_index(struct reading *reading, struct slice source_id)
{
    int known = find(&reading->players, source_id);
    if (known != IMPORT_NONE) {
        return known;
    }
    struct import_season *season = reading->season;
    struct slice id = arena_copy(reading->arena, source_id);
    int number = (int)season->players.count;
    LIST_ADD(reading->arena, season->players, (struct import_player){ .source_id = id });
    remember(reading, &reading->players, id, number);
    return number;
}

int season_team_add(struct reading *reading, struct import_team team)
{
    int number = (int)reading->season->teams.count;
    LIST_ADD(reading->arena, reading->season->teams, team);
    remember(reading, &reading->teams, team.source_id, number);
    return number;
}

int team_index(const struct reading *reading, struct slice source_id)
{
    return find(&reading->teams, source_id);
}

int manager_add(struct reading *reading, struct import_manager manager)
{
    int number = (int)reading->season->managers.count;
    LIST_ADD(reading->arena, reading->season->managers, manager);
    remember(reading, &reading->managers, manager.source_id, number);
    return number;
}

int manager_index(const struct reading *reading, struct slice source_id)
{
    return find(&reading->managers, source_id);
}

int node_team(struct reading *reading, struct node node)
{
    struct slice id = node_id(node);
    int team = team_index(reading, id);
    if (team == IMPORT_NONE && node.document->error == OK) {
        node_fault(node, "expected the id of a team of this league, found %.*s", FMT(id));
    }
    return team;
}

struct import_team_week *team_week_of(const struct import_season *season, int team, int week)
{
    for (size_t i = 0; i < season->team_weeks.count; i++) {
        struct import_team_week *at = &season->team_weeks.at[i];
        if (at->team == team && at->week == week) {
            return at;
        }
    }
    return NULL;
}

/* ---- notes, settings, rules ---- */

void note(struct reading *reading, struct slice what, struct slice source, struct slice ours,
          struct slice why)
{
    struct arena *arena = reading->arena;
    LIST_ADD(arena, reading->season->adjustments,
             (struct import_adjustment){ .what = arena_copy(arena, what),
                                         .source = arena_copy(arena, source),
                                         .ours = arena_copy(arena, ours),
                                         .why = arena_copy(arena, why) });
}

void note_int(struct reading *reading, struct slice what, int64_t source, struct slice ours,
              struct slice why)
{
    note(reading, what, arena_format(reading->arena, "%" PRId64, source), ours, why);
}

void setting_put(struct reading *reading, enum setting setting, struct slice what, int64_t value)
{
    const struct setting_info *info = setting_info(setting);
    int64_t kept = value < info->least ? info->least : value > info->most ? info->most : value;
    reading->season->settings.values[setting] = kept;
    if (kept != value) {
        struct slice ours = arena_format(reading->arena, "%.*s %" PRId64, FMT(info->name), kept);
        note_int(reading, what, value, ours, S("This is beyond what AstralField allows."));
    }
}

enum error rules_put(struct reading *reading, const struct rule *rules, size_t count)
{
    struct rule_set *set = &reading->season->settings.rules;
    struct rule *all = (struct rule *)set->rules;
    for (size_t i = 0; i < count; i++) {
        if (set->count == RULES_MAX) {
            return refuse(reading->source->faults, E_FEED,
                          "the league's scoring has more than %d rules", RULES_MAX);
        }
        CHECK(rule_check(&rules[i]) == RULE_FINE);
        all[set->count++] = rules[i];
    }
    return OK;
}

/* ---- moves ---- */

struct placed {
    struct import_move move;
    size_t at;
};

static int by_time(const void *a, const void *b)
{
    const struct placed *left = a;
    const struct placed *right = b;
    if (left->move.at != right->move.at) {
        return left->move.at < right->move.at ? -1 : 1;
    }
    return left->at < right->at ? -1 : left->at > right->at;
}

void moves_sort(struct import_season *season)
{
    size_t count = season->moves.count;
    if (count < 2) {
        return;
    }
    struct arena arena = { 0 };
    struct placed *placed = ARENA_ARRAY(&arena, count, struct placed);
    for (size_t i = 0; i < count; i++) {
        placed[i] = (struct placed){ .move = season->moves.at[i], .at = i };
    }
    qsort(placed, count, sizeof(*placed), by_time);
    for (size_t i = 0; i < count; i++) {
        season->moves.at[i] = placed[i].move;
    }
    arena_done(&arena);
}
