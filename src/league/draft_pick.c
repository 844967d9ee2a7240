/* Picks, by hand and applied. */
#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "league/draft_internal.h"

/* ---- writing a pick ---- */

static const struct slice maker_keys[] = { S_INIT("manager"), S_INIT("commissioner"),
                                           S_INIT("auto") };
static const struct slice reason_keys[] = { S_INIT("timeout"), S_INIT("absent"), S_INIT("asked") };

static void tell_pick(struct change *change, const struct draft *draft, const struct picked *picked)
{
    struct json json;
    json_init(&json, change->arena);
    json_open_object(&json);
    json_member_int(&json, S("draftId"), draft->id);
    json_member_int(&json, S("number"), draft->current_pick);
    json_member_int(&json, S("round"), draft->round);
    json_member_int(&json, S("playerId"), picked->player_id);
    json_member_text(&json, S("player"), picked->name);
    json_member_text(&json, S("position"), picked->position);
    json_member_text(&json, S("madeBy"), maker_keys[picked->maker]);
    if (picked->maker == PICK_BY_AUTO) {
        json_member_text(&json, S("autoReason"), reason_keys[picked->reason]);
    }
    json_close_object(&json);
    change_event(change, &(struct event){ .kind = S("draft.picked"),
                                          .team_id = picked->team_id,
                                          .payload = json_done(&json) });
}

enum error draft_apply(struct change *change, struct draft *draft, const struct picked *picked)
{
    CHECK(draft->current_pick > 0);
    CHECK(picked->team_id == draft->team_id);
    struct param reason =
        picked->maker == PICK_BY_AUTO ? P_TEXT(reason_keys[picked->reason]) : P_NULL;
    tx_send(&change->tx, SQL_DRAFT_MAKE_PICK,
            PARAMS(P_INT(change->league.id), P_INT(draft->id), P_INT(draft->current_pick),
                   P_INT(picked->player_id), P_TIME(change->now), P_TEXT(maker_keys[picked->maker]),
                   reason));
    tell_pick(change, draft, picked);
    if (draft->current_pick == draft->last_pick) {
        return draft_finish(change, draft);
    }
    struct rows rows;
    TRY(tx_query(&change->tx, SQL_DRAFT_STEP,
                 PARAMS(P_INT(change->league.id), P_INT(draft->id), P_INT(draft->current_pick + 1),
                        P_TIME(change->now), P_INT(DRAFT_AUTO_PAUSE_S)),
                 &rows));
    draft->current_pick++;
    draft->team_id = rows_int(&rows, 0, "team_id");
    draft->is_auto = rows_bool(&rows, 0, "is_autopick");
    draft->round = (int)rows_int(&rows, 0, "round");
    draft->deadline_at = rows_time(&rows, 0, "deadline_at");
    return OK;
}

enum error draft_positions(struct change *change, position_mask *ret_positions)
{
    enum slot slots[SLOTS_MAX];
    size_t count = 0;
    TRY(league_slots(change->arena, &change->tx, change->league.id, slots, &count));
    position_mask positions = 0;
    for (size_t i = 0; i < count; i++) {
        if (slot_info(slots[i])->kind == SLOT_KIND_STARTER) {
            positions |= slot_info(slots[i])->positions;
        }
    }
    *ret_positions = positions;
    return OK;
}

/* ---- by hand ---- */

static enum error check_player(struct change *change, const struct draft *draft, int64_t player_id,
                               struct picked *picked)
{
    struct rows rows;
    position_mask allowed = 0;
    TRY(draft_positions(change, &allowed));
    TRY(tx_query(&change->tx, SQL_DRAFT_PLAYER,
                 PARAMS(P_INT(change->league.id), P_INT(draft->id), P_INT(player_id)), &rows));
    if (rows.count == 0) {
        return refuse(change->faults, E_NOT_FOUND, "There is no player %" PRId64 ".", player_id);
    }
    picked->player_id = player_id;
    picked->name = rows_text(&rows, 0, "full_name");
    picked->position = rows_text(&rows, 0, "position");
    if (!rows_null(&rows, 0, "team_name")) {
        return refuse(change->faults, E_PLAYER_TAKEN, "%.*s is taken: %.*s has him.",
                      FMT(picked->name), FMT(rows_text(&rows, 0, "team_name")));
    }
    position_mask positions = position_bit(position_from(picked->position));
    struct slice extra = rows_text(&rows, 0, "extra_positions");
    while (extra.ptr != NULL && extra.len > 0) {
        positions |= position_bit(position_from(slice_cut(&extra, ',')));
    }
    if ((positions & allowed) == 0) {
        return refuse(change->faults, E_INVALID,
                      "%.*s is a %.*s, and no slot of this league takes one.", FMT(picked->name),
                      FMT(picked->position));
    }
    return OK;
}

static enum error check_turn(struct change *change, const struct draft *draft, int expected_pick,
                             struct picked *picked)
{
    TRY(draft_require(change, draft, 1u << DRAFT_STATE_RUNNING));
    if (expected_pick != 0 && expected_pick != draft->current_pick) {
        return refuse(change->faults, E_NOT_YOUR_TURN, "Pick %d is over; it is pick %d now.",
                      expected_pick, draft->current_pick);
    }
    picked->team_id = draft->team_id;
    picked->maker = PICK_BY_MANAGER;
    if (change->actor.kind == ACTOR_USER && change->team_id == draft->team_id) {
        return OK;
    }
    if (change->actor.kind == ACTOR_USER && !change_is_commissioner(change)) {
        return refuse(change->faults, E_NOT_YOUR_TURN, "Another team is on the clock.");
    }
    picked->maker = PICK_BY_COMMISSIONER;
    return change_require_commissioner(change);
}

