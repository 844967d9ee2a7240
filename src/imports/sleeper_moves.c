/* Sleeper's transactions: adds, drops, claims with their bids, trades, the commissioner's hand. */
#include "base/check.h"
#include "imports/sleeper.h"

static const struct {
    struct slice word;
    enum import_move_kind kind;
} kinds[] = { { S_INIT("free_agent"), MOVE_FREE_AGENT },
              { S_INIT("waiver"), MOVE_WAIVER },
              { S_INIT("trade"), MOVE_TRADE },
              { S_INIT("commissioner"), MOVE_COMMISSIONER } };

static enum import_move_kind kind_of(struct sleeper *sleeper, struct node type)
{
    struct slice word = node_text(type, ID_MAX_BYTES);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (slice_eq(kinds[i].word, word)) {
            return kinds[i].kind;
        }
    }
    note(&sleeper->reading, S("transaction.type"), word, S("commissioner"),
         S("AstralField does not know this kind of transaction."));
    return MOVE_COMMISSIONER;
}

static enum import_move_state state_of(struct node status)
{
    struct slice word = node_text(status, ID_MAX_BYTES);
    if (slice_eq(word, S("complete"))) {
        return MOVE_DONE;
    }
    if (slice_eq(word, S("failed"))) {
        return MOVE_FAILED;
    }
    bool is_open = slice_eq(word, S("pending")) || slice_eq(word, S("proposed"));
    return is_open ? MOVE_PENDING : MOVE_CANCELLED;
}

static void add_item(struct sleeper *sleeper, struct import_move *move, struct import_item item)
{
    LIST_ADD(sleeper->reading.arena, move->items, item);
}

/* {"player": roster}: who comes or goes, and to or from whom. */
static void read_players(struct sleeper *sleeper, struct import_move *move, struct node list,
                         enum import_item_kind kind)
{
    for (struct member m = member_first(&list, ITEMS_MAX); m.is_there; m = member_next(&list, m)) {
        if (!is_id(m.key)) {
            node_fault(m.node, "expected the id of a player as its name");
            continue;
        }
        struct import_item item = { .kind = kind,
                                    .team = node_team(&sleeper->reading, node_need(m.node)) };
        if (item.team != IMPORT_NONE) {
            item.player = player_index(&sleeper->reading, m.key);
            add_item(sleeper, move, item);
        }
    }
}

static void read_pick(struct sleeper *sleeper, struct import_move *move, const struct node *node)
{
    struct import_item item = {
        .kind = ITEM_PICK_IN,
        .player = IMPORT_NONE,
        .team = node_team(&sleeper->reading, node_at(node, "owner_id")),
        .pick_season = (int)node_int(node_at(node, "season"), 2009, 2200),
        .pick_round = (int)node_int(node_at(node, "round"), 1, DRAFT_ROUNDS_MAX),
        .pick_original = node_team(&sleeper->reading, node_at(node, "roster_id")),
    };
    int from = node_team(&sleeper->reading, node_at(node, "previous_owner_id"));
    if (item.team != IMPORT_NONE && from != IMPORT_NONE && item.pick_original != IMPORT_NONE) {
        add_item(sleeper, move, item);
        item.kind = ITEM_PICK_OUT;
        item.team = from;
        add_item(sleeper, move, item);
    }
}

static void read_budget(struct sleeper *sleeper, struct import_move *move, const struct node *node)
{
    int64_t amount = node_int(node_at(node, "amount"), 0, COUNT_MAX);
    int from = node_team(&sleeper->reading, node_at(node, "sender"));
    int to = node_team(&sleeper->reading, node_at(node, "receiver"));
    if (from != IMPORT_NONE && to != IMPORT_NONE) {
        struct import_item item = { .kind = ITEM_FAAB, .player = IMPORT_NONE };
        item.team = from;
        item.amount = -amount;
        add_item(sleeper, move, item);
        item.team = to;
        item.amount = amount;
        add_item(sleeper, move, item);
    }
}

