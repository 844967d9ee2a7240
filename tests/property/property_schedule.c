/* What a schedule promises, for every size of league. */
#include "rules/schedule.h"

#include "property.h"

static void everybody_meets_everybody_equally_often_and_plays_once_a_week(void **state)
{
    (void)state;
    for (uint64_t seed = property_seed(); seed < property_seed() + 3000; seed++) {
        struct rng rng = property_case(seed);
        size_t teams = (size_t)between(&rng, 2, TEAMS_MAX);
        size_t weeks = (size_t)between(&rng, 1, WEEKS_MAX);
        struct pairing pairings[SCHEDULE_PAIRINGS_MAX];
        size_t count = schedule_make(teams, weeks, &rng, pairings);
        HOLDS(seed, count == weeks * (teams / 2));
        int met[TEAMS_MAX][TEAMS_MAX] = { { 0 } };
        int played[TEAMS_MAX] = { 0 };
        int home[TEAMS_MAX] = { 0 };
        bool has_played[WEEKS_MAX + 1][TEAMS_MAX] = { { false } };
        for (size_t i = 0; i < count; i++) {
            struct pairing p = pairings[i];
            HOLDS(seed, p.week == i / (teams / 2) + 1);
            HOLDS(seed, p.home < teams && p.away < teams && p.home != p.away);
            HOLDS(seed, !has_played[p.week][p.home] && !has_played[p.week][p.away]);
            has_played[p.week][p.home] = true;
            has_played[p.week][p.away] = true;
            met[p.home][p.away]++;
            met[p.away][p.home]++;
            played[p.home]++;
            played[p.away]++;
            home[p.home]++;
        }
        for (size_t a = 0; a < teams; a++) {
            HOLDS(seed, abs(2 * home[a] - played[a]) <= 1);
            for (size_t b = 0; b < a; b++) {
                HOLDS(seed, abs(met[a][b] - met[1][0]) <= 1);
                HOLDS(seed, abs(played[a] - played[b]) <= 1);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_meets_everybody_equally_often_and_plays_once_a_week),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
