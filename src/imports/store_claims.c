/* Waiver claims with their bids: who got the player, and who did not, and why. */
#include "base/check.h"
#include "imports/store_work.h"

enum { BID_MAX = 999999999 };

static bool contains(struct slice text, struct slice part)
{
    for (size_t i = 0; i + part.len <= text.len; i++) {
        if (slice_eq_nocase(slice_from_to(text, i, i + part.len), part)) {
            return true;
        }
    }
    return false;
}

/* The platform's sentence as one of our reasons. */
static struct slice reason_of(const struct import_move *move)
{
    if (contains(move->note, S("too many"))) {
        return S("roster_full");
    }
    if (contains(move->note, S("budget")) || contains(move->note, S("not have enough"))) {
        return S("over_budget");
    }
    if (contains(move->note, S("no longer")) ||
        contains(move->note, S("does not have the player"))) {
        return S("drop_gone");
    }
    if (contains(move->note, S("claimed by another"))) {
        return move->bid != IMPORT_NONE ? S("outbid") : S("lower_priority");
    }
    return S("player_taken");
}

static const struct import_item *item_of(const struct import_move *move, enum import_item_kind kind)
{
    for (size_t i = 0; i < move->items.count; i++) {
        if (move->items.at[i].kind == kind) {
            return &move->items.at[i];
        }
    }
    return NULL;
}

static struct slice state_of(const struct import_move *move)
{
    switch (move->state) {
    case MOVE_DONE:
        return S("won");
    case MOVE_FAILED:
        return S("lost");
    case MOVE_CANCELLED:
        return S("cancelled");
    case MOVE_PENDING:
        break;
    }
    return S("");
}

static void put_claim(const struct work *work, struct json *json, const struct import_move *move)
{
    const struct import_item *in = item_of(move, ITEM_PLAYER_IN);
    const struct import_item *out = item_of(move, ITEM_PLAYER_OUT);
    int week = move->week < work->first_week  ? work->first_week
               : move->week > work->last_week ? work->last_week
                                              : move->week;
    utime at = move->at != 0           ? move->at
               : move->created_at != 0 ? move->created_at
                                       : season_begin(work);
    json_open_object(json);
    json_member_int(json, S("team_id"), work->team_ids[in->team]);
    json_member_int(json, S("add_player_id"), work->player_ids[in->player]);
    if (out != NULL && out->player != in->player) {
        json_member_int(json, S("drop_player_id"), work->player_ids[out->player]);
    }
    if (move->bid >= 0 && move->bid <= BID_MAX) {
        json_member_int(json, S("bid"), move->bid);
        if (move->state == MOVE_DONE) {
            json_member_int(json, S("price"), move->bid);
        }
    }
    json_member_int(json, S("rank"), move->priority >= 1 ? move->priority : 1);
    json_member_text(json, S("state"), state_of(move));
    if (move->state == MOVE_FAILED) {
        json_member_text(json, S("reason"), reason_of(move));
    }
    json_member_time(json, S("made_at"), move->created_at != 0 ? move->created_at : at);
    json_member_time(json, S("decided_at"), at);
    json_member_int(json, S("week"), week);
    json_close_object(json);
}

enum error claims_store(struct work *work)
{
    const struct import_season *season = work->season;
    struct json json;
    rows_open(&json, work->arena);
    for (size_t i = 0; i < season->moves.count; i++) {
        const struct import_move *move = &season->moves.at[i];
        if (move->kind == MOVE_WAIVER && state_of(move).len > 0 &&
            item_of(move, ITEM_PLAYER_IN) != NULL) {
            put_claim(work, &json, move);
            work->report->counts.claims++;
        }
    }
    return work_ask(work, SQL_IMPORTS_CLAIMS_STORE,
                    PARAMS(P_INT(work->league_id), P_TEXT(rows_close(&json))), NULL);
}
