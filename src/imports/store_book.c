/* Writing the ledger: events with their payloads, transactions with their lines, rosters. */
#include <inttypes.h>

#include "base/check.h"
#include "imports/store_facts.h"

enum { ROWS_PER_STATEMENT = 400, REASON_MAX = 500, SOURCE_ID_MAX = 100, COST_MAX = 2000000000 };

/* ---- lines ---- */

void booking_start(struct facts *facts, struct booking booking)
{
    struct booking_line *lines = facts->booking.lines;
    facts->booking = booking;
    facts->booking.lines =
        lines != NULL ? lines
                      : ARENA_ARRAY(facts->work->arena, BOOKING_LINES_MAX, struct booking_line);
}

static void add_line(struct booking *booking, struct booking_line line)
{
    for (size_t i = 0; i < booking->count; i++) {
        const struct booking_line *other = &booking->lines[i];
        bool is_same = slice_eq(other->kind, line.kind) && other->player == line.player &&
                       other->pick_id == line.pick_id;
        if (is_same && (line.player != IMPORT_NONE || line.pick_id != 0)) {
            return; /* passed on within the transaction: told once */
        }
    }
    CHECK(booking->count < BOOKING_LINES_MAX);
    booking->lines[booking->count++] = line;
}

void booking_move(struct facts *facts, int player, int from, int to)
{
    struct booking *booking = &facts->booking;
    if (from != NOBODY) {
        add_line(booking,
                 (struct booking_line){ .kind = S("player_out"), .team = from, .player = player });
    }
    if (to != NOBODY) {
        add_line(booking,
                 (struct booking_line){ .kind = S("player_in"), .team = to, .player = player });
        facts->acquired[player] = (struct acquired){
            .via = booking->via, .at = booking->at, .seq = -1, .cost = booking->cost
        };
    }
    facts->holder[player] = to;
}

/* ---- the event ---- */

static void put_player(struct work *work, struct json *json, int player)
{
    const struct import_player *told = &work->season->players.at[player];
    json_member_int(json, S("playerId"), work->player_ids[player]);
    json_member_text(json, S("name"), player_label(work, player));
    json_member_text(json, S("position"),
                     told->position == POSITION_UNKNOWN ? S("UNK") : position_key(told->position));
}

static void put_one(struct work *work, struct json *json, struct slice key, int player)
{
    json_key(json, key);
    json_open_object(json);
    put_player(work, json, player);
    json_close_object(json);
}

static size_t count_kind(const struct booking *booking, struct slice kind, int *ret_player)
{
    size_t count = 0;
    for (size_t i = 0; i < booking->count; i++) {
        if (slice_eq(booking->lines[i].kind, kind)) {
            *ret_player = booking->lines[i].player;
            count++;
        }
    }
    return count;
}

static void put_lines(struct work *work, struct json *json, const struct booking *booking)
{
    json_key(json, S("lines"));
    json_open_array(json);
    for (size_t i = 0; i < booking->count; i++) {
        const struct booking_line *line = &booking->lines[i];
        json_open_object(json);
        json_member_text(json, S("kind"), line->kind);
        json_member_int(json, S("teamId"), work->team_ids[line->team]);
        if (line->player != IMPORT_NONE) {
            put_player(work, json, line->player);
        } else if (line->pick_id != 0) {
            json_member_int(json, S("pickId"), line->pick_id);
        } else {
            json_member_int(json, S("amount"), line->amount);
        }
        json_close_object(json);
    }
    json_close_array(json);
}

static struct slice payload(struct work *work, const struct booking *booking)
{
    struct json json;
    int player = IMPORT_NONE;
    json_init(&json, work->arena);
    json_open_object(&json);
    if (count_kind(booking, S("player_in"), &player) == 1) {
        put_one(work, &json, S("added"), player);
    }
    if (count_kind(booking, S("player_out"), &player) == 1) {
        put_one(work, &json, S("dropped"), player);
    }
    if (booking->draft_id != 0) {
        json_member_int(&json, S("draftId"), booking->draft_id);
    }
    if (booking->bid > 0) {
        json_member_int(&json, S("bid"), booking->bid);
    }
    member_some(&json, S("reason"), booking->reason);
    put_lines(work, &json, booking);
    json_close_object(&json);
    return json_done(&json);
}

