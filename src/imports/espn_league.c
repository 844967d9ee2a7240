/* An ESPN league's settings. */
#include <inttypes.h>

#include "base/check.h"
#include "imports/espn.h"
#include "rules/espn_scoring.h"
#include "rules/playoffs.h"

static const struct known_key {
    struct slice key;
    struct slice neutral;
    bool is_read;
} known_keys[] = {
#define KEY(key_, neutral_) { .key = S_INIT(key_), .neutral = S_INIT(neutral_) },
#define READ(key_) { .key = S_INIT(key_), .is_read = true },
#include "imports/espn_setting.def"
#undef KEY
#undef READ
};

/* ---- everything that nothing reads ---- */

static void note_unread(struct espn *espn, struct slice key, struct node node)
{
    static const struct slice nothing[] = { S_INIT(""),   S_INIT("false"), S_INIT("0"),
                                            S_INIT("-1"), S_INIT("NONE"),  S_INIT("[]"),
                                            S_INIT("{}") };
    struct slice value = node_shown(node);
    bool is_neutral = false;
    for (size_t i = 0; i < ARRAY_LEN(nothing); i++) {
        is_neutral = is_neutral || slice_eq(value, nothing[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(known_keys); i++) {
        if (slice_eq(known_keys[i].key, key)) {
            is_neutral = known_keys[i].is_read || slice_eq(known_keys[i].neutral, value);
        }
    }
    if (!is_neutral) {
        note(&espn->reading, arena_format(espn->reading.arena, "settings.%.*s", FMT(key)), value,
             S(""), S("AstralField has no such setting."));
    }
}

static void note_all_unread(struct espn *espn, const struct node *settings)
{
    for (struct member m = member_first(settings, 100); m.is_there; m = member_next(settings, m)) {
        if (!node_is_object(m.node)) {
            note_unread(espn, m.key, m.node);
            continue;
        }
        for (struct member k = member_first(&m.node, 100); k.is_there;
             k = member_next(&m.node, k)) {
            note_unread(espn,
                        arena_format(espn->reading.arena, "%.*s.%.*s", FMT(m.key), FMT(k.key)),
                        k.node);
        }
    }
}

/* ---- waivers and trades ---- */

static void put(struct espn *espn, enum setting setting, const char *what, int64_t value)
{
    setting_put(&espn->reading, setting, slice_from(what), value);
}

/* A limit, where -1 says that there is none. */
static void put_limit(struct espn *espn, enum setting setting, struct node node)
{
    int64_t limit = node_int_or(node, -1, COUNT_MAX, -1);
    espn->reading.season->settings.values[setting] = SETTING_NULL;
    if (limit >= 0) {
        put(espn, setting, "settings.acquisitionSettings limit", limit);
    }
}

static void read_waivers(struct espn *espn, const struct node *settings)
{
    struct node node = node_at(settings, "acquisitionSettings");
    struct slice type =
        node_text_or(node_at(&node, "acquisitionType"), ID_MAX_BYTES, S("WAIVERS_TRADITIONAL"));
    espn->has_budget = node_flag_or(node_at(&node, "isUsingAcquisitionBudget"), false);
    espn->budget = node_int_or(node_at(&node, "acquisitionBudget"), 0, 999999999, 100);
    bool is_reset = node_flag_or(node_at(&node, "waiverOrderReset"), false);
    bool is_free = slice_starts(type, S("FREE"));
    int64_t kind = is_free ? 3 : espn->has_budget ? 0 : is_reset ? 2 : 1;
    put(espn, SETTING_waiverKind, "settings.acquisitionSettings.acquisitionType", kind);
    put(espn, SETTING_waiverContinuous, "settings.acquisitionSettings.acquisitionType",
        slice_eq(type, S("WAIVERS_CONTINUOUS")));
    put(espn, SETTING_faabBudget, "settings.acquisitionSettings.acquisitionBudget", espn->budget);
    put(espn, SETTING_faabMinBid, "settings.acquisitionSettings.minimumBid",
        node_int_or(node_at(&node, "minimumBid"), 0, 999999999, 0));
    put(espn, SETTING_waiverHours, "settings.acquisitionSettings.waiverHours",
        node_int_or(node_at(&node, "waiverHours"), 0, 100000, 24));
    put_limit(espn, SETTING_addsPerSeason, node_at(&node, "acquisitionLimit"));
    put_limit(espn, SETTING_addsPerWeek, node_at(&node, "matchupAcquisitionLimit"));
}

/* The NFL week of a moment: weeks begin on the Tuesday after Labor Day, the first Monday of
 * September, and on the Tuesdays after it. */
static int week_of(int season, utime at)
{
    int64_t september = days_from_civil(season, 9, 1);
    int64_t weekday = (september + 3) % 7; /* 0 is Monday: 1970-01-01 was a Thursday */
    int64_t tuesday = september + (7 - weekday) % 7 + 1;
    int64_t day = at / (24 * 3600 * US_PER_S);
    return day < tuesday ? 0 : (int)((day - tuesday) / 7) + 1;
}

static void read_trades(struct espn *espn, const struct node *settings)
{
    struct import_season *season = espn->reading.season;
    struct node node = node_at(settings, "tradeSettings");
    utime deadline = node_time(node_at(&node, "deadlineDate"));
    int week = deadline == 0 ? 0 : week_of(season->season, deadline);
    int64_t *kept = &season->settings.values[SETTING_tradeDeadlineWeek];
    *kept = week >= 1 && week <= WEEKS_MAX ? week : SETTING_NULL;
    if (deadline > 0) {
        char text[UTIME_TEXT_MAX];
        note(&espn->reading, S("settings.tradeSettings.deadlineDate"), utime_print(deadline, text),
             *kept == SETTING_NULL
                 ? S("no deadline")
                 : arena_format(espn->reading.arena, "tradeDeadlineWeek %d", week),
             S("ESPN closes trades at a moment, AstralField at the first kickoff of a week."));
    }
    int64_t hours = node_int_or(node_at(&node, "revisionHours"), 0, 100000, 0);
    int64_t votes = node_int_or(node_at(&node, "vetoVotesRequired"), 0, 1000, 0);
    put(espn, SETTING_tradeReview, "settings.tradeSettings.revisionHours",
        hours == 0  ? 0
        : votes > 0 ? 2
                    : 1);
    put(espn, SETTING_tradeReviewHours, "settings.tradeSettings.revisionHours", hours);
    season->settings.values[SETTING_tradeVetoVotes] = SETTING_NULL;
    if (votes > 0) {
        put(espn, SETTING_tradeVetoVotes, "settings.tradeSettings.vetoVotesRequired", votes);
    }
}

/* ---- weeks ---- */

static void read_periods(struct espn *espn, const struct node *schedule)
{
    struct node periods = node_need(node_at(schedule, "matchupPeriods"));
    for (struct member m = member_first(&periods, ESPN_WEEKS_MAX); m.is_there;
         m = member_next(&periods, m)) {
        int64_t number = 0;
        bool is_number =
            slice_to_int(m.key, &number) == OK && number >= 1 && number <= ESPN_WEEKS_MAX;
        size_t weeks = node_count(&m.node, ESPN_WEEKS_MAX);
        if (!is_number || weeks == 0) {
            node_fault(m.node, "expected a list of weeks under a number from 1 to %d",
                       ESPN_WEEKS_MAX);
            continue;
        }
        int first = (int)node_int(node_item(&m.node, 0), 1, ESPN_WEEKS_MAX);
        for (size_t i = 0; i < weeks; i++) {
            struct node week = node_item(&m.node, i);
            if (node_int(week, 1, ESPN_WEEKS_MAX) != first + (int)i) {
                node_fault(week, "expected week %d", first + (int)i);
            }
        }
        espn->periods[number] = (struct espn_period){ .first = first, .weeks = (int)weeks };
        int last = first + (int)weeks - 1;
        espn->final_week = last > espn->final_week ? last : espn->final_week;
        if (weeks > 2) {
            note_int(&espn->reading, S("settings.scheduleSettings.matchupPeriods"), (int64_t)weeks,
                     S("2 weeks"), S("AstralField's matchups take one or two weeks."));
        }
    }
}

/* How long the playoffs' rounds are: 0 one week each, 1 two weeks for the last, 2 two weeks each. */
static int round_type(const struct espn *espn)
{
    int last = 0;
    int long_rounds = 0;
    int rounds = 0;
    for (int i = espn->regular_periods + 1; i <= ESPN_WEEKS_MAX; i++) {
        if (espn->periods[i].weeks > 0) {
            rounds++;
            last = i;
            long_rounds += espn->periods[i].weeks > 1;
        }
    }
    bool is_last_long = last > 0 && espn->periods[last].weeks > 1;
    return long_rounds > 0 && long_rounds == rounds ? 2 : long_rounds == 1 && is_last_long ? 1 : 0;
}

static void read_weeks(struct espn *espn, const struct node *settings)
{
    struct import_season *season = espn->reading.season;
    struct node schedule = node_need(node_at(settings, "scheduleSettings"));
    read_periods(espn, &schedule);
    espn->regular_periods =
        (int)node_int(node_at(&schedule, "matchupPeriodCount"), 1, ESPN_WEEKS_MAX);
    int teams = (int)node_int_or(node_at(&schedule, "playoffTeamCount"), 0, BRACKET_TEAMS_MAX, 0);
    struct espn_period first = espn->periods[1];
    struct espn_period playoffs = espn->regular_periods < ESPN_WEEKS_MAX
                                      ? espn->periods[espn->regular_periods + 1]
                                      : (struct espn_period){ 0 };
    bool has_playoffs = teams >= 2 && playoffs.weeks > 0;
    season->start_week = first.weeks > 0 ? first.first : 1;
    season->last_week = espn->final_week > 0 ? espn->final_week : 1;
    season->playoff_start_week = has_playoffs ? playoffs.first : season->last_week + 1;
    espn->playoff_teams = has_playoffs ? teams : 0;
    put(espn, SETTING_startWeek, "settings.scheduleSettings.matchupPeriods", season->start_week);
    put(espn, SETTING_playoffStartWeek, "settings.scheduleSettings.matchupPeriodCount",
        season->playoff_start_week);
    put(espn, SETTING_playoffTeams, "settings.scheduleSettings.playoffTeamCount",
        espn->playoff_teams);
    put(espn, SETTING_playoffRoundType, "settings.scheduleSettings.playoffMatchupPeriodLength",
        round_type(espn));
    put(espn, SETTING_reseed, "settings.scheduleSettings.playoffReseed",
        node_flag_or(node_at(&schedule, "playoffReseed"), false));
    put(espn, SETTING_consolation, "settings.scheduleSettings.consolationLadderDisabled",
        node_flag_or(node_at(&schedule, "consolationLadderDisabled"), false) ? 0 : 1);
    season->settings.values[SETTING_thirdPlaceGame] = espn->playoff_teams >= 4;
    struct slice rule = node_text_or(node_at(&schedule, "playoffSeedingRule"), ID_MAX_BYTES,
                                     S("TOTAL_POINTS_SCORED"));
    season->settings.tiebreak = slice_eq(rule, S("H2H_RECORD")) ? CHAIN_OURS : CHAIN_ESPN;
    if (!slice_eq(rule, S("TOTAL_POINTS_SCORED"))) {
        note(&espn->reading, S("settings.scheduleSettings.playoffSeedingRule"), rule,
             season->settings.tiebreak == CHAIN_OURS ? S("astralfield") : S("espn"),
             S("The nearest of AstralField's tie-break orders is taken."));
    }
}

static void read_divisions(struct espn *espn, const struct node *settings)
{
    struct node schedule = node_at(settings, "scheduleSettings");
    struct node divisions = node_at(&schedule, "divisions");
    size_t count = node_count(&divisions, TEAMS_MAX);
    for (size_t i = 0; count > 1 && i < count; i++) {
        struct node division = node_item(&divisions, i);
        struct slice name = arena_format(espn->reading.arena, "Division %zu", i + 1);
        LIST_ADD(espn->reading.arena, espn->reading.season->divisions,
                 node_text_or(node_at(&division, "name"), NAME_MAX_BYTES, name));
    }
}

/* ---- rosters ---- */

enum slot espn_slot(int64_t slot_id, bool *ret_is_exact)
{
    static const enum slot nearest[ESPN_SLOTS] = {
        [1] = SLOT_QB,          [8] = SLOT_DL,          [9] = SLOT_DL,
        [12] = SLOT_DB,         [13] = SLOT_DB,         [18] = SLOT_SUPER_FLEX,
        [19] = SLOT_SUPER_FLEX, [22] = SLOT_SUPER_FLEX, [24] = SLOT_DL,
    };
    enum slot slot = slot_id >= 0 && slot_id < 1000 ? slot_from_espn((int)slot_id) : SLOT_COUNT;
    *ret_is_exact = slot != SLOT_COUNT;
    if (slot != SLOT_COUNT) {
        return slot;
    }
    return slot_id >= 0 && slot_id < ESPN_SLOTS ? nearest[slot_id] : SLOT_SUPER_FLEX;
}

/* In the order a roster shows them: slot.def's. */
static void read_slots(struct espn *espn, const struct node *settings)
{
    struct settings *kept = &espn->reading.season->settings;
    struct node roster = node_need(node_at(settings, "rosterSettings"));
    struct node slots = node_need(node_at(&roster, "lineupSlotCounts"));
    int counts[SLOT_COUNT] = { 0 };
    int sum = 0;
    for (struct member m = member_first(&slots, 100); m.is_there; m = member_next(&slots, m)) {
        int64_t id = 0;
        int count = (int)node_int(m.node, 0, SLOTS_MAX);
        if (slice_to_int(m.key, &id) != OK) {
            node_fault(m.node, "expected a slot's number as its name");
        }
        bool is_exact = false;
        enum slot slot = espn_slot(id, &is_exact);
        if (count > 0 && !is_exact) {
            note_int(&espn->reading,
                     arena_format(espn->reading.arena,
                                  "settings.rosterSettings.lineupSlotCounts.%.*s", FMT(m.key)),
                     count, slot_info(slot)->key, S("AstralField has no such slot."));
        }
        counts[slot] += count;
        sum += count;
    }
    if (sum > SLOTS_MAX || sum == 0) {
        node_fault(slots, "expected 1 to %d slots, found %d", SLOTS_MAX, sum);
        return;
    }
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        if (counts[i] > 0) {
            kept->slots[kept->slot_count++] =
                (struct slot_row){ .slot = (enum slot)i, .count = counts[i] };
        }
    }
    struct slice lock =
        node_text_or(node_at(&roster, "lineupLocktimeType"), ID_MAX_BYTES, S("INDIVIDUAL_GAME"));
    put(espn, SETTING_lockRule, "settings.rosterSettings.lineupLocktimeType",
        slice_eq(lock, S("INDIVIDUAL_GAME")) ? 0 : 1);
}

static void note_limits(struct espn *espn, const struct node *settings)
{
    struct node roster = node_at(settings, "rosterSettings");
    struct node limits = node_at(&roster, "positionLimits");
    struct buffer list;
    buffer_init(&list, espn->reading.arena);
    for (struct member m = member_first(&limits, 100); m.is_there; m = member_next(&limits, m)) {
        int64_t id = 0;
        int64_t most = node_int_or(m.node, -1, 1000, -1);
        if (most <= 0 || slice_to_int(m.key, &id) != OK) {
            continue;
        }
        struct slice key = position_key(espn_position(id));
        if (key.len > 0) {
            buffer_format(&list, "%s%.*s %d", list.len == 0 ? "" : ", ", FMT(key), (int)most);
        }
    }
    if (list.len > 0) {
        note(&espn->reading, S("settings.rosterSettings.positionLimits"), buffer_slice(&list),
             S(""), S("AstralField does not limit how many players of a position a team has."));
    }
}

/* ---- the whole ---- */

static void read_scoring_type(struct espn *espn, const struct node *settings)
{
    struct node scoring = node_need(node_at(settings, "scoringSettings"));
    struct slice type =
        node_text_or(node_at(&scoring, "scoringType"), ID_MAX_BYTES, S("H2H_POINTS"));
    if (!slice_eq(type, S("H2H_POINTS"))) {
        note(&espn->reading, S("settings.scoringSettings.scoringType"), type, S("H2H_POINTS"),
             S("AstralField plays head to head for points."));
    }
    struct slice extra =
        node_text_or(node_at(&scoring, "scoringEnhancementType"), ID_MAX_BYTES, S("NONE"));
    bool is_median = slice_eq(extra, S("WIN_BONUS_TOP_HALF"));
    put(espn, SETTING_medianGame, "settings.scoringSettings.scoringEnhancementType", is_median);
    if (!is_median && !slice_eq(extra, S("NONE"))) {
        note(&espn->reading, S("settings.scoringSettings.scoringEnhancementType"), extra, S(""),
             S("AstralField has no such setting."));
    }
}

enum error espn_settings(struct espn *espn, const struct node *core)
{
    struct import_season *season = espn->reading.season;
    struct node settings = node_need(node_at(core, "settings"));
    season->name = node_text_or(node_at(&settings, "name"), NAME_MAX_BYTES, S(""));
    put(espn, SETTING_maxTeams, "settings.size",
        node_int(node_at(&settings, "size"), 2, TEAMS_MAX));
    struct node draft = node_at(&settings, "draftSettings");
    int64_t keepers = node_int_or(node_at(&draft, "keeperCount"), 0, 1000, 0);
    season->kind = keepers > 0 ? IMPORT_KEEPER : IMPORT_REDRAFT;
    if (keepers > 0) {
        note_int(&espn->reading, S("settings.draftSettings.keeperCount"), keepers, S(""),
                 S("AstralField has no limit of keepers."));
    }
    read_divisions(espn, &settings);
    read_waivers(espn, &settings);
    read_trades(espn, &settings);
    read_weeks(espn, &settings);
    read_slots(espn, &settings);
    note_limits(espn, &settings);
    read_scoring_type(espn, &settings);
    note_all_unread(espn, &settings);
    return espn_scoring(espn, &settings);
}
