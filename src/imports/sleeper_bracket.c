/* Sleeper's brackets.
 *
 * A bracket names its games (m), rounds (r), sides (t1, t2; t1_from {"w": game} or {"l": game}), who
 * went on (w) and who did not (l), and the place a game decides (p), numbered per bracket (features.md
 * row 97). In a toilet bowl w is the side with fewer points: here, `winner` is who had more, and
 * what came from w comes from the loser. */
#include "base/check.h"
#include "imports/sleeper.h"

enum { GAMES_MAX = 64, ROUNDS_MAX = 8 };

struct bracket_read {
    struct sleeper *sleeper;
    enum import_bracket bracket;
    bool is_toilet;
    int last_round;
    int index_of[GAMES_MAX + 1]; /* matchup index by m */
};

/* First week and weeks of a round. */
static void round_weeks(const struct bracket_read *read, int round, int *ret_week, int *ret_weeks)
{
    const struct import_season *season = read->sleeper->reading.season;
    int64_t type = season->settings.values[SETTING_playoffRoundType];
    bool is_long = type == 2 || (type == 1 && round == read->last_round);
    *ret_weeks = is_long ? 2 : 1;
    *ret_week = season->playoff_start_week + (round - 1) * (type == 2 ? 2 : 1);
}

/* The better place of the whole league that the game decides. */
static int place_of(const struct bracket_read *read, int64_t p)
{
    int teams = (int)read->sleeper->reading.season->teams.count;
    if (p == 0 || read->bracket == IMPORT_WINNERS) {
        return (int)p;
    }
    int place = read->is_toilet ? teams - (int)p : read->sleeper->playoff_teams + (int)p;
    return place >= 1 && place < teams ? place : 0;
}

static void read_from(struct bracket_read *read, struct node from, struct import_side *side)
{
    if (!node_is(from)) {
        return;
    }
    struct node winner = node_at(&from, "w");
    struct node loser = node_at(&from, "l");
    bool is_winner = node_is(winner);
    int64_t game = node_int_or(is_winner ? winner : loser, 1, GAMES_MAX, 0);
    side->from_match = read->index_of[game];
    side->from_loser = is_winner == read->is_toilet;
}

static struct import_side read_side(struct bracket_read *read, const struct node *game,
                                    const char *key, const char *from_key)
{
    struct import_side side = { .team = IMPORT_NONE,
                                .from_match = IMPORT_NONE,
                                .seed = IMPORT_NONE };
    struct node team = node_at(game, key);
    /* Old brackets name a side that is not known yet by an object. */
    if (node_is(team)) {
        side.team = node_team(&read->sleeper->reading, team);
    }
    read_from(read, node_at(game, from_key), &side);
    return side;
}

static void add_points(const struct import_season *season, struct import_matchup *match,
                       struct import_side *side)
{
    for (int week = match->week; week < match->week + match->weeks; week++) {
        const struct import_team_week *played = team_week_of(season, side->team, week);
        if (side->team != IMPORT_NONE && played != NULL && played->has_points &&
            week <= season->played_through) {
            side->has_points = true;
            side->source_points += played->source_points;
        }
    }
}

/* 0 home, 1 away: who had more, from who went on. */
static int winner_of(struct bracket_read *read, const struct node *game,
                     const struct import_matchup *match)
{
    struct node w = node_at(game, "w");
    if (!node_is(w)) {
        return IMPORT_NONE;
    }
    int team = node_team(&read->sleeper->reading, w);
    bool is_home = team == match->home.team;
    if (team == IMPORT_NONE || (!is_home && team != match->away.team)) {
        node_fault(w, "this roster does not play in the game");
        return IMPORT_NONE;
    }
    return is_home != read->is_toilet ? 0 : 1;
}

