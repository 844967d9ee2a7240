/* The ledger: what happened, in the order of its time, as events and transactions.
 *
 * Rosters are played through: every line moves a player, and where the platform's own transactions
 * do not lead from one of its facts to the next (a week is missing, ESPN tells none), a transaction
 * of kind "import" closes the gap at the first fact that shows it: a line that takes a player from
 * where he was not, or a week's lineup. At the end everybody is where the platform says. */
#include "imports/store_facts.h"

#include <stdlib.h>

#include "base/check.h"

/* ---- the order of time ---- */

static int compare_facts(const void *left, const void *right)
{
    const struct fact *a = left;
    const struct fact *b = right;
    if (a->at != b->at) {
        return a->at < b->at ? -1 : 1;
    }
    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    return a->index < b->index ? -1 : a->index > b->index;
}

static bool is_booked(const struct rows *booked, struct slice source_id)
{
    for (size_t i = 0; i < booked->count; i++) {
        if (slice_eq(rows_text(booked, i, "source_id"), source_id)) {
            return true;
        }
    }
    return false;
}

static void add_fact(struct facts *facts, enum fact_kind kind, size_t index, utime at)
{
    utime now = facts->work->options->now;
    facts->list[facts->count++] =
        (struct fact){ .kind = kind, .index = (int)index, .at = at > now ? now : at };
}

static utime move_at(const struct work *work, const struct import_move *move)
{
    utime at = move->at != 0 ? move->at : move->created_at;
    if (at == 0) {
        at = move->week > 0 ? week_end(work, move->week) - 1 : season_begin(work);
    }
    return at;
}

static enum error order_facts(struct facts *facts)
{
    struct work *work = facts->work;
    const struct import_season *season = work->season;
    struct rows booked = { .count = 0 };
    if (!work->is_new) {
        TRY(work_ask(work, SQL_IMPORTS_TRANSACTIONS_FIND, PARAMS(P_INT(work->league_id)), &booked));
    }
    size_t room = season->moves.count + season->drafts.count + WEEK_ROOM + 1;
    facts->list = ARENA_ARRAY(work->arena, room, struct fact);
    for (size_t i = 0; i < season->moves.count; i++) {
        const struct import_move *move = &season->moves.at[i];
        if (move->state == MOVE_DONE && !is_booked(&booked, move->source_id)) {
            add_fact(facts, FACT_MOVE, i, move_at(work, move));
        }
    }
    for (size_t i = 0; i < season->drafts.count; i++) {
        const struct import_draft *draft = &season->drafts.at[i];
        struct slice id = arena_format(work->arena, "draft:%zu", i + 1);
        if (draft->is_complete && !is_booked(&booked, id)) {
            add_fact(facts, FACT_DRAFT, i, draft_at(work, draft));
        }
    }
    for (int week = work->first_week; week <= work->last_week; week++) {
        if (week <= work->played_through && !work->was_final[week]) {
            add_fact(facts, FACT_WEEK, (size_t)week, week_end(work, week));
        }
    }
    qsort(facts->list, facts->count, sizeof(facts->list[0]), compare_facts);
    return OK;
}

/* ---- who is where ---- */

/* The next line about a player from fact `from` on. */
static bool next_line(const struct facts *facts, size_t from, int player,
                      enum import_item_kind *ret_kind, int *ret_team)
{
    const struct import_season *season = facts->work->season;
    for (size_t f = from; f < facts->count; f++) {
        const struct fact *fact = &facts->list[f];
        bool is_in = false;
        if (fact->kind == FACT_DRAFT) {
            const struct import_draft *draft = &season->drafts.at[fact->index];
            for (size_t i = 0; i < draft->picks.count; i++) {
                if (draft->picks.at[i].player == player) {
                    *ret_kind = ITEM_PLAYER_IN;
                    *ret_team = draft->picks.at[i].team;
                    return true;
                }
            }
        }
        const struct import_move *move =
            fact->kind == FACT_MOVE ? &season->moves.at[fact->index] : NULL;
        for (size_t i = 0; move != NULL && i < move->items.count; i++) {
            const struct import_item *item = &move->items.at[i];
            bool is_line = item->kind == ITEM_PLAYER_IN || item->kind == ITEM_PLAYER_OUT;
            if (is_line && item->player == player && (!is_in || item->kind == ITEM_PLAYER_OUT)) {
                *ret_kind = item->kind; /* out comes before in within one transaction */
                *ret_team = item->team;
                is_in = true;
            }
        }
        if (is_in) {
            return true;
        }
    }
    return false;
}

