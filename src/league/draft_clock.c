#include "league/draft_clock.h"

#include <inttypes.h>

#include "base/check.h"
#include "league/draft_freeze.h"
#include "league/draft_internal.h"

enum { TICK_DRAFTS_MAX = 100 };

/* Somebody else may have picked since the list was read: then there is nothing to do. */
static enum error pick_for_absent(struct change *change, int64_t league_id, int64_t draft_id,
                                  bool *ret_picked)
{
    utime stopped_at = 0;
    struct draft draft;
    TRY(change_begin(change, league_id));
    TRY(draft_stopped_at(&change->tx, 0, &stopped_at));
    TRY(draft_load(change, draft_id, &draft));
    *ret_picked = false;
    if (stopped_at != 0 || draft.state != DRAFT_STATE_RUNNING || draft.deadline_at > change->now) {
        return OK;
    }
    struct autodraft *autodraft = NULL;
    TRY(autodraft_load(change, &draft, &autodraft));
    TRY(autodraft_pick(autodraft, change, &draft, draft.is_auto ? AUTO_ABSENT : AUTO_TIMEOUT));
    TRY(change_commit(change, S("")));
    *ret_picked = true;
    return OK;
}

static enum error tick_one(utime now, int64_t league_id, int64_t draft_id, bool *ret_picked)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct faults faults = { .arena = &arena };
    CLEANUP(change_done)
    struct change change = {
        .arena = &arena,
        .faults = &faults,
        .now = now,
        .actor = { .kind = ACTOR_SYSTEM },
        .kind = S("draft.clock"),
    };
    return pick_for_absent(&change, league_id, draft_id, ret_picked);
}

enum error draft_tick(utime now, unsigned *ret_picks, utime *ret_next)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct rows due;
    TRY(db_read(&arena, SQL_DRAFT_DUE, PARAMS(P_TIME(now), P_INT(TICK_DRAFTS_MAX)), &due));
    enum error first = OK;
    *ret_picks = 0;
    for (size_t i = 0; i < due.count; i++) {
        bool is_picked = false;
        enum error error =
            tick_one(now, rows_int(&due, i, "league_id"), rows_int(&due, i, "id"), &is_picked);
        first = first == OK ? error : first;
        *ret_picks += is_picked;
    }
    struct rows next;
    TRY(db_read(&arena, SQL_DRAFT_NEXT_DEADLINE, NO_PARAMS, &next));
    *ret_next = rows_time(&next, 0, "deadline_at");
    return first;
}

enum error draft_run_to_end(struct change *change, int64_t draft_id)
{
    struct draft draft;
    TRY(draft_begin(change, draft_id, &draft));
    if (change->is_repeat) {
        return OK;
    }
    TRY(change_require_commissioner(change));
    if (draft.state == DRAFT_STATE_SCHEDULED) {
        TRY(draft_start(change, &draft));
    }
    TRY(draft_require(change, &draft, 1u << DRAFT_STATE_RUNNING));
    struct autodraft *autodraft = NULL;
    TRY(autodraft_load(change, &draft, &autodraft));
    int picks = 0;
    while (draft.state == DRAFT_STATE_RUNNING) {
        TRY(autodraft_pick(autodraft, change, &draft, AUTO_ABSENT));
        picks++;
    }
    return change_commit(
        change,
        arena_format(change->arena, "{\"draftId\":%" PRId64 ",\"picks\":%d}", draft_id, picks));
}
