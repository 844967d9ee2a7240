/* The best lineup against every possible lineup. */
#include "rules/lineup.h"

#include "property.h"

enum { SMALL_PLAYERS = 7, SMALL_SLOTS = 5 };

static position_mask random_positions(struct rng *rng)
{
    position_mask mask = position_bit((enum position)between(rng, POSITION_UNKNOWN, POSITION_DB));
    if (rng_below(rng, 4) == 0) {
        mask |= position_bit((enum position)between(rng, POSITION_QB, POSITION_TE));
    }
    return mask;
}

/* Few distinct points, so that ties are common. */
static void random_players(struct rng *rng, struct lineup_player *players, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        players[i] = (struct lineup_player){
            .id = (int64_t)((i * 5 + 3) % 101 + 1),
            .positions = random_positions(rng),
            .points = (points)between(rng, -3, 6) * 100,
        };
    }
}

static void random_slots(struct rng *rng, enum slot *slots, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        slots[i] = (enum slot)between(rng, 0, SLOT_COUNT - 1);
    }
}

/* Bit of a player: the best (more points, then lower id) has the highest. Sets of players then
 * compare as numbers in the order the rule prefers them. */
static uint32_t rank_bit(const struct lineup *lineup, size_t player)
{
    uint32_t bit = 1;
    const struct lineup_player *me = &lineup->players[player];
    for (size_t i = 0; i < lineup->player_count; i++) {
        const struct lineup_player *other = &lineup->players[i];
        bool is_below =
            other->points < me->points || (other->points == me->points && other->id > me->id);
        bit <<= is_below ? 1 : 0;
    }
    return bit;
}

struct best {
    int64_t total;
    uint32_t set;
};

static void try_all(const struct lineup *lineup, size_t slot, uint32_t used, uint32_t set,
                    int64_t total, struct best *best)
{
    if (slot == lineup->slot_count) {
        best->total = total > best->total ? total : best->total;
        best->set = set > best->set ? set : best->set;
        return;
    }
    try_all(lineup, slot + 1, used, set, total, best);
    const struct slot_info *info = slot_info(lineup->slots[slot]);
    for (size_t i = 0; info->kind == SLOT_KIND_STARTER && i < lineup->player_count; i++) {
        const struct lineup_player *player = &lineup->players[i];
        if ((used >> i & 1) == 0 && (player->positions & info->positions) != 0 &&
            player->points >= 0) {
            try_all(lineup, slot + 1, used | 1u << i, set | rank_bit(lineup, i),
                    total + player->points, best);
        }
    }
}

static void best_lineup_equals_the_best_of_all_lineups(void **state)
{
    (void)state;
    for (uint64_t seed = property_seed(); seed < property_seed() + 10000; seed++) {
        struct rng rng = property_case(seed);
        struct lineup_player players[SMALL_PLAYERS];
        enum slot slots[SMALL_SLOTS];
        struct lineup lineup = { .players = players,
                                 .player_count = (size_t)between(&rng, 0, SMALL_PLAYERS),
                                 .slots = slots,
                                 .slot_count = (size_t)between(&rng, 0, SMALL_SLOTS) };
        random_players(&rng, players, lineup.player_count);
        random_slots(&rng, slots, lineup.slot_count);
        struct best best = { .total = 0 };
        try_all(&lineup, 0, 0, 0, 0, &best);
        int16_t chosen[SLOTS_MAX];
        HOLDS(seed, lineup_best(&lineup, chosen) == best.total);
        uint32_t set = 0;
        for (size_t i = 0; i < lineup.slot_count; i++) {
            set |= chosen[i] == LINEUP_EMPTY ? 0 : rank_bit(&lineup, (size_t)chosen[i]);
        }
        HOLDS(seed, set == best.set);
    }
}

static void best_lineup_of_a_big_roster_is_legal_and_beats_random_legal_ones(void **state)
{
    (void)state;
    for (uint64_t seed = property_seed(); seed < property_seed() + 2000; seed++) {
        struct rng rng = property_case(seed);
        struct lineup_player players[40];
        enum slot slots[30];
        random_players(&rng, players, ARRAY_LEN(players));
        random_slots(&rng, slots, ARRAY_LEN(slots));
        struct lineup lineup = { .players = players,
                                 .player_count = ARRAY_LEN(players),
                                 .slots = slots,
                                 .slot_count = ARRAY_LEN(slots) };
        int16_t chosen[SLOTS_MAX];
        int64_t total = lineup_best(&lineup, chosen);
        bool is_used[40] = { false };
        int64_t sum = 0;
        for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
            if (chosen[i] != LINEUP_EMPTY) {
                HOLDS(seed, !is_used[chosen[i]]);
                HOLDS(seed, slot_info(slots[i])->kind == SLOT_KIND_STARTER);
                HOLDS(seed, slot_info(slots[i])->positions & players[chosen[i]].positions);
                is_used[chosen[i]] = true;
                sum += players[chosen[i]].points;
            }
        }
        HOLDS(seed, sum == total);
        bool is_tried[40] = { false };
        int64_t random_sum = 0;
        for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
            size_t at = (size_t)rng_below(&rng, ARRAY_LEN(players));
            if (!is_tried[at] && slot_info(slots[i])->kind == SLOT_KIND_STARTER &&
                (slot_info(slots[i])->positions & players[at].positions) != 0) {
                is_tried[at] = true;
                random_sum += players[at].points;
            }
        }
        HOLDS(seed, random_sum <= total);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(best_lineup_equals_the_best_of_all_lineups),
        cmocka_unit_test(best_lineup_of_a_big_roster_is_legal_and_beats_random_legal_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
