/* ESPN's schedule, and its weekly box scores: lineups, points, statistics, adjustments.
 *
 * A line is the entry of `stats` with statSourceId 0 (real, not projected), statSplitTypeId 1 (one
 * week) and the week's scoringPeriodId. A team's shown total is the sum of its starters plus
 * `adjustment`, a commissioner's correction. */
#include <inttypes.h>

#include "imports/espn.h"
#include "rules/espn_scoring.h"

enum { STATS_MAX = 400, STAT_LINES_MAX = 400, SLOT_ID_BENCH = 20 };

static struct import_side no_side(void)
{
    return (
        struct import_side){ .team = IMPORT_NONE, .from_match = IMPORT_NONE, .seed = IMPORT_NONE };
}

static struct import_team_week *week_added(struct espn *espn, int team, int week)
{
    struct import_season *season = espn->reading.season;
    struct import_team_week *found = team_week_of(season, team, week);
    if (found == NULL) {
        LIST_ADD(espn->reading.arena, season->team_weeks,
                 (struct import_team_week){ .team = team, .week = week });
        found = &season->team_weeks.at[season->team_weeks.count - 1];
    }
    return found;
}

/* ---- the schedule ---- */

/* pointsByScoringPeriod: {"14": 121.3}. */
static void read_points(struct espn *espn, const struct node *node, int team,
                        struct espn_period period)
{
    struct node weeks = node_at(node, "pointsByScoringPeriod");
    for (struct member m = member_first(&weeks, ESPN_WEEKS_MAX); m.is_there;
         m = member_next(&weeks, m)) {
        int64_t week = 0;
        bool is_week = slice_to_int(m.key, &week) == OK && week >= period.first &&
                       week < period.first + period.weeks;
        if (!is_week) {
            node_fault(m.node, "expected a week of the matchup as its name");
        } else if (node_is(m.node)) {
            week_added(espn, team, (int)week)->source_points = node_points(m.node);
        }
    }
}

static struct import_side read_side(struct espn *espn, const struct node *node,
                                    struct espn_period period)
{
    struct import_side side = no_side();
    if (!node_is(*node)) {
        return side;
    }
    side.team = node_team(&espn->reading, node_need(node_at(node, "teamId")));
    if (side.team == IMPORT_NONE) {
        return side;
    }
    struct node total = node_at(node, "totalPoints");
    side.has_points = node_is(total);
    side.source_points = node_is(total) ? node_points(total) : 0;
    for (int week = period.first; week < period.first + period.weeks; week++) {
        (void)week_added(espn, side.team, week);
    }
    read_points(espn, node, side.team, period);
    return side;
}

static int winner_of(struct node node)
{
    struct slice word = node_text_or(node, ID_MAX_BYTES, S("UNDECIDED"));
    if (slice_eq(word, S("HOME"))) {
        return 0;
    }
    return slice_eq(word, S("AWAY")) ? 1 : slice_eq(word, S("TIE")) ? 2 : IMPORT_NONE;
}

static enum import_bracket bracket_of(struct slice tier)
{
    if (slice_eq(tier, S("WINNERS_BRACKET"))) {
        return IMPORT_WINNERS;
    }
    return tier.len == 0 || slice_eq(tier, S("NONE")) ? IMPORT_REGULAR : IMPORT_CONSOLATION;
}

static void put_tier(struct espn *espn, struct import_matchup *match, struct node node)
{
    struct slice tier = node_text_or(node, ID_MAX_BYTES, S(""));
    if (tier.len > 0 && match->round > 0) {
        match->bracket = bracket_of(tier);
        espn->has_tiers = true;
    }
}

