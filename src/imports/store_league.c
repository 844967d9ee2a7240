/* The league's own row: settings, scoring profile, where it came from, which season it follows. */
#include "base/check.h"
#include "base/random.h"
#include "imports/store_work.h"
#include "league/scoring_profile.h"

enum { LEAGUE_NAME_MAX = 80, SEED_BYTES = 32, SOURCE_ID_MAX = 100 };

static const struct slice kind_keys[] = { S_INIT("redraft"), S_INIT("keeper"), S_INIT("dynasty") };

/* ---- settings ---- */

static void hold(struct work *work, struct settings *settings, enum setting setting, int64_t least,
                 int64_t most)
{
    const struct setting_info *info = setting_info(setting);
    int64_t value = settings->values[setting];
    if (value == SETTING_NULL) {
        if (info->is_nullable) {
            return;
        }
        value = least;
    }
    int64_t held = value < least ? least : value > most ? most : value;
    if (held != settings->values[setting]) {
        work_note(work, arena_format(work->arena, "settings.%.*s", FMT(info->name)),
                  arena_format(work->arena, "%lld", (long long)settings->values[setting]),
                  arena_format(work->arena, "%lld", (long long)held),
                  "the value does not fit the other settings of the league");
        settings->values[setting] = held;
    }
}

/* What the model says of the calendar stands; what the schema wants of the rest is made so. */
static void fit_settings(struct work *work, struct settings *settings)
{
    const struct import_season *season = work->season;
    bool has_playoffs = season->playoff_start_week <= season->last_week;
    int64_t teams = (int64_t)season->teams.count;
    settings->values[SETTING_maxTeams] = teams;
    settings->values[SETTING_startWeek] = season->start_week;
    settings->values[SETTING_playoffStartWeek] = season->playoff_start_week;
    if (!has_playoffs) {
        settings->values[SETTING_playoffTeams] = 0;
    } else {
        hold(work, settings, SETTING_playoffTeams, 2, teams < 16 ? teams : 16);
    }
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        bool is_held = i == SETTING_maxTeams || i == SETTING_startWeek ||
                       i == SETTING_playoffStartWeek || i == SETTING_playoffTeams;
        if (!is_held) {
            hold(work, settings, (enum setting)i, setting_info((enum setting)i)->least,
                 setting_info((enum setting)i)->most);
        }
    }
    hold(work, settings, SETTING_faabMinBid, 0, settings->values[SETTING_faabBudget]);
    int64_t last = settings_last_week(settings);
    last = last < season->last_week ? last : season->last_week;
    int64_t *deadline = &settings->values[SETTING_tradeDeadlineWeek];
    if (*deadline != SETTING_NULL && (*deadline > last || *deadline < season->start_week)) {
        work_note(work, S("settings.tradeDeadlineWeek"),
                  arena_format(work->arena, "%lld", (long long)*deadline), S("none"),
                  "the deadline lies outside the league's weeks");
        *deadline = SETTING_NULL;
    }
    if (settings->values[SETTING_tradeVetoVotes] != SETTING_NULL) {
        hold(work, settings, SETTING_tradeVetoVotes, 1, teams > 3 ? teams - 2 : 1);
    }
    if (settings->time_zone.len == 0) {
        settings->time_zone = S("America/New_York");
    }
    settings->has_rules = false;
}

/* Every plain setting, the slots and the rules as one text: the part's hash is made from it. */
static struct slice settings_text(struct work *work, const struct settings *settings,
                                  struct rule_set rules)
{
    struct buffer text;
    buffer_init(&text, work->arena);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        buffer_format(&text, "%lld ", (long long)settings->values[i]);
    }
    for (size_t i = 0; i < settings->slot_count; i++) {
        buffer_format(&text, "%d*%d ", (int)settings->slots[i].slot, settings->slots[i].count);
    }
    buffer_format(&text, "%u %d %d %lld %d %.*s %d\n%.*s\n", (unsigned)settings->reserve_statuses,
                  (int)settings->tiebreak, (int)settings->draft_kind,
                  (long long)settings->seconds_per_pick, (int)work->season->kind,
                  FMT(work->season->name), work->season->has_own_lines,
                  FMT(scoring_canonical(work->arena, rules)));
    return buffer_slice(&text);
}

/* ---- the row ---- */

static enum error find_profile(struct work *work, struct rule_set *ret_rules)
{
    const struct import_season *season = work->season;
    struct rule_set rules = scoring_plain(work->arena, season->settings.rules);
    struct slice source = season->has_own_lines ? platform_key(season->platform) : S("nfl");
    work->report->stat_source = source;
    if (!season->has_own_lines && season->played_through > 0) {
        work_note(work, S("scoring"), platform_key(season->platform), S("nfl"),
                  "there are no statistics of the platform's own to go by, so points come from the "
                  "NFL's; they can differ from the platform's");
    }
    *ret_rules = rules;
    return scoring_find_or_create_for(work->arena, &work->change->tx, rules, source,
                                      &work->profile_id);
}

