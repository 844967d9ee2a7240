/* What every bracket promises, played out with random scores. */
#include "rules/playoffs.h"

#include "property.h"

static struct bracket_settings random_settings(struct rng *rng)
{
    return (struct bracket_settings){
        .team_count = (uint8_t)between(rng, 2, BRACKET_TEAMS_MAX),
        .first_seed = (uint8_t)between(rng, 1, 9),
        .start_week = (uint8_t)between(rng, 1, 15),
        .length = (enum round_length)rng_below(rng, 3),
        .is_reseeded = rng_below(rng, 2) == 0,
        .has_third_place = rng_below(rng, 2) == 0,
        .loser_advances = rng_below(rng, 4) == 0,
    };
}

/* With reseeding, the k-th best seed of a round's matches meets the k-th worst. */
static void check_reseeding(uint64_t seed, const struct bracket *bracket, uint8_t round)
{
    for (size_t i = 0; i < bracket->match_count; i++) {
        const struct bracket_match *a = &bracket->matches[i];
        for (size_t j = 0; j < bracket->match_count; j++) {
            const struct bracket_match *b = &bracket->matches[j];
            if (a->round == round && b->round == round && a->place != 3 && b->place != 3) {
                HOLDS(seed, a->home >= b->home || a->away > b->away);
            }
        }
    }
}

static void every_bracket_ends_with_one_champion_and_one_loss_for_all_others(void **state)
{
    (void)state;
    for (uint64_t seed = property_seed(); seed < property_seed() + 20000; seed++) {
        struct rng rng = property_case(seed);
        struct bracket_settings settings = random_settings(&rng);
        struct bracket bracket;
        bracket_make(&settings, &bracket);
        bool has_third = settings.has_third_place && settings.team_count >= 4;
        HOLDS(seed, bracket.match_count == settings.team_count - 1 + has_third);
        int outs[32] = { 0 };
        uint8_t last_week = 0;
        while (bracket_current_round(&bracket) != 0) {
            HOLDS(seed, bracket_champion(&bracket) == 0 || has_third);
            uint8_t round = bracket_current_round(&bracket);
            if (settings.is_reseeded) {
                check_reseeding(seed, &bracket, round);
            }
            uint8_t m = (uint8_t)between(&rng, 1, bracket.match_count);
            const struct bracket_match *match = &bracket.matches[m - 1];
            if (match->round != round || match->winner != 0) {
                continue;
            }
            HOLDS(seed, match->home >= settings.first_seed && match->home < match->away);
            HOLDS(seed, match->away < settings.first_seed + settings.team_count);
            bracket_decide(&bracket, m, (points)between(&rng, 0, 3), (points)between(&rng, 0, 3));
            outs[settings.loser_advances ? match->winner : match->loser] += match->place != 3;
            uint8_t end = (uint8_t)(match->first_week + match->week_count - 1);
            last_week = end > last_week ? end : last_week;
        }
        uint8_t champion = bracket_champion(&bracket);
        HOLDS(seed, champion >= settings.first_seed);
        HOLDS(seed, last_week == bracket_last_week(&settings));
        for (int i = 0; i < settings.team_count; i++) {
            int team = settings.first_seed + i;
            HOLDS(seed, outs[team] == (team == champion ? 0 : 1));
        }
    }
}

static void better_seeds_that_always_win_meet_as_late_as_they_can(void **state)
{
    (void)state;
    for (uint64_t seed = property_seed(); seed < property_seed() + 1000; seed++) {
        struct rng rng = property_case(seed);
        struct bracket_settings settings = random_settings(&rng);
        settings.loser_advances = false;
        settings.first_seed = 1;
        struct bracket bracket;
        bracket_make(&settings, &bracket);
        for (uint8_t m = 1; m <= bracket.match_count; m++) {
            bracket_decide(&bracket, m, 0, 0);
        }
        HOLDS(seed, bracket_champion(&bracket) == 1);
        int left = 1 << bracket.round_count;
        for (size_t i = 0; i < bracket.match_count; i++) {
            const struct bracket_match *match = &bracket.matches[i];
            int seeds = left >> (match->round - 1);
            HOLDS(seed, match->place == 3 || match->home + match->away == seeds + 1);
            HOLDS(seed, match->place != 3 || match->home + match->away == 7);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bracket_ends_with_one_champion_and_one_loss_for_all_others),
        cmocka_unit_test(better_seeds_that_always_win_meet_as_late_as_they_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