static void read_match(struct espn *espn, const struct node *node)
{
    struct import_season *season = espn->reading.season;
    struct node number = node_need(node_at(node, "matchupPeriodId"));
    int period_number = (int)node_int(number, 1, ESPN_WEEKS_MAX);
    struct espn_period period = espn->periods[period_number];
    if (period.weeks == 0) {
        node_fault(number, "settings.scheduleSettings.matchupPeriods has no such period");
        return;
    }
    struct node home = node_at(node, "home");
    struct node away = node_at(node, "away");
    struct import_matchup match = {
        .week = period.first,
        .weeks = period.weeks > 1 ? 2 : 1,
        .game = 1,
        .is_bye = !node_is(home) || !node_is(away),
        .home = read_side(espn, node_is(home) ? &home : &away, period),
        .away = node_is(home) ? read_side(espn, &away, period) : no_side(),
        .winner = winner_of(node_at(node, "winner")),
    };
    bool is_playoff = espn->playoff_teams > 0 && period_number > espn->regular_periods;
    match.round = is_playoff ? period_number - espn->regular_periods : 0;
    if (match.home.team == match.away.team) {
        node_fault(*node, "expected two teams, or one with a bye");
        return;
    }
    put_tier(espn, &match, node_at(node, "playoffTierType"));
    espn->match_ids[season->matchups.count] =
        (int)node_int_or(node_at(node, "id"), 0, COUNT_MAX, 0);
    LIST_ADD(espn->reading.arena, season->matchups, match);
}

/* Teams that play several opponents in a period: their games are numbered. */
static void number_games(struct import_season *season)
{
    for (size_t i = 0; i < season->matchups.count; i++) {
        struct import_matchup *match = &season->matchups.at[i];
        for (size_t k = 0; k < i; k++) {
            const struct import_matchup *other = &season->matchups.at[k];
            bool is_shared =
                other->home.team == match->home.team || other->away.team == match->home.team ||
                (!match->is_bye &&
                 (other->home.team == match->away.team || other->away.team == match->away.team));
            if (other->week == match->week && is_shared && other->game >= match->game) {
                match->game = other->game + 1;
            }
        }
    }
}

/* The last week before the first game that is not decided. */
static int played_through(const struct import_season *season)
{
    int through = season->matchups.count == 0 ? 0 : season->last_week;
    for (size_t i = 0; i < season->matchups.count; i++) {
        const struct import_matchup *match = &season->matchups.at[i];
        if (!match->is_bye && match->winner == IMPORT_NONE && match->week <= through) {
            through = match->week - 1;
        }
    }
    int last = 0; /* the playoffs' games are there when their teams are known */
    for (size_t i = 0; i < season->matchups.count; i++) {
        int end = season->matchups.at[i].week + season->matchups.at[i].weeks - 1;
        last = end > last ? end : last;
    }
    return through < last ? through : last;
}

enum error espn_schedule(struct espn *espn, const struct node *core)
{
    struct import_season *season = espn->reading.season;
    struct node schedule = node_at(core, "schedule");
    size_t count = node_count(&schedule, ESPN_MATCHES_MAX);
    espn->match_ids = ARENA_ARRAY(espn->reading.arena, count + 1, int);
    for (size_t i = 0; i < count && core->document->error == OK; i++) {
        struct node match = node_item(&schedule, i);
        read_match(espn, &match);
    }
    TRY(core->document->error);
    number_games(season);
    season->played_through = played_through(season);
    for (size_t i = 0; i < season->team_weeks.count; i++) {
        struct import_team_week *week = &season->team_weeks.at[i];
        week->has_points = week->week <= season->played_through;
    }
    for (size_t i = 0; i < season->matchups.count; i++) {
        struct import_matchup *match = &season->matchups.at[i];
        bool is_played = match->week + match->weeks - 1 <= season->played_through;
        match->home.has_points = match->home.has_points && is_played;
        match->away.has_points = match->away.has_points && is_played;
    }
    return OK;
}

/* ---- box scores ---- */

struct box {
    struct espn *espn;
    int week;
    int *marks; /* by player: seen in this week */
    size_t mark_count;
    size_t lines;
};

static void read_line(struct box *box, const struct node *node, struct import_line line)
{
    struct espn *espn = box->espn;
    line.line = ARENA_NEW(espn->reading.arena, struct stat_line);
    struct node stats = node_at(node, "stats");
    for (struct member m = member_first(&stats, STATS_MAX); m.is_there;
         m = member_next(&stats, m)) {
        int64_t id = 0;
        if (slice_to_int(m.key, &id) != OK || id < 0 || id > 10000) {
            node_fault(m.node, "expected a stat's number as its name");
        } else if (node_is(m.node)) {
            stat_value value = (stat_value)node_scaled(m.node, STAT_ONE, INT32_MAX);
            espn_line_add(line.line, line.position, (int)id, value);
            line.line->has_played = true;
        }
    }
    stat_derive(line.line);
    LIST_ADD(espn->reading.arena, espn->reading.season->lines, line);
    box->lines++;
}

