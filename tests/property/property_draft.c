/* Draft orders and whole drafts by autopick. */
#include "rules/autopick.h"
#include "rules/draft.h"

#include "property.h"

static void every_team_picks_once_in_every_round(void **state)
{
    (void)state;
    for (uint64_t seed = property_seed(); seed < property_seed() + 500; seed++) {
        struct rng rng = property_case(seed);
        struct draft_shape shape = {
            .kind = rng_below(&rng, 2) == 0 ? DRAFT_SNAKE : DRAFT_LINEAR,
            .team_count = (uint8_t)between(&rng, 2, TEAMS_MAX),
            .round_count = (uint8_t)between(&rng, 1, DRAFT_ROUNDS_MAX),
            .reversal_round = (uint8_t)between(&rng, 0, 5),
        };
        uint32_t seen = 0;
        for (uint32_t pick = 1; pick <= draft_pick_count(&shape); pick++) {
            uint8_t slot = draft_slot(&shape, pick);
            HOLDS(seed, slot >= 1 && slot <= shape.team_count);
            HOLDS(seed, (seen >> slot & 1) == 0);
            seen |= 1u << slot;
            HOLDS(seed, draft_pick(&shape, draft_round(&shape, pick), slot) == pick);
            if (pick % shape.team_count == 0) {
                seen = 0;
            }
        }
    }
}

enum { POOL = 420, TEAMS = 12 };

static const enum slot league_slots[] = { SLOT_QB, SLOT_RB,   SLOT_RB,         SLOT_WR, SLOT_WR,
                                          SLOT_TE, SLOT_FLEX, SLOT_SUPER_FLEX, SLOT_K,  SLOT_DEF,
                                          SLOT_BN, SLOT_BN,   SLOT_BN,         SLOT_BN, SLOT_IR };

enum { ROUNDS = ARRAY_LEN(league_slots) - 1 };

/* Shares of positions like a real pool's. */
static const enum position pool_positions[] = { POSITION_QB,  POSITION_RB, POSITION_RB, POSITION_WR,
                                                POSITION_WR,  POSITION_WR, POSITION_TE, POSITION_K,
                                                POSITION_DEF, POSITION_LB };

static size_t autopick_one(struct rng *rng, uint64_t seed, struct pool_player *pool,
                           size_t pool_count, struct own_player *own, size_t own_count)
{
    int64_t queue[2] = { between(rng, 1, POOL), between(rng, 1, POOL) };
    struct autopick autopick = { .pool = pool,
                                 .pool_count = pool_count,
                                 .queue = queue,
                                 .queue_count = own_count < 3 ? 2 : 0,
                                 .own = own,
                                 .own_count = own_count,
                                 .slots = league_slots,
                                 .slot_count = ARRAY_LEN(league_slots),
                                 .picks_left = ROUNDS - own_count };
    autopick_default_caps(league_slots, ARRAY_LEN(league_slots), autopick.caps);
    struct autopick_choice choice = autopick_choose(&autopick);
    HOLDS(seed, choice.reason != AUTOPICK_NOBODY && choice.reason != AUTOPICK_FORCED);
    HOLDS(seed, choice.player < pool_count);
    bool is_late =
        pool[choice.player].position == POSITION_K || pool[choice.player].position == POSITION_DEF;
    HOLDS(seed, choice.reason == AUTOPICK_QUEUED || !is_late || own_count >= ROUNDS - 2);
    own[own_count] = (struct own_player){ .positions = pool[choice.player].positions,
                                          .position = pool[choice.player].position };
    pool[choice.player] = pool[pool_count - 1];
    return pool_count - 1;
}

static void autopick_fills_every_starting_slot_and_keeps_the_caps(void **state)
{
    (void)state;
    for (uint64_t seed = property_seed(); seed < property_seed() + 200; seed++) {
        struct rng rng = property_case(seed);
        static struct pool_player pool[POOL];
        for (size_t i = 0; i < POOL; i++) {
            enum position position = pool_positions[rng_below(&rng, ARRAY_LEN(pool_positions))];
            pool[i] = (struct pool_player){ .id = (int64_t)i + 1,
                                            .positions = position_bit(position),
                                            .position = position,
                                            .rank = (int32_t)between(&rng, 0, 200) };
        }
        struct own_player own[TEAMS][ROUNDS];
        size_t left = POOL;
        for (size_t pick = 0; pick < (size_t)TEAMS * ROUNDS; pick++) {
            left = autopick_one(&rng, seed, pool, left, own[pick % TEAMS], pick / TEAMS);
        }
        for (size_t team = 0; team < TEAMS; team++) {
            int counts[POSITION_COUNT] = { 0 };
            for (size_t i = 0; i < ROUNDS; i++) {
                counts[own[team][i].position]++;
            }
            HOLDS(seed, counts[POSITION_K] == 1 && counts[POSITION_DEF] == 1);
            HOLDS(seed, counts[POSITION_QB] >= 1 && counts[POSITION_QB] <= 3);
            HOLDS(seed, counts[POSITION_TE] >= 1 && counts[POSITION_TE] <= 4);
            HOLDS(seed, counts[POSITION_RB] >= 2 && counts[POSITION_WR] >= 2);
            HOLDS(seed, counts[POSITION_LB] == 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_team_picks_once_in_every_round),
        cmocka_unit_test(autopick_fills_every_starting_slot_and_keeps_the_caps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