static enum error add_league(struct work *work, struct slice name)
{
    const struct import_season *season = work->season;
    struct rows rows;
    TRY(work_ask(work, SQL_LEAGUE_ADD,
                 PARAMS(P_TEXT(name), P_TEXT(platform_key(season->platform)), P_INT(season->season),
                        P_INT(work->commissioner_id), P_TIME(work->options->now), P_BOOL(false),
                        P_NULL, P_INT(work->profile_id)),
                 &rows));
    work->league_id = rows_int(&rows, 0, "id");
    TRY(change_enter_new(work->change, work->league_id));
    return OK;
}

static void add_draft(struct work *work, const struct settings *settings)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char seed[SEED_BYTES];
    struct buffer text;
    random_bytes(seed, sizeof(seed));
    buffer_init(&text, work->arena);
    buffer_add(&text, S("\\x"));
    for (size_t i = 0; i < sizeof(seed); i++) {
        buffer_byte(&text, digits[seed[i] >> 4]);
        buffer_byte(&text, digits[seed[i] & 15]);
    }
    int rounds = settings_roster_size(settings);
    tx_send(&work->change->tx, SQL_IMPORTS_DRAFT_ADD,
            PARAMS(P_INT(work->league_id),
                   P_INT(rounds < 1    ? 1
                         : rounds > 60 ? 60
                                       : rounds),
                   P_INT(settings->seconds_per_pick < 5 ? 90 : settings->seconds_per_pick),
                   P_TEXT(buffer_slice(&text))));
}

static enum error find_previous(struct work *work)
{
    const struct import_season *season = work->season;
    struct rows rows;
    if (season->previous_source_id.len == 0) {
        return OK;
    }
    TRY(work_ask(work, SQL_IMPORTS_LEAGUE_BEFORE,
                 PARAMS(P_TEXT(platform_key(season->platform)), P_TEXT(season->previous_source_id),
                        P_INT(season->season), P_INT(work->league_id)),
                 &rows));
    if (rows.count == 1) {
        work->previous_league_id = rows_int(&rows, 0, "id");
    } else {
        work_note(work, S("earlier seasons"), season->previous_source_id, S(""),
                  "the season before was not found in the places that were searched");
    }
    return OK;
}

static void mark(struct work *work, struct slice name)
{
    const struct import_season *season = work->season;
    tx_send(&work->change->tx, SQL_IMPORTS_LEAGUE_MARK,
            PARAMS(P_INT(work->league_id), P_TEXT(platform_key(season->platform)),
                   P_TEXT(season->source_league_id), P_TEXT(name), P_TEXT(kind_keys[season->kind]),
                   P_INT(work->profile_id),
                   work->previous_league_id == 0 ? P_NULL : P_INT(work->previous_league_id),
                   P_TIME(work->options->now)));
}

static enum error check_season(struct work *work)
{
    const struct import_season *season = work->season;
    struct faults *faults = work->change->faults;
    if (season->teams.count < 2 || season->teams.count > IMPORT_TEAMS_MAX) {
        return refuse(faults, E_INVALID, "the league %.*s has %zu teams; leagues here have 2 to %d",
                      FMT(season->source_league_id), season->teams.count, IMPORT_TEAMS_MAX);
    }
    bool has_weeks = season->start_week >= 1 && season->start_week <= 18 &&
                     season->last_week >= season->start_week && season->last_week <= WEEKS_MAX &&
                     season->playoff_start_week > season->start_week &&
                     season->playoff_start_week <= season->last_week + 1;
    if (!has_weeks) {
        return refuse(faults, E_INVALID,
                      "the weeks of the league %.*s do not fit: it starts in week %d, the playoffs "
                      "in week %d, and ends in week %d",
                      FMT(season->source_league_id), season->start_week, season->playoff_start_week,
                      season->last_week);
    }
    if (season->source_league_id.len == 0 || season->source_league_id.len > SOURCE_ID_MAX) {
        return refuse(faults, E_INVALID, "the league's id must have 1 to %d characters",
                      SOURCE_ID_MAX);
    }
    return OK;
}

enum error league_store(struct work *work)
{
    struct settings after = work->season->settings;
    struct rule_set rules;
    TRY(check_season(work));
    fit_settings(work, &after);
    TRY(find_profile(work, &rules));
    struct slice name =
        fitting(work->arena, work->season->name, LEAGUE_NAME_MAX, S("Imported league"));
    work->report->name = arena_copy(work->report_arena, name);
    if (work->is_new) {
        TRY(add_league(work, name));
    }
    work->report->league_id = work->league_id;
    TRY(find_previous(work));
    if (!part_add(work, S("settings"), settings_text(work, &after, rules))) {
        return OK;
    }
    mark(work, name);
    TRY(change_reload(work->change));
    struct settings before = after; /* slots, weeks and drafts are stored by the import itself */
    before.tiebreak = CHAIN_PRESET_COUNT;
    if (work->is_new && after.tiebreak == CHAIN_PRESET_COUNT) {
        after.tiebreak = work->season->platform == PLATFORM_ESPN ? CHAIN_ESPN : CHAIN_SLEEPER;
    }
    TRY(settings_store(work->change, &before, &after));
    if (work->is_new && work->season->state == IMPORT_PRE_DRAFT &&
        work->season->drafts.count == 0) {
        add_draft(work, &after);
    }
    return change_reload(work->change);
}
