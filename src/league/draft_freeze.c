#include "league/draft_freeze.h"

#include "base/check.h"
#include "base/json.h"
#include "league/draft_internal.h"

enum error draft_stopped_at(struct tx *tx, utime stopped_at, utime *ret_at)
{
    struct rows rows;
    TRY(tx_query(tx, SQL_DRAFT_STOPPED_AT, NO_PARAMS, &rows));
    utime stored = rows_time(&rows, 0, "stopped_at");
    bool is_stored_first = stored != 0 && (stopped_at == 0 || stored < stopped_at);
    *ret_at = is_stored_first ? stored : stopped_at;
    return OK;
}

static void tell(struct change *change, const struct draft *draft, struct slice kind,
                 int64_t remaining_ms)
{
    struct json json;
    json_init(&json, change->arena);
    json_open_object(&json);
    json_member_int(&json, S("draftId"), draft->id);
    json_member_int(&json, S("number"), draft->current_pick);
    json_member_int(&json, S("remainingMs"), remaining_ms);
    json_member_bool(&json, S("isFrozen"), true);
    json_close_object(&json);
    change_event(change, &(struct event){ .kind = kind, .payload = json_done(&json) });
}

/* A pick that another node took just after the moment has a whole turn behind it, not more. */
static void freeze(struct change *change, const struct draft *draft, utime at)
{
    int64_t whole_ms = (draft->is_auto ? DRAFT_AUTO_PAUSE_S : draft->seconds_per_pick) * 1000L;
    int64_t left_ms = (draft->deadline_at - at) / US_PER_MS;
    left_ms = left_ms < 0 ? 0 : left_ms > whole_ms ? whole_ms : left_ms;
    tx_send(&change->tx, SQL_DRAFT_FREEZE,
            PARAMS(P_INT(change->league.id), P_INT(draft->id), P_INT(left_ms), P_TIME(at)));
    tell(change, draft, S("draft.paused"), left_ms);
}

static void thaw(struct change *change, const struct draft *draft)
{
    utime deadline = change->now + draft->paused_remaining_ms * US_PER_MS;
    tx_send(&change->tx, SQL_DRAFT_SET_CLOCK,
            PARAMS(P_INT(change->league.id), P_INT(draft->id), P_TEXT(S("running")),
                   P_TIME(deadline), P_NULL));
    tell(change, draft, S("draft.resumed"), draft->paused_remaining_ms);
}

/* Somebody else may have done it since the draft was found: then there is nothing to do. */
static enum error step(struct change *change, int64_t league_id, int64_t draft_id, utime stopped_at)
{
    utime at = 0;
    struct draft draft;
    struct rows rows;
    TRY(change_begin(change, league_id));
    TRY(draft_stopped_at(&change->tx, stopped_at, &at));
    TRY(draft_load(change, draft_id, &draft));
    TRY(tx_query(&change->tx, SQL_DRAFT_FROZEN_AT, PARAMS(P_INT(league_id), P_INT(draft_id)),
                 &rows));
    bool is_frozen = !rows_null(&rows, 0, "frozen_at");
    if (at != 0 && draft.state == DRAFT_STATE_RUNNING && draft.deadline_at != 0) {
        freeze(change, &draft, at);
    } else if (at == 0 && draft.state == DRAFT_STATE_PAUSED && is_frozen) {
        thaw(change, &draft);
    } else {
        return OK;
    }
    return change_commit(change, S(""));
}

enum error draft_freeze_one(utime now, utime stopped_at, bool *ret_changed)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct rows rows;
    *ret_changed = false;
    TRY(db_read(&arena, SQL_DRAFT_TO_FREEZE, PARAMS(P_BOOL(stopped_at != 0)), &rows));
    if (rows.count == 0) {
        return OK;
    }
    struct faults faults = { .arena = &arena };
    CLEANUP(change_done)
    struct change change = {
        .arena = &arena,
        .faults = &faults,
        .now = now,
        .actor = { .kind = ACTOR_SYSTEM },
        .kind = S("draft.freeze"),
    };
    TRY(step(&change, rows_int(&rows, 0, "league_id"), rows_int(&rows, 0, "id"), stopped_at));
    *ret_changed = true;
    return OK;
}