/* Finds the week's real line among projections and sums. */
static void read_stats(struct box *box, const struct node *about, int player)
{
    struct node list = node_at(about, "stats");
    size_t count = node_count(&list, STAT_LINES_MAX);
    bool is_read = false;
    for (size_t i = 0; i < count; i++) {
        struct node node = node_item(&list, i);
        bool is_real = node_int_or(node_at(&node, "statSourceId"), 0, COUNT_MAX, 1) == 0 &&
                       node_int_or(node_at(&node, "statSplitTypeId"), 0, COUNT_MAX, 0) == 1 &&
                       node_int_or(node_at(&node, "scoringPeriodId"), 0, COUNT_MAX, 0) == box->week;
        if (!is_real) {
            continue;
        }
        if (is_read) {
            node_fault(node, "the week's statistics are there twice");
            return;
        }
        is_read = true;
        read_line(box, &node,
                  (struct import_line){
                      .player = player,
                      .week = box->week,
                      .position = box->espn->reading.season->players.at[player].position });
    }
}

static bool is_first(struct box *box, struct node node, int player)
{
    if ((size_t)player >= box->mark_count || box->marks[player] != 0) {
        node_fault(node, "this player is in two places of the week");
        return false;
    }
    box->marks[player] = 1;
    return true;
}

static void read_entry(struct box *box, const struct node *entry, struct import_team_week *week)
{
    struct espn *espn = box->espn;
    struct node id = node_need(node_at(entry, "playerId"));
    int player = espn_player(espn, id);
    if (player == IMPORT_NONE || !is_first(box, id, player)) {
        return;
    }
    struct node pool = node_at(entry, "playerPoolEntry");
    struct node about = node_at(&pool, "player");
    struct node points_node = node_at(&pool, "appliedStatTotal");
    bool is_exact = false;
    int64_t slot = node_int_or(node_at(entry, "lineupSlotId"), 0, 1000, SLOT_ID_BENCH);
    struct import_spot spot = { .player = player, .slot = espn_slot(slot, &is_exact) };
    espn_player_read(espn, player, &about);
    if (node_is(points_node) && box->week <= espn->reading.season->played_through) {
        spot.has_points = true;
        spot.source_points = node_points(points_node);
    }
    read_stats(box, &about, player);
    LIST_ADD(espn->reading.arena, week->spots, spot);
}

static void read_box_side(struct box *box, const struct node *side, struct espn_period period)
{
    struct espn *espn = box->espn;
    struct node roster = node_at(side, "rosterForCurrentScoringPeriod");
    if (!node_is(roster)) {
        return;
    }
    int team = node_team(&espn->reading, node_need(node_at(side, "teamId")));
    if (team == IMPORT_NONE) {
        return;
    }
    struct import_team_week *week = week_added(espn, team, box->week);
    if (week->spots.count > 0) {
        return; /* a team with several opponents has its lineup in each game */
    }
    struct node total = node_at(&roster, "appliedStatTotal");
    struct node adjustment = node_at(side, "adjustment");
    bool is_last = box->week == period.first + period.weeks - 1;
    if (node_is(total)) {
        week->source_points = node_points(total);
    }
    if (is_last && node_is(adjustment)) {
        week->adjustment = node_points(adjustment);
        week->source_points += week->adjustment;
    }
    week->has_points = box->week <= espn->reading.season->played_through;
    struct node entries = node_at(&roster, "entries");
    size_t count = node_count(&entries, TEAM_PLAYERS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct node entry = node_item(&entries, i);
        read_entry(box, &entry, week);
    }
}

