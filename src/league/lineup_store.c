#include "league/lineup_store.h"

#include <inttypes.h>

void lineup_writing_init(struct lineup_writing *writing, struct change *change,
                         const struct week *week, const struct week_teams *teams)
{
    *writing = (struct lineup_writing){ .change = change, .week = week, .teams = teams };
    json_init(&writing->rows, change->arena);
    json_open_array(&writing->rows);
    buffer_init(&writing->team_ids, change->arena);
    buffer_byte(&writing->team_ids, '{');
}

void lineup_current(const struct week_team *team, int64_t ret_ids[SLOTS_MAX])
{
    for (size_t i = 0; i < SLOTS_MAX; i++) {
        ret_ids[i] = 0;
    }
    for (size_t i = 0; i < team->player_count; i++) {
        if (team->players[i].slot != NO_SLOT) {
            ret_ids[team->players[i].slot] = team->players[i].id;
        }
    }
}

static void write_slot(struct json *json, const struct week_teams *teams, size_t slot)
{
    json_member_text(json, S("slot"), slot_info(teams->slots[slot])->key);
    json_member_int(json, S("ordinal"), slot_ordinal(teams, slot));
}

void lineup_write_rows(struct lineup_writing *writing, const struct week_team *team,
                       const int64_t ids[SLOTS_MAX])
{
    buffer_format(&writing->team_ids, "%s%" PRId64, writing->team_ids.len > 1 ? "," : "", team->id);
    for (size_t i = 0; i < writing->teams->slot_count; i++) {
        if (!slot_is_starter(writing->teams->slots[i])) {
            continue;
        }
        struct json *json = &writing->rows;
        json_open_object(json);
        json_member_int(json, S("team_id"), team->id);
        write_slot(json, writing->teams, i);
        if (ids[i] != 0) {
            json_member_int(json, S("player_id"), ids[i]);
        }
        json_close_object(json);
    }
}

/* {"slots": [{slot, ordinal, playerId}], "reserve": [ids]} */
static struct slice payload(const struct lineup_writing *writing, const int64_t ids[SLOTS_MAX])
{
    const struct week_teams *teams = writing->teams;
    struct json json;
    json_init(&json, writing->change->arena);
    json_open_object(&json);
    json_key(&json, S("slots"));
    json_open_array(&json);
    for (size_t i = 0; i < teams->slot_count; i++) {
        if (slot_is_starter(teams->slots[i])) {
            json_open_object(&json);
            write_slot(&json, teams, i);
            json_key(&json, S("playerId"));
            if (ids[i] != 0) {
                json_int(&json, ids[i]);
            } else {
                json_none(&json);
            }
            json_close_object(&json);
        }
    }
    json_close_array(&json);
    json_key(&json, S("reserve"));
    json_open_array(&json);
    for (size_t i = 0; i < teams->slot_count; i++) {
        if (slot_info(teams->slots[i])->kind == SLOT_KIND_RESERVE && ids[i] != 0) {
            json_int(&json, ids[i]);
        }
    }
    json_close_array(&json);
    json_close_object(&json);
    return json_done(&json);
}

static bool holds(const struct week_teams *teams, const int64_t ids[SLOTS_MAX], int64_t player_id,
                  enum slot_kind kind)
{
    for (size_t i = 0; i < teams->slot_count; i++) {
        if (ids[i] == player_id && slot_info(teams->slots[i])->kind == kind) {
            return true;
        }
    }
    return false;
}

/* Moves players to and from reserve and taxi where the new lineup differs from the roster. */
static void write_placements(struct lineup_writing *writing, const struct week_team *team,
                             const int64_t ids[SLOTS_MAX])
{
    struct change *change = writing->change;
    for (size_t i = 0; i < team->player_count; i++) {
        const struct week_player *player = &team->players[i];
        bool is_reserve = holds(writing->teams, ids, player->id, SLOT_KIND_RESERVE);
        bool is_taxi = holds(writing->teams, ids, player->id, SLOT_KIND_TAXI);
        if (is_reserve == player->is_reserve && is_taxi == player->is_taxi) {
            continue;
        }
        struct slice placement = is_reserve ? S("reserve") : is_taxi ? S("taxi") : S("active");
        tx_send(&change->tx, SQL_PLAY_PLACEMENT_SET,
                PARAMS(P_INT(change->league.id), P_INT(team->id), P_TEXT(placement),
                       P_TEXT(arena_format(change->arena, "{%" PRId64 "}", player->id))));
    }
}

bool lineup_write(struct lineup_writing *writing, const struct week_team *team,
                  const int64_t ids[SLOTS_MAX])
{
    struct change *change = writing->change;
    int64_t before[SLOTS_MAX];
    lineup_current(team, before);
    bool is_same = true;
    for (size_t i = 0; i < writing->teams->slot_count; i++) {
        is_same = is_same && before[i] == ids[i];
    }
    if (is_same) {
        return false;
    }
    lineup_write_rows(writing, team, ids);
    write_placements(writing, team, ids);
    change_event(change, &(struct event){ .kind = S("lineup.set"),
                                          .team_id = team->id,
                                          .week = writing->week->week,
                                          .visibility = change->league.lineups_are_hidden
                                                            ? VISIBLE_TO_TEAM
                                                            : VISIBLE_TO_LEAGUE,
                                          .payload = payload(writing, ids) });
    return true;
}

void lineup_writing_send(struct lineup_writing *writing)
{
    struct change *change = writing->change;
    struct param league = P_INT(change->league.id);
    struct param week = P_INT(writing->week->week);
    buffer_byte(&writing->team_ids, '}');
    json_close_array(&writing->rows);
    tx_send(&change->tx, SQL_PLAY_LINEUP_CLEAR,
            PARAMS(league, week, P_TEXT(buffer_slice(&writing->team_ids))));
    tx_send(&change->tx, SQL_PLAY_LINEUP_ADD,
            PARAMS(league, week, P_TEXT(json_done(&writing->rows))));
}