static void read_items(struct sleeper *sleeper, struct import_move *move, const struct node *node)
{
    read_players(sleeper, move, node_at(node, "adds"), ITEM_PLAYER_IN);
    read_players(sleeper, move, node_at(node, "drops"), ITEM_PLAYER_OUT);
    struct node picks = node_at(node, "draft_picks");
    size_t count = node_count(&picks, ITEMS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct node pick = node_item(&picks, i);
        read_pick(sleeper, move, &pick);
    }
    struct node budget = node_at(node, "waiver_budget");
    count = node_count(&budget, ITEMS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct node share = node_item(&budget, i);
        read_budget(sleeper, move, &share);
    }
}

static void read_move(struct sleeper *sleeper, const struct node *node, int week,
                      struct index *seen)
{
    struct node settings = node_at(node, "settings");
    struct node metadata = node_at(node, "metadata");
    struct import_move move = {
        .source_id = node_id(node_need(node_at(node, "transaction_id"))),
        .kind = kind_of(sleeper, node_at(node, "type")),
        .state = state_of(node_at(node, "status")),
        .week = (int)node_int_or(node_at(node, "leg"), 0, WEEKS_MAX, week),
        .created_at = node_time(node_at(node, "created")),
        .at = node_time(node_at(node, "status_updated")),
        .by_manager = node_id_or_none(node_at(node, "creator")),
        .bid = IMPORT_NONE,
        .priority = IMPORT_NONE,
        .note = node_text_or(node_at(&metadata, "notes"), NOTE_MAX_BYTES, S("")),
    };
    if (index_find(seen, move.source_id) != NULL) {
        node_fault(*node, "transaction %.*s is there twice", FMT(move.source_id));
        return;
    }
    index_add(seen, move.source_id, seen);
    move.at = move.at == 0 ? move.created_at : move.at;
    if (move.kind == MOVE_WAIVER) {
        move.bid = node_int_or(node_at(&settings, "waiver_bid"), 0, COUNT_MAX, IMPORT_NONE);
        move.priority = (int)node_int_or(node_at(&settings, "seq"), 0, MOVES_MAX, IMPORT_NONE);
    }
    if (move.state != MOVE_FAILED) {
        move.note = S(""); /* of what went well it says no more than that */
    }
    read_items(sleeper, &move, node);
    LIST_ADD(sleeper->reading.arena, sleeper->reading.season->moves, move);
}

static enum error read_week(struct sleeper *sleeper, int week, struct index *seen,
                            bool *ret_is_there)
{
    CLEANUP(document_done) struct document document = { 0 };
    TRY(source_open_if(
        sleeper->reading.source, sleeper->reading.arena,
        sleeper_wanted(sleeper, "league/%.*s/transactions/%d", FMT(sleeper->league_id), week),
        &document, ret_is_there));
    if (!*ret_is_there) {
        return OK;
    }
    struct node moves = document_root(&document);
    size_t count = node_count(&moves, MOVES_MAX);
    for (size_t i = 0; i < count; i++) {
        struct node move = node_item(&moves, i);
        read_move(sleeper, &move, week, seen);
    }
    return document.error;
}

enum error sleeper_moves(struct sleeper *sleeper)
{
    struct index seen = { .arena = sleeper->reading.arena };
    struct import_season *season = sleeper->reading.season;
    int first_missing = 0;
    int last_missing = 0;
    for (int week = 0; week <= SLEEPER_WEEKS; week++) {
        bool is_there = false;
        TRY(read_week(sleeper, week, &seen, &is_there));
        if (!is_there && week >= 1 && week <= season->played_through) {
            first_missing = first_missing == 0 ? week : first_missing;
            last_missing = week;
        }
    }
    if (first_missing > 0) {
        note(&sleeper->reading,
             arena_format(sleeper->reading.arena, "transactions, weeks %d to %d", first_missing,
                          last_missing),
             S(""), S(""), S("Transactions of these weeks were not found."));
    }
    moves_sort(season);
    return OK;
}