static void read_box_match(struct box *box, const struct node *node)
{
    struct espn *espn = box->espn;
    struct import_season *season = espn->reading.season;
    struct node number = node_at(node, "matchupPeriodId");
    struct espn_period period = espn->periods[node_int_or(number, 1, ESPN_WEEKS_MAX, 1)];
    int64_t id = node_int_or(node_at(node, "id"), 0, COUNT_MAX, 0);
    for (size_t i = 0; i < season->matchups.count; i++) {
        if (espn->match_ids[i] == id) {
            put_tier(espn, &season->matchups.at[i], node_at(node, "playoffTierType"));
        }
    }
    if (box->week < period.first || box->week >= period.first + period.weeks) {
        return; /* the other weeks' games are there too, without rosters */
    }
    struct node home = node_at(node, "home");
    struct node away = node_at(node, "away");
    read_box_side(box, &home, period);
    read_box_side(box, &away, period);
}

static enum error read_box(struct box *box, bool *ret_is_there)
{
    struct espn *espn = box->espn;
    struct arena *arena = espn->reading.arena;
    CLEANUP(espn_answer_done) struct espn_answer answer = { 0 };
    TRY(espn_open(
        espn, arena_format(arena, "box_scores/week_%02d", box->week),
        arena_format(arena, "view=mMatchupScore&view=mScoreboard&scoringPeriodId=%d", box->week),
        &answer));
    *ret_is_there = answer.is_there;
    if (!answer.is_there) {
        return OK;
    }
    box->mark_count = espn->reading.season->players.count + TEAMS_MAX * TEAM_PLAYERS_MAX;
    box->marks = ARENA_ARRAY(&answer.document.arena, box->mark_count, int);
    struct node schedule = node_at(&answer.root, "schedule");
    size_t count = node_count(&schedule, ESPN_MATCHES_MAX);
    for (size_t i = 0; i < count; i++) {
        struct node match = node_item(&schedule, i);
        read_box_match(box, &match);
    }
    return answer.document.error;
}

enum error espn_boxes(struct espn *espn)
{
    struct import_season *season = espn->reading.season;
    for (int week = season->start_week; week <= season->played_through; week++) {
        bool is_there = false;
        struct box box = { .espn = espn, .week = week };
        TRY(read_box(&box, &is_there));
        season->has_own_lines = season->has_own_lines || box.lines > 0;
        if (!is_there) {
            note(&espn->reading, arena_format(espn->reading.arena, "week %d", week), S(""), S(""),
                 S("The week's box scores were not found: lineups and points of players are "
                   "missing."));
        }
    }
    return OK;
}

/* ---- brackets ---- */

/* In the last round each game decides between the two places its teams then have. */
static void place(const struct import_season *season, struct import_matchup *match)
{
    bool is_last = match->week + match->weeks - 1 == season->last_week;
    if (!is_last || match->is_bye) {
        return;
    }
    int home = season->teams.at[match->home.team].record.final_rank;
    int away = season->teams.at[match->away.team].record.final_rank;
    int better = home < away ? home : away;
    if (better >= 1 && (home - away == 1 || away - home == 1)) {
        match->place = better;
    }
}

enum error espn_brackets(struct espn *espn)
{
    struct import_season *season = espn->reading.season;
    int seeds[TEAMS_MAX] = { 0 };
    int positions[ESPN_WEEKS_MAX + 1][3] = { 0 };
    for (size_t i = 0; i < season->teams.count; i++) {
        int seed = season->teams.at[i].record.seed;
        seeds[i] = seed > 0 ? seed : 0;
    }
    if (!espn->has_tiers && espn->playoff_teams > 0) {
        brackets_infer(season, seeds, espn->playoff_teams);
    }
    for (size_t i = 0; i < season->matchups.count; i++) {
        struct import_matchup *match = &season->matchups.at[i];
        if (match->round == 0) {
            continue;
        }
        match->position = ++positions[match->round][match->bracket];
        match->home.seed = seeds[match->home.team] > 0 ? seeds[match->home.team] : IMPORT_NONE;
        int away = match->is_bye ? 0 : seeds[match->away.team];
        match->away.seed = away > 0 ? away : IMPORT_NONE;
        place(season, match);
    }
    brackets_link(season);
    return OK;
}