static bool is_in_week(const struct import_season *season, int team, int week, int player,
                       bool *ret_is_told)
{
    for (size_t i = 0; i < season->team_weeks.count; i++) {
        const struct import_team_week *told = &season->team_weeks.at[i];
        if (told->team != team || told->week != week || told->spots.count == 0) {
            continue;
        }
        *ret_is_told = true;
        for (size_t s = 0; s < told->spots.count; s++) {
            if (told->spots.at[s].player == player) {
                return true;
            }
        }
    }
    return false;
}

static int team_in_week(const struct import_season *season, int week, int player)
{
    for (size_t i = 0; i < season->team_weeks.count; i++) {
        const struct import_team_week *told = &season->team_weeks.at[i];
        for (size_t s = 0; told->week == week && s < told->spots.count; s++) {
            if (told->spots.at[s].player == player) {
                return told->team;
            }
        }
    }
    return NOBODY;
}

static void find_lines(struct facts *facts)
{
    size_t count = facts->work->season->players.count;
    facts->has_lines = ARENA_ARRAY(facts->work->arena, count + 1, bool);
    for (size_t i = 0; i < count; i++) {
        enum import_item_kind kind = ITEM_PLAYER_IN;
        int team = NOBODY;
        facts->has_lines[i] = next_line(facts, 0, (int)i, &kind, &team);
    }
}

/* Where a player was before the first fact: who gives him away first had him. */
static int first_team(const struct facts *facts, int player)
{
    enum import_item_kind kind = ITEM_PLAYER_IN;
    int team = NOBODY;
    if (next_line(facts, 0, player, &kind, &team)) {
        return kind == ITEM_PLAYER_OUT ? team : NOBODY;
    }
    const struct work *work = facts->work;
    if (!work->has_played) {
        return facts->final[player];
    }
    return team_in_week(work->season, work->first_week, player);
}

static void open_rosters(struct facts *facts)
{
    struct work *work = facts->work;
    utime at = facts->count > 0 ? facts->list[0].at : season_begin(work);
    booking_start(
        facts, (struct booking){ .event_kind = S("import.rosters"),
                                 .tx_kind = S("import"),
                                 .via = S("import"),
                                 .at = at < season_begin(work) ? at : season_begin(work),
                                 .reason = S("rosters as the platform's first facts find them") });
    for (size_t i = 0; i < work->season->players.count; i++) {
        int team = first_team(facts, (int)i);
        if (team != NOBODY) {
            booking_move(facts, (int)i, NOBODY, team);
        }
    }
    booking_book(facts);
}

/* ---- gaps ---- */

static void open_gap(struct facts *facts, utime at, int week)
{
    booking_start(
        facts, (struct booking){
                   .event_kind = S("import.gap"),
                   .tx_kind = S("import"),
                   .via = S("import"),
                   .at = at,
                   .week = week,
                   .reason = S("the platform's transactions do not tell how these players moved"),
               });
}

static void close_gap(struct facts *facts)
{
    if (facts->booking.count > 0) {
        facts->gaps++;
        facts->gap_lines += facts->booking.count;
    }
    booking_book(facts);
}

