/* Drafts with their picks, and picks as things that can be owned: by season, round and the team whose
 * pick it was at first. */
#include "base/check.h"
#include "imports/store_work.h"

enum {
    DRAFTS_MAX = 16,
    DRAFT_ROUNDS = 60,
    OVERALL_MAX = 1920,
    ROUND_PICKS_MAX = 32,
    SECONDS_DEFAULT = 90,
    SECONDS_MAX = 604800,
    SOURCE_ID_MAX = 100
};

static const struct slice draft_keys[] = { S_INIT("snake"), S_INIT("linear"), S_INIT("auction") };

struct asset {
    int season, round, original, owner;
    struct slice pool;
    int draft;                            /* index, NOBODY: of no draft that is told */
    const struct import_draft_pick *pick; /* NULL with it */
};

struct collecting {
    struct work *work;
    struct picks *picks;
    struct asset *assets;
    size_t count, room;
    struct slice pools[DRAFTS_MAX];
    bool are_kept[DRAFTS_MAX]; /* complete, by rounds: its picks are rows */
};

utime draft_at(const struct work *work, const struct import_draft *draft)
{
    utime at = draft->completed_at != 0 ? draft->completed_at : draft->starts_at;
    if (at == 0) {
        at = season_begin(work);
        for (size_t i = 0; i < work->season->moves.count; i++) {
            const struct import_move *move = &work->season->moves.at[i];
            if (move->state == MOVE_DONE && move->kind != MOVE_DRAFT && move->at != 0 &&
                move->at <= at) {
                at = move->at - 1;
            }
        }
    }
    return at < work->options->now ? at : work->options->now;
}

/* ---- drafts ---- */

static struct slice pool_of(const struct collecting *collecting, size_t index)
{
    const struct import_draft *draft = &collecting->work->season->drafts.at[index];
    struct slice pool = draft->is_rookies_only ? S("rookies") : S("all");
    for (size_t i = 0; i < index && draft->kind != IMPORT_AUCTION; i++) {
        bool is_auction = collecting->work->season->drafts.at[i].kind == IMPORT_AUCTION;
        if (!is_auction && slice_eq(collecting->pools[i], pool)) {
            pool = S("veterans");
        }
    }
    return pool;
}

static int rounds_of(const struct import_draft *draft)
{
    int rounds = draft->rounds;
    for (size_t i = 0; i < draft->picks.count; i++) {
        rounds = draft->picks.at[i].round > rounds ? draft->picks.at[i].round : rounds;
    }
    return rounds < 1 ? 1 : rounds > DRAFT_ROUNDS ? DRAFT_ROUNDS : rounds;
}

static struct slice draft_json(struct collecting *collecting, size_t index)
{
    struct work *work = collecting->work;
    const struct import_draft *draft = &work->season->drafts.at[index];
    struct json json;
    int rounds = rounds_of(draft);
    bool has_seconds = draft->seconds_per_pick >= 5 && draft->seconds_per_pick <= SECONDS_MAX;
    struct slice plain = arena_format(work->arena, "draft-%zu", index + 1);
    json_init(&json, work->arena);
    json_open_object(&json);
    json_member_int(&json, S("season"), work->season->season);
    json_member_text(&json, S("kind"), draft_keys[draft->kind]);
    json_member_text(&json, S("pool"), collecting->pools[index]);
    json_member_int(&json, S("rounds"), rounds);
    if (draft->kind == IMPORT_SNAKE && draft->reversal_round >= 2 &&
        draft->reversal_round <= rounds) {
        json_member_int(&json, S("reversal_round"), draft->reversal_round);
    }
    json_member_int(&json, S("seconds_per_pick"),
                    has_seconds ? draft->seconds_per_pick : SECONDS_DEFAULT);
    json_member_text(&json, S("state"), draft->is_complete ? S("complete") : S("scheduled"));
    member_at(&json, S("scheduled_at"), draft->starts_at);
    if (draft->is_complete) {
        utime at = draft_at(work, draft);
        utime started = draft->starts_at != 0 && draft->starts_at < at ? draft->starts_at : at;
        json_member_time(&json, S("started_at"), started);
        json_member_time(&json, S("completed_at"), at);
    }
    if (draft->kind == IMPORT_AUCTION) {
        int64_t budget = draft->budget < 1 ? 1 : draft->budget;
        json_member_int(&json, S("budget"), budget);
        json_member_int(&json, S("min_bid"),
                        draft->min_bid < 0 || draft->min_bid > budget ? 0 : draft->min_bid);
    }
    json_member_text(&json, S("source_id"),
                     fitting(work->arena, draft->source_id, SOURCE_ID_MAX, plain));
    json_close_object(&json);
    return json_done(&json);
}

