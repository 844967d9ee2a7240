/* rules: slots, the best lineup, legality and locks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/check.h"
#include "rules/lineup.h"
#include "rules/lineup_check.h"

#define B(name) (position_mask)(1u << POSITION_##name)

static void slots_are_found_by_key_and_espn_id(void **state)
{
    (void)state;
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        assert_int_equal(slot_from(slot_info((enum slot)i)->key), i);
    }
    assert_int_equal(slot_from_espn(23), SLOT_FLEX);
    assert_int_equal(slot_from_espn(20), SLOT_BN);
    assert_int_equal(slot_from_espn(-1), SLOT_COUNT);
    assert_int_equal(slot_from_espn(18), SLOT_COUNT);
}

static void overlapping_flex_slots_are_filled_by_the_best_exchange(void **state)
{
    (void)state;
    /* Greedy filling of WRRB_FLEX with the best WR would leave the RB out. */
    const enum slot slots[] = { SLOT_WRRB_FLEX, SLOT_REC_FLEX, SLOT_BN };
    const struct lineup_player players[] = { { .id = 1, .positions = B(WR), .points = 2000 },
                                             { .id = 2, .positions = B(RB), .points = 1500 },
                                             { .id = 3, .positions = B(TE), .points = 400 } };
    struct lineup lineup = {
        .players = players, .player_count = 3, .slots = slots, .slot_count = 3
    };
    int16_t chosen[SLOTS_MAX];
    assert_int_equal(lineup_best(&lineup, chosen), 3500);
    assert_int_equal(chosen[0], 1);
    assert_int_equal(chosen[1], 0);
    assert_int_equal(chosen[2], LINEUP_EMPTY);
}

static void better_players_stand_in_the_narrow_slots(void **state)
{
    (void)state;
    const enum slot slots[] = { SLOT_RB, SLOT_WR, SLOT_FLEX };
    const struct lineup_player players[] = { { .id = 1, .positions = B(RB), .points = 500 },
                                             { .id = 2, .positions = B(RB), .points = 1500 },
                                             { .id = 3, .positions = B(WR), .points = 900 } };
    struct lineup lineup = {
        .players = players, .player_count = 3, .slots = slots, .slot_count = 3
    };
    int16_t chosen[SLOTS_MAX];
    assert_int_equal(lineup_best(&lineup, chosen), 2900);
    assert_int_equal(chosen[0], 1);
    assert_int_equal(chosen[1], 2);
    assert_int_equal(chosen[2], 0);
}

static void making_room_leaves_the_better_player_in_the_earlier_slot(void **state)
{
    (void)state;
    /* Seating the RB moves the TE out of the first slot; the WR then belongs there. */
    const enum slot slots[] = { SLOT_FLEX, SLOT_FLEX, SLOT_TE };
    const struct lineup_player players[] = { { .id = 1, .positions = B(TE), .points = 2000 },
                                             { .id = 2, .positions = B(WR), .points = 1800 },
                                             { .id = 3, .positions = B(RB), .points = 1500 } };
    struct lineup lineup = {
        .players = players, .player_count = 3, .slots = slots, .slot_count = 3
    };
    int16_t chosen[SLOTS_MAX];
    assert_int_equal(lineup_best(&lineup, chosen), 5300);
    assert_int_equal(chosen[0], 1);
    assert_int_equal(chosen[1], 2);
    assert_int_equal(chosen[2], 0);
}

static void negative_scorers_stay_out_and_ties_go_to_the_lower_id(void **state)
{
    (void)state;
    const enum slot slots[] = { SLOT_QB, SLOT_DEF };
    const struct lineup_player players[] = { { .id = 9, .positions = B(QB), .points = 1000 },
                                             { .id = 4, .positions = B(QB), .points = 1000 },
                                             { .id = 5, .positions = B(DEF), .points = -100 } };
    struct lineup lineup = {
        .players = players, .player_count = 3, .slots = slots, .slot_count = 2
    };
    int16_t chosen[SLOTS_MAX];
    assert_int_equal(lineup_best(&lineup, chosen), 1000);
    assert_int_equal(chosen[0], 1);
    assert_int_equal(chosen[1], LINEUP_EMPTY);
}

enum { QB_1 = 1, RB_1, RB_2, WR_1, OUT_1, TEAM_COUNT = 5 };

static const enum slot team_slots[] = { SLOT_QB, SLOT_RB, SLOT_FLEX, SLOT_BN, SLOT_BN, SLOT_IR };

static const struct roster_player team_roster[] = {
    { .id = QB_1, .positions = B(QB), .kickoff = 100 },
    { .id = RB_1, .positions = B(RB), .kickoff = 100 },
    { .id = RB_2, .positions = B(RB), .kickoff = 200 },
    { .id = WR_1, .positions = B(WR), .kickoff = 300 },
    { .id = OUT_1, .positions = B(WR), .status = PLAYER_STATUS_OUT },
};

static struct lineup_change team_change(const int64_t *previous, const int64_t *proposed, utime now)
{
    return (struct lineup_change){ .roster = team_roster,
                                   .roster_count = TEAM_COUNT,
                                   .slots = team_slots,
                                   .slot_count = ARRAY_LEN(team_slots),
                                   .previous = previous,
                                   .proposed = proposed,
                                   .first_kickoff = 100,
                                   .now = now,
                                   .reserve_statuses = RESERVE_STATUSES_DEFAULT };
}

static void expect_fault(const struct lineup_fault *faults, size_t count,
                         enum lineup_fault_code code, int64_t player_id, int slot)
{
    for (size_t i = 0; i < count; i++) {
        if (faults[i].code == code && faults[i].player_id == player_id && faults[i].slot == slot) {
            return;
        }
    }
    fail_msg("no fault %.*s for player %lld in slot %d", FMT(lineup_fault_info(code)->key),
             (long long)player_id, slot);
}

