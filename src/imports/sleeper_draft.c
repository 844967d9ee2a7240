/* Sleeper's drafts: snake, linear and auction, with their picks, and the traded picks of seasons to
 * come. */
#include "imports/sleeper.h"

/* A draft's document and what is read from it. */
struct draft_read {
    struct sleeper *sleeper;
    struct import_draft draft;
    int teams;
};

static enum import_draft_kind kind_of(struct node type)
{
    struct slice word = node_text_or(type, ID_MAX_BYTES, S("snake"));
    if (slice_eq(word, S("linear"))) {
        return IMPORT_LINEAR;
    }
    return slice_eq(word, S("auction")) ? IMPORT_AUCTION : IMPORT_SNAKE;
}

static int team_of_manager(const struct import_season *season, int manager)
{
    for (size_t t = 0; manager != IMPORT_NONE && t < season->teams.count; t++) {
        for (size_t i = 0; i < season->teams.at[t].managers.count; i++) {
            if (season->teams.at[t].managers.at[i] == manager) {
                return (int)t;
            }
        }
    }
    return IMPORT_NONE;
}

/* Slot -> roster where the draft tells it, else slot -> user -> his roster. */
static void read_order(struct draft_read *read, const struct node *node)
{
    struct reading *reading = &read->sleeper->reading;
    int order[TEAMS_MAX];
    for (size_t i = 0; i < TEAMS_MAX; i++) {
        order[i] = IMPORT_NONE;
    }
    struct node users = node_at(node, "draft_order");
    for (struct member m = member_first(&users, MANAGERS_MAX); m.is_there;
         m = member_next(&users, m)) {
        int64_t slot = node_int_or(m.node, 1, TEAMS_MAX, 0);
        if (slot > 0) {
            order[slot - 1] = team_of_manager(reading->season, manager_index(reading, m.key));
        }
    }
    struct node rosters = node_at(node, "slot_to_roster_id");
    for (struct member m = member_first(&rosters, TEAMS_MAX); m.is_there;
         m = member_next(&rosters, m)) {
        int64_t slot = 0;
        bool is_slot = slice_to_int(m.key, &slot) == OK && slot >= 1 && slot <= TEAMS_MAX;
        if (!is_slot) {
            node_fault(m.node, "expected a slot from 1 to %d as its name", TEAMS_MAX);
        } else if (node_is(m.node)) {
            order[slot - 1] = node_team(reading, m.node);
        }
    }
    for (int i = 0; i < read->teams; i++) {
        LIST_ADD(reading->arena, read->draft.order, order[i]);
    }
    for (int i = 0; i < read->teams; i++) {
        if (order[i] == IMPORT_NONE) { /* a half-known order is none */
            read->draft.order.count = 0;
        }
    }
}

static void read_draft(struct draft_read *read, const struct node *node)
{
    struct node settings = node_at(node, "settings");
    struct import_draft *draft = &read->draft;
    struct slice status = node_text_or(node_at(node, "status"), ID_MAX_BYTES, S(""));
    draft->source_id = node_id(node_need(node_at(node, "draft_id")));
    draft->kind = kind_of(node_at(node, "type"));
    draft->is_rookies_only = node_int_or(node_at(&settings, "player_type"), 0, 10, 0) == 1;
    draft->rounds = (int)node_int_or(node_at(&settings, "rounds"), 1, DRAFT_ROUNDS_MAX, 1);
    draft->reversal_round =
        (int)node_int_or(node_at(&settings, "reversal_round"), 0, DRAFT_ROUNDS_MAX, 0);
    draft->seconds_per_pick = node_int_or(node_at(&settings, "pick_timer"), 0, COUNT_MAX, 0);
    draft->budget = node_int_or(node_at(&settings, "budget"), 0, COUNT_MAX, 0);
    draft->min_bid = draft->kind == IMPORT_AUCTION ? 1 : 0;
    draft->is_complete = slice_eq(status, S("complete"));
    draft->starts_at = node_time(node_at(node, "start_time"));
    draft->completed_at = draft->is_complete ? node_time(node_at(node, "last_picked")) : 0;
    int most = (int)read->sleeper->reading.season->teams.count;
    read->teams = (int)node_int_or(node_at(&settings, "teams"), 1, TEAMS_MAX, most);
    read_order(read, node);
}

/* ---- picks ---- */

/* What the draft says about a player, for whom the catalogue does not have. */
static void read_player(struct import_season *season, int player, const struct node *metadata)
{
    struct import_player *kept = &season->players.at[player];
    struct slice first = node_text_or(node_at(metadata, "first_name"), NAME_MAX_BYTES, S(""));
    struct slice last = node_text_or(node_at(metadata, "last_name"), NAME_MAX_BYTES, S(""));
    if (kept->name.len == 0 && last.len > 0) {
        kept->name = arena_format(metadata->document->keep, "%.*s%s%.*s", FMT(first),
                                  first.len > 0 ? " " : "", FMT(last));
        kept->nfl_team = node_text_or(node_at(metadata, "team"), ID_MAX_BYTES, S(""));
        kept->position =
            position_from(node_text_or(node_at(metadata, "position"), ID_MAX_BYTES, S("")));
    }
}

