/* A lineup has no faults exactly when a plain reading of the rules allows it. */
#include "rules/lineup_check.h"

#include "property.h"

enum { PLAYERS = 9, SLOTS = 9 };

static const enum slot slots[SLOTS] = { SLOT_QB, SLOT_RB, SLOT_RB,   SLOT_WR, SLOT_FLEX,
                                        SLOT_BN, SLOT_IR, SLOT_TAXI, SLOT_BN };

struct team {
    struct roster_player roster[PLAYERS];
    int64_t previous[SLOTS];
    int64_t proposed[SLOTS];
    struct lineup_change change;
};

/* Any owned player in any slot he may stand in; sometimes nobody. */
static void random_lineup(struct rng *rng, const struct team *team, int64_t *ids)
{
    bool is_used[PLAYERS] = { false };
    for (size_t i = 0; i < SLOTS; i++) {
        size_t at = (size_t)rng_below(rng, PLAYERS);
        const struct slot_info *info = slot_info(slots[i]);
        bool fits =
            (info->positions & team->roster[at].positions) != 0 || info->kind != SLOT_KIND_STARTER;
        ids[i] = !is_used[at] && fits ? team->roster[at].id : 0;
        is_used[at] = is_used[at] || ids[i] != 0;
    }
}

static void random_team(struct rng *rng, struct team *ret_team)
{
    *ret_team = (struct team){ .change = { 0 } };
    for (size_t i = 0; i < PLAYERS; i++) {
        ret_team->roster[i] = (struct roster_player){
            .id = (int64_t)(100 + i),
            .positions = position_bit((enum position)between(rng, POSITION_QB, POSITION_WR)),
            .status = (enum player_status)rng_below(rng, PLAYER_STATUS_COUNT),
            .is_taxi_eligible = rng_below(rng, 2) == 0,
            .kickoff = between(rng, 0, 4) * 1000,
        };
    }
    random_lineup(rng, ret_team, ret_team->previous);
    random_lineup(rng, ret_team, ret_team->proposed);
    for (uint64_t edits = rng_below(rng, 3); edits > 0; edits--) {
        ret_team->proposed[rng_below(rng, SLOTS)] = between(rng, 99, 100 + PLAYERS);
    }
    ret_team->change = (struct lineup_change){
        .roster = ret_team->roster,
        .roster_count = PLAYERS,
        .slots = slots,
        .slot_count = SLOTS,
        .previous = ret_team->previous,
        .proposed = ret_team->proposed,
        .lock = (enum lineup_lock)rng_below(rng, 3),
        .first_kickoff = 1000,
        .now = between(rng, 0, 3) * 1000 + 500,
        .reserve_statuses = RESERVE_STATUSES_DEFAULT,
    };
}

static enum slot slot_of(const int64_t *ids, int64_t id)
{
    for (size_t i = 0; i < SLOTS; i++) {
        if (ids[i] == id) {
            return slots[i];
        }
    }
    return SLOT_BN;
}

static size_t times_in(const int64_t *ids, int64_t id)
{
    size_t times = 0;
    for (size_t i = 0; i < SLOTS; i++) {
        times += ids[i] == id;
    }
    return times;
}

static bool may_be_at(const struct team *team, const struct roster_player *who)
{
    enum slot was = slot_of(team->previous, who->id);
    enum slot is = slot_of(team->proposed, who->id);
    if (times_in(team->proposed, who->id) > 1) {
        return false;
    }
    if (slot_info(is)->kind == SLOT_KIND_STARTER &&
        (slot_info(is)->positions & who->positions) == 0) {
        return false;
    }
    if (was == is) {
        return true;
    }
    if (is == SLOT_IR && (RESERVE_STATUSES_DEFAULT >> who->status & 1) == 0) {
        return false;
    }
    if (is == SLOT_TAXI && !who->is_taxi_eligible) {
        return false;
    }
    utime at = team->change.lock == LOCK_AT_FIRST_GAME ? 1000 : who->kickoff;
    return team->change.lock == LOCK_NEVER || at == 0 || team->change.now < at;
}

static bool is_legal(const struct team *team)
{
    size_t owned = 0;
    size_t bench_before = 0;
    size_t bench_after = 0;
    for (size_t i = 0; i < PLAYERS; i++) {
        const struct roster_player *who = &team->roster[i];
        if (!may_be_at(team, who)) {
            return false;
        }
        owned += times_in(team->proposed, who->id);
        bench_before += slot_of(team->previous, who->id) == SLOT_BN;
        bench_after += slot_of(team->proposed, who->id) == SLOT_BN;
    }
    bool is_bench_fine = bench_after <= 2 || bench_after <= bench_before;
    return owned == SLOTS - times_in(team->proposed, 0) && is_bench_fine;
}

static void lineup_without_faults_is_a_legal_one(void **state)
{
    (void)state;
    size_t legal = 0;
    for (uint64_t seed = property_seed(); seed < property_seed() + 20000; seed++) {
        struct rng rng = property_case(seed);
        struct team team;
        random_team(&rng, &team);
        struct lineup_fault faults[LINEUP_FAULTS_MAX];
        HOLDS(seed, (lineup_check(&team.change, faults) == 0) == is_legal(&team));
        legal += is_legal(&team);
        for (size_t i = 0; i < SLOTS; i++) {
            team.proposed[i] = team.previous[i];
        }
        HOLDS(seed, lineup_check(&team.change, faults) == 0);
    }
    assert_true(legal > 100); /* both answers were met */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lineup_without_faults_is_a_legal_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
