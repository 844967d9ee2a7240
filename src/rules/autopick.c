#include "rules/autopick.h"

#include "base/check.h"
#include "rules/slot_fit.h"

#define LATE_POSITIONS (position_mask)(1u << POSITION_K | 1u << POSITION_DEF)
#define ALL_POSITIONS (position_mask)0xffff

/* What the team still needs. */
struct need {
    position_mask starters; /* positions with which a starting slot can still be filled */
    position_mask starting; /* positions that start at all in this league */
    size_t late_open;       /* open slots for kickers and defences */
    size_t counts[POSITION_COUNT];
};

static void find_need(const struct autopick *autopick, struct need *ret_need)
{
    *ret_need = (struct need){ .late_open = 0 };
    struct slot_fit fit;
    fit_init(&fit, autopick->slots, autopick->slot_count);
    for (size_t i = 0; i < autopick->own_count; i++) {
        ret_need->counts[autopick->own[i].position]++;
        (void)fit_add(&fit, (int16_t)i, autopick->own[i].positions);
    }
    for (size_t i = 0; i < fit.slot_count; i++) {
        ret_need->starting |= fit.accepts[i];
        bool is_late = (fit.accepts[i] & LATE_POSITIONS) != 0;
        ret_need->late_open += is_late && fit.holder[i] == FIT_EMPTY;
    }
    for (size_t i = 0; i < POSITION_COUNT && autopick->own_count < ROSTER_MAX; i++) {
        struct slot_fit trial = fit;
        position_mask bit = position_bit((enum position)i);
        if (fit_add(&trial, (int16_t)autopick->own_count, bit)) {
            ret_need->starters |= bit;
        }
    }
}

static bool is_capped(const struct autopick *autopick, const struct need *need,
                      const struct pool_player *player)
{
    uint8_t cap = autopick->caps[player->position];
    return cap != CAP_NONE && need->counts[player->position] >= cap;
}

static bool is_better(const struct pool_player *a, const struct pool_player *b)
{
    if (a->rank == b->rank) {
        return a->id < b->id;
    }
    return b->rank == 0 || (a->rank != 0 && a->rank < b->rank);
}

/* Best ranked player of the wanted positions, or pool_count. A NULL need takes anybody. */
static size_t best_of(const struct autopick *autopick, const struct need *need,
                      position_mask wanted)
{
    size_t best = autopick->pool_count;
    for (size_t i = 0; i < autopick->pool_count; i++) {
        const struct pool_player *player = &autopick->pool[i];
        if (need != NULL && ((player->positions & wanted) == 0 || player->is_excluded ||
                             is_capped(autopick, need, player))) {
            continue;
        }
        if (best == autopick->pool_count || is_better(player, &autopick->pool[best])) {
            best = i;
        }
    }
    return best;
}

/* First of the queue who is free and within the caps, or pool_count. */
static size_t first_queued(const struct autopick *autopick, const struct need *need)
{
    for (size_t q = 0; q < autopick->queue_count; q++) {
        for (size_t i = 0; i < autopick->pool_count; i++) {
            if (autopick->pool[i].id == autopick->queue[q] &&
                !is_capped(autopick, need, &autopick->pool[i])) {
                return i;
            }
        }
    }
    return autopick->pool_count;
}

struct autopick_choice autopick_choose(const struct autopick *autopick)
{
    CHECK(autopick->pool_count <= POOL_MAX);
    CHECK(autopick->queue_count <= QUEUE_MAX);
    CHECK(autopick->own_count <= ROSTER_MAX);
    CHECK(autopick->picks_left >= 1);
    struct need need;
    find_need(autopick, &need);
    size_t queued = first_queued(autopick, &need);
    if (queued < autopick->pool_count) {
        return (struct autopick_choice){ .reason = AUTOPICK_QUEUED, .player = queued };
    }
    position_mask early = need.starters & (position_mask)~LATE_POSITIONS;
    position_mask late = need.starters & LATE_POSITIONS;
    bool is_late = autopick->picks_left <= need.late_open;
    const struct {
        position_mask wanted;
        enum autopick_reason reason;
    } steps[] = {
        { .wanted = is_late ? late : early, .reason = AUTOPICK_STARTER },
        { .wanted = is_late ? early : 0, .reason = AUTOPICK_STARTER },
        { .wanted = need.starting & (position_mask)~LATE_POSITIONS, .reason = AUTOPICK_BENCH },
        { .wanted = late, .reason = AUTOPICK_STARTER },
        { .wanted = need.starting, .reason = AUTOPICK_BENCH },
        { .wanted = ALL_POSITIONS, .reason = AUTOPICK_FORCED },
    };
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        size_t best = best_of(autopick, &need, steps[i].wanted);
        if (best < autopick->pool_count) {
            return (struct autopick_choice){ .reason = steps[i].reason, .player = best };
        }
    }
    size_t anybody = best_of(autopick, NULL, ALL_POSITIONS);
    bool is_empty = anybody == autopick->pool_count;
    return (struct autopick_choice){ .reason = is_empty ? AUTOPICK_NOBODY : AUTOPICK_FORCED,
                                     .player = anybody };
}

void autopick_default_caps(const enum slot *slots, size_t slot_count,
                           uint8_t ret_caps[POSITION_COUNT])
{
    CHECK(slot_count <= SLOTS_MAX);
    for (size_t position = 0; position < POSITION_COUNT; position++) {
        position_mask bit = position_bit((enum position)position);
        uint8_t starts = 0;
        for (size_t i = 0; i < slot_count; i++) {
            const struct slot_info *info = slot_info(slots[i]);
            starts = (uint8_t)(starts +
                               (info->kind == SLOT_KIND_STARTER && (info->positions & bit) != 0));
        }
        bool is_one_more = position == POSITION_QB || position == POSITION_TE;
        bool is_exact = (bit & LATE_POSITIONS) != 0;
        uint8_t cap = is_one_more ? (uint8_t)(starts + 1) : is_exact ? starts : CAP_NONE;
        ret_caps[position] = starts == 0 ? 0 : cap;
    }
}