/* The one team it is about, or none. */
static int64_t team_of(const struct work *work, const struct booking *booking)
{
    for (size_t i = 1; i < booking->count; i++) {
        if (booking->lines[i].team != booking->lines[0].team) {
            return 0;
        }
    }
    return booking->count == 0 ? 0 : work->team_ids[booking->lines[0].team];
}

/* ---- the transaction ---- */

static void put_items(struct facts *facts, const struct booking *booking)
{
    struct json *json = &facts->rows;
    json_key(json, S("items"));
    json_open_array(json);
    for (size_t i = 0; i < booking->count; i++) {
        const struct booking_line *line = &booking->lines[i];
        json_open_object(json);
        json_member_int(json, S("ordinal"), (int64_t)i + 1);
        json_member_int(json, S("team_id"), facts->work->team_ids[line->team]);
        json_member_text(json, S("kind"), line->kind);
        if (line->player != IMPORT_NONE) {
            json_member_int(json, S("player_id"), facts->work->player_ids[line->player]);
        } else if (line->pick_id != 0) {
            json_member_int(json, S("pick_id"), line->pick_id);
        } else {
            json_member_int(json, S("amount"), line->amount);
        }
        json_close_object(json);
    }
    json_close_array(json);
}

static void send_rows(struct facts *facts)
{
    struct work *work = facts->work;
    struct slice rows = rows_close(&facts->rows);
    if (facts->row_count > 0) {
        tx_send(&work->change->tx, SQL_IMPORTS_TRANSACTIONS_STORE,
                PARAMS(P_INT(work->league_id), P_TEXT(rows)));
    }
    facts->row_count = 0;
    rows_open(&facts->rows, work->arena);
}

static void put_row(struct facts *facts, const struct booking *booking, int64_t seq)
{
    struct json *json = &facts->rows;
    struct arena *arena = facts->work->arena;
    json_open_object(json);
    json_member_int(json, S("seq"), seq);
    json_member_text(json, S("kind"), booking->tx_kind);
    if (booking->week >= 0 && booking->week <= WEEKS_MAX) {
        json_member_int(json, S("week"), booking->week);
    }
    member_id(json, S("actor_user_id"), booking->actor_user_id);
    json_member_time(json, S("at"), booking->at);
    member_some(json, S("reason"), fitting(arena, booking->reason, REASON_MAX, S("")));
    member_some(json, S("source_id"), fitting(arena, booking->source_id, SOURCE_ID_MAX, S("")));
    put_items(facts, booking);
    json_close_object(json);
    facts->row_count++;
}

void booking_book(struct facts *facts)
{
    struct work *work = facts->work;
    struct booking *booking = &facts->booking;
    if (booking->count == 0 && booking->source_id.len == 0) {
        return;
    }
    int week = booking->week >= 0 && booking->week <= WEEKS_MAX ? booking->week : 0;
    int64_t seq = change_event(work->change, &(struct event){ .kind = booking->event_kind,
                                                              .team_id = team_of(work, booking),
                                                              .week = week,
                                                              .at = booking->at,
                                                              .payload = payload(work, booking) });
    for (size_t i = 0; i < booking->count; i++) {
        const struct booking_line *line = &booking->lines[i];
        if (line->player != IMPORT_NONE && facts->acquired[line->player].seq == -1) {
            facts->acquired[line->player].seq = seq;
        }
        if (slice_eq(line->kind, S("faab"))) {
            facts->faab[line->team] += line->amount;
        }
    }
    put_row(facts, booking, seq);
    if (facts->row_count == ROWS_PER_STATEMENT) {
        send_rows(facts);
    }
}

/* ---- the platform's transactions ---- */

struct move_words {
    struct slice event_kind, tx_kind, via;
};