static void read_pick(struct draft_read *read, const struct node *node)
{
    struct sleeper *sleeper = read->sleeper;
    struct import_draft *draft = &read->draft;
    struct node metadata = node_at(node, "metadata");
    bool is_auction = draft->kind == IMPORT_AUCTION;
    int round = (int)node_int(node_at(node, "round"), 1, DRAFT_ROUNDS_MAX);
    int number = (int)node_int(node_at(node, "pick_no"), 1, PICKS_MAX);
    int slot = (int)node_int_or(node_at(node, "draft_slot"), 1, TEAMS_MAX, 0);
    struct import_draft_pick pick = {
        .round = is_auction ? 0 : round,
        .round_pick = is_auction ? 0 : number - (round - 1) * read->teams,
        .overall = number,
        .player = IMPORT_NONE,
        .is_keeper = node_flag_or(node_at(node, "is_keeper"), false),
        .price = IMPORT_NONE,
        .nominating_team = IMPORT_NONE,
    };
    bool is_in_round = is_auction || (pick.round_pick >= 1 && pick.round_pick <= read->teams);
    if (!is_in_round) {
        node_fault(*node, "pick %d is not in round %d of %d teams", number, round, read->teams);
    }
    (void)sleeper_player(sleeper, node_at(node, "player_id"), &pick.player);
    if (pick.player != IMPORT_NONE) {
        read_player(sleeper->reading.season, pick.player, &metadata);
    }
    bool has_slot = slot > 0 && (size_t)slot <= draft->order.count;
    pick.original_team = has_slot ? draft->order.at[slot - 1] : IMPORT_NONE;
    struct node roster = node_at(node, "roster_id");
    pick.team = node_is(roster) ? node_team(&sleeper->reading, roster) : pick.original_team;
    if (pick.team == IMPORT_NONE) {
        node_fault(*node, "nobody is named who made the pick");
    }
    if (is_auction || pick.original_team == IMPORT_NONE) {
        pick.original_team = pick.team;
    }
    if (is_auction) {
        pick.price = node_int_or(node_at(&metadata, "amount"), 0, COUNT_MAX, 0);
    }
    LIST_ADD(sleeper->reading.arena, draft->picks, pick);
}

static void check_picks(const struct node *picks, const struct import_draft *draft,
                        size_t player_count)
{
    struct arena *arena = &picks->document->arena;
    bool *is_made = ARENA_ARRAY(arena, PICKS_MAX + 1, bool);
    bool *is_taken = ARENA_ARRAY(arena, player_count + 1, bool);
    for (size_t i = 0; i < draft->picks.count; i++) {
        const struct import_draft_pick *pick = &draft->picks.at[i];
        bool is_double =
            is_made[pick->overall] || (pick->player != IMPORT_NONE && is_taken[pick->player]);
        if (is_double) {
            struct node node = node_item(picks, i);
            node_fault(node, "this pick, or its player, is there twice");
        }
        is_made[pick->overall] = true;
        if (pick->player != IMPORT_NONE) {
            is_taken[pick->player] = true;
        }
    }
}

static enum error read_picks(struct draft_read *read)
{
    struct sleeper *sleeper = read->sleeper;
    CLEANUP(document_done) struct document document = { 0 };
    bool is_there = false;
    if (!is_number_id(read->draft.source_id)) {
        return refuse(sleeper->reading.source->faults, E_FEED,
                      "league %.*s: its draft has the id %.*s", FMT(sleeper->league_id),
                      FMT(read->draft.source_id));
    }
    TRY(source_open_if(sleeper->reading.source, sleeper->reading.arena,
                       sleeper_wanted(sleeper, "draft/%.*s/picks", FMT(read->draft.source_id)),
                       &document, &is_there));
    struct node picks = document_root(&document);
    size_t count = is_there ? node_count(&picks, PICKS_MAX) : 0;
    for (size_t i = 0; i < count; i++) {
        struct node pick = node_item(&picks, i);
        read_pick(read, &pick);
    }
    if (document.error == OK && is_there) {
        check_picks(&picks, &read->draft, sleeper->reading.season->players.count);
    }
    if (!is_there && read->draft.is_complete) {
        note(&sleeper->reading, S("draft.picks"), read->draft.source_id, S(""),
             S("The draft's picks were not found."));
    }
    return is_there ? document.error : OK;
}

