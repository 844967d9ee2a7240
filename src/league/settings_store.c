/* Settings to and from their tables. */
#include "base/check.h"
#include "base/json.h"
#include "league/settings.h"

enum error league_query(struct arena *arena, struct tx *tx, enum sql_id id, struct params params,
                        struct rows *ret_rows)
{
    return tx == NULL ? db_read(arena, id, params, ret_rows) : tx_query(tx, id, params, ret_rows);
}

/* ---- slots and chain, also for commands that play ---- */

static enum error load_slot_rows(struct arena *arena, struct tx *tx, int64_t league_id,
                                 struct slot_row ret_rows[SLOT_ROWS_MAX], size_t *ret_count)
{
    struct rows rows;
    TRY(league_query(arena, tx, SQL_LEAGUE_SLOTS, PARAMS(P_INT(league_id)), &rows));
    size_t count = 0;
    for (size_t i = 0; i < rows.count; i++) {
        enum slot slot = slot_from(rows_text(&rows, i, "slot"));
        if (slot == SLOT_COUNT || count == SLOT_ROWS_MAX) {
            return E_INTERNAL; /* a slot the rules do not know was stored */
        }
        ret_rows[count++] =
            (struct slot_row){ .slot = slot, .count = (int)rows_int(&rows, i, "count") };
    }
    *ret_count = count;
    return OK;
}

enum error league_slots(struct arena *arena, struct tx *tx, int64_t league_id,
                        enum slot ret_slots[SLOTS_MAX], size_t *ret_count)
{
    struct slot_row rows[SLOT_ROWS_MAX];
    size_t row_count = 0;
    TRY(load_slot_rows(arena, tx, league_id, rows, &row_count));
    size_t count = 0;
    for (size_t i = 0; i < row_count; i++) {
        for (int n = 0; n < rows[i].count; n++) {
            if (count == SLOTS_MAX) {
                return E_INTERNAL;
            }
            ret_slots[count++] = rows[i].slot;
        }
    }
    *ret_count = count;
    return OK;
}

/* The schema's name of each criterion a chain can hold, in the order of criterion.def. */
static const struct slice criterion_columns[] = {
    [CRITERION_WIN_PCT] = S_INIT("record"),
    [CRITERION_POINTS_FOR] = S_INIT("points_for"),
    [CRITERION_HEAD_TO_HEAD] = S_INIT("head_to_head"),
    [CRITERION_DIVISION_RECORD] = S_INIT("division_record"),
    [CRITERION_POINTS_AGAINST_MORE] = S_INIT("points_against_high"),
    [CRITERION_POINTS_AGAINST_FEWER] = S_INIT("points_against_low"),
    [CRITERION_LATEST_WEEKS] = S_INIT("recent_weeks"),
    [CRITERION_COIN] = S_INIT("coin"),
};

enum error league_chain(struct arena *arena, struct tx *tx, int64_t league_id,
                        struct chain *ret_chain)
{
    struct rows rows;
    TRY(league_query(arena, tx, SQL_LEAGUE_TIEBREAKS, PARAMS(P_INT(league_id)), &rows));
    struct chain chain = { .count = 0 };
    for (size_t i = 0; i < rows.count && chain.count < CHAIN_MAX; i++) {
        struct slice name = rows_text(&rows, i, "criterion");
        for (size_t c = 0; c < ARRAY_LEN(criterion_columns); c++) {
            if (slice_eq(name, criterion_columns[c])) {
                chain.criteria[chain.count++] = (enum criterion)c;
            }
        }
    }
    *ret_chain = chain.count > 0 ? chain : *chain_preset(CHAIN_OURS);
    return OK;
}

/* ---- loading ---- */

static int64_t choice_index(enum setting setting, struct slice key)
{
    for (int64_t i = 0; i <= setting_info(setting)->most; i++) {
        if (slice_eq(key, setting_key(setting, i))) {
            return i;
        }
    }
    check_failed("a choice the schema knows", __FILE__, __LINE__);
}

static int64_t load_value(const struct rows *rows, enum setting setting)
{
    const char *column = setting_info(setting)->column.ptr;
    if (rows_null(rows, 0, column)) {
        return SETTING_NULL;
    }
    switch (setting_info(setting)->kind) {
    case SETTING_KIND_COUNT:
        return rows_int(rows, 0, column);
    case SETTING_KIND_SWITCH:
        return rows_bool(rows, 0, column) ? 1 : 0;
    case SETTING_KIND_CHOICE:
        return choice_index(setting, rows_text(rows, 0, column));
    }
    return 0;
}

