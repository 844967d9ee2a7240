#include "import_model.h"

#include "league/settings.h"

enum { LIST_ROOM = 400 };

#define PUSH(arena, list, ...)                                                                     \
    do {                                                                                           \
        if ((list).at == NULL) {                                                                   \
            (list).at = arena_array((arena), LIST_ROOM, sizeof(*(list).at));                       \
            (list).room = LIST_ROOM;                                                               \
        }                                                                                          \
        (list).at[(list).count++] = __VA_ARGS__;                                                   \
    } while (0)

static const utime day = INT64_C(86400) * US_PER_S;

struct making {
    struct arena *arena;
    struct import_season *season;
    utime begin;
    bool is_second;
    int holder[MODEL_PLAYERS];
};

/* Player 0 … 5 are team 0's at the draft, 6 … 11 team 1's, and so on; 20 to 23 are free. */
static void add_players(struct making *making)
{
    static const enum position positions[] = { POSITION_QB, POSITION_RB, POSITION_WR, POSITION_RB,
                                               POSITION_DEF };
    static const char *const clubs[] = { "KC", "BUF", "LAR", "OAK" };
    for (int i = 0; i < MODEL_PLAYERS; i++) {
        enum position position = i < 20 ? positions[i % 5] : POSITION_WR;
        struct import_player player = { .source_id = arena_format(making->arena, "s%d", 100 + i),
                                        .position = position };
        if (i != 21) { /* one of whom the files tell nothing but the id */
            player.name = arena_format(making->arena, "Import Player %d", i);
            player.nfl_team = slice_from(clubs[i / 5 % 4]);
        } else {
            player.position = POSITION_UNKNOWN;
        }
        PUSH(making->arena, making->season->players, player);
        making->holder[i] = i < 20 ? i / 5 : IMPORT_NONE;
    }
}

static void add_people(struct making *making)
{
    struct import_season *season = making->season;
    PUSH(making->arena, season->divisions, S("East"));
    PUSH(making->arena, season->divisions, S("West"));
    for (int i = 0; i < MODEL_TEAMS; i++) {
        PUSH(making->arena, season->managers,
             (struct import_manager){ .source_id = arena_format(making->arena, "u%d", i),
                                      .name = arena_format(making->arena, "Manager %d", i),
                                      .is_commissioner = i == 1 });
        struct import_team team = {
            .source_id = arena_format(making->arena, "%d", i + 1),
            .name = i == 3 ? S("Team 3 ") : arena_format(making->arena, "Team %d", i),
            .division = i % 2,
            .waiver_rank = MODEL_TEAMS - i,
            .faab_left = i == 0 ? 88 : 100,
            .record = { .wins = -1, .losses = -1, .ties = -1, .seed = i + 1 },
        };
        /* In the second season the managers of the first two teams have swapped their rosters. */
        int manager = making->is_second && i < 2 ? 1 - i : i;
        PUSH(making->arena, team.managers, manager);
        PUSH(making->arena, season->teams, team);
    }
}

static void set_rules(struct making *making)
{
    struct settings *settings = &making->season->settings;
    struct rule *rules = ARENA_ARRAY(making->arena, 4, struct rule);
    settings_defaults(settings);
    rules[0] = (struct rule){ .stat = STAT_RECEPTIONS,
                              .weight = 500000,
                              .overridden = position_bit(POSITION_WR) | position_bit(POSITION_TE) };
    rules[0].override_weight[POSITION_WR] = 1000000;
    rules[0].override_weight[POSITION_TE] = 1500000;
    rules[1] = (struct rule){ .stat = STAT_RUSHING_YARDS, .weight = 1000000, .step = 10000 };
    rules[2] = (struct rule){ .stat = STAT_PASSING_YARDS,
                              .weight = 40000,
                              .has_band = true,
                              .from = 30000,
                              .to = BAND_OPEN };
    rules[3] = (struct rule){ .stat = STAT_PASSING_TDS,
                              .kind = RULE_FLAT,
                              .has_band = true,
                              .from = 2000,
                              .to = BAND_OPEN,
                              .weight = 3000000 };
    settings->rules = (struct rule_set){ .rules = rules, .count = 4 };
    settings->has_rules = true;
    settings->slot_count = 0;
    static const struct slot_row slots[] = {
        { SLOT_QB, 1 }, { SLOT_FLEX, 2 }, { SLOT_DEF, 1 }, { SLOT_BN, 3 }, { SLOT_IR, 1 }
    };
    for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
        settings->slots[settings->slot_count++] = slots[i];
    }
    settings->tiebreak = CHAIN_SLEEPER;
    settings->values[SETTING_playoffTeams] = 2;
    settings->values[SETTING_faabBudget] = 100;
}

