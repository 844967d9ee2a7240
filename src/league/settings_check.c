/* Whether settings fit together, and what may still change. */
#include <inttypes.h>

#include "base/check.h"
#include "league/settings.h"

/* ---- what may still change ---- */

static const char *refusal(enum setting_until until, enum league_state state)
{
    switch (until) {
    case SETTING_UNTIL_DRAFT:
        return state > LEAGUE_SETUP ? "can change only before the draft" : NULL;
    case SETTING_UNTIL_SEASON:
        return state > LEAGUE_DRAFTING ? "can change only before the season starts" : NULL;
    case SETTING_UNTIL_PLAYOFFS:
        return state > LEAGUE_IN_SEASON ? "can change only before the playoffs" : NULL;
    case SETTING_UNTIL_END:
        return state == LEAGUE_COMPLETE ? "cannot change: the season is complete" : NULL;
    }
    return NULL;
}

static bool slots_differ(const struct settings *a, const struct settings *b)
{
    bool is_same = a->slot_count == b->slot_count;
    for (size_t i = 0; i < a->slot_count && is_same; i++) {
        is_same = a->slots[i].slot == b->slots[i].slot && a->slots[i].count == b->slots[i].count;
    }
    return !is_same;
}

static void check_one(struct faults *faults, struct slice name, bool is_changed, const char *why)
{
    if (is_changed && why != NULL) {
        fault_add(faults, arena_format(faults->arena, "/settings/%.*s", FMT(name)), "%s", why);
    }
}

void settings_check_state(const struct settings *before, const struct settings *after,
                          enum league_state state, struct faults *faults)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info((enum setting)i);
        check_one(faults, info->name, before->values[i] != after->values[i],
                  refusal(info->until, state));
    }
    const char *draft = refusal(SETTING_UNTIL_DRAFT, state);
    check_one(faults, S("rosterSlots"), slots_differ(before, after), draft);
    check_one(faults, S("draftKind"), before->draft_kind != after->draft_kind, draft);
    check_one(faults, S("secondsPerPick"), before->seconds_per_pick != after->seconds_per_pick,
              draft);
    bool has_new_rules =
        after->has_rules && !scoring_equal(faults->arena, before->rules, after->rules);
    check_one(faults, S("scoringRules"), has_new_rules, refusal(SETTING_UNTIL_SEASON, state));
    check_one(faults, S("tiebreak"), before->tiebreak != after->tiebreak,
              refusal(SETTING_UNTIL_PLAYOFFS, state));
    const char *end = refusal(SETTING_UNTIL_END, state);
    check_one(faults, S("timeZone"), !slice_eq(before->time_zone, after->time_zone), end);
    check_one(faults, S("irStatuses"), before->reserve_statuses != after->reserve_statuses, end);
}

/* ---- what fits together ---- */

int settings_roster_size(const struct settings *settings)
{
    int size = 0;
    for (size_t i = 0; i < settings->slot_count; i++) {
        enum slot_kind kind = slot_info(settings->slots[i].slot)->kind;
        if (kind == SLOT_KIND_STARTER || kind == SLOT_KIND_BENCH) {
            size += settings->slots[i].count;
        }
    }
    return size;
}

int settings_last_week(const struct settings *settings)
{
    int start = (int)settings->values[SETTING_playoffStartWeek];
    int teams = (int)settings->values[SETTING_playoffTeams];
    if (teams < 2) {
        return start - 1;
    }
    int weeks = bracket_round_count((uint8_t)teams);
    switch ((enum round_length)settings->values[SETTING_playoffRoundType]) {
    case ROUND_ONE_WEEK:
        break;
    case ROUND_TWO_WEEK_FINAL:
        weeks += 1;
        break;
    case ROUND_TWO_WEEKS:
        weeks *= 2;
        break;
    }
    return start + weeks - 1;
}

static void check_slots(const struct settings *settings, struct faults *faults)
{
    int starters = 0;
    int all = 0;
    for (size_t i = 0; i < settings->slot_count; i++) {
        all += settings->slots[i].count;
        if (slot_info(settings->slots[i].slot)->kind == SLOT_KIND_STARTER) {
            starters += settings->slots[i].count;
        }
    }
    if (starters == 0) {
        fault_add(faults, S("/settings/rosterSlots"), "must have at least one starter");
    }
    if (all > SLOTS_MAX || settings_roster_size(settings) > 60) {
        fault_add(faults, S("/settings/rosterSlots"),
                  "has %d slots: at most %d, and at most 60 without IR and TAXI", all, SLOTS_MAX);
    }
}

static void check_calendar(const struct settings *settings, int season_weeks, struct faults *faults)
{
    int64_t start = settings->values[SETTING_startWeek];
    int64_t playoffs = settings->values[SETTING_playoffStartWeek];
    if (playoffs <= start) {
        fault_add(faults, S("/settings/playoffStartWeek"),
                  "must be after startWeek: at least one regular week is played");
        return;
    }
    int last = settings_last_week(settings);
    if (last > season_weeks) {
        fault_add(faults, S("/settings/playoffStartWeek"),
                  "puts the last game into week %d, but the NFL's regular season ends with week %d",
                  last, season_weeks);
        return;
    }
    int64_t deadline = settings->values[SETTING_tradeDeadlineWeek];
    if (deadline != SETTING_NULL && (deadline < start || deadline > last)) {
        fault_add(faults, S("/settings/tradeDeadlineWeek"),
                  "must be a week the league plays: %" PRId64 " to %d", start, last);
    }
}

static void check_counts(const struct settings *settings, int teams, struct faults *faults)
{
    int64_t most = settings->values[SETTING_maxTeams];
    int64_t playoff_teams = settings->values[SETTING_playoffTeams];
    if (most < teams) {
        fault_add(faults, S("/settings/maxTeams"), "must be at least %d: so many teams are there",
                  teams);
    }
    if (playoff_teams == 1 || playoff_teams > most) {
        fault_add(faults, S("/settings/playoffTeams"),
                  "must be 0 for no playoffs, or from 2 to the number of teams (%" PRId64 ")",
                  most);
    }
    if (settings->values[SETTING_faabMinBid] > settings->values[SETTING_faabBudget]) {
        fault_add(faults, S("/settings/faabMinBid"), "must not be above faabBudget");
    }
    int64_t votes = settings->values[SETTING_tradeVetoVotes];
    if (votes != SETTING_NULL && votes > most - 2) {
        fault_add(faults, S("/settings/tradeVetoVotes"),
                  "must be at most %" PRId64 ": two teams of a trade do not vote", most - 2);
    }
    if (votes == SETTING_NULL && settings->values[SETTING_tradeReview] == 2) {
        fault_add(faults, S("/settings/tradeVetoVotes"), "is needed when the league votes");
    }
}

void settings_check(const struct settings *settings, int season_weeks, int teams,
                    struct faults *faults)
{
    size_t before = faults->count;
    check_counts(settings, teams, faults);
    check_slots(settings, faults);
    if (faults->count == before) {
        check_calendar(settings, season_weeks, faults);
    }
}

enum error settings_verdict(struct faults *faults)
{
    if (faults->count == 0) {
        return OK;
    }
    return refuse(faults, E_SETTINGS, "%zu of the settings cannot be accepted.", faults->count);
}