static bool chains_equal(const struct chain *a, const struct chain *b)
{
    bool is_same = a->count == b->count;
    for (size_t i = 0; i < a->count && is_same; i++) {
        is_same = a->criteria[i] == b->criteria[i];
    }
    return is_same;
}

static enum chain_preset preset_of_chain(const struct chain *chain)
{
    size_t preset = 0;
    while (preset < CHAIN_PRESET_COUNT &&
           !chains_equal(chain, chain_preset((enum chain_preset)preset))) {
        preset++;
    }
    return (enum chain_preset)preset;
}

enum error settings_load(struct change *change, struct settings *ret_settings)
{
    struct rows rows;
    TRY(tx_query(&change->tx, SQL_LEAGUE_SETTINGS_ROW, PARAMS(P_INT(change->league.id)), &rows));
    struct settings settings = { .has_rules = false };
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        settings.values[i] = load_value(&rows, (enum setting)i);
    }
    settings.time_zone = rows_text(&rows, 0, "time_zone");
    settings.reserve_statuses = change->league.reserve_statuses;
    if (slice_eq(rows_text(&rows, 0, "draft_kind"), S("linear"))) {
        settings.draft_kind = SETTINGS_LINEAR;
    } else if (!rows_null(&rows, 0, "reversal_round")) {
        settings.draft_kind = SETTINGS_THIRD_ROUND_REVERSAL;
    }
    settings.seconds_per_pick = rows_int(&rows, 0, "seconds_per_pick");
    TRY(load_slot_rows(change->arena, &change->tx, change->league.id, settings.slots,
                       &settings.slot_count));
    struct chain chain;
    TRY(league_chain(change->arena, &change->tx, change->league.id, &chain));
    settings.tiebreak = preset_of_chain(&chain);
    TRY(scoring_load(change->arena, &change->tx, change->league.scoring_profile_id,
                     &settings.rules));
    *ret_settings = settings;
    return OK;
}

enum error settings_check_time_zone(struct change *change, const struct settings *before,
                                    const struct settings *after)
{
    if (slice_eq(before->time_zone, after->time_zone)) {
        return OK;
    }
    struct rows rows;
    TRY(tx_query(&change->tx, SQL_LEAGUE_TIME_ZONE, PARAMS(P_TEXT(after->time_zone)), &rows));
    if (!rows_bool(&rows, 0, "is_known")) {
        fault_add(change->faults, S("/settings/timeZone"),
                  "must be the name of a time zone, such as America/New_York");
    }
    return OK;
}

/* ---- storing ---- */

static void store_value(struct json *json, enum setting setting, int64_t value)
{
    const struct setting_info *info = setting_info(setting);
    if (value == SETTING_NULL) {
        json_member_null(json, info->column);
        return;
    }
    switch (info->kind) {
    case SETTING_KIND_COUNT:
        json_member_int(json, info->column, value);
        return;
    case SETTING_KIND_SWITCH:
        json_member_bool(json, info->column, value != 0);
        return;
    case SETTING_KIND_CHOICE:
        json_member_text(json, info->column, setting_key(setting, value));
        return;
    }
}

static void store_columns(struct change *change, const struct settings *settings,
                          int64_t profile_id)
{
    struct json json;
    json_init(&json, change->arena);
    json_open_object(&json);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        store_value(&json, (enum setting)i, settings->values[i]);
    }
    json_member_int(&json, S("last_week"), settings_last_week(settings));
    json_member_text(&json, S("time_zone"), settings->time_zone);
    json_member_int(&json, S("scoring_profile_id"), profile_id);
    json_key(&json, S("ir_statuses"));
    json_open_array(&json);
    for (size_t i = 0; i < PLAYER_STATUS_COUNT; i++) {
        if ((settings->reserve_statuses & ((status_mask)1u << i)) != 0) {
            json_text(&json, player_status_key((enum player_status)i));
        }
    }
    json_close_array(&json);
    json_close_object(&json);
    tx_send(&change->tx, SQL_LEAGUE_SETTINGS_STORE,
            PARAMS(P_INT(change->league.id), P_TEXT(json_done(&json))));
}

static struct slice slots_document(struct arena *arena, const struct settings *settings)
{
    struct json json;
    json_init(&json, arena);
    json_open_array(&json);
    for (size_t i = 0; i < settings->slot_count; i++) {
        const struct slot_info *info = slot_info(settings->slots[i].slot);
        json_open_object(&json);
        json_member_int(&json, S("ordinal"), (int64_t)i + 1);
        json_member_text(&json, S("slot"), info->key);
        json_member_int(&json, S("count"), settings->slots[i].count);
        json_key(&json, S("positions"));
        json_open_array(&json);
        for (size_t p = 1; p < POSITION_COUNT; p++) {
            if ((info->positions & position_bit((enum position)p)) != 0) {
                json_text(&json, position_key((enum position)p));
            }
        }
        json_close_array(&json);
        json_close_object(&json);
    }
    json_close_array(&json);
    return json_done(&json);
}

