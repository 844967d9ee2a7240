#include "league/upkeep.h"

#include "league/lineup.h"

enum { AGENTS_PER_POSITION = 16 };

struct agent {
    int64_t id;
    position_mask positions;
    bool is_taken;
};

struct planning {
    struct change *change;
    struct week week;
    struct week_teams teams;
    struct agent *agents; /* the best first */
    size_t agent_count;
    struct rows averages; /* by player id; read when somebody has to go */
    bool has_averages;
    struct upkeep *upkeep;
    /* Of the team in hand. */
    const struct week_team *team;
    int plan[SLOTS_MAX];
    bool is_gone[ROSTER_MAX];
    size_t held; /* on the active roster */
};

static position_mask positions_of(const struct rows *rows, size_t row)
{
    position_mask mask = position_bit(position_from(rows_text(rows, row, "position")));
    struct slice extra = rows_text(rows, row, "extra_positions");
    while (extra.ptr != NULL && extra.len > 0) {
        mask |= position_bit(position_from(slice_cut(&extra, ' ')));
    }
    return mask;
}

static enum error load_agents(struct planning *planning)
{
    struct change *change = planning->change;
    struct rows rows;
    TRY(tx_query(
        &change->tx, SQL_PLAY_FREE_AGENTS,
        PARAMS(P_INT(change->league.id), P_INT(planning->week.week), P_INT(AGENTS_PER_POSITION)),
        &rows));
    planning->agents = ARENA_ARRAY(change->arena, rows.count, struct agent);
    for (size_t i = 0; i < rows.count; i++) {
        if (rows_points(&rows, i, "projected") > 0) {
            planning->agents[planning->agent_count++] =
                (struct agent){ .id = rows_int(&rows, i, "player_id"),
                                .positions = positions_of(&rows, i) };
        }
    }
    return OK;
}

static bool is_expected(const struct week_player *player)
{
    return player->kickoff != 0 && player->is_projected && player->projected > 0;
}

/* A starting slot that can be filled anew and would hold nobody who plays. */
static bool is_hole(const struct planning *planning, size_t slot)
{
    if (!slot_is_starter(planning->teams.slots[slot])) {
        return false;
    }
    int holder = planning->plan[slot];
    if (holder == NO_SLOT) {
        return true;
    }
    const struct week_player *player = &planning->team->players[holder];
    return !is_expected(player) && !is_locked(planning->change, &planning->week, player);
}

static bool starts(const struct planning *planning, int player)
{
    for (size_t i = 0; i < planning->teams.slot_count; i++) {
        if (planning->plan[i] == player && !is_hole(planning, i)) {
            return true;
        }
    }
    return false;
}

static bool can_go(const struct planning *planning, size_t index)
{
    const struct week_player *player = &planning->team->players[index];
    return !planning->is_gone[index] && !player->is_reserve && !player->is_taxi &&
           !player->is_held && !starts(planning, (int)index) &&
           !is_locked(planning->change, &planning->week, player);
}

/* 0 for a player without games. */
static points average_of(const struct planning *planning, int64_t player_id)
{
    size_t from = 0;
    size_t to = planning->averages.count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int64_t id = rows_int(&planning->averages, middle, "player_id");
        if (id == player_id) {
            return rows_points(&planning->averages, middle, "average");
        }
        from = id < player_id ? middle + 1 : from;
        to = id < player_id ? to : middle;
    }
    return 0;
}

static bool is_worse(const struct planning *planning, const struct week_player *a,
                     const struct week_player *b)
{
    points left = average_of(planning, a->id);
    points right = average_of(planning, b->id);
    return left != right ? left < right : a->drafted > b->drafted;
}

/* The player to drop, or NO_SLOT. */
static int find_worst(const struct planning *planning)
{
    int worst = NO_SLOT;
    for (size_t i = 0; i < planning->team->player_count; i++) {
        if (can_go(planning, i) &&
            (worst == NO_SLOT ||
             is_worse(planning, &planning->team->players[i], &planning->team->players[worst]))) {
            worst = (int)i;
        }
    }
    return worst;
}

static size_t places(const struct week_teams *teams)
{
    size_t count = 0;
    for (size_t i = 0; i < teams->slot_count; i++) {
        enum slot_kind kind = slot_info(teams->slots[i])->kind;
        count += kind == SLOT_KIND_STARTER || kind == SLOT_KIND_BENCH;
    }
    return count;
}

static enum error load_averages(struct planning *planning)
{
    if (planning->has_averages) {
        return OK;
    }
    planning->has_averages = true;
    return tx_query(&planning->change->tx, SQL_PLAY_AVERAGES,
                    PARAMS(P_INT(planning->change->league.id), P_INT(planning->week.week)),
                    &planning->averages);
}

static enum error fill_hole(struct planning *planning, size_t slot)
{
    position_mask wanted = slot_info(planning->teams.slots[slot])->positions;
    struct agent *best = NULL;
    for (size_t i = 0; i < planning->agent_count && best == NULL; i++) {
        struct agent *agent = &planning->agents[i];
        best = !agent->is_taken && (agent->positions & wanted) != 0 ? agent : NULL;
    }
    if (best == NULL || planning->upkeep->count == UPKEEP_MOVES_MAX) {
        return OK;
    }
    int64_t drop_id = 0;
    if (planning->held >= places(&planning->teams)) {
        TRY(load_averages(planning));
        int worst = find_worst(planning);
        if (worst == NO_SLOT) {
            return OK;
        }
        planning->is_gone[worst] = true;
        drop_id = planning->team->players[worst].id;
    } else {
        planning->held++;
    }
    best->is_taken = true;
    planning->upkeep->moves[planning->upkeep->count++] = (struct move){
        .team_id = planning->team->id, .add_player_id = best->id, .drop_player_id = drop_id
    };
    return OK;
}

static enum error plan_team(struct planning *planning, const struct week_team *team)
{
    planning->team = team;
    planning->held = 0;
    for (size_t i = 0; i < team->player_count; i++) {
        planning->is_gone[i] = false;
        planning->held += !team->players[i].is_reserve && !team->players[i].is_taxi;
    }
    lineup_plan(planning->change, &planning->week, &planning->teams, team, planning->plan);
    for (size_t i = 0; i < planning->teams.slot_count; i++) {
        if (is_hole(planning, i)) {
            TRY(fill_hole(planning, i));
        }
    }
    return OK;
}

enum error upkeep_plan(struct change *change, struct upkeep *ret_upkeep)
{
    struct planning *planning = ARENA_NEW(change->arena, struct planning);
    *planning = (struct planning){ .change = change, .upkeep = ret_upkeep };
    ret_upkeep->count = 0;
    TRY(week_load(change, 0, &planning->week));
    TRY(week_project(change, planning->week.week));
    TRY(week_load_teams(change, planning->week.week, 0, &planning->teams));
    TRY(load_agents(planning));
    for (size_t i = 0; i < planning->teams.team_count; i++) {
        if (!planning->teams.teams[i].is_set_by_hand) {
            TRY(plan_team(planning, &planning->teams.teams[i]));
        }
    }
    return OK;
}