static void rank(struct bracket_read *read, const struct import_matchup *match)
{
    if (match->place == 0 || match->winner == IMPORT_NONE) {
        return;
    }
    /* Whoever had more is the better of the two, in a toilet bowl too. */
    struct import_season *season = read->sleeper->reading.season;
    int better = match->winner == 0 ? match->home.team : match->away.team;
    int worse = match->winner == 0 ? match->away.team : match->home.team;
    if (better != IMPORT_NONE && worse != IMPORT_NONE) {
        season->teams.at[better].record.final_rank = match->place;
        season->teams.at[worse].record.final_rank = match->place + 1;
    }
}

static void read_game(struct bracket_read *read, const struct node *game, int position)
{
    struct import_season *season = read->sleeper->reading.season;
    int64_t number = node_int(node_at(game, "m"), 1, GAMES_MAX);
    int round = (int)node_int(node_at(game, "r"), 1, ROUNDS_MAX);
    struct import_matchup match = { .game = 1,
                                    .bracket = read->bracket,
                                    .round = round,
                                    .position = position,
                                    .winner = IMPORT_NONE };
    round_weeks(read, round, &match.week, &match.weeks);
    if (read->index_of[number] != IMPORT_NONE) {
        node_fault(*game, "game %d is there twice", (int)number);
        return;
    }
    match.home = read_side(read, game, "t1", "t1_from");
    match.away = read_side(read, game, "t2", "t2_from");
    if (match.home.team != IMPORT_NONE && match.home.team == match.away.team) {
        node_fault(*game, "both sides are the same roster");
        return;
    }
    match.place = place_of(read, node_int_or(node_at(game, "p"), 0, TEAMS_MAX, 0));
    add_points(season, &match, &match.home);
    add_points(season, &match, &match.away);
    match.winner = winner_of(read, game, &match);
    rank(read, &match);
    read->index_of[number] = (int)season->matchups.count;
    LIST_ADD(read->sleeper->reading.arena, season->matchups, match);
}

static enum error read_bracket(struct bracket_read *read, const char *name, bool *ret_is_there)
{
    struct sleeper *sleeper = read->sleeper;
    for (size_t i = 0; i <= GAMES_MAX; i++) {
        read->index_of[i] = IMPORT_NONE;
    }
    CLEANUP(document_done) struct document document = { 0 };
    TRY(source_open_if(
        sleeper->reading.source, sleeper->reading.arena,
        sleeper_wanted(sleeper, "league/%.*s/%s_bracket", FMT(sleeper->league_id), name), &document,
        ret_is_there));
    if (!*ret_is_there) {
        return OK;
    }
    struct node games = document_root(&document);
    size_t count = node_count(&games, GAMES_MAX);
    for (size_t i = 0; i < count; i++) {
        struct node game = node_item(&games, i);
        int round = (int)node_int(node_at(&game, "r"), 1, ROUNDS_MAX);
        read->last_round = round > read->last_round ? round : read->last_round;
    }
    /* A game comes after those its sides come from, whatever the order of the list. */
    for (int round = 1; round <= read->last_round && document.error == OK; round++) {
        int position = 1;
        for (size_t i = 0; i < count; i++) {
            struct node game = node_item(&games, i);
            if (node_int(node_at(&game, "r"), 1, ROUNDS_MAX) == round) {
                read_game(read, &game, position++);
            }
        }
    }
    *ret_is_there = count > 0;
    return document.error;
}

/* ---- without a bracket ---- */

static bool is_above(const struct import_record *a, const struct import_record *b)
{
    int left = 2 * a->wins + a->ties;
    int right = 2 * b->wins + b->ties;
    return left != right ? left > right : a->points_for > b->points_for;
}

/* Round and, in it, week (0 or 1) of a week of the playoffs. */
static int round_at(const struct import_season *season, int week, int *ret_in_round)
{
    int64_t type = season->settings.values[SETTING_playoffRoundType];
    int at = week - season->playoff_start_week;
    bool is_final = type == 1 && week == season->last_week;
    *ret_in_round = type == 2 ? at % 2 : is_final ? 1 : 0;
    return type == 2 ? at / 2 + 1 : is_final ? at : at + 1;
}