/* The teams in the order that was told, then those that it leaves out. */
static struct slice order_json(const struct work *work, const struct import_draft *draft)
{
    struct json json;
    bool is_in[IMPORT_TEAMS_MAX] = { false };
    int slot = 0;
    rows_open(&json, work->arena);
    for (size_t i = 0; i < draft->order.count + work->season->teams.count; i++) {
        int team = i < draft->order.count ? draft->order.at[i] : (int)(i - draft->order.count);
        if (team == IMPORT_NONE || is_in[team]) {
            continue;
        }
        is_in[team] = true;
        json_open_object(&json);
        json_member_int(&json, S("team_id"), work->team_ids[team]);
        json_member_int(&json, S("slot"), ++slot);
        if (draft->kind == IMPORT_AUCTION) {
            json_member_int(&json, S("budget"), draft->budget < 0 ? 0 : draft->budget);
        }
        json_close_object(&json);
    }
    return rows_close(&json);
}

static bool is_drafted_before(const struct import_draft *draft, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (draft->picks.at[i].player == draft->picks.at[index].player) {
            return true;
        }
    }
    return false;
}

static enum error store_lots(struct collecting *collecting, size_t index)
{
    struct work *work = collecting->work;
    const struct import_draft *draft = &work->season->drafts.at[index];
    struct json json;
    rows_open(&json, work->arena);
    for (size_t i = 0; i < draft->picks.count; i++) {
        const struct import_draft_pick *pick = &draft->picks.at[i];
        if (pick->player == IMPORT_NONE || is_drafted_before(draft, i)) {
            continue;
        }
        int nominating = pick->nominating_team == IMPORT_NONE ? pick->team : pick->nominating_team;
        json_open_object(&json);
        json_member_int(&json, S("team_id"), work->team_ids[pick->team]);
        json_member_int(&json, S("overall"), pick->overall);
        json_member_int(&json, S("player_id"), work->player_ids[pick->player]);
        json_member_time(&json, S("made_at"), draft_at(work, draft));
        json_member_text(&json, S("made_by"), S("import"));
        json_member_bool(&json, S("is_keeper"), pick->is_keeper);
        json_member_int(&json, S("price"), pick->price < 0 ? 0 : pick->price);
        json_member_int(&json, S("nominating_team_id"), work->team_ids[nominating]);
        json_close_object(&json);
        work->report->counts.draft_picks++;
    }
    return work_ask(work, SQL_IMPORTS_LOTS_STORE,
                    PARAMS(P_INT(work->league_id), P_INT(collecting->picks->draft_ids[index]),
                           P_INT(work->season->season), P_TEXT(collecting->pools[index]),
                           P_TEXT(rows_close(&json))),
                    NULL);
}

static enum error store_drafts(struct collecting *collecting)
{
    struct work *work = collecting->work;
    struct param league = P_INT(work->league_id);
    struct picks *picks = collecting->picks;
    for (size_t i = 0; i < work->season->drafts.count && i < DRAFTS_MAX; i++) {
        const struct import_draft *draft = &work->season->drafts.at[i];
        struct rows rows;
        collecting->pools[i] = pool_of(collecting, i);
        collecting->are_kept[i] = draft->is_complete && draft->kind != IMPORT_AUCTION;
        TRY(work_ask(work, SQL_IMPORTS_DRAFT_STORE,
                     PARAMS(league, P_TEXT(draft_json(collecting, i))), &rows));
        picks->draft_ids[i] = rows_int(&rows, 0, "id");
        picks->draft_count = i + 1;
        TRY(work_ask(work, SQL_IMPORTS_DRAFT_ORDER,
                     PARAMS(league, P_INT(picks->draft_ids[i]), P_TEXT(order_json(work, draft))),
                     NULL));
        if (draft->is_complete && draft->kind == IMPORT_AUCTION) {
            TRY(store_lots(collecting, i));
        }
        if (draft->kind != IMPORT_AUCTION) {
            picks->pool = collecting->pools[i];
        }
    }
    return OK;
}