static void put_settings(struct sleeper *sleeper, const struct import_draft *draft)
{
    struct settings *settings = &sleeper->reading.season->settings;
    bool is_reversed = draft->kind == IMPORT_SNAKE && draft->reversal_round > 0;
    settings->draft_kind = draft->kind == IMPORT_LINEAR ? SETTINGS_LINEAR
                           : is_reversed                ? SETTINGS_THIRD_ROUND_REVERSAL
                                                        : SETTINGS_SNAKE;
    if (draft->seconds_per_pick > 0) {
        settings->seconds_per_pick = draft->seconds_per_pick;
    }
    if (draft->kind == IMPORT_AUCTION) {
        note(&sleeper->reading, S("draft.type"), S("auction"), S("snake"),
             S("The auction is carried over as it was; AstralField's own drafts are none."));
    }
    if (is_reversed && draft->reversal_round != 3) {
        note_int(&sleeper->reading, S("draft.reversal_round"), draft->reversal_round,
                 S("third_round_reversal"), S("AstralField reverses the third round only."));
    }
}

static enum error read_one(struct sleeper *sleeper, const struct node *node)
{
    struct draft_read read = { .sleeper = sleeper };
    read_draft(&read, node);
    TRY(node->document->error);
    TRY(read_picks(&read));
    sleeper->is_drafted = sleeper->is_drafted || read.draft.is_complete;
    if (sleeper->reading.season->drafts.count == 0) {
        put_settings(sleeper, &read.draft);
    }
    LIST_ADD(sleeper->reading.arena, sleeper->reading.season->drafts, read.draft);
    return OK;
}

/* ---- picks of seasons to come ---- */

static void read_traded(struct sleeper *sleeper, const struct node *node)
{
    struct import_season *season = sleeper->reading.season;
    struct import_future_pick pick = {
        .season = (int)node_int(node_at(node, "season"), 2009, 2200),
        .round = (int)node_int(node_at(node, "round"), 1, DRAFT_ROUNDS_MAX),
        .original_team = node_team(&sleeper->reading, node_at(node, "roster_id")),
        .owner_team = node_team(&sleeper->reading, node_at(node, "owner_id")),
    };
    bool is_to_come =
        pick.season > season->season || (pick.season == season->season && !sleeper->is_drafted);
    if (is_to_come && pick.original_team != IMPORT_NONE && pick.owner_team != IMPORT_NONE) {
        LIST_ADD(sleeper->reading.arena, season->future_picks, pick);
    }
}

static enum error read_future_picks(struct sleeper *sleeper)
{
    CLEANUP(document_done) struct document document = { 0 };
    bool is_there = false;
    TRY(source_open_if(sleeper->reading.source, sleeper->reading.arena,
                       sleeper_wanted(sleeper, "league/%.*s/traded_picks", FMT(sleeper->league_id)),
                       &document, &is_there));
    if (!is_there) {
        if (sleeper->reading.season->kind == IMPORT_DYNASTY) {
            note(&sleeper->reading, S("traded_picks"), S(""), S(""),
                 S("The traded picks were not found: who owns the picks of later seasons is told "
                   "by the trades alone."));
        }
        return OK;
    }
    struct node picks = document_root(&document);
    size_t count = node_count(&picks, PICKS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct node pick = node_item(&picks, i);
        read_traded(sleeper, &pick);
    }
    return document.error;
}

/* The league's list of drafts, or the one its own document names. */
enum error sleeper_drafts(struct sleeper *sleeper)
{
    struct reading *reading = &sleeper->reading;
    CLEANUP(document_done) struct document list = { 0 };
    bool is_there = false;
    TRY(source_open_if(reading->source, reading->arena,
                       sleeper_wanted(sleeper, "league/%.*s/drafts", FMT(sleeper->league_id)),
                       &list, &is_there));
    struct node drafts = document_root(&list);
    size_t count = is_there ? node_count(&drafts, DRAFTS_MAX) : 0;
    for (size_t i = 0; i < count; i++) {
        struct node draft = node_item(&drafts, i);
        TRY(read_one(sleeper, &draft));
    }
    TRY(is_there ? list.error : OK);
    if (count == 0 && sleeper->draft_id.len > 0 && is_number_id(sleeper->draft_id)) {
        CLEANUP(document_done) struct document one = { 0 };
        TRY(source_open_if(reading->source, reading->arena,
                           sleeper_wanted(sleeper, "draft/%.*s", FMT(sleeper->draft_id)), &one,
                           &is_there));
        struct node draft = document_root(&one);
        if (is_there) {
            TRY(read_one(sleeper, &draft));
        }
    }
    if (reading->season->drafts.count == 0 && sleeper->draft_id.len > 0) {
        note(reading, S("draft"), sleeper->draft_id, S(""), S("The draft was not found."));
    }
    return read_future_picks(sleeper);
}