/* What each player did: his number and the week decide it. Thousandths. */
static void add_lines(struct making *making)
{
    for (int week = 1; week <= 4; week++) {
        for (int i = 0; i < MODEL_PLAYERS; i++) {
            struct stat_line *line = ARENA_NEW(making->arena, struct stat_line);
            line->has_played = true;
            line->values[STAT_RECEPTIONS] = (i % 5 + week) * STAT_ONE;
            line->values[STAT_RUSHING_YARDS] = (7 * i + 3 * week) * STAT_ONE;
            line->values[STAT_PASSING_YARDS] = i % 5 == 0 ? (200 + 10 * i) * STAT_ONE : 0;
            line->values[STAT_PASSING_TDS] = i % 5 == 0 ? 2 * STAT_ONE : 0;
            PUSH(making->arena, making->season->lines,
                 (struct import_line){ .player = i,
                                       .week = week,
                                       .position = making->season->players.at[i].position,
                                       .line = line });
        }
    }
}

static points worth(const struct making *making, int player, int week)
{
    const struct import_season *season = making->season;
    for (size_t i = 0; i < season->lines.count; i++) {
        const struct import_line *line = &season->lines.at[i];
        if (line->player == player && line->week == week) {
            return score_line(season->settings.rules, line->line, line->position);
        }
    }
    return 0;
}

/* ---- the season's story ---- */

static void add_draft(struct making *making)
{
    struct import_draft draft = { .source_id = S("d1"),
                                  .kind = making->is_second ? IMPORT_SNAKE : IMPORT_AUCTION,
                                  .rounds = 5,
                                  .is_complete = true,
                                  .budget = 200,
                                  .min_bid = 1,
                                  .starts_at = making->begin - 5 * day,
                                  .completed_at = making->begin - 4 * day };
    for (int i = 0; i < MODEL_TEAMS; i++) {
        PUSH(making->arena, draft.order, i);
    }
    for (int overall = 1; overall <= 20; overall++) {
        int round = (overall - 1) / 4 + 1;
        int place = (overall - 1) % 4;
        int team = making->is_second && round % 2 == 0 ? 3 - place : place;
        PUSH(making->arena, draft.picks,
             (struct import_draft_pick){ .round = making->is_second ? round : 0,
                                         .round_pick = making->is_second ? place + 1 : 0,
                                         .overall = overall,
                                         .team = team,
                                         .original_team = team,
                                         .player = team * 5 + round - 1,
                                         .price = making->is_second ? IMPORT_NONE : overall,
                                         .nominating_team = making->is_second ? IMPORT_NONE : 0 });
    }
    PUSH(making->arena, making->season->drafts, draft);
}

static struct import_item item(enum import_item_kind kind, int team, int player)
{
    return (struct import_item){ .kind = kind, .team = team, .player = player };
}

