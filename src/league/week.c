#include "league/week.h"

#include "base/check.h"
#include "league/settings.h"
#include "rules/lineup.h"

static const struct slice state_keys[] = { S_INIT("upcoming"), S_INIT("open"),
                                           S_INIT("provisional"), S_INIT("final") };

static enum week_state state_of(struct slice key)
{
    size_t i = 0;
    while (i < ARRAY_LEN(state_keys) && !slice_eq(key, state_keys[i])) {
        i++;
    }
    CHECK(i < ARRAY_LEN(state_keys));
    return (enum week_state)i;
}

enum error week_load(struct change *change, int week, struct week *ret_week)
{
    struct rows rows;
    TRY(tx_query(&change->tx, SQL_PLAY_WEEK,
                 PARAMS(P_INT(change->league.id), week == 0 ? P_NULL : P_INT(week)), &rows));
    if (rows.count == 0) {
        return refuse(change->faults, E_NOT_FOUND, "%.*s does not play a week %d.",
                      FMT(change->league.name), week);
    }
    *ret_week = (struct week){
        .week = (int)rows_int(&rows, 0, "week"),
        .first_week = (int)rows_int(&rows, 0, "first_week"),
        .is_last_of_matchup = rows_bool(&rows, 0, "is_last_of_matchup"),
        .is_playoff = slice_eq(rows_text(&rows, 0, "kind"), S("playoff")),
        .state = state_of(rows_text(&rows, 0, "state")),
        .first_kickoff = rows_time(&rows, 0, "first_kickoff"),
        .last_kickoff = rows_time(&rows, 0, "last_kickoff"),
        .is_over = rows_bool(&rows, 0, "is_over"),
        .games_left = (int)rows_int(&rows, 0, "games_left"),
        .next_week = (int)rows_int(&rows, 0, "next_week"),
        .regular_left = (int)rows_int(&rows, 0, "regular_left"),
    };
    return OK;
}

bool slot_is_starter(enum slot slot)
{
    return slot_info(slot)->kind == SLOT_KIND_STARTER;
}

int slot_ordinal(const struct week_teams *teams, size_t slot)
{
    CHECK(slot < teams->slot_count);
    int ordinal = 0;
    for (size_t i = 0; i <= slot; i++) {
        ordinal += teams->slots[i] == teams->slots[slot];
    }
    return ordinal;
}

/* The place of a stored slot; the bench is no place. */
static int find_slot(const struct week_teams *teams, struct slice key, int ordinal)
{
    enum slot slot = slot_from(key);
    if (slot == SLOT_COUNT || slot == SLOT_BN) {
        return NO_SLOT;
    }
    for (size_t i = 0; i < teams->slot_count; i++) {
        if (teams->slots[i] == slot && slot_ordinal(teams, i) == ordinal) {
            return (int)i;
        }
    }
    return NO_SLOT;
}

static position_mask positions_of(enum position position, struct slice extra)
{
    position_mask mask = position_bit(position);
    while (extra.ptr != NULL && extra.len > 0) {
        mask |= position_bit(position_from(slice_cut(&extra, ' ')));
    }
    return mask;
}

/* What both statements give. */
static struct week_player read_player(const struct week_teams *teams, const struct rows *rows,
                                      size_t row)
{
    enum position position = position_from(rows_text(rows, row, "position"));
    return (struct week_player){
        .id = rows_int(rows, row, "player_id"),
        .name = rows_text(rows, row, "full_name"),
        .position = position,
        .positions = positions_of(position, rows_text(rows, row, "extra_positions")),
        .slot = find_slot(teams, rows_text(rows, row, "slot"), (int)rows_int(rows, row, "ordinal")),
        .points = rows_points(rows, row, "points"),
    };
}

static void read_open(const struct rows *rows, size_t row, struct week_player *player)
{
    enum player_status status = player_status_from(rows_text(rows, row, "status"));
    player->status = status == PLAYER_STATUS_COUNT ? PLAYER_STATUS_ACTIVE : status;
    player->is_reserve = slice_eq(rows_text(rows, row, "placement"), S("reserve"));
    player->is_taxi = slice_eq(rows_text(rows, row, "placement"), S("taxi"));
    player->is_held = rows_bool(rows, row, "is_held");
    player->kickoff = rows_time(rows, row, "kickoff");
    player->is_projected = !rows_null(rows, row, "projected");
    player->projected = rows_points(rows, row, "projected");
    player->drafted = (int)rows_int(rows, row, "drafted");
}

