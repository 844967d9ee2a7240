/* ESPN's trades.
 *
 * A trade is a TRADE_PROPOSAL, a TRADE_ACCEPT of the other team, and a TRADE_UPHOLD (or TRADE_VETO) in
 * the name of the team that offered it; all name the proposal. Once the trade is made, ESPN lists
 * what changed hands only where the league manager hurried it (TRADE_ACCEPT, PROCESS): of most trades
 * the proposal is gone. Their players are found in the rosters of the weeks before and after: who
 * went from one of the two teams to the other. */
#include <stdlib.h>

#include "base/check.h"
#include "imports/espn.h"

struct trade {
    struct slice key; /* the proposal's id */
    const struct espn_move *proposal, *accept, *process, *uphold, *veto, *refusal;
    const struct espn_move *items; /* whichever lists what changes hands */
};

struct trading {
    struct espn_log *log;
    struct trade *trades;
    size_t count;
    int *owner;    /* [week][player]: team + 1, 0 for nobody */
    bool *is_told; /* [week][player]: a trade explains the way from the week before */
    size_t players;
};

static bool is_word(struct slice text, const char *word)
{
    return slice_eq(text, slice_from(word));
}

static bool has_trade_items(const struct espn_move *move)
{
    for (size_t i = 0; i < move->items.count; i++) {
        if (is_word(move->items.at[i].type, "TRADE")) {
            return true;
        }
    }
    return false;
}

/* ---- gathering ---- */

static const struct espn_move *last_of(const struct trade *trade)
{
    const struct espn_move *steps[] = { trade->proposal, trade->refusal, trade->accept,
                                        trade->uphold,   trade->process, trade->veto };
    const struct espn_move *last = NULL;
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        bool is_later = steps[i] != NULL && (last == NULL || steps[i]->proposed >= last->proposed);
        last = is_later ? steps[i] : last;
    }
    return last;
}

static struct trade *trade_of(struct trading *trading, const struct index *index, struct slice key)
{
    struct trade *trade = index_find(index, key);
    if (trade == NULL) {
        trade = &trading->trades[trading->count++];
        *trade = (struct trade){ .key = key };
    }
    return trade;
}

static void gather_one(struct trade *trade, const struct espn_move *move)
{
    if (is_word(move->type, "TRADE_PROPOSAL")) {
        const struct espn_move **kept =
            is_word(move->status, "CANCELED") ? &trade->refusal : &trade->proposal;
        *kept = move;
    } else if (is_word(move->type, "TRADE_ACCEPT")) {
        const struct espn_move **kept =
            is_word(move->execution, "PROCESS") ? &trade->process : &trade->accept;
        *kept = move;
    } else if (is_word(move->type, "TRADE_UPHOLD")) {
        trade->uphold = move;
    } else if (is_word(move->type, "TRADE_VETO")) {
        trade->veto = move;
    } else {
        trade->refusal = move;
    }
    if (has_trade_items(move) && (trade->items == NULL || move == trade->process)) {
        trade->items = move;
    }
}

static int by_time(const void *a, const void *b)
{
    const struct espn_move *left = last_of(a);
    const struct espn_move *right = last_of(b);
    if (left->proposed != right->proposed) {
        return left->proposed < right->proposed ? -1 : 1;
    }
    size_t most = left->id.len < right->id.len ? left->id.len : right->id.len;
    return memcmp(left->id.ptr, right->id.ptr, most);
}

static void gather(struct trading *trading, struct arena *scratch)
{
    struct espn_log *log = trading->log;
    struct index index = { .arena = scratch };
    trading->trades = ARENA_ARRAY(scratch, log->moves.count + 1, struct trade);
    for (size_t i = 0; i < log->moves.count; i++) {
        const struct espn_move *move = &log->moves.at[i];
        if (!slice_starts(move->type, S("TRADE_"))) {
            continue;
        }
        struct slice key = move->related.len > 0 ? move->related : move->id;
        size_t before = trading->count;
        struct trade *trade = trade_of(trading, &index, key);
        if (trading->count > before) {
            index_add(&index, key, trade);
        }
        gather_one(trade, move);
    }
    qsort(trading->trades, trading->count, sizeof(*trading->trades), by_time);
}

/* ---- rosters ---- */

