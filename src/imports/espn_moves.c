/* ESPN's transactions: adds, drops and claims; trades are in espn_trades.c.
 *
 * What the stored files hold: FREEAGENT and ROSTER carried out at once; WAIVER as it was asked for
 * (EXECUTE, PENDING), withdrawn (CANCEL) or worked off (PROCESS: EXECUTED or FAILED_…, with the
 * request's id as relatedTransactionId; most requests themselves are gone by then); FUTURE_ROSTER and
 * ROSTER with LINEUP items, which are lineups and no moves; DRAFT, which the draft tells. */
#include "base/check.h"
#include "imports/espn.h"

static bool is_word(struct slice text, const char *word)
{
    return slice_eq(text, slice_from(word));
}

/* 0 is no team (the pool); others must be there. */
static int team_or_none(struct espn *espn, struct node node)
{
    return node_int_or(node, -1, COUNT_MAX, 0) <= 0 ? IMPORT_NONE : node_team(&espn->reading, node);
}

static void read_items(struct espn *espn, const struct node *node, struct espn_move *move)
{
    struct node items = node_at(node, "items");
    size_t count = node_count(&items, ITEMS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct node item = node_item(&items, i);
        struct espn_move_item kept = { .type = node_text_or(node_at(&item, "type"), ID_MAX_BYTES,
                                                            S("")) };
        bool is_lineup = is_word(kept.type, "LINEUP") || is_word(kept.type, "DRAFT");
        if (is_lineup) {
            continue;
        }
        kept.player = espn_player(espn, node_need(node_at(&item, "playerId")));
        kept.from = team_or_none(espn, node_at(&item, "fromTeamId"));
        kept.to = team_or_none(espn, node_at(&item, "toTeamId"));
        LIST_ADD(espn->reading.arena, move->items, kept);
    }
}

/* Whoever acts as league manager is the commissioner; members do not say it. */
static void mark_commissioner(struct espn *espn, const struct node *node, struct slice member)
{
    int manager = manager_index(&espn->reading, member);
    if (manager != IMPORT_NONE && node_flag_or(node_at(node, "isLeagueManager"), false)) {
        espn->reading.season->managers.at[manager].is_commissioner = true;
    }
}

static void remember(struct espn_log *log, const struct espn_move *move)
{
    size_t *number = ARENA_NEW(log->espn->reading.arena, size_t);
    *number = log->moves.count;
    index_add(&log->ids, move->id, number);
    if (move->related.len > 0 && index_find(&log->answers, move->related) == NULL) {
        index_add(&log->answers, move->related, number);
    }
}

static void read_move(struct espn_log *log, const struct node *node, int week)
{
    struct espn *espn = log->espn;
    struct espn_move move = {
        .id = node_id(node_need(node_at(node, "id"))),
        .related = node_id_or_none(node_at(node, "relatedTransactionId")),
        .member = node_id_or_none(node_at(node, "memberId")),
        .type = node_text(node_at(node, "type"), ID_MAX_BYTES),
        .status = node_text_or(node_at(node, "status"), ID_MAX_BYTES, S("")),
        .execution = node_text_or(node_at(node, "executionType"), ID_MAX_BYTES, S("")),
        .team = team_or_none(espn, node_at(node, "teamId")),
        .week = (int)node_int_or(node_at(node, "scoringPeriodId"), 0, WEEKS_MAX, week),
        .proposed = node_time(node_at(node, "proposedDate")),
        .processed = node_time(node_at(node, "processDate")),
        .bid = node_int_or(node_at(node, "bidAmount"), 0, COUNT_MAX, 0),
    };
    if (index_find(&log->ids, move.id) != NULL) {
        node_fault(*node, "transaction %.*s is there twice", FMT(move.id));
        return;
    }
    remember(log, &move);
    read_items(espn, node, &move);
    mark_commissioner(espn, node, move.member);
    LIST_ADD(espn->reading.arena, log->moves, move);
}

static enum error read_period(struct espn_log *log, int week, bool *ret_is_there)
{
    struct espn *espn = log->espn;
    struct arena *arena = espn->reading.arena;
    CLEANUP(espn_answer_done) struct espn_answer answer = { 0 };
    TRY(espn_open(espn, arena_format(arena, "transactions/period_%02d", week),
                  arena_format(arena, "view=mTransactions2&scoringPeriodId=%d", week), &answer));
    *ret_is_there = answer.is_there;
    if (!answer.is_there) {
        return OK;
    }
    struct node moves = node_at(&answer.root, "transactions");
    size_t count = node_count(&moves, MOVES_MAX);
    for (size_t i = 0; i < count; i++) {
        struct node move = node_item(&moves, i);
        read_move(log, &move, week);
    }
    return answer.document.error;
}

