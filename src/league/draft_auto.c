/* Picks that the machine makes: what rules/autopick.h needs, loaded once and kept up to date. */
#include "base/check.h"
#include "league/draft_internal.h"

/* Players outside the rules of a team are looked at by id in its queue only. */
struct wish {
    int64_t team_id;
    int64_t player_id;
    bool is_excluded;
};

struct owned {
    int64_t team_id;
    struct own_player player;
};

struct autodraft {
    struct arena *arena;
    enum slot slots[SLOTS_MAX];
    size_t slot_count;
    uint8_t caps[POSITION_COUNT];
    struct pool_player *pool;
    struct slice *names; /* beside the pool */
    size_t pool_count;
    struct wish *wishes; /* by team, queue order */
    size_t wish_count;
    struct owned *owned;
    size_t owned_count;
    int64_t *owners; /* of the picks to come, the current one first */
    size_t owner_count;
    size_t next; /* the current pick in owners */
};

static position_mask positions_of(struct slice first, struct slice extra)
{
    position_mask mask = position_bit(position_from(first));
    while (extra.ptr != NULL && extra.len > 0) {
        mask |= position_bit(position_from(slice_cut(&extra, ',')));
    }
    return mask;
}

static struct slice text_array(struct arena *arena, position_mask positions)
{
    struct buffer list;
    buffer_init(&list, arena);
    buffer_byte(&list, '{');
    for (size_t p = 0; p < POSITION_COUNT; p++) {
        if ((positions & position_bit((enum position)p)) != 0) {
            buffer_add(&list, list.len > 1 ? S(",") : S(""));
            buffer_add(&list, position_key((enum position)p));
        }
    }
    buffer_byte(&list, '}');
    return buffer_slice(&list);
}

static enum error load_pool(struct autodraft *autodraft, struct change *change,
                            const struct draft *draft, position_mask positions)
{
    struct rows rows;
    TRY(tx_query(&change->tx, SQL_DRAFT_POOL,
                 PARAMS(P_INT(change->league.id), P_INT(draft->id),
                        P_TEXT(text_array(change->arena, positions)),
                        P_INT((int64_t)autodraft->owner_count)),
                 &rows));
    CHECK(rows.count <= POOL_MAX);
    autodraft->pool = ARENA_ARRAY(change->arena, rows.count, struct pool_player);
    autodraft->names = ARENA_ARRAY(change->arena, rows.count, struct slice);
    autodraft->pool_count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct slice position = rows_text(&rows, i, "position");
        autodraft->pool[i] = (struct pool_player){
            .id = rows_int(&rows, i, "id"),
            .positions = positions_of(position, rows_text(&rows, i, "extra_positions")),
            .position = position_from(position),
            .rank = (int32_t)rows_int(&rows, i, "rank"),
        };
        autodraft->names[i] = rows_text(&rows, i, "full_name");
    }
    return OK;
}

/* What is picked and what is to come. */
static enum error load_board(struct autodraft *autodraft, struct change *change,
                             const struct draft *draft)
{
    struct rows rows;
    TRY(tx_query(&change->tx, SQL_DRAFT_BOARD_ROWS,
                 PARAMS(P_INT(change->league.id), P_INT(draft->id)), &rows));
    autodraft->owned = ARENA_ARRAY(change->arena, rows.count, struct owned);
    autodraft->owners = ARENA_ARRAY(change->arena, rows.count, int64_t);
    for (size_t i = 0; i < rows.count; i++) {
        int64_t team_id = rows_int(&rows, i, "owner_team_id");
        if (rows_null(&rows, i, "player_id")) {
            autodraft->owners[autodraft->owner_count++] = team_id;
            continue;
        }
        struct slice position = rows_text(&rows, i, "position");
        autodraft->owned[autodraft->owned_count++] = (struct owned){
            .team_id = team_id,
            .player = { .positions = positions_of(position, rows_text(&rows, i, "extra_positions")),
                        .position = position_from(position) },
        };
    }
    return OK;
}

static enum error load_wishes(struct autodraft *autodraft, struct change *change)
{
    struct rows rows;
    TRY(tx_query(&change->tx, SQL_DRAFT_WISHES, PARAMS(P_INT(change->league.id)), &rows));
    autodraft->wishes = ARENA_ARRAY(change->arena, rows.count, struct wish);
    autodraft->wish_count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        autodraft->wishes[i] = (struct wish){
            .team_id = rows_int(&rows, i, "team_id"),
            .player_id = rows_int(&rows, i, "player_id"),
            .is_excluded = slice_eq(rows_text(&rows, i, "kind"), S("exclude")),
        };
    }
    return OK;
}