static void read_rosters(struct trading *trading, struct arena *scratch)
{
    const struct import_season *season = trading->log->espn->reading.season;
    trading->players = season->players.count;
    size_t cells = (WEEKS_MAX + 2) * (trading->players + 1);
    trading->owner = ARENA_ARRAY(scratch, cells, int);
    trading->is_told = ARENA_ARRAY(scratch, cells, bool);
    for (size_t i = 0; i < season->team_weeks.count; i++) {
        const struct import_team_week *week = &season->team_weeks.at[i];
        for (size_t k = 0; k < week->spots.count; k++) {
            int player = week->spots.at[k].player;
            trading->owner[(size_t)week->week * trading->players + (size_t)player] = week->team + 1;
        }
    }
}

/* Whether the player went from one team to another between week - 1 and week, untold so far. */
static bool went(const struct trading *trading, int week, size_t player, int *ret_from, int *ret_to)
{
    if (week < 2 || week > WEEKS_MAX) {
        return false;
    }
    size_t now = (size_t)week * trading->players + player;
    *ret_from = trading->owner[now - trading->players] - 1;
    *ret_to = trading->owner[now] - 1;
    return *ret_from >= 0 && *ret_to >= 0 && *ret_from != *ret_to && !trading->is_told[now];
}

static void tell(struct trading *trading, const struct espn_move *move)
{
    for (size_t i = 0; i < move->items.count; i++) {
        for (int week = move->week; week <= move->week + 1 && week <= WEEKS_MAX; week++) {
            int from = IMPORT_NONE;
            int to = IMPORT_NONE;
            const struct espn_move_item *item = &move->items.at[i];
            if (item->player != IMPORT_NONE &&
                went(trading, week, (size_t)item->player, &from, &to) && from == item->from &&
                to == item->to) {
                trading->is_told[(size_t)week * trading->players + (size_t)item->player] = true;
            }
        }
    }
}

/* ---- writing ---- */

static bool is_made(const struct trade *trade)
{
    bool is_accepted = trade->accept != NULL || trade->process != NULL;
    return is_accepted && trade->veto == NULL;
}

static struct import_move move_of(const struct trade *trade, enum import_move_state state)
{
    const struct espn_move *last = last_of(trade);
    const struct espn_move *first = trade->proposal != NULL ? trade->proposal
                                    : trade->accept != NULL ? trade->accept
                                                            : last;
    return (struct import_move){
        .source_id = trade->key,
        .kind = MOVE_TRADE,
        .state = state,
        .week = last->week,
        .created_at = first->proposed,
        .at = last->processed > 0 ? last->processed : last->proposed,
        .by_manager = first->member,
        .bid = IMPORT_NONE,
        .priority = IMPORT_NONE,
        .note = S(""),
    };
}

static void add(struct trading *trading, struct import_move move)
{
    struct espn *espn = trading->log->espn;
    if (move.items.count > 0) {
        LIST_ADD(espn->reading.arena, espn->reading.season->moves, move);
    }
}

/* Players of both teams who changed places in that week; marks them as told. */
static void add_swapped(struct trading *trading, struct import_move *move, int week,
                        const int teams[2])
{
    struct arena *arena = trading->log->espn->reading.arena;
    for (size_t player = 0; player < trading->players; player++) {
        int from = IMPORT_NONE;
        int to = IMPORT_NONE;
        bool is_between =
            went(trading, week, player, &from, &to) &&
            ((from == teams[0] && to == teams[1]) || (from == teams[1] && to == teams[0]));
        if (is_between) {
            trading->is_told[(size_t)week * trading->players + player] = true;
            LIST_ADD(arena, move->items,
                     (struct import_item){
                         .kind = ITEM_PLAYER_OUT, .team = from, .player = (int)player });
            LIST_ADD(
                arena, move->items,
                (struct import_item){ .kind = ITEM_PLAYER_IN, .team = to, .player = (int)player });
        }
    }
}

/* The other team of a trade that nobody upheld: the first the accepting team swapped with. */
static int partner_of(const struct trading *trading, int week, int team)
{
    for (size_t player = 0; player < trading->players; player++) {
        int from = IMPORT_NONE;
        int to = IMPORT_NONE;
        if (went(trading, week, player, &from, &to) && (from == team || to == team)) {
            return from == team ? to : from;
        }
    }
    return IMPORT_NONE;
}