/* ---- assets ---- */

static struct asset *asset_of(struct collecting *collecting, struct asset wanted)
{
    for (size_t i = 0; i < collecting->count; i++) {
        struct asset *asset = &collecting->assets[i];
        if (asset->season == wanted.season && asset->round == wanted.round &&
            asset->original == wanted.original && slice_eq(asset->pool, wanted.pool)) {
            return asset;
        }
    }
    CHECK(collecting->count < collecting->room);
    collecting->assets[collecting->count] = wanted;
    return &collecting->assets[collecting->count++];
}

/* Whose pick it was at first; where two picks of a round name the same team, one that is left. */
static int original_of(const struct collecting *collecting, const struct import_draft *draft,
                       const struct import_draft_pick *pick, const bool *is_used)
{
    int wanted = pick->original_team == IMPORT_NONE ? pick->team : pick->original_team;
    if (!is_used[wanted]) {
        return wanted;
    }
    for (size_t team = 0; team < collecting->work->season->teams.count; team++) {
        bool is_named = is_used[team];
        for (size_t i = 0; i < draft->picks.count && !is_named; i++) {
            const struct import_draft_pick *other = &draft->picks.at[i];
            is_named = other->round == pick->round && other->original_team == (int)team;
        }
        if (!is_named) {
            return (int)team;
        }
    }
    return NOBODY;
}

static void collect_draft(struct collecting *collecting, size_t index)
{
    struct work *work = collecting->work;
    const struct import_draft *draft = &work->season->drafts.at[index];
    for (int round = 1; round <= rounds_of(draft); round++) {
        bool is_used[IMPORT_TEAMS_MAX] = { false };
        for (size_t i = 0; i < draft->picks.count; i++) {
            const struct import_draft_pick *pick = &draft->picks.at[i];
            if (pick->round != round) {
                continue;
            }
            int original = original_of(collecting, draft, pick, is_used);
            bool is_twice = pick->player != IMPORT_NONE && is_drafted_before(draft, i);
            if (original == NOBODY || is_twice || pick->overall < 1 ||
                pick->overall > OVERALL_MAX || pick->round_pick > ROUND_PICKS_MAX) {
                work_note(work, arena_format(work->arena, "draft pick %d", pick->overall), S(""),
                          S(""), "its place, its team or its player is told twice or out of range");
                continue;
            }
            is_used[original] = true;
            struct asset *asset = asset_of(collecting, (struct asset){
                                                           .season = work->season->season,
                                                           .round = round,
                                                           .original = original,
                                                           .pool = collecting->pools[index],
                                                       });
            asset->owner = pick->team;
            asset->draft = (int)index;
            asset->pick = pick;
            work->report->counts.draft_picks++;
        }
    }
}

static bool is_pick(int season, int round, int original)
{
    return season >= 1920 && season <= 2199 && round >= 1 && round <= DRAFT_ROUNDS &&
           original != IMPORT_NONE;
}

