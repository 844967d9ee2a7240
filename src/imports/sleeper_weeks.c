/* Sleeper's weekly matchups: lineups, points, who met whom.
 *
 * Until 2020 a week had no players_points, and starters_points was not in the order of starters; such
 * a week gives no points of single players. */
#include "imports/sleeper.h"

struct week {
    struct sleeper *sleeper;
    int number;
    const int *spot_of; /* per player: 1 + index of the team week he was seen in */
};

/* Points of one player, where the week tells them. */
static void read_points(const struct node *points_by_player, struct slice player,
                        struct import_spot *spot)
{
    if (!node_is(*points_by_player)) {
        return;
    }
    /* The slices of player ids end with a NUL (arena_copy). */
    struct node value = node_at(points_by_player, player.ptr);
    if (node_is(value)) {
        spot->source_points = node_points(value);
        spot->has_points = true;
    }
}

static void add_spot(struct sleeper *sleeper, struct import_team_week *week,
                     const struct node *points_by_player, struct import_spot spot)
{
    if (spot.player != IMPORT_NONE) {
        struct slice id = sleeper->reading.season->players.at[spot.player].source_id;
        read_points(points_by_player, id, &spot);
    }
    LIST_ADD(sleeper->reading.arena, week->spots, spot);
}

static enum slot starter_slot(const struct sleeper *sleeper, size_t at)
{
    return at < sleeper->starter_count ? sleeper->starters[at] : SLOT_SUPER_FLEX;
}

/* Players are marked with the number of the entry, so that nobody plays for two teams or twice. */
static bool is_first(struct node node, int *marks, int player, int mark)
{
    if (marks[player] == 0) {
        marks[player] = mark;
        return true;
    }
    node_fault(node, "this player is in two places of the week");
    return false;
}

static void read_spots(struct sleeper *sleeper, const struct node *entry,
                       struct import_team_week *week, struct arena *scratch)
{
    struct node points_by_player = node_at(entry, "players_points");
    struct node starters = node_at(entry, "starters");
    struct node players = node_at(entry, "players");
    size_t starting = node_count(&starters, SLOTS_MAX);
    size_t rostered = node_count(&players, TEAM_PLAYERS_MAX);
    size_t most = sleeper->reading.season->players.count + starting + rostered;
    int *marks = ARENA_ARRAY(scratch, most, int);
    for (size_t i = 0; i < starting; i++) {
        struct node node = node_item(&starters, i);
        struct import_spot spot = { .player = IMPORT_NONE, .slot = starter_slot(sleeper, i) };
        if (sleeper_player(sleeper, node, &spot.player) > 0 &&
            !is_first(node, marks, spot.player, 1)) {
            continue;
        }
        add_spot(sleeper, week, &points_by_player, spot);
    }
    for (size_t i = 0; i < rostered; i++) {
        struct node node = node_item(&players, i);
        struct import_spot spot = { .player = IMPORT_NONE, .slot = SLOT_BN };
        if (sleeper_player(sleeper, node, &spot.player) == 0 || marks[spot.player] == 1) {
            continue;
        }
        if (is_first(node, marks, spot.player, 2)) {
            add_spot(sleeper, week, &points_by_player, spot);
        }
    }
    if (starting > sleeper->starter_count) {
        note_int(&sleeper->reading,
                 arena_format(sleeper->reading.arena, "week %d, %.*s", week->week,
                              FMT(sleeper->reading.season->teams.at[week->team].name)),
                 (int64_t)starting, S("SUPER_FLEX"),
                 S("The lineup has more starters than the league has slots now."));
    }
}

static void read_entry(struct sleeper *sleeper, const struct node *entry, int number,
                       struct arena *scratch)
{
    struct import_season *season = sleeper->reading.season;
    struct import_team_week week = {
        .team = node_team(&sleeper->reading, node_need(node_at(entry, "roster_id"))),
        .week = number,
    };
    if (week.team == IMPORT_NONE) {
        return;
    }
    if (team_week_of(season, week.team, number) != NULL) {
        node_fault(*entry, "roster %.*s is there twice",
                   FMT(season->teams.at[week.team].source_id));
        return;
    }
    struct node total = node_at(entry, "points");
    struct node custom = node_at(entry, "custom_points");
    week.has_points = sleeper->is_complete || number <= sleeper->last_scored;
    if (node_is(total)) {
        week.source_points = node_points(total);
    }
    if (node_is(custom)) {
        week.has_custom = true;
        week.custom_points = node_points(custom);
        week.source_points = week.custom_points;
    }
    read_spots(sleeper, entry, &week, scratch);
    LIST_ADD(sleeper->reading.arena, season->team_weeks, week);
}

/* ---- who met whom ---- */

