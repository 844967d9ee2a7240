/* The order of a draft, its board of picks, and its start. */
#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "league/draft_internal.h"

/* ---- the order ---- */

static enum error check_order(struct change *change, const struct rows *teams, const int64_t *order)
{
    for (size_t i = 0; i < teams->count; i++) {
        size_t times = 0;
        for (size_t j = 0; j < teams->count; j++) {
            times += order[j] == rows_int(teams, i, "id");
        }
        if (times != 1) {
            fault_add(change->faults, S("/teamOrder"),
                      "must name each of the %zu teams once: %.*s is there %zu times", teams->count,
                      FMT(rows_text(teams, i, "name")), times);
            return refuse(change->faults, E_INVALID, "The draft cannot be held like this.");
        }
    }
    return OK;
}

/* Fisher and Yates. */
static int64_t *drawn_order(struct change *change, const struct draft *draft,
                            const struct rows *teams)
{
    int64_t *order = ARENA_ARRAY(change->arena, teams->count, int64_t);
    for (size_t i = 0; i < teams->count; i++) {
        order[i] = rows_int(teams, i, "id");
    }
    struct rng rng = draft_rng(draft, S("draft order"));
    for (size_t i = teams->count; i > 1; i--) {
        size_t other = (size_t)rng_below(&rng, i);
        int64_t team = order[i - 1];
        order[i - 1] = order[other];
        order[other] = team;
    }
    return order;
}

static bool has_manager(const struct rows *teams, int64_t team_id)
{
    for (size_t i = 0; i < teams->count; i++) {
        if (rows_int(teams, i, "id") == team_id) {
            return rows_bool(teams, i, "has_manager");
        }
    }
    return false;
}

/* [{slot, team_id, is_autopick}]: teams without manager pick by themselves. */
static struct slice order_rows(struct arena *arena, const struct rows *teams, const int64_t *order)
{
    struct json json;
    json_init(&json, arena);
    json_open_array(&json);
    for (size_t i = 0; i < teams->count; i++) {
        json_open_object(&json);
        json_member_int(&json, S("slot"), (int64_t)i + 1);
        json_member_int(&json, S("team_id"), order[i]);
        json_member_bool(&json, S("is_autopick"), !has_manager(teams, order[i]));
        json_close_object(&json);
    }
    json_close_array(&json);
    return json_done(&json);
}

static struct slice ordered_payload(struct arena *arena, const struct draft *draft,
                                    const int64_t *order, bool is_drawn)
{
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    json_member_int(&json, S("draftId"), draft->id);
    json_member_text(&json, S("method"), is_drawn ? S("random") : S("manual"));
    if (is_drawn) {
        json_member_text(&json, S("seed"), draft_bytea(arena, draft->seed, SEED_BYTES));
    }
    json_key(&json, S("order"));
    json_open_array(&json);
    for (size_t i = 0; i < draft->shape.team_count; i++) {
        json_int(&json, order[i]);
    }
    json_close_array(&json);
    json_close_object(&json);
    return json_done(&json);
}

enum error draft_order(struct change *change, struct draft *draft, const int64_t *team_order)
{
    struct rows teams;
    TRY(tx_query(&change->tx, SQL_LEAGUE_TEAM_LIST, PARAMS(P_INT(change->league.id)), &teams));
    bool is_drawn = team_order == NULL;
    const int64_t *order = is_drawn ? drawn_order(change, draft, &teams) : team_order;
    if (!is_drawn) {
        TRY(check_order(change, &teams, order));
    }
    tx_send(&change->tx, SQL_DRAFT_ORDER_DROP, PARAMS(P_INT(change->league.id), P_INT(draft->id)));
    tx_send(&change->tx, SQL_DRAFT_ORDER_ADD,
            PARAMS(P_INT(change->league.id), P_INT(draft->id),
                   P_TEXT(order_rows(change->arena, &teams, order))));
    draft->shape.team_count = (uint8_t)teams.count;
    change_event(change, &(struct event){
                             .kind = S("draft.ordered"),
                             .payload = ordered_payload(change->arena, draft, order, is_drawn) });
    return OK;
}

/* ---- the start ---- */

static enum error require_teams(struct change *change)
{
    struct rows rows;
    TRY(tx_query(&change->tx, SQL_LEAGUE_ROOM, PARAMS(P_INT(change->league.id), P_NULL), &rows));
    int64_t teams = rows_int(&rows, 0, "teams");
    if (teams != change->league.team_count) {
        return refuse(change->faults, E_LEAGUE_STATE,
                      "%.*s has %" PRId64 " of %d teams. Invite the others, fill the league with "
                      "teams without managers, or set it to fewer teams.",
                      FMT(change->league.name), teams, change->league.team_count);
    }
    return OK;
}

/* Every pick of the draft, to come: [{overall, round, round_pick, slot}]. */
static struct slice board(struct arena *arena, const struct draft_shape *shape)
{
    struct json json;
    json_init(&json, arena);
    json_open_array(&json);
    for (uint32_t pick = 1; pick <= draft_pick_count(shape); pick++) {
        json_open_object(&json);
        json_member_int(&json, S("overall"), pick);
        json_member_int(&json, S("round"), draft_round(shape, pick));
        json_member_int(&json, S("round_pick"), (pick - 1) % shape->team_count + 1);
        json_member_int(&json, S("slot"), draft_slot(shape, pick));
        json_close_object(&json);
    }
    json_close_array(&json);
    return json_done(&json);
}

enum error draft_start(struct change *change, struct draft *draft)
{
    TRY(draft_require(change, draft, 1u << DRAFT_STATE_SCHEDULED));
    TRY(change_require_state(change, 1u << LEAGUE_SETUP));
    TRY(require_teams(change));
    if (draft->shape.team_count != change->league.team_count) {
        if (draft->is_manual) {
            return refuse(change->faults, E_DRAFT_STATE,
                          "The order was made when the league had %d teams; make it again.",
                          draft->shape.team_count);
        }
        TRY(draft_order(change, draft, NULL));
    }
    tx_send(&change->tx, SQL_DRAFT_PICKS_ADD,
            PARAMS(P_INT(change->league.id), P_INT(draft->id),
                   P_TEXT(board(change->arena, &draft->shape))));
    tx_send(&change->tx, SQL_DRAFT_RANK_BY_LAST_SEASON, PARAMS(P_INT(change->league.id)));
    tx_send(&change->tx, SQL_LEAGUE_SET_STATE,
            PARAMS(P_INT(change->league.id), P_TEXT(S("drafting"))));
    tx_send(&change->tx, SQL_DRAFT_START,
            PARAMS(P_INT(change->league.id), P_INT(draft->id), P_TIME(change->now),
                   P_INT(DRAFT_AUTO_PAUSE_S)));
    TRY(draft_load(change, draft->id, draft));
    struct json json;
    json_init(&json, change->arena);
    json_open_object(&json);
    json_member_int(&json, S("draftId"), draft->id);
    json_member_int(&json, S("teams"), draft->shape.team_count);
    json_member_int(&json, S("rounds"), draft->shape.round_count);
    json_close_object(&json);
    change_event(change,
                 &(struct event){ .kind = S("draft.started"), .payload = json_done(&json) });
    return OK;
}
