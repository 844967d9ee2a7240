/* A Sleeper league's own document: settings, slots, scoring.
 *
 * The codes are those of features.md rows 1-3, 8, 15-26, 47, 54, 61-69, 77-79 and 91-97:
 * waiver_type 0 rolling, 1 reset to reverse standings, 2 FAAB; playoff_round_type 0 one week, 1 a
 * two-week final, 2 two weeks each round; playoff_type 0 toilet bowl, 1 consolation (in the stored
 * leagues the loser advances where it is 0); type 0 redraft, 1 keeper, 2 dynasty. */
#include "base/check.h"
#include "imports/sleeper.h"
#include "rules/playoffs.h"
#include "rules/sleeper_scoring.h"

enum { HOURS_PER_DAY = 24, DAYS_MAX = 400 };

static const struct known_key {
    struct slice key;
    bool is_read;
    int64_t neutral;
} known_keys[] = {
#define KEY(key_, neutral_) { .key = S_INIT(key_), .neutral = (neutral_) },
#define READ(key_) { .key = S_INIT(key_), .is_read = true },
#include "imports/sleeper_setting.def"
#undef KEY
#undef READ
};

static struct slice what_of(struct sleeper *sleeper, const char *part, struct slice key)
{
    return arena_format(sleeper->reading.arena, "%s.%.*s", part, FMT(key));
}

static int64_t read_int(const struct node *settings, const char *key, int64_t most, int64_t other)
{
    return node_int_or(node_at(settings, key), 0, most, other);
}

/* Everything that nothing here reads. */
static void note_unread(struct sleeper *sleeper, const struct node *settings)
{
    for (struct member m = member_first(settings, 400); m.is_there; m = member_next(settings, m)) {
        const struct known_key *known = NULL;
        for (size_t i = 0; i < ARRAY_LEN(known_keys) && known == NULL; i++) {
            known = slice_eq(known_keys[i].key, m.key) ? &known_keys[i] : NULL;
        }
        if ((known != NULL && known->is_read) || !node_is(m.node)) {
            continue;
        }
        int64_t value = node_int(m.node, INT64_MIN, INT64_MAX);
        if (value != (known == NULL ? 0 : known->neutral)) {
            note_int(&sleeper->reading, what_of(sleeper, "settings", m.key), value, S(""),
                     S("AstralField has no such setting."));
        }
    }
}

static void note_if(struct sleeper *sleeper, const struct node *settings, const char *key,
                    int64_t neutral, struct slice why)
{
    int64_t value = node_int_or(node_at(settings, key), INT64_MIN, INT64_MAX, neutral);
    if (value != neutral) {
        note_int(&sleeper->reading, what_of(sleeper, "settings", slice_from(key)), value, S(""),
                 why);
    }
}

static void put(struct sleeper *sleeper, enum setting setting, const char *key, int64_t value)
{
    setting_put(&sleeper->reading, setting, what_of(sleeper, "settings", slice_from(key)), value);
}

/* ---- parts ---- */

static void read_waivers(struct sleeper *sleeper, const struct node *settings)
{
    static const int64_t kinds[] = { 1, 2, 0 }; /* rolling, reset, FAAB in settings.def's order */
    int64_t type = read_int(settings, "waiver_type", 2, 0);
    put(sleeper, SETTING_waiverKind, "waiver_type", kinds[type]);
    sleeper->waiver_budget = read_int(settings, "waiver_budget", 999999999, 100);
    put(sleeper, SETTING_faabBudget, "waiver_budget", sleeper->waiver_budget);
    put(sleeper, SETTING_faabMinBid, "waiver_bid_min",
        read_int(settings, "waiver_bid_min", 999999999, 0));
    put(sleeper, SETTING_waiverHours, "waiver_clear_days",
        HOURS_PER_DAY * read_int(settings, "waiver_clear_days", DAYS_MAX, 0));
    if (read_int(settings, "daily_waivers", 1, 0) == 1) {
        struct slice why = S("Claims are worked off at AstralField's own times.");
        note_if(sleeper, settings, "daily_waivers_days", 0, why);
        note_if(sleeper, settings, "daily_waivers_hour", 0, why);
    }
}

static void read_trades(struct sleeper *sleeper, const struct node *settings)
{
    struct reading *reading = &sleeper->reading;
    int64_t deadline = read_int(settings, "trade_deadline", 100, 0);
    bool has_deadline = deadline > 0 && deadline < SLEEPER_WEEKS;
    reading->season->settings.values[SETTING_tradeDeadlineWeek] =
        has_deadline ? deadline + 1 : SETTING_NULL;
    if (has_deadline) {
        note_int(reading, S("settings.trade_deadline"), deadline,
                 arena_format(reading->arena, "tradeDeadlineWeek %d", (int)deadline + 1),
                 S("Sleeper closes trades after that week's games, AstralField at the first "
                   "kickoff of the week after."));
    }
    int64_t days = read_int(settings, "trade_review_days", DAYS_MAX, 0);
    bool is_vote = read_int(settings, "veto_auto_poll", 1, 0) == 1;
    put(sleeper, SETTING_tradeReview, "trade_review_days", days == 0 ? 0 : is_vote ? 2 : 1);
    put(sleeper, SETTING_tradeReviewHours, "trade_review_days", HOURS_PER_DAY * days);
    int64_t votes = read_int(settings, "veto_votes_needed", 1000, 0);
    reading->season->settings.values[SETTING_tradeVetoVotes] = SETTING_NULL;
    if (votes > 0) {
        put(sleeper, SETTING_tradeVetoVotes, "veto_votes_needed", votes);
    }
}