static void add_moves(struct making *making)
{
    struct arena *arena = making->arena;
    struct import_season *season = making->season;
    struct import_move waiver = { .source_id = S("t1"),
                                  .kind = MOVE_WAIVER,
                                  .week = 2,
                                  .created_at = making->begin + 12 * day,
                                  .at = making->begin + 13 * day,
                                  .bid = 12,
                                  .by_manager = S("u0") };
    PUSH(arena, waiver.items, item(ITEM_PLAYER_IN, 0, 20));
    PUSH(arena, waiver.items, item(ITEM_PLAYER_OUT, 0, 3));
    PUSH(arena, season->moves, waiver);
    struct import_move lost = { .source_id = S("t2"),
                                .kind = MOVE_WAIVER,
                                .state = MOVE_FAILED,
                                .week = 2,
                                .created_at = making->begin + 12 * day,
                                .at = making->begin + 13 * day,
                                .bid = 7,
                                .note = S("This player was claimed by another owner.") };
    PUSH(arena, lost.items, item(ITEM_PLAYER_IN, 1, 20));
    PUSH(arena, season->moves, lost);
    struct import_move trade = { .source_id = S("t3"),
                                 .kind = MOVE_TRADE,
                                 .week = 3,
                                 .created_at = making->begin + 15 * day,
                                 .at = making->begin + 16 * day,
                                 .bid = IMPORT_NONE };
    PUSH(arena, trade.items, item(ITEM_PLAYER_IN, 2, 6));
    PUSH(arena, trade.items, item(ITEM_PLAYER_OUT, 1, 6));
    struct import_item pick = { .kind = ITEM_PICK_IN,
                                .team = 1,
                                .player = IMPORT_NONE,
                                .pick_season = season->season + 1,
                                .pick_round = 1,
                                .pick_original = 2 };
    PUSH(arena, trade.items, pick);
    pick.kind = ITEM_PICK_OUT;
    pick.team = 2;
    PUSH(arena, trade.items, pick);
    PUSH(arena, season->moves, trade);
    PUSH(arena, season->future_picks,
         (struct import_future_pick){
             .season = season->season + 1, .round = 1, .original_team = 2, .owner_team = 1 });
}

/* Player 19 leaves team 3 before week 3, and no transaction tells it. */
static int holder_in_week(const struct making *making, int player, int week)
{
    if (player == 19 && week >= 3) {
        return IMPORT_NONE;
    }
    if (player == 20 || player == 3) {
        return week >= 3 ? (player == 20 ? 0 : IMPORT_NONE) : making->holder[player];
    }
    return player == 6 && week >= 4 ? 2 : making->holder[player];
}

static void add_team_week(struct making *making, int team, int week)
{
    struct import_team_week told = { .team = team, .week = week, .has_points = true };
    int64_t sum = 0;
    int starters = 0;
    for (int i = 0; i < MODEL_PLAYERS; i++) {
        if (holder_in_week(making, i, week) != team) {
            continue;
        }
        enum position position = making->season->players.at[i].position;
        enum slot slot = position == POSITION_QB    ? SLOT_QB
                         : position == POSITION_DEF ? SLOT_DEF
                         : starters++ < 2           ? SLOT_FLEX
                                                    : SLOT_BN;
        points given = worth(making, i, week);
        sum += slot == SLOT_BN ? 0 : given;
        PUSH(making->arena, told.spots,
             (struct import_spot){
                 .player = i, .slot = slot, .has_points = true, .source_points = given });
    }
    if (team == 3 && week >= 3) {
        PUSH(making->arena, told.spots,
             (struct import_spot){ .player = IMPORT_NONE, .slot = SLOT_DEF });
    }
    if (team == 2 && week == 1) {
        told.has_custom = true;
        told.custom_points = (points)sum + 500;
        sum = told.custom_points;
    }
    told.source_points = (points)sum;
    PUSH(making->arena, making->season->team_weeks, told);
}

static points score_of(const struct making *making, int team, int week)
{
    for (size_t i = 0; i < making->season->team_weeks.count; i++) {
        const struct import_team_week *told = &making->season->team_weeks.at[i];
        if (told->team == team && told->week == week) {
            return told->source_points;
        }
    }
    return 0;
}