enum error autodraft_load(struct change *change, const struct draft *draft,
                          struct autodraft **ret_auto)
{
    struct autodraft *autodraft = ARENA_NEW(change->arena, struct autodraft);
    autodraft->arena = change->arena;
    TRY(league_slots(change->arena, &change->tx, change->league.id, autodraft->slots,
                     &autodraft->slot_count));
    autopick_default_caps(autodraft->slots, autodraft->slot_count, autodraft->caps);
    position_mask positions = 0;
    TRY(draft_positions(change, &positions));
    TRY(load_board(autodraft, change, draft));
    TRY(load_pool(autodraft, change, draft, positions));
    TRY(load_wishes(autodraft, change));
    *ret_auto = autodraft;
    return OK;
}

/* ---- choosing ---- */

static size_t collect_own(const struct autodraft *autodraft, int64_t team_id,
                          struct own_player ret_own[ROSTER_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < autodraft->owned_count && count < ROSTER_MAX; i++) {
        if (autodraft->owned[i].team_id == team_id) {
            ret_own[count++] = autodraft->owned[i].player;
        }
    }
    return count;
}

/* The team's queue; whom it never wants is marked in the pool. */
static size_t collect_wishes(struct autodraft *autodraft, int64_t team_id,
                             int64_t ret_queue[QUEUE_MAX])
{
    for (size_t p = 0; p < autodraft->pool_count; p++) {
        autodraft->pool[p].is_excluded = false;
    }
    size_t count = 0;
    for (size_t i = 0; i < autodraft->wish_count; i++) {
        const struct wish *wish = &autodraft->wishes[i];
        if (wish->team_id != team_id) {
            continue;
        }
        if (!wish->is_excluded && count < QUEUE_MAX) {
            ret_queue[count++] = wish->player_id;
        }
        for (size_t p = 0; p < autodraft->pool_count && wish->is_excluded; p++) {
            autodraft->pool[p].is_excluded |= autodraft->pool[p].id == wish->player_id;
        }
    }
    return count;
}

static size_t picks_left(const struct autodraft *autodraft, int64_t team_id)
{
    size_t count = 0;
    for (size_t i = autodraft->next; i < autodraft->owner_count; i++) {
        count += autodraft->owners[i] == team_id;
    }
    return count;
}

static struct autopick_choice choose(struct autodraft *autodraft, int64_t team_id)
{
    struct own_player *own = ARENA_ARRAY(autodraft->arena, ROSTER_MAX, struct own_player);
    int64_t *queue = ARENA_ARRAY(autodraft->arena, QUEUE_MAX, int64_t);
    struct autopick autopick = {
        .pool = autodraft->pool,
        .pool_count = autodraft->pool_count,
        .queue = queue,
        .queue_count = collect_wishes(autodraft, team_id, queue),
        .own = own,
        .own_count = collect_own(autodraft, team_id, own),
        .slots = autodraft->slots,
        .slot_count = autodraft->slot_count,
        .picks_left = picks_left(autodraft, team_id),
    };
    memcpy(autopick.caps, autodraft->caps, sizeof(autopick.caps));
    return autopick_choose(&autopick);
}

static void take(struct autodraft *autodraft, size_t index, int64_t team_id)
{
    const struct pool_player *player = &autodraft->pool[index];
    autodraft->owned[autodraft->owned_count++] =
        (struct owned){ .team_id = team_id,
                        .player = { .positions = player->positions,
                                    .position = player->position } };
    size_t last = --autodraft->pool_count;
    autodraft->pool[index] = autodraft->pool[last];
    autodraft->names[index] = autodraft->names[last];
    autodraft->next++;
}

enum error autodraft_pick(struct autodraft *autodraft, struct change *change, struct draft *draft,
                          enum draft_auto_reason reason)
{
    struct autopick_choice choice = choose(autodraft, draft->team_id);
    if (choice.reason == AUTOPICK_NOBODY) {
        return refuse(change->faults, E_PLAYER_TAKEN,
                      "No player is left who fits a slot of this league.");
    }
    struct picked picked = {
        .team_id = draft->team_id,
        .player_id = autodraft->pool[choice.player].id,
        .name = autodraft->names[choice.player],
        .position = position_key(autodraft->pool[choice.player].position),
        .maker = PICK_BY_AUTO,
        .reason = reason,
    };
    take(autodraft, choice.player, picked.team_id);
    return draft_apply(change, draft, &picked);
}