static void collect_moved(struct collecting *collecting)
{
    const struct import_season *season = collecting->work->season;
    for (size_t i = 0; i < season->moves.count; i++) {
        const struct import_move *move = &season->moves.at[i];
        for (size_t n = 0; n < move->items.count && move->state == MOVE_DONE; n++) {
            const struct import_item *item = &move->items.at[n];
            bool is_told = item->kind == ITEM_PICK_IN || item->kind == ITEM_PICK_OUT;
            if (!is_told || !is_pick(item->pick_season, item->pick_round, item->pick_original)) {
                continue;
            }
            struct asset *asset = asset_of(collecting, (struct asset){
                                                           .season = item->pick_season,
                                                           .round = item->pick_round,
                                                           .original = item->pick_original,
                                                           .owner = item->pick_original,
                                                           .pool = collecting->picks->pool,
                                                           .draft = NOBODY,
                                                       });
            if (item->kind == ITEM_PICK_IN && asset->pick == NULL) {
                asset->owner = item->team;
            }
        }
    }
    for (size_t i = 0; i < season->future_picks.count; i++) {
        const struct import_future_pick *told = &season->future_picks.at[i];
        if (!is_pick(told->season, told->round, told->original_team) ||
            told->owner_team == IMPORT_NONE) {
            continue;
        }
        struct asset *asset = asset_of(collecting, (struct asset){
                                                       .season = told->season,
                                                       .round = told->round,
                                                       .original = told->original_team,
                                                       .pool = collecting->picks->pool,
                                                       .draft = NOBODY,
                                                   });
        if (asset->pick == NULL) {
            asset->owner = told->owner_team;
        }
    }
}

static void put_asset(const struct collecting *collecting, struct json *json,
                      const struct asset *asset)
{
    const struct work *work = collecting->work;
    json_open_object(json);
    json_member_int(json, S("season"), asset->season);
    json_member_text(json, S("pool"), asset->pool);
    json_member_int(json, S("round"), asset->round);
    json_member_int(json, S("original_team_id"), work->team_ids[asset->original]);
    json_member_int(json, S("owner_team_id"), work->team_ids[asset->owner]);
    if (asset->pick != NULL) {
        const struct import_draft_pick *pick = asset->pick;
        const struct import_draft *draft = &work->season->drafts.at[asset->draft];
        json_member_int(json, S("draft_id"), collecting->picks->draft_ids[asset->draft]);
        json_member_int(json, S("overall"), pick->overall);
        if (pick->round_pick >= 1) {
            json_member_int(json, S("round_pick"), pick->round_pick);
        }
        json_member_bool(json, S("is_keeper"), pick->is_keeper);
        if (pick->player != IMPORT_NONE) {
            json_member_int(json, S("player_id"), work->player_ids[pick->player]);
            json_member_time(json, S("made_at"), draft_at(work, draft));
            json_member_text(json, S("made_by"), S("import"));
        }
    }
    json_close_object(json);
}

static size_t room_for(const struct import_season *season)
{
    size_t room = season->future_picks.count + 1;
    for (size_t i = 0; i < season->drafts.count; i++) {
        room += season->drafts.at[i].picks.count;
    }
    for (size_t i = 0; i < season->moves.count; i++) {
        room += season->moves.at[i].items.count;
    }
    return room;
}

enum error picks_store(struct work *work, struct picks *ret_picks)
{
    *ret_picks =
        (struct picks){ .pool = work->season->kind == IMPORT_DYNASTY ? S("rookies") : S("all") };
    struct collecting collecting = { .work = work, .picks = ret_picks };
    collecting.room = room_for(work->season);
    collecting.assets = ARENA_ARRAY(work->arena, collecting.room, struct asset);
    TRY(store_drafts(&collecting));
    for (size_t i = 0; i < ret_picks->draft_count; i++) {
        if (collecting.are_kept[i]) {
            collect_draft(&collecting, i);
        }
    }
    collect_moved(&collecting);
    struct json json;
    rows_open(&json, work->arena);
    for (size_t i = 0; i < collecting.count; i++) {
        put_asset(&collecting, &json, &collecting.assets[i]);
    }
    return work_ask(work, SQL_IMPORTS_PICKS_STORE,
                    PARAMS(P_INT(work->league_id), P_TEXT(rows_close(&json))), &ret_picks->stored);
}

int64_t pick_id(const struct work *work, const struct picks *picks, int season, int round,
                int original_team)
{
    for (size_t i = 0; i < picks->stored.count && original_team != IMPORT_NONE; i++) {
        if (rows_int(&picks->stored, i, "season") == season &&
            rows_int(&picks->stored, i, "round") == round &&
            rows_int(&picks->stored, i, "original_team_id") == work->team_ids[original_team] &&
            slice_eq(rows_text(&picks->stored, i, "pool"), picks->pool)) {
            return rows_int(&picks->stored, i, "id");
        }
    }
    return 0;
}