static struct move_words words_of(const struct import_move *move, size_t in, size_t out)
{
    static const struct move_words words[] = {
        [MOVE_WAIVER] = { S_INIT("waiver.won"), S_INIT("waiver"), S_INIT("waiver") },
        [MOVE_TRADE] = { S_INIT("trade.executed"), S_INIT("trade"), S_INIT("trade") },
        [MOVE_COMMISSIONER] = { S_INIT("roster.commissioner"), S_INIT("commissioner"),
                                S_INIT("commissioner") },
        [MOVE_DRAFT] = { S_INIT("roster.drafted"), S_INIT("draft"), S_INIT("draft") },
        [MOVE_KEEPER] = { S_INIT("roster.kept"), S_INIT("keeper"), S_INIT("keeper") },
    };
    if (move->kind != MOVE_FREE_AGENT) {
        return words[move->kind];
    }
    struct move_words free_agent = { .via = S("free_agent") };
    bool is_add = in > 0;
    bool is_drop = out > 0;
    free_agent.event_kind = is_add && is_drop ? S("roster.add_drop")
                            : is_drop         ? S("roster.drop")
                                              : S("roster.add");
    free_agent.tx_kind = is_add && is_drop ? S("add_drop") : is_drop ? S("drop") : S("add");
    return free_agent;
}

static int64_t actor_of(const struct work *work, const struct import_move *move)
{
    for (size_t i = 0; i < work->season->managers.count; i++) {
        if (move->by_manager.len > 0 &&
            slice_eq(work->season->managers.at[i].source_id, move->by_manager)) {
            return work->user_ids[i];
        }
    }
    return 0;
}

static void put_player_lines(struct facts *facts, const struct import_move *move)
{
    for (size_t i = 0; i < move->items.count; i++) {
        const struct import_item *item = &move->items.at[i];
        if (item->kind == ITEM_PLAYER_OUT) {
            booking_move(facts, item->player, item->team, NOBODY);
        }
    }
    for (size_t i = 0; i < move->items.count; i++) {
        const struct import_item *item = &move->items.at[i];
        bool is_told = move->kind != MOVE_DRAFT && move->kind != MOVE_KEEPER;
        if (item->kind == ITEM_PLAYER_IN &&
            (is_told || facts->holder[item->player] != item->team)) {
            booking_move(facts, item->player, NOBODY, item->team);
        }
    }
}

static void put_other_lines(struct facts *facts, const struct import_move *move)
{
    const struct work *work = facts->work;
    for (size_t i = 0; i < move->items.count; i++) {
        const struct import_item *item = &move->items.at[i];
        if (item->kind == ITEM_PICK_IN || item->kind == ITEM_PICK_OUT) {
            int64_t id = pick_id(work, &facts->picks, item->pick_season, item->pick_round,
                                 item->pick_original);
            if (id != 0) {
                add_line(&facts->booking,
                         (struct booking_line){ .kind = item->kind == ITEM_PICK_IN ? S("pick_in")
                                                                                   : S("pick_out"),
                                                .team = item->team,
                                                .player = IMPORT_NONE,
                                                .pick_id = id });
            }
        } else if (item->kind == ITEM_FAAB && facts->has_faab && item->amount != 0) {
            add_line(&facts->booking, (struct booking_line){ .kind = S("faab"),
                                                             .team = item->team,
                                                             .player = IMPORT_NONE,
                                                             .amount = item->amount });
        }
    }
}

static bool has_faab_item(const struct import_move *move)
{
    for (size_t i = 0; i < move->items.count; i++) {
        if (move->items.at[i].kind == ITEM_FAAB) {
            return true;
        }
    }
    return false;
}

/* A trade moves whom it moves once out and once in; what the platform tells of it may lack a side. */
static bool is_balanced(const struct booking *booking)
{
    for (size_t i = 0; i < booking->count; i++) {
        int sum = 0;
        for (size_t n = 0; n < booking->count; n++) {
            const struct booking_line *line = &booking->lines[n];
            if (line->player == booking->lines[i].player && line->player != IMPORT_NONE) {
                sum += slice_eq(line->kind, S("player_in")) ? 1 : -1;
            }
        }
        if (sum != 0) {
            return false;
        }
    }
    return true;
}