/* What a transaction takes for granted: who goes out was there, who comes in was nowhere. */
static void prepare(struct facts *facts, const struct import_move *move, utime at)
{
    open_gap(facts, at, move->week);
    for (size_t i = 0; i < move->items.count; i++) {
        const struct import_item *item = &move->items.at[i];
        if (item->kind == ITEM_PLAYER_OUT && facts->holder[item->player] != item->team) {
            booking_move(facts, item->player, facts->holder[item->player], item->team);
        }
    }
    for (size_t i = 0; i < move->items.count; i++) {
        const struct import_item *item = &move->items.at[i];
        bool goes_out = false;
        for (size_t n = 0; n < move->items.count && item->kind == ITEM_PLAYER_IN; n++) {
            goes_out = goes_out || (move->items.at[n].kind == ITEM_PLAYER_OUT &&
                                    move->items.at[n].player == item->player);
        }
        int holder = item->kind == ITEM_PLAYER_IN ? facts->holder[item->player] : NOBODY;
        if (holder != NOBODY && holder != item->team && !goes_out) {
            booking_move(facts, item->player, holder, NOBODY);
        }
    }
    close_gap(facts);
}

/* A week's lineups against what the ledger says: only what no later line explains is a gap. */
static void compare_week(struct facts *facts, size_t index)
{
    const struct fact *fact = &facts->list[index];
    const struct import_season *season = facts->work->season;
    open_gap(facts, fact->at, fact->index);
    for (size_t i = 0; i < season->players.count; i++) {
        int player = (int)i;
        int holder = facts->holder[i];
        int team = facts->in_week[fact->index][i];
        enum import_item_kind kind = ITEM_PLAYER_IN;
        int next = NOBODY;
        if (team == holder) {
            continue;
        }
        bool has_next = next_line(facts, index + 1, player, &kind, &next);
        bool leaves = has_next && kind == ITEM_PLAYER_OUT;
        if (team != NOBODY &&
            ((leaves && next == team) || (!has_next && facts->final[i] == team))) {
            booking_move(facts, player, holder, team);
        } else if (team != NOBODY && !has_next && facts->final[i] == NOBODY &&
                   (!facts->has_lines[i] || facts->in_week[fact->index + 1][i] == team)) {
            booking_move(facts, player, holder, team);
        } else if (team == NOBODY && holder != NOBODY && !(leaves && next == holder) &&
                   facts->final[i] != holder) {
            bool is_told = false;
            if (!is_in_week(season, holder, fact->index, player, &is_told) && is_told) {
                booking_move(facts, player, holder, NOBODY);
            }
        }
    }
    close_gap(facts);
}

/* ---- the facts ---- */

static void book_draft(struct facts *facts, const struct fact *fact)
{
    struct work *work = facts->work;
    const struct import_draft *draft = &work->season->drafts.at[fact->index];
    booking_start(facts, (struct booking){
                             .event_kind = S("draft.completed"),
                             .tx_kind = S("draft"),
                             .via = S("draft"),
                             .at = fact->at,
                             .draft_id = facts->picks.draft_ids[fact->index],
                             .source_id = arena_format(work->arena, "draft:%d", fact->index + 1),
                         });
    for (size_t i = 0; i < draft->picks.count; i++) {
        const struct import_draft_pick *pick = &draft->picks.at[i];
        if (pick->player != IMPORT_NONE && facts->holder[pick->player] == NOBODY) {
            facts->booking.via = pick->is_keeper ? S("keeper") : S("draft");
            facts->booking.cost = pick->price;
            booking_move(facts, pick->player, NOBODY, pick->team);
        }
    }
    booking_book(facts);
}