static bool is_same_pair(const struct import_matchup *a, const struct import_matchup *b)
{
    return (a->home.team == b->home.team && a->away.team == b->away.team) ||
           (a->home.team == b->away.team && a->away.team == b->home.team);
}

static void join_weeks(struct import_matchup *first, const struct import_matchup *second)
{
    bool is_straight = first->home.team == second->home.team;
    const struct import_side *home = is_straight ? &second->home : &second->away;
    const struct import_side *away = is_straight ? &second->away : &second->home;
    first->weeks = 2;
    first->home.source_points += home->source_points;
    first->away.source_points += away->source_points;
    points left = first->home.source_points;
    points right = first->away.source_points;
    bool is_played = second->winner != IMPORT_NONE;
    first->winner = !is_played ? IMPORT_NONE : left > right ? 0 : left < right ? 1 : 2;
}

/* Adds a playoff game, to the game of the week before where their round takes two weeks. */
static void add_pair(struct sleeper *sleeper, struct import_matchup match)
{
    struct import_season *season = sleeper->reading.season;
    int in_round = 0;
    match.round = round_at(season, match.week, &in_round);
    for (size_t i = 0; in_round == 1 && i < season->matchups.count; i++) {
        struct import_matchup *first = &season->matchups.at[i];
        if (first->week == match.week - 1 && is_same_pair(first, &match)) {
            join_weeks(first, &match);
            return;
        }
    }
    LIST_ADD(sleeper->reading.arena, season->matchups, match);
}

/* Seeds by the record Sleeper states: wins, then points. */
static void infer(struct sleeper *sleeper)
{
    struct import_season *season = sleeper->reading.season;
    int seeds[TEAMS_MAX] = { 0 };
    for (size_t i = 0; i < season->teams.count; i++) {
        seeds[i] = 1;
        for (size_t k = 0; k < season->teams.count; k++) {
            const struct import_record *other = &season->teams.at[k].record;
            seeds[i] += k != i && is_above(other, &season->teams.at[i].record);
        }
    }
    brackets_infer(season, seeds, sleeper->playoff_teams);
    note(&sleeper->reading, S("brackets"), S(""), S("games of the playoff weeks"),
         S("The brackets were not found: games between teams that reached the playoffs are taken "
           "for the playoffs, and only the places of these are known."));
}

enum error sleeper_brackets(struct sleeper *sleeper)
{
    struct import_season *season = sleeper->reading.season;
    if (sleeper->playoff_teams == 0) {
        return OK;
    }
    /* The weekly matchups gave the playoffs' games too: they come last. */
    size_t regular = 0;
    while (regular < season->matchups.count &&
           season->matchups.at[regular].week < season->playoff_start_week) {
        regular++;
    }
    size_t pairs = season->matchups.count - regular;
    struct import_matchup *kept =
        ARENA_ARRAY(sleeper->reading.arena, pairs + 1, struct import_matchup);
    if (pairs > 0) {
        memcpy(kept, &season->matchups.at[regular], pairs * sizeof(*kept));
    }
    season->matchups.count = regular;
    bool has_winners = false;
    bool has_losers = false;
    struct bracket_read winners = { .sleeper = sleeper, .bracket = IMPORT_WINNERS };
    TRY(read_bracket(&winners, "winners", &has_winners));
    struct bracket_read losers = { .sleeper = sleeper,
                                   .bracket = IMPORT_CONSOLATION,
                                   .is_toilet = sleeper->is_toilet_bowl };
    if (has_winners || pairs == 0) {
        return read_bracket(&losers, "losers", &has_losers);
    }
    for (size_t i = 0; i < pairs; i++) {
        if (kept[i].week <= season->last_week) {
            add_pair(sleeper, kept[i]);
        }
    }
    infer(sleeper);
    return OK;
}