static void store_chain(struct change *change, enum chain_preset preset)
{
    if (preset == CHAIN_PRESET_COUNT) {
        return;
    }
    const struct chain *chain = chain_preset(preset);
    struct json json;
    json_init(&json, change->arena);
    json_open_array(&json);
    for (size_t i = 0; i < chain->count; i++) {
        json_text(&json, criterion_columns[chain->criteria[i]]);
    }
    json_close_array(&json);
    tx_send(&change->tx, SQL_LEAGUE_TIEBREAKS_DROP, PARAMS(P_INT(change->league.id)));
    tx_send(&change->tx, SQL_LEAGUE_TIEBREAKS_ADD,
            PARAMS(P_INT(change->league.id), P_TEXT(json_done(&json))));
}

/* Weeks and, for the second week of a two-week round, the week its matchups begin. */
static void store_weeks(struct change *change, const struct settings *settings)
{
    int start = (int)settings->values[SETTING_startWeek];
    int playoffs = (int)settings->values[SETTING_playoffStartWeek];
    int last = settings_last_week(settings);
    enum round_length length = (enum round_length)settings->values[SETTING_playoffRoundType];
    struct json json;
    json_init(&json, change->arena);
    json_open_array(&json);
    for (int week = start; week <= last; week++) {
        bool is_second =
            (length == ROUND_TWO_WEEKS && week >= playoffs && (week - playoffs) % 2 == 1) ||
            (length == ROUND_TWO_WEEK_FINAL && week >= playoffs && week == last);
        json_open_object(&json);
        json_member_int(&json, S("week"), week);
        json_member_int(&json, S("first_week"), is_second ? week - 1 : week);
        json_member_text(&json, S("kind"), week >= playoffs ? S("playoff") : S("regular"));
        json_close_object(&json);
    }
    json_close_array(&json);
    tx_send(&change->tx, SQL_LEAGUE_WEEKS_DROP, PARAMS(P_INT(change->league.id)));
    tx_send(&change->tx, SQL_LEAGUE_WEEKS_ADD,
            PARAMS(P_INT(change->league.id), P_TEXT(json_done(&json))));
}

static bool weeks_differ(const struct settings *a, const struct settings *b)
{
    return a->values[SETTING_startWeek] != b->values[SETTING_startWeek] ||
           a->values[SETTING_playoffStartWeek] != b->values[SETTING_playoffStartWeek] ||
           a->values[SETTING_playoffRoundType] != b->values[SETTING_playoffRoundType] ||
           settings_last_week(a) != settings_last_week(b);
}

static bool draft_differs(const struct settings *a, const struct settings *b)
{
    return a->draft_kind != b->draft_kind || a->seconds_per_pick != b->seconds_per_pick ||
           settings_roster_size(a) != settings_roster_size(b);
}

enum error settings_store(struct change *change, const struct settings *before,
                          const struct settings *after)
{
    int64_t profile_id = change->league.scoring_profile_id;
    if (after->has_rules) {
        struct slice source;
        TRY(scoring_source(&change->tx, profile_id, &source));
        TRY(scoring_find_or_create_for(change->arena, &change->tx, after->rules, source,
                                       &profile_id));
    }
    store_columns(change, after, profile_id);
    struct slice old_slots = slots_document(change->arena, before);
    struct slice new_slots = slots_document(change->arena, after);
    if (!slice_eq(old_slots, new_slots)) {
        tx_send(&change->tx, SQL_LEAGUE_SLOTS_DROP, PARAMS(P_INT(change->league.id)));
        tx_send(&change->tx, SQL_LEAGUE_SLOTS_ADD,
                PARAMS(P_INT(change->league.id), P_TEXT(new_slots)));
    }
    if (before->tiebreak != after->tiebreak) {
        store_chain(change, after->tiebreak);
    }
    if (weeks_differ(before, after)) {
        store_weeks(change, after);
    }
    if (draft_differs(before, after)) {
        bool is_linear = after->draft_kind == SETTINGS_LINEAR;
        bool is_reversed = after->draft_kind == SETTINGS_THIRD_ROUND_REVERSAL;
        tx_send(&change->tx, SQL_DRAFT_FOLLOW_SETTINGS,
                PARAMS(P_INT(change->league.id), P_TEXT(is_linear ? S("linear") : S("snake")),
                       is_reversed ? P_INT(3) : P_NULL, P_INT(settings_roster_size(after)),
                       P_INT(after->seconds_per_pick)));
    }
    return OK;
}