/* ---- adds, drops, claims ---- */

void espn_add_items(struct espn *espn, struct import_move *move, const struct espn_move *from)
{
    for (size_t i = 0; i < from->items.count; i++) {
        const struct espn_move_item *item = &from->items.at[i];
        struct import_item kept = { .player = item->player };
        if (item->player == IMPORT_NONE) {
            continue; /* a pick of a draft; ESPN tells no more of it */
        }
        if (item->from != IMPORT_NONE) {
            kept.kind = ITEM_PLAYER_OUT;
            kept.team = item->from;
            LIST_ADD(espn->reading.arena, move->items, kept);
        }
        if (item->to != IMPORT_NONE) {
            kept.kind = ITEM_PLAYER_IN;
            kept.team = item->to;
            LIST_ADD(espn->reading.arena, move->items, kept);
        }
    }
}

static enum import_move_state state_of(const struct espn_move *move)
{
    if (is_word(move->status, "EXECUTED")) {
        return MOVE_DONE;
    }
    if (is_word(move->status, "PENDING")) {
        return MOVE_PENDING;
    }
    return slice_starts(move->status, S("FAILED")) ? MOVE_FAILED : MOVE_CANCELLED;
}

static const struct espn_move *request_of(const struct espn_log *log, const struct espn_move *move)
{
    const size_t *number = move->related.len > 0 ? index_find(&log->ids, move->related) : NULL;
    return number == NULL ? NULL : &log->moves.at[*number];
}

static void add_move(struct espn_log *log, const struct espn_move *from)
{
    struct espn *espn = log->espn;
    bool is_waiver = is_word(from->type, "WAIVER");
    struct import_move move = {
        .source_id = from->id,
        .kind = is_waiver ? MOVE_WAIVER : MOVE_FREE_AGENT,
        .state = state_of(from),
        .week = from->week,
        .created_at = from->proposed,
        .at = from->processed > 0 ? from->processed : from->proposed,
        .by_manager = from->member,
        .bid = is_waiver && espn->has_budget ? from->bid : IMPORT_NONE,
        .priority = IMPORT_NONE,
        .note = S(""),
    };
    if (move.state == MOVE_FAILED) {
        move.note = from->status;
    }
    const struct espn_move *request = request_of(log, from);
    if (request != NULL) { /* it is the manager's; what works it off is a machine's */
        move.created_at = request->proposed;
        move.by_manager = request->member;
    }
    espn_add_items(espn, &move, from);
    if (move.items.count > 0) {
        LIST_ADD(espn->reading.arena, espn->reading.season->moves, move);
    }
}

static void add_moves(struct espn_log *log)
{
    for (size_t i = 0; i < log->moves.count; i++) {
        const struct espn_move *move = &log->moves.at[i];
        bool is_plain = is_word(move->type, "FREEAGENT") || is_word(move->type, "ROSTER") ||
                        is_word(move->type, "FUTURE_ROSTER");
        bool is_open = is_word(move->status, "PENDING");
        if (is_word(move->type, "WAIVER") &&
            !(is_open && index_find(&log->answers, move->id) != NULL)) {
            add_move(log, move);
        } else if (is_plain) {
            add_move(log, move);
        } else if (!is_word(move->type, "WAIVER") && !is_word(move->type, "DRAFT") &&
                   !slice_starts(move->type, S("TRADE_"))) {
            note(&log->espn->reading, S("transaction.type"), move->type, S(""),
                 S("AstralField does not know this kind of transaction."));
        }
    }
}

enum error espn_moves(struct espn *espn)
{
    struct import_season *season = espn->reading.season;
    struct espn_log log = { .espn = espn,
                            .ids = { .arena = espn->reading.arena },
                            .answers = { .arena = espn->reading.arena } };
    int missing = 0;
    for (int week = 1; week <= season->played_through; week++) {
        bool is_there = false;
        TRY(read_period(&log, week, &is_there));
        missing += !is_there;
    }
    if (missing > 0) {
        note_int(&espn->reading, S("transactions"), missing, S(""),
                 S("Transactions of so many weeks were not found."));
    }
    add_moves(&log);
    espn_trades(&log);
    moves_sort(season);
    return OK;
}
