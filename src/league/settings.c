/* Reading and checking settings; settings_store.c keeps them. */
#include "league/settings.h"

#include <inttypes.h>
#include <jansson.h>

#include "base/check.h"

enum { TIME_ZONE_MAX = 64, SECONDS_PER_PICK_MIN = 5, SECONDS_PER_PICK_MAX = 604800 };

static const struct setting_info infos[] = {
#define COUNT SETTING_KIND_COUNT
#define SWITCH SETTING_KIND_SWITCH
#define CHOICE SETTING_KIND_CHOICE
#define SETTING(name_, column_, kind_, least_, most_, nullable_, until_, choices_, meaning_)       \
    { .name = S_INIT(#name_),                                                                      \
      .column = S_INIT(#column_),                                                                  \
      .kind = (kind_),                                                                             \
      .least = (least_),                                                                           \
      .most = (most_),                                                                             \
      .is_nullable = (nullable_),                                                                  \
      .until = SETTING_UNTIL_##until_,                                                             \
      .choices = S_INIT(choices_),                                                                 \
      .meaning = S_INIT(meaning_) },
#include "league/settings.def"
#undef SETTING
#undef COUNT
#undef SWITCH
#undef CHOICE
};

_Static_assert(ARRAY_LEN(infos) == SETTING_COUNT, "one row per setting");

static const struct slice chain_words[] = { S_INIT("astralfield"), S_INIT("espn"),
                                            S_INIT("sleeper"), S_INIT("yahoo") };
static const struct slice draft_words[] = { S_INIT("snake"), S_INIT("linear"),
                                            S_INIT("third_round_reversal") };

const struct setting_info *setting_info(enum setting setting)
{
    CHECK((size_t)setting < SETTING_COUNT);
    return &infos[setting];
}

/* ---- choices ---- */

static struct slice choice_at(enum setting setting, int64_t index)
{
    struct slice rest = infos[setting].choices;
    for (int64_t i = 0; i < index; i++) {
        (void)slice_cut(&rest, ' ');
    }
    return slice_cut(&rest, ' ');
}

struct slice setting_word(enum setting setting, int64_t index)
{
    struct slice choice = choice_at(setting, index);
    return slice_cut(&choice, '=');
}

struct slice setting_key(enum setting setting, int64_t index)
{
    struct slice choice = choice_at(setting, index);
    struct slice word = slice_cut(&choice, '=');
    return choice.ptr == NULL ? word : choice;
}

/* ---- defaults ---- */

static const struct slot_row default_slots[] = {
    { SLOT_QB, 1 }, { SLOT_RB, 2 },  { SLOT_WR, 2 }, { SLOT_TE, 1 }, { SLOT_FLEX, 1 },
    { SLOT_K, 1 },  { SLOT_DEF, 1 }, { SLOT_BN, 6 }, { SLOT_IR, 1 },
};
static const struct slot_row superflex_slots[] = {
    { SLOT_QB, 1 },         { SLOT_RB, 2 }, { SLOT_WR, 2 },  { SLOT_TE, 1 }, { SLOT_FLEX, 1 },
    { SLOT_SUPER_FLEX, 1 }, { SLOT_K, 1 },  { SLOT_DEF, 1 }, { SLOT_BN, 6 }, { SLOT_IR, 1 },
};

static void use_slots(struct settings *settings, const struct slot_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        settings->slots[i] = rows[i];
    }
    settings->slot_count = count;
}

void settings_defaults(struct settings *ret_settings)
{
    *ret_settings = (struct settings){
        .values = {
            [SETTING_maxTeams] = 12,
            [SETTING_faabBudget] = 100,
            [SETTING_startWeek] = 1,
            [SETTING_playoffStartWeek] = 15,
            [SETTING_playoffTeams] = 6,
            [SETTING_reseed] = 1,
            [SETTING_thirdPlaceGame] = 1,
            [SETTING_finalDelayHours] = 48,
            [SETTING_addsPerWeek] = SETTING_NULL,
            [SETTING_addsPerSeason] = SETTING_NULL,
            [SETTING_waiverHours] = 24,
            [SETTING_tradeDeadlineWeek] = 12,
            [SETTING_tradeReviewHours] = 24,
            [SETTING_tradeVetoVotes] = SETTING_NULL,
            [SETTING_tradeExpiryHours] = 48,
        },
        .time_zone = S("America/New_York"),
        .has_rules = true,
        .rules = preset_info(PRESET_HALF)->set,
        .tiebreak = CHAIN_OURS,
        .reserve_statuses = RESERVE_STATUSES_DEFAULT,
        .seconds_per_pick = 90,
    };
    use_slots(ret_settings, default_slots, ARRAY_LEN(default_slots));
}

void settings_fit_defaults(const json_t *object, struct settings *settings)
{
    int64_t teams = settings->values[SETTING_maxTeams];
    if (json_object_get(object, "playoffTeams") == NULL &&
        settings->values[SETTING_playoffTeams] > teams) {
        settings->values[SETTING_playoffTeams] = teams;
    }
    if (json_object_get(object, "playoffStartWeek") == NULL &&
        json_object_get(object, "regularWeeks") == NULL &&
        settings->values[SETTING_playoffStartWeek] <= settings->values[SETTING_startWeek]) {
        settings->values[SETTING_playoffStartWeek] = settings->values[SETTING_startWeek] + 1;
    }
    int64_t *deadline = &settings->values[SETTING_tradeDeadlineWeek];
    if (json_object_get(object, "tradeDeadlineWeek") == NULL &&
        (*deadline < settings->values[SETTING_startWeek] ||
         *deadline > settings_last_week(settings))) {
        *deadline = SETTING_NULL;
    }
}

/* ---- reading ---- */

struct reading {
    struct arena *arena;
    struct settings *settings;
    struct faults *faults;
    struct slice name; /* of the member that is read */
    const json_t *value;
};

#define FAULT(reading, ...)                                                                        \
    fault_add((reading)->faults,                                                                   \
              arena_format((reading)->faults->arena, "/settings/%.*s", FMT((reading)->name)),      \
              __VA_ARGS__)

static struct slice text_of(const json_t *value)
{
    return (struct slice){ .ptr = json_string_value(value), .len = json_string_length(value) };
}

/* The index of a JSON text among `words`, or `count`. */
static size_t word_index(const json_t *value, const struct slice *words, size_t count)
{
    struct slice text = text_of(value);
    size_t i = 0;
    while (i < count && (text.ptr == NULL || !slice_eq(text, words[i]))) {
        i++;
    }
    return i;
}

static struct slice words_of(struct arena *arena, enum setting setting)
{
    struct buffer list;
    buffer_init(&list, arena);
    for (int64_t i = 0; i <= infos[setting].most; i++) {
        buffer_add(&list, i == 0 ? S("") : S(", "));
        buffer_add(&list, setting_word(setting, i));
    }
    return buffer_slice(&list);
}

static void read_choice(struct reading *reading, enum setting setting)
{
    struct slice text = text_of(reading->value);
    for (int64_t i = 0; i <= infos[setting].most; i++) {
        if (text.ptr != NULL && slice_eq(text, setting_word(setting, i))) {
            reading->settings->values[setting] = i;
            return;
        }
    }
    FAULT(reading, "must be one of %.*s", FMT(words_of(reading->arena, setting)));
}

static bool read_count(struct reading *reading, int64_t least, int64_t most, int64_t *ret_count)
{
    if (!json_is_integer(reading->value) || json_integer_value(reading->value) < least ||
        json_integer_value(reading->value) > most) {
        FAULT(reading, "must be a whole number from %" PRId64 " to %" PRId64, least, most);
        return false;
    }
    *ret_count = json_integer_value(reading->value);
    return true;
}

static void read_plain(struct reading *reading, enum setting setting)
{
    const struct setting_info *info = &infos[setting];
    int64_t *value = &reading->settings->values[setting];
    if (info->is_nullable && json_is_null(reading->value)) {
        *value = SETTING_NULL;
        return;
    }
    switch (info->kind) {
    case SETTING_KIND_COUNT:
        (void)read_count(reading, info->least, info->most, value);
        return;
    case SETTING_KIND_SWITCH:
        if (!json_is_boolean(reading->value)) {
            FAULT(reading, "must be true or false");
            return;
        }
        *value = json_is_true(reading->value) ? 1 : 0;
        return;
    case SETTING_KIND_CHOICE:
        read_choice(reading, setting);
        return;
    }
}

static bool read_slot(const json_t *item, const struct settings *read, struct slot_row *ret_row,
                      const char **ret_why)
{
    struct slice key = text_of(json_object_get(item, "slot"));
    const json_t *count = json_object_get(item, "count");
    ret_row->slot = key.ptr == NULL ? SLOT_COUNT : slot_from(key);
    if (ret_row->slot == SLOT_COUNT) {
        *ret_why = "names a slot we do not know";
        return false;
    }
    if (!json_is_integer(count) || json_integer_value(count) < 0 ||
        json_integer_value(count) > 40) {
        *ret_why = "needs a count from 0 to 40 for each slot";
        return false;
    }
    ret_row->count = (int)json_integer_value(count);
    for (size_t i = 0; i < read->slot_count; i++) {
        if (read->slots[i].slot == ret_row->slot) {
            *ret_why = "names a slot twice";
            return false;
        }
    }
    return true;
}

static void read_slots(struct reading *reading)
{
    if (!json_is_array(reading->value) || json_array_size(reading->value) > SLOT_ROWS_MAX) {
        FAULT(reading, "must be a list of {slot, count}");
        return;
    }
    struct settings read = { .slot_count = 0 };
    for (size_t i = 0; i < json_array_size(reading->value); i++) {
        struct slot_row row = { .count = 0 };
        const char *why = NULL;
        if (!read_slot(json_array_get(reading->value, i), &read, &row, &why)) {
            FAULT(reading, "%s (entry %zu)", why, i + 1);
            return;
        }
        if (row.count > 0) {
            read.slots[read.slot_count++] = row;
        }
    }
    use_slots(reading->settings, read.slots, read.slot_count);
}

static void read_preset(struct reading *reading)
{
    struct slice text = text_of(reading->value);
    if (text.ptr != NULL && slice_eq(text, S("custom"))) {
        return; /* what a document shows for rules of the league's own */
    }
    bool is_superflex = text.ptr != NULL && slice_eq(text, S("superflex"));
    enum preset preset = is_superflex       ? PRESET_HALF
                         : text.ptr != NULL ? preset_from(text)
                                            : PRESET_COUNT;
    if (preset == PRESET_COUNT) {
        FAULT(reading, "must be one of standard, half, ppr, superflex");
        return;
    }
    reading->settings->has_rules = true;
    reading->settings->rules = preset_info(preset)->set;
    if (is_superflex) {
        use_slots(reading->settings, superflex_slots, ARRAY_LEN(superflex_slots));
    }
}

static void read_rules(struct reading *reading)
{
    struct rule_set rules = { .count = 0 };
    scoring_read(reading->arena, reading->value, reading->faults, &rules);
    if (rules.count > 0) {
        reading->settings->has_rules = true;
        reading->settings->rules = rules;
    }
}

static void read_statuses(struct reading *reading)
{
    const status_mask settable = RESERVE_STATUSES_DEFAULT | STATUS_BIT(QUESTIONABLE) |
                                 STATUS_BIT(DOUBTFUL) | STATUS_BIT(SUSPENDED) | STATUS_BIT(NA) |
                                 STATUS_BIT(DNR);
    status_mask mask = 0;
    size_t count = json_is_array(reading->value) ? json_array_size(reading->value) : SIZE_MAX;
    for (size_t i = 0; i < count && count <= STATUS_KEYS_MAX; i++) {
        struct slice key = text_of(json_array_get(reading->value, i));
        enum player_status status = key.ptr == NULL ? PLAYER_STATUS_COUNT : player_status_from(key);
        if (status == PLAYER_STATUS_COUNT || (settable & ((status_mask)1u << status)) == 0) {
            count = SIZE_MAX;
            break;
        }
        mask |= (status_mask)1u << status;
    }
    if (count > STATUS_KEYS_MAX) {
        FAULT(reading, "must be a list of statuses: questionable, doubtful, out, ir, pup, nfi, "
                       "suspended, na, dnr, covid");
        return;
    }
    reading->settings->reserve_statuses = mask;
}

static void read_time_zone(struct reading *reading)
{
    struct slice text = text_of(reading->value);
    bool is_fine = text.ptr != NULL && text.len > 0 && text.len <= TIME_ZONE_MAX;
    for (size_t i = 0; i < text.len && is_fine; i++) {
        char byte = text.ptr[i];
        bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        is_fine = is_letter || (byte >= '0' && byte <= '9') || byte == '/' || byte == '_' ||
                  byte == '+' || byte == '-';
    }
    if (!is_fine) {
        FAULT(reading, "must be the name of a time zone, such as America/New_York");
        return;
    }
    reading->settings->time_zone = arena_copy(reading->arena, text);
}

static void read_tiebreak(struct reading *reading)
{
    size_t chain = word_index(reading->value, chain_words, ARRAY_LEN(chain_words));
    if (chain == ARRAY_LEN(chain_words)) {
        struct slice text = text_of(reading->value);
        if (text.ptr == NULL || !slice_eq(text, S("custom"))) {
            FAULT(reading, "must be one of astralfield, espn, sleeper, yahoo");
        }
        return;
    }
    reading->settings->tiebreak = (enum chain_preset)chain;
}

static void read_draft_kind(struct reading *reading)
{
    size_t kind = word_index(reading->value, draft_words, ARRAY_LEN(draft_words));
    if (kind == ARRAY_LEN(draft_words)) {
        FAULT(reading, "must be one of snake, linear, third_round_reversal");
        return;
    }
    reading->settings->draft_kind = (enum settings_draft)kind;
}

static void read_seconds(struct reading *reading)
{
    (void)read_count(reading, SECONDS_PER_PICK_MIN, SECONDS_PER_PICK_MAX,
                     &reading->settings->seconds_per_pick);
}

/* Taken after everything else, because it moves with startWeek. */
static void read_regular_weeks(struct reading *reading, bool has_playoff_start)
{
    int64_t weeks = 0;
    if (!read_count(reading, 1, 18, &weeks)) {
        return;
    }
    int64_t start = reading->settings->values[SETTING_startWeek] + weeks;
    int64_t *playoff_start = &reading->settings->values[SETTING_playoffStartWeek];
    if (has_playoff_start && *playoff_start != start) {
        FAULT(reading, "does not fit startWeek and playoffStartWeek: leave one of them out");
        return;
    }
    *playoff_start = start;
}

static const struct {
    struct slice name;
    void (*read)(struct reading *reading);
} readers[] = {
    { S_INIT("rosterSlots"), read_slots },      { S_INIT("scoringRules"), read_rules },
    { S_INIT("tiebreak"), read_tiebreak },      { S_INIT("irStatuses"), read_statuses },
    { S_INIT("timeZone"), read_time_zone },     { S_INIT("draftKind"), read_draft_kind },
    { S_INIT("secondsPerPick"), read_seconds },
};

static void read_member(struct reading *reading)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (slice_eq(reading->name, infos[i].name)) {
            read_plain(reading, (enum setting)i);
            return;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
        if (slice_eq(reading->name, readers[i].name)) {
            readers[i].read(reading);
            return;
        }
    }
    FAULT(reading, "is not a setting of a league");
}

void settings_read(struct arena *arena, const json_t *object, struct settings *settings,
                   struct faults *faults)
{
    if (!json_is_object(object)) {
        fault_add(faults, S("/settings"), "must be an object");
        return;
    }
    struct reading reading = { .arena = arena, .settings = settings, .faults = faults };
    reading.name = S("preset");
    reading.value = json_object_get(object, "preset");
    if (reading.value != NULL) {
        read_preset(&reading); /* first: rosterSlots and scoringRules are stronger */
    }
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)object, key, value)
    {
        reading.name = slice_from(key);
        reading.value = value;
        if (!slice_eq(reading.name, S("preset")) && !slice_eq(reading.name, S("regularWeeks"))) {
            read_member(&reading);
        }
    }
    reading.name = S("regularWeeks");
    reading.value = json_object_get(object, "regularWeeks");
    if (reading.value != NULL) {
        read_regular_weeks(&reading, json_object_get(object, "playoffStartWeek") != NULL);
    }
}