static void every_fault_is_named(void **state)
{
    (void)state;
    const int64_t previous[] = { 0, 0, 0, 0, 0, 0 };
    const int64_t proposed[] = { RB_1, 77, RB_1, 0, 0, WR_1 };
    struct lineup_change change = team_change(previous, proposed, 0);
    struct lineup_fault faults[LINEUP_FAULTS_MAX];
    assert_int_equal(lineup_check(&change, faults), 4);
    expect_fault(faults, 4, LINEUP_FAULT_NOT_ELIGIBLE, RB_1, 0);
    expect_fault(faults, 4, LINEUP_FAULT_NOT_OWNED, 77, 1);
    expect_fault(faults, 4, LINEUP_FAULT_TWICE, RB_1, 2);
    expect_fault(faults, 4, LINEUP_FAULT_RESERVE_STATUS, WR_1, 5);
}

static void player_locks_at_his_own_kickoff(void **state)
{
    (void)state;
    const int64_t previous[] = { QB_1, RB_1, RB_2, 0, 0, OUT_1 };
    const int64_t proposed[] = { QB_1, RB_1, WR_1, 0, 0, OUT_1 };
    struct lineup_change change = team_change(previous, proposed, 199);
    struct lineup_fault faults[LINEUP_FAULTS_MAX];
    assert_int_equal(lineup_check(&change, faults), 0);
    change.now = 200; /* RB_2 has kicked off: he stays, and WR_1 may not have his place */
    assert_int_equal(lineup_check(&change, faults), 2);
    expect_fault(faults, 2, LINEUP_FAULT_DISPLACES_LOCKED, WR_1, 2);
    expect_fault(faults, 2, LINEUP_FAULT_PLAYER_LOCKED, RB_2, -1);
    change.lock = LOCK_NEVER;
    assert_int_equal(lineup_check(&change, faults), 0);
}

static void first_game_locks_everybody(void **state)
{
    (void)state;
    const int64_t previous[] = { QB_1, RB_1, RB_2, 0, 0, 0 };
    const int64_t proposed[] = { QB_1, RB_1, WR_1, 0, 0, OUT_1 };
    struct lineup_change change = team_change(previous, proposed, 100);
    change.lock = LOCK_AT_FIRST_GAME;
    struct lineup_fault faults[LINEUP_FAULTS_MAX];
    assert_int_equal(lineup_check(&change, faults), 4);
    expect_fault(faults, 4, LINEUP_FAULT_PLAYER_LOCKED, OUT_1, 5); /* even on his bye */
    change.now = 99;
    assert_int_equal(lineup_check(&change, faults), 0);
}

static void locked_bench_player_may_not_start(void **state)
{
    (void)state;
    const int64_t previous[] = { QB_1, 0, 0, RB_1, 0, OUT_1 };
    const int64_t proposed[] = { QB_1, RB_1, 0, 0, 0, OUT_1 };
    struct lineup_change change = team_change(previous, proposed, 150);
    struct lineup_fault faults[LINEUP_FAULTS_MAX];
    assert_int_equal(lineup_check(&change, faults), 1);
    expect_fault(faults, 1, LINEUP_FAULT_PLAYER_LOCKED, RB_1, 1);
}

static void recovered_player_may_stay_on_reserve_but_is_counted(void **state)
{
    (void)state;
    const int64_t previous[] = { QB_1, RB_1, RB_2, 0, 0, WR_1 };
    struct lineup_change change = team_change(previous, previous, 0);
    struct lineup_fault faults[LINEUP_FAULTS_MAX];
    assert_int_equal(lineup_check(&change, faults), 0);
    assert_int_equal(lineup_count_recovered(&change), 1);
}

static void bench_takes_no_more_than_its_slots(void **state)
{
    (void)state;
    const int64_t previous[] = { QB_1, RB_1, RB_2, 0, 0, OUT_1 };
    const int64_t proposed[] = { QB_1, 0, 0, 0, 0, OUT_1 };
    struct lineup_change change = team_change(previous, proposed, 0);
    struct lineup_fault faults[LINEUP_FAULTS_MAX];
    assert_int_equal(lineup_check(&change, faults), 1); /* three for two places */
    expect_fault(faults, 1, LINEUP_FAULT_BENCH_FULL, RB_1, -1);
    change.previous = proposed; /* overfull before: what there is may stay */
    assert_int_equal(lineup_check(&change, faults), 0);
}

static void statuses_are_found_by_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < PLAYER_STATUS_COUNT; i++) {
        assert_int_equal(player_status_from(player_status_key((enum player_status)i)), i);
    }
    assert_int_equal(player_status_from(S("well")), PLAYER_STATUS_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_are_found_by_key_and_espn_id),
        cmocka_unit_test(overlapping_flex_slots_are_filled_by_the_best_exchange),
        cmocka_unit_test(better_players_stand_in_the_narrow_slots),
        cmocka_unit_test(making_room_leaves_the_better_player_in_the_earlier_slot),
        cmocka_unit_test(negative_scorers_stay_out_and_ties_go_to_the_lower_id),
        cmocka_unit_test(every_fault_is_named),
        cmocka_unit_test(player_locks_at_his_own_kickoff),
        cmocka_unit_test(first_game_locks_everybody),
        cmocka_unit_test(locked_bench_player_may_not_start),
        cmocka_unit_test(recovered_player_may_stay_on_reserve_but_is_counted),
        cmocka_unit_test(bench_takes_no_more_than_its_slots),
        cmocka_unit_test(statuses_are_found_by_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