static void book_week(struct facts *facts, size_t index)
{
    struct work *work = facts->work;
    const struct fact *fact = &facts->list[index];
    compare_week(facts, index);
    struct json json;
    json_init(&json, work->arena);
    json_open_object(&json);
    json_key(&json, S("scores"));
    json_open_array(&json);
    for (size_t i = 0; i < work->season->teams.count; i++) {
        json_open_object(&json);
        json_member_int(&json, S("teamId"), work->team_ids[i]);
        json_member_points(&json, S("points"), work->scores[fact->index][i]);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    change_event(work->change, &(struct event){ .kind = S("week.finalized"),
                                                .week = fact->index,
                                                .at = fact->at,
                                                .payload = json_done(&json) });
}

static void book_end(struct facts *facts)
{
    struct work *work = facts->work;
    utime at = facts->count > 0 ? facts->list[facts->count - 1].at : work->options->now;
    open_gap(facts, at, 0);
    for (size_t i = 0; i < work->season->players.count; i++) {
        if (facts->holder[i] != facts->final[i]) {
            booking_move(facts, (int)i, facts->holder[i], facts->final[i]);
        }
    }
    close_gap(facts);
    if (facts->gaps > 0) {
        work_note(work, S("transactions"), S(""),
                  arena_format(work->arena, "%zu transactions of kind \"import\" with %zu moves",
                               facts->gaps, facts->gap_lines),
                  "the platform's transactions do not add up to the rosters it tells; each gap is "
                  "closed where it first shows");
    }
    work->report->counts.gaps = (int64_t)facts->gaps;
    booking_faab(facts, at);
}

static enum error load_holders(struct facts *facts)
{
    struct work *work = facts->work;
    const struct import_season *season = work->season;
    facts->holder = ARENA_ARRAY(work->arena, season->players.count + 1, int);
    facts->final = ARENA_ARRAY(work->arena, season->players.count + 1, int);
    facts->acquired = ARENA_ARRAY(work->arena, season->players.count + 1, struct acquired);
    for (size_t i = 0; i < season->players.count; i++) {
        facts->holder[i] = facts->final[i] = NOBODY;
    }
    for (size_t t = 0; t < season->teams.count; t++) {
        for (size_t i = 0; i < season->teams.at[t].roster.count; i++) {
            int player = season->teams.at[t].roster.at[i];
            if (facts->final[player] == NOBODY) {
                facts->final[player] = (int)t;
            } else if (facts->final[player] != (int)t) {
                work_note(work, team_label(work, (int)t), player_label(work, player), S(""),
                          "the platform has the player on two rosters; the first stands");
            }
        }
    }
    for (int week = 0; week < WEEK_ROOM; week++) {
        facts->in_week[week] = ARENA_ARRAY(work->arena, season->players.count + 1, int);
        for (size_t i = 0; i < season->players.count; i++) {
            facts->in_week[week][i] = NOBODY;
        }
    }
    for (size_t i = 0; i < season->team_weeks.count; i++) {
        const struct import_team_week *told = &season->team_weeks.at[i];
        for (size_t s = 0; s < told->spots.count && told->week < WEEK_ROOM; s++) {
            if (told->spots.at[s].player != IMPORT_NONE) {
                facts->in_week[told->week][told->spots.at[s].player] = told->team;
            }
        }
    }
    struct rows rows = { .count = 0 };
    if (!work->is_new) {
        TRY(work_ask(work, SQL_IMPORTS_ROSTERS, PARAMS(P_INT(work->league_id)), &rows));
    }
    return holders_read(facts, &rows);
}

enum error facts_store(struct work *work)
{
    struct facts *facts = ARENA_NEW(work->arena, struct facts);
    facts->work = work;
    TRY(load_holders(facts));
    TRY(picks_store(work, &facts->picks));
    TRY(order_facts(facts));
    find_lines(facts);
    TRY(bookings_open(facts));
    if (work->is_new) {
        tell_created(facts);
        open_rosters(facts);
    }
    for (size_t i = 0; i < facts->count; i++) {
        const struct fact *fact = &facts->list[i];
        switch (fact->kind) {
        case FACT_DRAFT:
            book_draft(facts, fact);
            break;
        case FACT_MOVE:
            prepare(facts, &work->season->moves.at[fact->index], fact->at);
            booking_of_move(facts, &work->season->moves.at[fact->index], fact->at);
            break;
        case FACT_WEEK:
            book_week(facts, i);
            break;
        }
    }
    book_end(facts);
    TRY(bookings_store(facts));
    return claims_store(work);
}