static struct slice pick_answer(struct arena *arena, int number, int64_t player_id)
{
    return arena_format(arena, "{\"number\":%d,\"playerId\":%" PRId64 "}", number, player_id);
}

enum error draft_pick_player(struct change *change, int64_t draft_id, int64_t player_id,
                             int expected_pick)
{
    struct draft draft;
    TRY(draft_begin(change, draft_id, &draft));
    if (change->is_repeat) {
        return OK;
    }
    struct picked picked = { .team_id = 0 };
    TRY(check_turn(change, &draft, expected_pick, &picked));
    TRY(check_player(change, &draft, player_id, &picked));
    int number = draft.current_pick;
    TRY(draft_apply(change, &draft, &picked));
    return change_commit(change, pick_answer(change->arena, number, player_id));
}

enum error draft_autopick(struct change *change, int64_t draft_id)
{
    struct draft draft;
    TRY(draft_begin(change, draft_id, &draft));
    if (change->is_repeat) {
        return OK;
    }
    struct picked picked = { .team_id = 0 };
    TRY(check_turn(change, &draft, 0, &picked));
    struct autodraft *autodraft = NULL;
    TRY(autodraft_load(change, &draft, &autodraft));
    int number = draft.current_pick;
    TRY(autodraft_pick(autodraft, change, &draft, AUTO_ASKED));
    return change_commit(change, arena_format(change->arena, "{\"number\":%d}", number));
}

/* ---- what a team prepares ---- */

enum error draft_set_auto(struct change *change, int64_t draft_id, int64_t team_id, bool is_enabled)
{
    struct draft draft;
    TRY(draft_begin(change, draft_id, &draft));
    if (change->is_repeat) {
        return OK;
    }
    TRY(change_require_team(change, team_id));
    TRY(draft_require(
        change, &draft,
        1u << DRAFT_STATE_SCHEDULED | 1u << DRAFT_STATE_RUNNING | 1u << DRAFT_STATE_PAUSED));
    struct rows rows;
    TRY(tx_query(
        &change->tx, SQL_DRAFT_SET_AUTO,
        PARAMS(P_INT(change->league.id), P_INT(draft_id), P_INT(team_id), P_BOOL(is_enabled)),
        &rows));
    if (rows.count == 0) {
        return refuse(change->faults, E_DRAFT_STATE,
                      "The draft's order is not drawn yet; set this when it is.");
    }
    bool is_on_clock = draft.state == DRAFT_STATE_RUNNING && draft.team_id == team_id;
    if (is_enabled && is_on_clock) {
        utime soon = change->now + DRAFT_AUTO_PAUSE_S * US_PER_S;
        utime deadline = soon < draft.deadline_at ? soon : draft.deadline_at;
        tx_send(&change->tx, SQL_DRAFT_SET_CLOCK,
                PARAMS(P_INT(change->league.id), P_INT(draft_id), P_TEXT(S("running")),
                       P_TIME(deadline), P_NULL));
    }
    struct slice payload = arena_format(change->arena, "{\"draftId\":%" PRId64 ",\"enabled\":%s}",
                                        draft_id, is_enabled ? "true" : "false");
    change_event(change, &(struct event){
                             .kind = S("draft.auto_set"), .team_id = team_id, .payload = payload });
    return change_commit(
        change, arena_format(change->arena, "{\"teamId\":%" PRId64 ",\"enabled\":%s}", team_id,
                             is_enabled ? "true" : "false"));
}

static enum error check_queue(struct change *change, const int64_t *player_ids, size_t count,
                              struct slice *ret_list)
{
    if (count > QUEUE_MAX) {
        fault_add(change->faults, S("/playerIds"), "must name at most %d players", QUEUE_MAX);
        return refuse(change->faults, E_INVALID, "The queue is too long.");
    }
    struct json json;
    json_init(&json, change->arena);
    json_open_array(&json);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (player_ids[i] == player_ids[j]) {
                fault_add(change->faults, arena_format(change->arena, "/playerIds/%zu", i),
                          "is there twice");
            }
        }
        json_int(&json, player_ids[i]);
    }
    json_close_array(&json);
    if (change->faults->count > 0) {
        return refuse(change->faults, E_INVALID, "The queue names a player twice.");
    }
    *ret_list = json_done(&json);
    return OK;
}

enum error draft_set_queue(struct change *change, int64_t league_id, int64_t team_id,
                           const int64_t *player_ids, size_t count)
{
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        return OK;
    }
    TRY(change_require_team(change, team_id));
    TRY(change_require_state(change, 1u << LEAGUE_SETUP | 1u << LEAGUE_DRAFTING));
    struct slice list;
    TRY(check_queue(change, player_ids, count, &list));
    tx_send(&change->tx, SQL_DRAFT_QUEUE_DROP, PARAMS(P_INT(league_id), P_INT(team_id)));
    struct rows rows;
    TRY(tx_query(&change->tx, SQL_DRAFT_QUEUE_ADD,
                 PARAMS(P_INT(league_id), P_INT(team_id), P_TEXT(list)), &rows));
    if (rows.affected != (int64_t)count) {
        fault_add(change->faults, S("/playerIds"), "names players who do not exist");
        return refuse(change->faults, E_INVALID, "The queue names players who do not exist.");
    }
    change_event(change, &(struct event){
                             .kind = S("draft.queue_set"),
                             .team_id = team_id,
                             .visibility = VISIBLE_TO_TEAM,
                             .payload = arena_format(change->arena, "{\"count\":%zu}", count) });
    return change_commit(
        change,
        arena_format(change->arena, "{\"teamId\":%" PRId64 ",\"count\":%zu}", team_id, count));
}