static void read_final(const struct week_teams *teams, const struct rows *rows, size_t row,
                       struct week_player *player)
{
    player->frozen = rows_points(rows, row, "frozen");
    player->is_reserve = slice_eq(rows_text(rows, row, "slot"), S("IR"));
    player->is_taxi = slice_eq(rows_text(rows, row, "slot"), S("TAXI"));
    if (player->slot != NO_SLOT && !slot_is_starter(teams->slots[player->slot])) {
        player->slot = NO_SLOT;
    }
}

static void read_teams(struct arena *arena, const struct rows *rows, bool is_final,
                       struct week_teams *teams)
{
    teams->teams = ARENA_ARRAY(arena, TEAMS_MAX, struct week_team);
    struct week_team *team = NULL;
    for (size_t i = 0; i < rows->count; i++) {
        int64_t id = rows_int(rows, i, "team_id");
        if (team == NULL || team->id != id) {
            CHECK(teams->team_count < TEAMS_MAX);
            team = &teams->teams[teams->team_count++];
            *team =
                (struct week_team){ .id = id,
                                    .ordinal = (int)rows_int(rows, i, "team_ordinal"),
                                    .name = rows_text(rows, i, "team_name"),
                                    .players = ARENA_ARRAY(arena, ROSTER_MAX, struct week_player) };
        }
        if (!is_final) {
            team->tag = rows_text(rows, i, "tag");
            team->is_set_by_hand = rows_bool(rows, i, "is_set_by_hand");
        }
        if (rows_null(rows, i, "player_id") || team->player_count == ROSTER_MAX) {
            continue;
        }
        struct week_player *player = &team->players[team->player_count++];
        *player = read_player(teams, rows, i);
        if (is_final) {
            read_final(teams, rows, i, player);
        } else {
            read_open(rows, i, player);
        }
    }
}

enum error week_load_teams(struct change *change, int week, int64_t team_id,
                           struct week_teams *ret_teams)
{
    struct week_teams teams = { .team_count = 0 };
    struct rows rows;
    TRY(league_slots(change->arena, &change->tx, change->league.id, teams.slots,
                     &teams.slot_count));
    TRY(tx_query(
        &change->tx, SQL_PLAY_WEEK_PLAYERS,
        PARAMS(P_INT(change->league.id), P_INT(week), team_id == 0 ? P_NULL : P_INT(team_id)),
        &rows));
    read_teams(change->arena, &rows, false, &teams);
    *ret_teams = teams;
    return OK;
}

enum error week_load_final(struct change *change, int week, struct week_teams *ret_teams)
{
    struct week_teams teams = { .team_count = 0 };
    struct rows rows;
    TRY(league_slots(change->arena, &change->tx, change->league.id, teams.slots,
                     &teams.slot_count));
    TRY(tx_query(&change->tx, SQL_PLAY_WEEK_FRESH, PARAMS(P_INT(change->league.id), P_INT(week)),
                 &rows));
    read_teams(change->arena, &rows, true, &teams);
    *ret_teams = teams;
    return OK;
}

bool is_locked(const struct change *change, const struct week *week,
               const struct week_player *player)
{
    return lineup_is_locked(change->league.lock, player->kickoff, week->first_kickoff,
                            change->league_now);
}

points team_lineup_points(const struct week_team *team)
{
    int64_t sum = 0;
    for (size_t i = 0; i < team->player_count; i++) {
        const struct week_player *player = &team->players[i];
        sum +=
            player->slot != NO_SLOT && !player->is_reserve && !player->is_taxi ? player->points : 0;
    }
    return (points)sum;
}

points team_optimal_points(const struct week_teams *teams, const struct week_team *team,
                           int16_t ret_player[SLOTS_MAX])
{
    struct lineup_player players[ROSTER_MAX];
    int16_t places[ROSTER_MAX];
    size_t count = 0;
    for (size_t i = 0; i < team->player_count; i++) {
        const struct week_player *player = &team->players[i];
        if (!player->is_reserve && !player->is_taxi) {
            players[count] = (struct lineup_player){ .id = (int64_t)i + 1,
                                                     .positions = player->positions,
                                                     .points = player->points };
            places[count++] = (int16_t)i;
        }
    }
    struct lineup lineup = { .players = players,
                             .player_count = count,
                             .slots = teams->slots,
                             .slot_count = teams->slot_count };
    int64_t best = lineup_best(&lineup, ret_player);
    for (size_t i = 0; i < teams->slot_count; i++) {
        if (ret_player[i] != LINEUP_EMPTY) {
            ret_player[i] = places[ret_player[i]];
        }
    }
    return (points)best;
}