static struct import_side side_of(const struct import_season *season, int team, int week)
{
    struct import_side side = { .team = team, .from_match = IMPORT_NONE, .seed = IMPORT_NONE };
    const struct import_team_week *played = team_week_of(season, team, week);
    if (played != NULL && played->has_points) {
        side.has_points = true;
        side.source_points = played->source_points;
    }
    return side;
}

/* Which index of `sides` a matchup number has; -1 for the first of its kind. */
static int partner(const int64_t *numbers, size_t count, int64_t number)
{
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] == number) {
            return (int)i;
        }
    }
    return -1;
}

static void add_match(struct sleeper *sleeper, int week, int home, int away)
{
    struct import_season *season = sleeper->reading.season;
    struct import_matchup match = {
        .week = week,
        .weeks = 1,
        .game = 1,
        .is_bye = away == IMPORT_NONE,
        .home = side_of(season, home, week),
        .away = { .team = IMPORT_NONE, .from_match = IMPORT_NONE, .seed = IMPORT_NONE },
        .winner = IMPORT_NONE,
    };
    if (away != IMPORT_NONE) {
        match.away = side_of(season, away, week);
        points left = match.home.source_points;
        points right = match.away.source_points;
        bool is_played = match.home.has_points && match.away.has_points;
        if (is_played && week <= season->played_through) {
            match.winner = left > right ? 0 : left < right ? 1 : 2;
        }
    }
    LIST_ADD(sleeper->reading.arena, season->matchups, match);
}

static void pair(struct sleeper *sleeper, const struct node *entries, size_t count, int week)
{
    const struct import_season *season = sleeper->reading.season;
    bool is_regular = season->playoff_start_week == 0 || week < season->playoff_start_week;
    int64_t numbers[TEAMS_MAX] = { 0 };
    int teams[TEAMS_MAX] = { 0 };
    bool is_met[TEAMS_MAX] = { false };
    size_t waiting = 0;
    for (size_t i = 0; i < count; i++) {
        struct node entry = node_item(entries, i);
        struct node number = node_at(&entry, "matchup_id");
        int team = node_team(&sleeper->reading, node_at(&entry, "roster_id"));
        if (!node_is(number) && is_regular && week <= sleeper->last_scored) {
            add_match(sleeper, week, team, IMPORT_NONE);
        }
        if (!node_is(number)) {
            continue;
        }
        numbers[waiting] = node_int(number, 0, 1000);
        int at = partner(numbers, waiting, numbers[waiting]);
        if (at >= 0 && is_met[at]) {
            node_fault(number, "more than two rosters have this number");
        } else if (at >= 0) {
            is_met[at] = true;
            add_match(sleeper, week, teams[at], team);
        } else {
            teams[waiting++] = team;
        }
    }
}

static enum error read_week(struct sleeper *sleeper, int number, bool *ret_is_there)
{
    CLEANUP(document_done) struct document document = { 0 };
    TRY(source_open_if(
        sleeper->reading.source, sleeper->reading.arena,
        sleeper_wanted(sleeper, "league/%.*s/matchups/%d", FMT(sleeper->league_id), number),
        &document, ret_is_there));
    struct node entries = document_root(&document);
    size_t count = *ret_is_there ? node_count(&entries, TEAMS_MAX) : 0;
    for (size_t i = 0; i < count; i++) {
        struct node entry = node_item(&entries, i);
        read_entry(sleeper, &entry, number, &document.arena);
    }
    if (document.error == OK) {
        pair(sleeper, &entries, count, number);
    }
    *ret_is_there = count > 0;
    return document.error;
}

/* Without playoffs the season ends with its last game. */
static void end_without_playoffs(struct import_season *season)
{
    for (size_t i = 0; i < season->matchups.count; i++) {
        int week = season->matchups.at[i].week;
        season->last_week = week > season->last_week ? week : season->last_week;
    }
    season->last_week = season->last_week == 0 ? SLEEPER_WEEKS - 1 : season->last_week;
    season->playoff_start_week = season->last_week + 1;
    season->settings.values[SETTING_playoffStartWeek] = season->playoff_start_week;
}

enum error sleeper_weeks(struct sleeper *sleeper)
{
    struct import_season *season = sleeper->reading.season;
    for (int week = 1; week <= SLEEPER_WEEKS; week++) {
        bool is_there = false;
        TRY(read_week(sleeper, week, &is_there));
        if (!is_there && week >= season->start_week && week <= sleeper->last_scored) {
            note(&sleeper->reading, arena_format(sleeper->reading.arena, "week %d", week), S(""),
                 S(""), S("The week's matchups were not found."));
        }
    }
    if (season->playoff_start_week == 0) {
        end_without_playoffs(season);
    }
    if (season->played_through > season->last_week) {
        season->played_through = season->last_week;
    }
    return OK;
}