static void read_playoffs(struct sleeper *sleeper, const struct node *settings)
{
    struct import_season *season = sleeper->reading.season;
    season->start_week = (int)node_int_or(node_at(settings, "start_week"), 1, SLEEPER_WEEKS, 1);
    put(sleeper, SETTING_startWeek, "start_week", season->start_week);
    put(sleeper, SETTING_medianGame, "league_average_match",
        read_int(settings, "league_average_match", 1, 0));
    int start = (int)read_int(settings, "playoff_week_start", SLEEPER_WEEKS, 0);
    int teams = (int)read_int(settings, "playoff_teams", BRACKET_TEAMS_MAX, 0);
    bool has_playoffs = start > season->start_week && teams >= 2;
    int64_t type = read_int(settings, "playoff_round_type", 2, 0);
    put(sleeper, SETTING_playoffRoundType, "playoff_round_type", type);
    int64_t seeding = read_int(settings, "playoff_seed_type", 100, 0);
    put(sleeper, SETTING_reseed, "playoff_seed_type", seeding);
    int64_t among_losers = read_int(settings, "playoff_type", 100, 1);
    sleeper->is_toilet_bowl = among_losers == 0;
    put(sleeper, SETTING_consolation, "playoff_type", sleeper->is_toilet_bowl ? 2 : 1);
    if (among_losers > 1) {
        note_int(&sleeper->reading, S("settings.playoff_type"), among_losers,
                 S("consolation consolation"), S("AstralField does not know this bracket."));
    }
    sleeper->playoff_teams = has_playoffs ? teams : 0;
    put(sleeper, SETTING_playoffTeams, "playoff_teams", sleeper->playoff_teams);
    season->settings.values[SETTING_thirdPlaceGame] = sleeper->playoff_teams >= 4;
    if (!has_playoffs) {
        season->playoff_start_week = 0; /* known when the weeks are read */
        return;
    }
    season->playoff_start_week = start;
    struct bracket_settings bracket = { .team_count = (uint8_t)teams,
                                        .first_seed = 1,
                                        .start_week = (uint8_t)start,
                                        .length = (enum round_length)type };
    season->last_week = bracket_last_week(&bracket);
    put(sleeper, SETTING_playoffStartWeek, "playoff_week_start", start);
}

static void read_statuses(struct sleeper *sleeper, const struct node *settings)
{
    static const struct {
        const char *key;
        status_mask bit;
    } switches[] = {
        { "reserve_allow_out", STATUS_BIT(OUT) },
        { "reserve_allow_doubtful", STATUS_BIT(DOUBTFUL) },
        { "reserve_allow_sus", STATUS_BIT(SUSPENDED) },
        { "reserve_allow_na", STATUS_BIT(NA) },
        { "reserve_allow_dnr", STATUS_BIT(DNR) },
        { "reserve_allow_cov", STATUS_BIT(COVID) },
    };
    status_mask mask = STATUS_BIT(IR) | STATUS_BIT(PUP) | STATUS_BIT(NFI);
    for (size_t i = 0; i < ARRAY_LEN(switches); i++) {
        mask |= read_int(settings, switches[i].key, 1, 0) == 1 ? switches[i].bit : 0;
    }
    sleeper->reading.season->settings.reserve_statuses = mask;
}

/* ---- slots ---- */

static void add_slot(struct settings *settings, enum slot slot, int count)
{
    size_t at = 0;
    while (at < settings->slot_count && settings->slots[at].slot != slot) {
        at++;
    }
    if (count == 0) {
        return;
    }
    if (at == settings->slot_count) {
        settings->slots[settings->slot_count++] = (struct slot_row){ .slot = slot };
    }
    settings->slots[at].count += count;
}

