/* What a bracket is where the platform gives no more than its games. */
#include "imports/read.h"

static bool is_playoff(const struct import_season *season, const struct import_matchup *match)
{
    return match->week >= season->playoff_start_week && match->week <= season->last_week;
}

static bool plays(const struct import_matchup *match, int team)
{
    return team != IMPORT_NONE && (match->home.team == team || match->away.team == team);
}

/* The team's last playoff game before `week`, or IMPORT_NONE. */
static int game_before(const struct import_season *season, int team, int week)
{
    int found = IMPORT_NONE;
    for (size_t i = 0; i < season->matchups.count; i++) {
        const struct import_matchup *match = &season->matchups.at[i];
        bool is_later = found == IMPORT_NONE || match->week > season->matchups.at[found].week;
        if (is_playoff(season, match) && match->week < week && plays(match, team) && is_later) {
            found = (int)i;
        }
    }
    return found;
}

static bool has_lost(const struct import_matchup *match, int team)
{
    bool is_home = match->home.team == team;
    return !match->is_bye && match->winner == (is_home ? 1 : 0);
}

static void link_side(const struct import_season *season, const struct import_matchup *match,
                      struct import_side *side)
{
    side->from_match = game_before(season, side->team, match->week);
    side->from_loser = side->from_match != IMPORT_NONE &&
                       has_lost(&season->matchups.at[side->from_match], side->team);
}

void brackets_link(struct import_season *season)
{
    for (size_t i = 0; i < season->matchups.count; i++) {
        struct import_matchup *match = &season->matchups.at[i];
        if (is_playoff(season, match)) {
            link_side(season, match, &match->home);
            link_side(season, match, &match->away);
        }
    }
}

static bool is_unbeaten(const struct import_season *season, int team, int week)
{
    for (size_t i = 0; i < season->matchups.count; i++) {
        const struct import_matchup *match = &season->matchups.at[i];
        if (is_playoff(season, match) && match->week < week && plays(match, team) &&
            has_lost(match, team)) {
            return false;
        }
    }
    return true;
}

/* The ranks of the two sides of a game that decided a place. */
static void rank(struct import_season *season, const struct import_matchup *match)
{
    if (match->place == 0 || match->winner == IMPORT_NONE || match->winner > 1) {
        return;
    }
    int home = match->place + (match->winner == 0 ? 0 : 1);
    int away = match->place + (match->winner == 1 ? 0 : 1);
    season->teams.at[match->home.team].record.final_rank = home;
    season->teams.at[match->away.team].record.final_rank = away;
}

/* The unbeaten meet for first place in the last round, the losers of the semi-finals for third; of six
 * teams the losers of the first round meet for fifth in the second. */
static void place(struct import_season *season, struct import_matchup *match, int playoff_teams)
{
    bool is_last = match->week + match->weeks - 1 == season->last_week;
    bool home = is_unbeaten(season, match->home.team, match->week);
    bool away = is_unbeaten(season, match->away.team, match->week);
    if (match->is_bye || home != away) {
        return;
    }
    if (is_last) {
        match->place = home ? 1 : 3;
    } else if (!home && playoff_teams == 6 && match->round == 2) {
        match->place = 5;
    }
}

static void number_positions(struct import_season *season)
{
    int positions[WEEKS_MAX + 1][IMPORT_CONSOLATION + 1] = { 0 };
    for (size_t i = 0; i < season->matchups.count; i++) {
        struct import_matchup *match = &season->matchups.at[i];
        if (match->bracket != IMPORT_REGULAR && match->round <= WEEKS_MAX) {
            match->position = ++positions[match->round][match->bracket];
        }
    }
}

void brackets_infer(struct import_season *season, const int *seeds, int playoff_teams)
{
    for (size_t i = 0; i < season->matchups.count; i++) {
        struct import_matchup *match = &season->matchups.at[i];
        if (!is_playoff(season, match)) {
            continue;
        }
        int home = seeds[match->home.team];
        int away = match->is_bye ? home : seeds[match->away.team];
        bool is_winners = home > 0 && home <= playoff_teams && away > 0 && away <= playoff_teams;
        match->bracket = is_winners ? IMPORT_WINNERS : IMPORT_CONSOLATION;
        match->home.seed = home > 0 ? home : IMPORT_NONE;
        match->away.seed = match->is_bye || away <= 0 ? IMPORT_NONE : away;
    }
    brackets_link(season);
    for (size_t i = 0; i < season->matchups.count; i++) {
        struct import_matchup *match = &season->matchups.at[i];
        if (is_playoff(season, match) && match->bracket == IMPORT_WINNERS) {
            place(season, match, playoff_teams);
            rank(season, match);
        }
    }
    number_positions(season);
}
