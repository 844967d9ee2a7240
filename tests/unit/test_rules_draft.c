/* rules: draft order and autopick. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/check.h"
#include "rules/autopick.h"
#include "rules/draft.h"

static void snake_turns_at_the_end_of_each_round(void **state)
{
    (void)state;
    const struct draft_shape shape = { .kind = DRAFT_SNAKE, .team_count = 3, .round_count = 3 };
    const uint8_t want[] = { 1, 2, 3, 3, 2, 1, 1, 2, 3 };
    assert_int_equal(draft_pick_count(&shape), ARRAY_LEN(want));
    for (uint32_t pick = 1; pick <= ARRAY_LEN(want); pick++) {
        assert_int_equal(draft_slot(&shape, pick), want[pick - 1]);
    }
}

static void linear_repeats_the_order(void **state)
{
    (void)state;
    const struct draft_shape shape = { .kind = DRAFT_LINEAR, .team_count = 12, .round_count = 3 };
    assert_int_equal(draft_slot(&shape, 12), 12);
    assert_int_equal(draft_slot(&shape, 13), 1);
    assert_int_equal(draft_pick(&shape, 3, 5), 29);
}

static void third_round_reversal_matches_sleepers_vector(void **state)
{
    (void)state;
    const struct draft_shape shape = {
        .kind = DRAFT_SNAKE, .team_count = 12, .round_count = 15, .reversal_round = 3
    };
    const uint32_t first[] = { 1, 24, 36, 37, 60 };
    const uint32_t last[] = { 12, 13, 25, 48, 49 };
    for (uint8_t round = 1; round <= ARRAY_LEN(first); round++) {
        assert_int_equal(draft_pick(&shape, round, 1), first[round - 1]);
        assert_int_equal(draft_pick(&shape, round, 12), last[round - 1]);
        assert_int_equal(draft_slot(&shape, first[round - 1]), 1);
    }
}

static const enum slot slots[] = { SLOT_QB, SLOT_RB, SLOT_FLEX, SLOT_K, SLOT_BN, SLOT_BN };

#define PLAYER(id_, position_, rank_)                                                              \
    {                                                                                              \
        .id = (id_), .positions = 1u << POSITION_##position_, .position = POSITION_##position_,    \
        .rank = (rank_)                                                                            \
    }
#define OWN(position_)                                                                             \
    {                                                                                              \
        .positions = 1u << POSITION_##position_, .position = POSITION_##position_                  \
    }

static const struct pool_player pool[] = { PLAYER(11, K, 1),  PLAYER(12, QB, 2), PLAYER(13, QB, 3),
                                           PLAYER(14, RB, 5), PLAYER(15, WR, 5), PLAYER(16, LB, 4),
                                           PLAYER(17, TE, 0) };

static struct autopick autopick_of(const struct own_player *own, size_t own_count)
{
    struct autopick autopick = { .pool = pool,
                                 .pool_count = ARRAY_LEN(pool),
                                 .own = own,
                                 .own_count = own_count,
                                 .slots = slots,
                                 .slot_count = ARRAY_LEN(slots),
                                 .picks_left = ARRAY_LEN(slots) - own_count };
    autopick_default_caps(slots, ARRAY_LEN(slots), autopick.caps);
    return autopick;
}

static void expect_choice(const struct autopick *autopick, int64_t id, enum autopick_reason reason)
{
    struct autopick_choice choice = autopick_choose(autopick);
    assert_int_equal(choice.reason, reason);
    assert_int_equal(autopick->pool[choice.player].id, id);
}

static void queue_comes_first_and_skips_who_is_gone(void **state)
{
    (void)state;
    const int64_t queue[] = { 99, 17, 14 };
    struct autopick autopick = autopick_of(NULL, 0);
    autopick.queue = queue;
    autopick.queue_count = ARRAY_LEN(queue);
    expect_choice(&autopick, 17, AUTOPICK_QUEUED);
    autopick.caps[POSITION_TE] = 0;
    expect_choice(&autopick, 14, AUTOPICK_QUEUED);
}

static void starters_come_before_the_bench_and_kickers_last(void **state)
{
    (void)state;
    const struct own_player own[] = { OWN(QB), OWN(RB), OWN(RB), OWN(WR), OWN(WR) };
    struct autopick autopick = autopick_of(own, 0);
    expect_choice(&autopick, 12, AUTOPICK_STARTER);
    autopick = autopick_of(own, 1);
    expect_choice(&autopick, 14, AUTOPICK_STARTER); /* rank 5 twice: the lower id */
    autopick = autopick_of(own, 3);
    expect_choice(&autopick, 12, AUTOPICK_BENCH);
    autopick = autopick_of(own, 5);
    expect_choice(&autopick, 11, AUTOPICK_STARTER);
}

static void caps_exclusions_and_useless_positions_are_kept_out(void **state)
{
    (void)state;
    const struct own_player own[] = { OWN(QB), OWN(RB), OWN(RB) };
    struct autopick autopick = autopick_of(own, 3);
    autopick.caps[POSITION_QB] = 1;
    expect_choice(&autopick, 14, AUTOPICK_BENCH); /* the better ranked LB starts nowhere */
    struct pool_player marked[ARRAY_LEN(pool)];
    for (size_t i = 0; i < ARRAY_LEN(pool); i++) {
        marked[i] = pool[i];
        marked[i].is_excluded = marked[i].id == 14;
    }
    autopick.pool = marked;
    expect_choice(&autopick, 15, AUTOPICK_BENCH);
}

static void somebody_is_picked_even_when_nobody_fits(void **state)
{
    (void)state;
    struct autopick autopick = autopick_of(NULL, 0);
    autopick.pool = &pool[5];
    autopick.pool_count = 1;
    expect_choice(&autopick, 16, AUTOPICK_FORCED);
    autopick.pool_count = 0;
    assert_int_equal(autopick_choose(&autopick).reason, AUTOPICK_NOBODY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(snake_turns_at_the_end_of_each_round),
        cmocka_unit_test(linear_repeats_the_order),
        cmocka_unit_test(third_round_reversal_matches_sleepers_vector),
        cmocka_unit_test(queue_comes_first_and_skips_who_is_gone),
        cmocka_unit_test(starters_come_before_the_bench_and_kickers_last),
        cmocka_unit_test(caps_exclusions_and_useless_positions_are_kept_out),
        cmocka_unit_test(somebody_is_picked_even_when_nobody_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