static void read_slots(struct sleeper *sleeper, const struct node *league,
                       const struct node *settings)
{
    struct settings *kept = &sleeper->reading.season->settings;
    struct node positions = node_need(node_at(league, "roster_positions"));
    size_t count = node_count(&positions, SLOTS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct node item = node_item(&positions, i);
        struct slice key = node_text(item, ID_MAX_BYTES);
        enum slot slot = slot_from(key);
        if (slot == SLOT_COUNT) {
            /* It keeps its place among the starters, or every slot after it would be another. */
            slot = SLOT_SUPER_FLEX;
            note(&sleeper->reading, S("roster_positions"), key, S("SUPER_FLEX"),
                 S("AstralField has no such slot."));
        }
        add_slot(kept, slot, 1);
        if (slot_info(slot)->kind == SLOT_KIND_STARTER) {
            sleeper->starters[sleeper->starter_count++] = slot;
        }
    }
    int reserve = (int)read_int(settings, "reserve_slots", SLOTS_MAX, 0);
    int taxi = (int)read_int(settings, "taxi_slots", SLOTS_MAX, 0);
    if (count + (size_t)reserve + (size_t)taxi > SLOTS_MAX) {
        node_fault(positions, "expected at most %d slots with reserve and taxi", SLOTS_MAX);
    }
    add_slot(kept, SLOT_IR, reserve);
    add_slot(kept, SLOT_TAXI, taxi);
    if (taxi > 0) {
        struct slice why = S("AstralField does not limit who may be on the taxi squad.");
        note_if(sleeper, settings, "taxi_years", 0, why);
        note_if(sleeper, settings, "taxi_deadline", 0, why);
        note_if(sleeper, settings, "taxi_allow_vets", 1, why);
    }
}

/* ---- scoring ---- */

static enum error read_scoring(struct sleeper *sleeper, const struct node *league)
{
    struct node scoring = node_need(node_at(league, "scoring_settings"));
    for (struct member m = member_first(&scoring, 1000); m.is_there; m = member_next(&scoring, m)) {
        int64_t weight = node_is(m.node) ? node_scaled(m.node, 1000000, RULE_WEIGHT_MAX) : 0;
        struct rule rule = { 0 };
        if (weight == 0) {
            continue;
        }
        if (sleeper_rule(m.key, weight, &rule)) {
            TRY(rules_put(&sleeper->reading, &rule, 1));
        } else {
            note(&sleeper->reading, what_of(sleeper, "scoring", m.key),
                 arena_format(sleeper->reading.arena, "%.6g", (double)weight / 1e6), S(""),
                 S("AstralField does not know this statistic: it pays nothing."));
        }
    }
    sleeper->reading.season->settings.has_rules = true;
    return OK;
}

/* ---- the whole ---- */

static enum import_state state_of(struct sleeper *sleeper, struct node status)
{
    struct slice word = node_text_or(status, ID_MAX_BYTES, S("in_season"));
    if (slice_eq(word, S("pre_draft"))) {
        return IMPORT_PRE_DRAFT;
    }
    if (slice_eq(word, S("drafting"))) {
        return IMPORT_DRAFTING;
    }
    sleeper->is_complete = slice_eq(word, S("complete"));
    return sleeper->is_complete ? IMPORT_COMPLETE : IMPORT_IN_SEASON;
}

static void read_divisions(struct sleeper *sleeper, const struct node *league,
                           const struct node *settings)
{
    struct node metadata = node_at(league, "metadata");
    int count = (int)read_int(settings, "divisions", TEAMS_MAX, 0);
    sleeper->division_count = count;
    for (int i = 1; i <= count; i++) {
        struct slice key = arena_format(sleeper->reading.arena, "division_%d", i);
        struct slice name = arena_format(sleeper->reading.arena, "Division %d", i);
        LIST_ADD(sleeper->reading.arena, sleeper->reading.season->divisions,
                 node_text_or(node_at(&metadata, key.ptr), NAME_MAX_BYTES, name));
    }
}

enum error sleeper_league(struct sleeper *sleeper, struct document *document)
{
    struct import_season *season = sleeper->reading.season;
    struct node league = document_root(document);
    struct node settings = node_need(node_at(&league, "settings"));
    season->source_league_id = arena_copy(sleeper->reading.arena, sleeper->league_id);
    season->season = (int)node_int(node_at(&league, "season"), 2009, 2200);
    season->name = node_text_or(node_at(&league, "name"), NAME_MAX_BYTES, S(""));
    season->kind = (enum import_kind)node_int_or(node_at(&settings, "type"), 0, 2, IMPORT_REDRAFT);
    season->state = state_of(sleeper, node_at(&league, "status"));
    sleeper->draft_id = node_id_or_none(node_at(&league, "draft_id"));
    sleeper->last_scored = (int)read_int(&settings, "last_scored_leg", WEEKS_MAX, 0);
    season->played_through = sleeper->last_scored;
    int64_t teams = node_int_or(node_at(&settings, "num_teams"), 2, TEAMS_MAX, 0);
    put(sleeper, SETTING_maxTeams, "num_teams",
        teams > 0 ? teams : node_int(node_at(&league, "total_rosters"), 2, TEAMS_MAX));
    put(sleeper, SETTING_bestBall, "best_ball", read_int(&settings, "best_ball", 1, 0));
    season->settings.tiebreak = CHAIN_SLEEPER;
    read_divisions(sleeper, &league, &settings);
    read_waivers(sleeper, &settings);
    read_trades(sleeper, &settings);
    read_playoffs(sleeper, &settings);
    read_statuses(sleeper, &settings);
    read_slots(sleeper, &league, &settings);
    TRY(read_scoring(sleeper, &league));
    if (season->kind == IMPORT_KEEPER) {
        note_if(sleeper, &settings, "max_keepers", 0, S("AstralField has no limit of keepers."));
    }
    note_unread(sleeper, &settings);
    return document->error;
}