static struct slice trade_name(struct trading *trading, int week, const int teams[2])
{
    struct espn *espn = trading->log->espn;
    const struct import_season *season = espn->reading.season;
    struct slice other =
        teams[1] != IMPORT_NONE ? season->teams.at[teams[1]].name : S("a team not named");
    return arena_format(espn->reading.arena, "trade of week %d, %.*s and %.*s", week,
                        FMT(season->teams.at[teams[0]].name), FMT(other));
}

/* A trade that was made and whose players are nowhere listed. */
static void find_players(struct trading *trading, const struct trade *trade)
{
    struct import_move move = move_of(trade, MOVE_DONE);
    int teams[2] = { trade->accept->team,
                     trade->uphold != NULL ? trade->uphold->team : IMPORT_NONE };
    for (int week = move.week; week <= move.week + 1 && move.items.count == 0; week++) {
        if (trade->uphold == NULL) {
            teams[1] = partner_of(trading, week, teams[0]);
        }
        add_swapped(trading, &move, week, teams);
        move.week = move.items.count > 0 ? week : move.week;
    }
    note(&trading->log->espn->reading, trade_name(trading, move.week, teams), trade->key,
         move.items.count > 0 ? S("players who changed teams between the weeks' rosters") : S(""),
         move.items.count > 0 ? S("ESPN no longer lists what this trade moved.")
                              : S("ESPN no longer lists what this trade moved, and the weeks' "
                                  "rosters do not show it."));
    add(trading, move);
}

/* Players the teams let go for a trade: whatever step lists them. */
static void add_drops(struct trading *trading, const struct trade *trade, struct import_move *move)
{
    const struct espn_move *accept = trade->accept;
    for (size_t i = 0; accept != NULL && accept != trade->items && i < accept->items.count; i++) {
        const struct espn_move_item *item = &accept->items.at[i];
        bool is_known = false;
        for (size_t k = 0; k < move->items.count; k++) {
            is_known = is_known || (move->items.at[k].kind == ITEM_PLAYER_OUT &&
                                    move->items.at[k].player == item->player);
        }
        if (!is_known && item->from != IMPORT_NONE && item->player != IMPORT_NONE) {
            LIST_ADD(trading->log->espn->reading.arena, move->items,
                     (struct import_item){
                         .kind = ITEM_PLAYER_OUT, .team = item->from, .player = item->player });
        }
    }
}

static void add_listed(struct trading *trading, const struct trade *trade)
{
    bool is_done = is_made(trade);
    bool is_open = !is_done && trade->refusal == NULL && trade->veto == NULL &&
                   trading->log->espn->reading.season->state != IMPORT_COMPLETE;
    struct import_move move = move_of(trade, is_done   ? MOVE_DONE
                                             : is_open ? MOVE_PENDING
                                                       : MOVE_CANCELLED);
    espn_add_items(trading->log->espn, &move, trade->items);
    if (is_done) {
        add_drops(trading, trade, &move);
        tell(trading, trade->items);
    } else if (!is_open) {
        move.note = last_of(trade)->type;
    }
    add(trading, move);
}

void espn_trades(struct espn_log *log)
{
    CLEANUP(arena_done) struct arena scratch = { 0 };
    struct trading trading = { .log = log };
    gather(&trading, &scratch);
    read_rosters(&trading, &scratch);
    int64_t untold = 0;
    for (size_t i = 0; i < trading.count; i++) {
        if (trading.trades[i].items != NULL) {
            add_listed(&trading, &trading.trades[i]);
        } else if (!is_made(&trading.trades[i])) {
            untold++;
        }
    }
    /* Those with both teams known first; who is left then belongs to the others. */
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < trading.count; i++) {
            const struct trade *trade = &trading.trades[i];
            bool is_turn = (trade->uphold == NULL) == (pass == 1);
            if (trade->items == NULL && is_made(trade) && trade->accept != NULL &&
                trade->accept->team != IMPORT_NONE && is_turn) {
                find_players(&trading, trade);
            }
        }
    }
    if (untold > 0) {
        note_int(&log->espn->reading, S("trade offers"), untold, S(""),
                 S("So many offers were declined, withdrawn or vetoed, and ESPN no longer lists "
                   "what they were about."));
    }
}