void booking_of_move(struct facts *facts, const struct import_move *move, utime at)
{
    struct work *work = facts->work;
    size_t in = 0;
    size_t out = 0;
    for (size_t i = 0; i < move->items.count; i++) {
        in += move->items.at[i].kind == ITEM_PLAYER_IN;
        out += move->items.at[i].kind == ITEM_PLAYER_OUT;
    }
    struct move_words words = words_of(move, in, out);
    bool has_bid = facts->has_faab && move->bid > 0;
    booking_start(facts, (struct booking){ .event_kind = words.event_kind,
                                           .tx_kind = words.tx_kind,
                                           .via = words.via,
                                           .at = at,
                                           .week = move->week,
                                           .actor_user_id = actor_of(work, move),
                                           .source_id = move->source_id,
                                           .bid = has_bid ? move->bid : 0,
                                           .cost = has_bid ? move->bid : 0 });
    put_player_lines(facts, move);
    put_other_lines(facts, move);
    if (has_bid && in > 0 && !has_faab_item(move)) {
        add_line(&facts->booking, (struct booking_line){ .kind = S("faab"),
                                                         .team = move->items.at[0].team,
                                                         .player = IMPORT_NONE,
                                                         .amount = -move->bid });
    }
    if (move->kind == MOVE_COMMISSIONER) {
        facts->booking.reason = S("by the commissioner on the platform");
    }
    if (move->kind == MOVE_TRADE && !is_balanced(&facts->booking)) {
        facts->booking.tx_kind = S("import");
        facts->booking.reason = S("a trade of which the platform tells one side only");
        work_note(work, arena_format(work->arena, "trade %.*s", FMT(move->source_id)), S("trade"),
                  S("import"), "the platform tells one side of it only");
    }
    bool is_silent =
        facts->booking.count == 0 && (move->kind == MOVE_DRAFT || move->kind == MOVE_KEEPER);
    if (!is_silent) {
        booking_book(facts);
        work->report->counts.moves++;
        work->report->counts.trades += move->kind == MOVE_TRADE;
    }
}

/* ---- budgets ---- */

void booking_faab(struct facts *facts, utime at)
{
    struct work *work = facts->work;
    booking_start(facts,
                  (struct booking){
                      .event_kind = S("import.faab"),
                      .tx_kind = S("import"),
                      .at = at,
                      .reason = S("the platform's bids do not add up to what it says is left") });
    for (size_t i = 0; facts->has_faab && i < work->season->teams.count; i++) {
        int64_t left = work->season->teams.at[i].faab_left;
        left = left < 0 ? 0 : left;
        if (left == facts->faab[i]) {
            continue;
        }
        add_line(&facts->booking, (struct booking_line){ .kind = S("faab"),
                                                         .team = (int)i,
                                                         .player = IMPORT_NONE,
                                                         .amount = left - facts->faab[i] });
        work_note(work, arena_format(work->arena, "%.*s, FAAB", FMT(team_label(work, (int)i))),
                  arena_format(work->arena, "%" PRId64 " left", left),
                  arena_format(work->arena, "a line of %" PRId64, left - facts->faab[i]),
                  "bids and trades that the platform tells do not add up to what it says is left");
    }
    booking_book(facts);
}

/* ---- rosters ---- */

static bool is_among(const int *list, size_t count, int player)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i] == player) {
            return true;
        }
    }
    return false;
}

static void put_entry(struct facts *facts, struct json *json, int team, int player)
{
    const struct work *work = facts->work;
    const struct import_team *told = &work->season->teams.at[team];
    const struct acquired *acquired = &facts->acquired[player];
    bool is_reserve = is_among(told->reserve.at, told->reserve.count, player);
    bool is_taxi = is_among(told->taxi.at, told->taxi.count, player);
    json_open_object(json);
    json_member_int(json, S("player_id"), work->player_ids[player]);
    json_member_int(json, S("team_id"), work->team_ids[team]);
    json_member_text(json, S("placement"),
                     is_reserve ? S("reserve")
                     : is_taxi  ? S("taxi")
                                : S("active"));
    if (acquired->seq > 0) {
        json_member_text(json, S("via"), acquired->via);
        json_member_time(json, S("at"), acquired->at);
        json_member_int(json, S("seq"), acquired->seq);
        if (acquired->cost > 0 && acquired->cost < COST_MAX) {
            json_member_int(json, S("cost"), acquired->cost);
        }
    }
    json_close_object(json);
}

enum error bookings_store(struct facts *facts)
{
    struct work *work = facts->work;
    struct json json;
    send_rows(facts);
    rows_open(&json, work->arena);
    for (size_t i = 0; i < work->season->players.count; i++) {
        if (facts->final[i] != NOBODY) {
            put_entry(facts, &json, facts->final[i], (int)i);
        }
    }
    return work_ask(work, SQL_IMPORTS_ROSTERS_STORE,
                    PARAMS(P_INT(work->league_id), P_TEXT(rows_close(&json))), NULL);
}