static void add_matchup(struct making *making, struct import_matchup matchup)
{
    int64_t home = 0;
    int64_t away = 0;
    for (int week = matchup.week; week < matchup.week + matchup.weeks; week++) {
        home += score_of(making, matchup.home.team, week);
        away += score_of(making, matchup.away.team, week);
    }
    struct import_side *sides[] = { &matchup.home, &matchup.away };
    for (size_t i = 0; i < 2; i++) {
        sides[i]->from_match = IMPORT_NONE;
        sides[i]->seed = matchup.bracket == IMPORT_REGULAR ? IMPORT_NONE : (int)i + 1;
        sides[i]->has_points = true;
    }
    matchup.game = 1;
    matchup.winner = home > away ? 0 : home < away ? 1 : 2;
    PUSH(making->arena, making->season->matchups, matchup);
    for (size_t i = 0; i < 2 && matchup.bracket == IMPORT_REGULAR; i++) {
        struct import_record *record = &making->season->teams.at[sides[i]->team].record;
        points mine = (points)(i == 0 ? home : away);
        points theirs = (points)(i == 0 ? away : home);
        record->has_points = true;
        record->wins = (record->wins < 0 ? 0 : record->wins) + (mine > theirs);
        record->losses = (record->losses < 0 ? 0 : record->losses) + (mine < theirs);
        record->ties = (record->ties < 0 ? 0 : record->ties) + (mine == theirs);
        record->points_for += mine;
        record->points_against += theirs;
    }
}

static void add_matchups(struct making *making)
{
    add_matchup(making, (struct import_matchup){
                            .week = 1, .weeks = 1, .home = { .team = 0 }, .away = { .team = 1 } });
    add_matchup(making, (struct import_matchup){
                            .week = 1, .weeks = 1, .home = { .team = 2 }, .away = { .team = 3 } });
    add_matchup(making, (struct import_matchup){
                            .week = 2, .weeks = 1, .home = { .team = 0 }, .away = { .team = 2 } });
    add_matchup(making, (struct import_matchup){
                            .week = 2, .weeks = 1, .home = { .team = 1 }, .away = { .team = 3 } });
    add_matchup(making, (struct import_matchup){ .week = 3,
                                                 .weeks = 2,
                                                 .bracket = IMPORT_WINNERS,
                                                 .round = 1,
                                                 .position = 1,
                                                 .place = 1,
                                                 .home = { .team = 2 },
                                                 .away = { .team = 3 } });
}

static void set_rosters(struct making *making)
{
    for (int i = 0; i < MODEL_PLAYERS; i++) {
        int holder = holder_in_week(making, i, 4);
        if (holder != IMPORT_NONE) {
            PUSH(making->arena, making->season->teams.at[holder].roster, i);
        }
    }
    PUSH(making->arena, making->season->teams.at[1].reserve, 7);
}

static struct import_season *make_season(struct arena *arena, int year, bool is_second)
{
    struct import_season *season = ARENA_NEW(arena, struct import_season);
    struct making making = { .arena = arena, .season = season, .is_second = is_second };
    making.begin = days_from_civil(year, 9, 6) * day;
    season->platform = PLATFORM_SLEEPER;
    season->season = year;
    season->source_league_id = arena_format(arena, "L%d", year);
    season->previous_source_id = is_second ? arena_format(arena, "L%d", year - 1) : S("");
    season->name = S("The Imported League");
    season->kind = IMPORT_KEEPER;
    season->state = IMPORT_COMPLETE;
    season->start_week = 1;
    season->playoff_start_week = 3;
    season->last_week = 4;
    season->played_through = 4;
    season->has_own_lines = true;
    add_players(&making);
    add_people(&making);
    set_rules(&making);
    add_lines(&making);
    add_draft(&making);
    add_moves(&making);
    for (int week = 1; week <= 4; week++) {
        for (int team = 0; team < MODEL_TEAMS; team++) {
            add_team_week(&making, team, week);
        }
    }
    add_matchups(&making);
    set_rosters(&making);
    return season;
}

void make_model(struct arena *arena, struct import_model *ret_model)
{
    *ret_model = (struct import_model){ .arena = arena, .count = 2 };
    ret_model->seasons[0] = make_season(arena, MODEL_SEASON, false);
    ret_model->seasons[1] = make_season(arena, MODEL_SEASON + 1, true);
}
