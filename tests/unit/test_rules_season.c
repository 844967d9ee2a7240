/* rules: schedule, standings, play-offs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/check.h"
#include "rules/playoffs.h"
#include "rules/schedule.h"
#include "rules/standings.h"

static const uint8_t coin[] = { 3, 2, 1, 0, 4, 5, 6, 7, 8, 9 };

static struct result game(int week, int home, int away, points home_points, points away_points)
{
    return (struct result){ .week = (uint8_t)week,
                            .home = (uint8_t)home,
                            .away = (uint8_t)away,
                            .home_points = home_points,
                            .away_points = away_points };
}

static struct season season_of(size_t teams, const struct result *results, size_t count,
                               enum chain_preset chain)
{
    return (struct season){ .team_count = teams,
                            .coin = coin,
                            .results = results,
                            .result_count = count,
                            .chain = *chain_preset(chain) };
}

static void expect_order(const struct season *season, const char *teams)
{
    struct standing table[TEAMS_MAX];
    standings_make(season, table);
    for (size_t i = 0; i < season->team_count; i++) {
        assert_int_equal(table[i].team, teams[i] - '0');
    }
}

static enum criterion reason(const struct season *season, size_t place)
{
    struct standing table[TEAMS_MAX];
    standings_make(season, table);
    return table[place].decided_by;
}

static void same_seed_gives_the_same_schedule(void **state)
{
    (void)state;
    struct pairing first[SCHEDULE_PAIRINGS_MAX];
    struct pairing second[SCHEDULE_PAIRINGS_MAX];
    struct rng rng;
    rng_seed(&rng, 7);
    size_t count = schedule_make(12, 14, &rng, first);
    assert_int_equal(count, 84);
    rng_seed(&rng, 7);
    assert_int_equal(schedule_make(12, 14, &rng, second), count);
    assert_memory_equal(first, second, count * sizeof(first[0]));
    rng_seed(&rng, 8);
    assert_int_equal(schedule_make(12, 14, &rng, second), count);
    assert_memory_not_equal(first, second, count * sizeof(first[0]));
}

static void records_points_and_streaks_are_counted(void **state)
{
    (void)state;
    const struct result results[] = { game(3, 0, 1, 100, 90), game(1, 0, 1, 80, 90),
                                      game(2, 1, 0, 70, 95), game(4, 1, 0, 50, 50) };
    struct season season = season_of(2, results, 4, CHAIN_OURS);
    struct standing table[TEAMS_MAX];
    standings_make(&season, table);
    assert_int_equal(table[0].team, 0);
    assert_int_equal(table[0].record.wins, 2);
    assert_int_equal(table[0].record.losses, 1);
    assert_int_equal(table[0].record.ties, 1);
    assert_int_equal(table[0].points_for, 325);
    assert_int_equal(table[0].points_against, 300);
    assert_int_equal(table[0].streak_kind, 'T');
    assert_int_equal(table[0].streak, 1);
    season.result_count = 3;
    standings_make(&season, table);
    assert_int_equal(table[0].streak_kind, 'W');
    assert_int_equal(table[0].streak, 2);
    assert_int_equal(table[1].streak_kind, 'L');
    assert_int_equal(table[0].decided_by, CRITERION_WIN_PCT);
    assert_int_equal(table[1].decided_by, CRITERION_LAST);
}

static void tie_counts_half_a_win(void **state)
{
    (void)state;
    /* 0: one win, one loss. 1: two ties. Equal shares, so head-to-head is asked: never met. */
    const struct result results[] = { game(1, 0, 2, 10, 5), game(1, 1, 3, 9, 9),
                                      game(2, 0, 3, 5, 10), game(2, 1, 2, 9, 9) };
    struct season season = season_of(4, results, 4, CHAIN_OURS);
    struct standing table[TEAMS_MAX];
    standings_make(&season, table);
    assert_int_equal(table[0].team, 3);
    assert_int_equal(table[0].decided_by, CRITERION_WIN_PCT);
    assert_int_equal(table[1].team, 1); /* more points than 0, who never met it */
    assert_int_equal(table[1].decided_by, CRITERION_POINTS_FOR);
}

static void head_to_head_counts_only_when_all_tied_met_equally_often(void **state)
{
    (void)state;
    /* 0, 1 and 2 are 2-1 each. 0 beat 1, 1 beat 2, 2 beat 0: all met once, nobody is ahead. */
    const struct result circle[] = { game(1, 0, 1, 20, 10), game(1, 2, 3, 12, 1),
                                     game(2, 1, 2, 21, 20), game(2, 0, 3, 5, 1),
                                     game(3, 2, 0, 30, 29), game(3, 1, 3, 9, 1) };
    struct season season = season_of(4, circle, 6, CHAIN_OURS);
    expect_order(&season, "2013"); /* points for: 62, 54, 40; then 0 beat 1 */
    assert_int_equal(reason(&season, 0), CRITERION_POINTS_FOR);
    assert_int_equal(reason(&season, 1), CRITERION_HEAD_TO_HEAD);
    /* All won half. 0 met 1 twice and 3 three times, so points decide, until only 0 and 3 are left
     * and their own three games count. */
    const struct result uneven[] = {
        game(1, 0, 1, 11, 10), game(2, 0, 1, 11, 10), game(3, 0, 2, 11, 10), game(4, 3, 0, 2, 1),
        game(5, 3, 0, 2, 1),   game(6, 3, 0, 2, 1),   game(7, 1, 2, 60, 50), game(8, 1, 3, 60, 1),
        game(9, 1, 3, 60, 1),  game(10, 3, 1, 2, 1),  game(11, 2, 3, 99, 1), game(12, 2, 3, 99, 1),
    };
    season = season_of(4, uneven, ARRAY_LEN(uneven), CHAIN_OURS);
    expect_order(&season, "2130");
    assert_int_equal(reason(&season, 0), CRITERION_POINTS_FOR);
    assert_int_equal(reason(&season, 1), CRITERION_POINTS_FOR);
    assert_int_equal(reason(&season, 2), CRITERION_HEAD_TO_HEAD);
}

static void procedure_starts_again_after_each_place(void **state)
{
    (void)state;
    /* Three tied at 2-2, all met once: 0 beat 1 and 2, 2 beat 1. 0 is out first by head-to-head;
     * then 2 over 1 by head-to-head between the two, although 1 has more points. */
    const struct result results[] = { game(1, 0, 1, 50, 40), game(2, 0, 2, 50, 10),
                                      game(3, 2, 1, 11, 10), game(4, 3, 0, 90, 1),
                                      game(5, 3, 0, 90, 1),  game(6, 1, 3, 95, 90),
                                      game(7, 1, 4, 95, 1),  game(8, 2, 4, 11, 1),
                                      game(9, 4, 2, 11, 10) };
    struct season season = season_of(5, results, 9, CHAIN_OURS);
    expect_order(&season, "30214");
    assert_int_equal(reason(&season, 0), CRITERION_WIN_PCT);
    assert_int_equal(reason(&season, 1), CRITERION_HEAD_TO_HEAD);
    assert_int_equal(reason(&season, 2), CRITERION_HEAD_TO_HEAD);
}

static void each_preset_breaks_a_tie_its_own_way(void **state)
{
    (void)state;
    /* 0 and 1 are both 1-1 with 200 points; 1 beat 0; 1 has more points against and 0 the
     * better second week. */
    const struct result results[] = { game(1, 1, 0, 110, 80), game(2, 0, 2, 120, 10),
                                      game(2, 3, 1, 95, 90), game(3, 2, 3, 10, 10) };
    struct season season = season_of(4, results, 4, CHAIN_OURS);
    struct standing table[TEAMS_MAX];
    standings_make(&season, table);
    assert_int_equal(table[1].team, 1);
    assert_int_equal(table[1].decided_by, CRITERION_HEAD_TO_HEAD);
    season.chain = *chain_preset(CHAIN_ESPN);
    assert_int_equal(reason(&season, 1), CRITERION_HEAD_TO_HEAD);
    season.chain = *chain_preset(CHAIN_SLEEPER);
    standings_make(&season, table);
    assert_int_equal(table[1].team, 1); /* 175 against, not 120 */
    assert_int_equal(table[1].decided_by, CRITERION_POINTS_AGAINST_MORE);
    season.chain = *chain_preset(CHAIN_YAHOO);
    standings_make(&season, table);
    assert_int_equal(table[1].team, 0);
    assert_int_equal(table[1].decided_by, CRITERION_LATEST_WEEKS);
}

static void coin_decides_between_equals(void **state)
{
    (void)state;
    const struct result results[] = { game(1, 0, 1, 100, 100), game(1, 2, 3, 100, 100) };
    struct season season = season_of(4, results, 2, CHAIN_OURS);
    expect_order(&season, "3210");
    assert_int_equal(reason(&season, 0), CRITERION_COIN);
}

static void division_winner_stands_above_a_better_wild_card(void **state)
{
    (void)state;
    const uint8_t division[] = { 0, 0, 1, 1 };
    const struct result results[] = { game(1, 0, 2, 9, 1), game(1, 1, 3, 9, 1), game(2, 0, 1, 9, 8),
                                      game(2, 2, 3, 9, 1) };
    struct season season = season_of(4, results, 4, CHAIN_OURS);
    season.division = division;
    season.has_division_winners_first = true;
    struct standing table[TEAMS_MAX];
    standings_make(&season, table);
    expect_order(&season, "0213"); /* 2 and 1 are both 1-1; 2 won its division */
    assert_true(table[1].is_division_winner);
    assert_int_equal(table[1].decided_by, CRITERION_DIVISION_WINNER);
    assert_int_equal(table[1].division.wins, 1);
    season.has_division_winners_first = false;
    expect_order(&season, "0123");
}

static void median_game_gives_half_the_league_a_win(void **state)
{
    (void)state;
    /* Sleeper's vector: 5th 178.54 and 6th 170.48 of ten give the median 174.51. */
    const struct result results[] = { game(1, 0, 1, 20000, 19000), game(1, 2, 3, 18500, 18000),
                                      game(1, 4, 5, 17854, 17048), game(1, 6, 7, 16000, 15000),
                                      game(1, 8, 9, 14000, 13000) };
    struct season season = season_of(10, results, 5, CHAIN_OURS);
    season.has_median_game = true;
    struct standing table[TEAMS_MAX];
    standings_make(&season, table);
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(table[i].median.wins, table[i].team <= 4);
        assert_int_equal(table[i].median.losses, table[i].team > 4);
        assert_int_equal(table[i].record.wins + table[i].record.losses, 2);
    }
}

static void middle_team_of_an_odd_number_ties_the_median(void **state)
{
    (void)state;
    const struct result results[] = { game(1, 0, 1, 300, 100), game(1, 2, TEAM_NONE, 200, 0) };
    struct season season = season_of(3, results, 2, CHAIN_OURS);
    season.has_median_game = true;
    struct standing table[TEAMS_MAX];
    standings_make(&season, table);
    assert_int_equal(table[1].team, 2);
    assert_int_equal(table[1].median.ties, 1);
    assert_int_equal(table[1].points_for, 0); /* resting is no game */
}

static struct bracket_settings six_teams(void)
{
    return (struct bracket_settings){
        .team_count = 6, .first_seed = 1, .start_week = 15, .has_third_place = true
    };
}

static void expect_sides(const struct bracket *bracket, int match, int home, int away)
{
    assert_int_equal(bracket->matches[match - 1].home, home);
    assert_int_equal(bracket->matches[match - 1].away, away);
}

static void six_teams_give_the_first_two_a_bye(void **state)
{
    (void)state;
    struct bracket_settings settings = six_teams();
    struct bracket bracket;
    bracket_make(&settings, &bracket);
    assert_int_equal(bracket.round_count, 3);
    assert_int_equal(bracket.match_count, 6);
    expect_sides(&bracket, 1, 4, 5);
    expect_sides(&bracket, 2, 3, 6);
    expect_sides(&bracket, 3, 1, 0);
    expect_sides(&bracket, 4, 2, 0);
    assert_int_equal(bracket.matches[2].away_from, 1);
    assert_int_equal(bracket.matches[3].away_from, 2);
    assert_int_equal(bracket.matches[4].place, 1);
    assert_int_equal(bracket.matches[5].place, 3);
    assert_int_equal(bracket.matches[5].home_from, 3);
    assert_int_equal(bracket_last_week(&settings), 17);
}

static void fixed_bracket_is_played_to_its_champion(void **state)
{
    (void)state;
    struct bracket_settings settings = six_teams();
    struct bracket bracket;
    bracket_make(&settings, &bracket);
    assert_false(bracket_decide(&bracket, 2, 90, 100)); /* 6 beats 3 */
    assert_true(bracket_decide(&bracket, 1, 100, 100)); /* a tie: 4 */
    expect_sides(&bracket, 3, 1, 4);
    expect_sides(&bracket, 4, 2, 6);
    bracket_decide(&bracket, 3, 80, 90);
    bracket_decide(&bracket, 4, 80, 90);
    expect_sides(&bracket, 5, 4, 6);
    expect_sides(&bracket, 6, 1, 2);
    bracket_decide(&bracket, 5, 70, 71);
    assert_int_equal(bracket_champion(&bracket), 6);
    assert_int_equal(bracket_current_round(&bracket), 3);
    bracket_decide(&bracket, 6, 70, 71);
    assert_int_equal(bracket.matches[5].winner, 2);
    assert_int_equal(bracket_current_round(&bracket), 0);
}

static void reseeding_sends_the_worst_left_to_the_best(void **state)
{
    (void)state;
    struct bracket_settings settings = six_teams();
    settings.is_reseeded = true;
    struct bracket bracket;
    bracket_make(&settings, &bracket);
    expect_sides(&bracket, 3, 0, 0);
    bracket_decide(&bracket, 1, 100, 90); /* 4 beats 5 */
    bracket_decide(&bracket, 2, 90, 100); /* 6 beats 3 */
    expect_sides(&bracket, 3, 1, 6);
    expect_sides(&bracket, 4, 2, 4);
    assert_int_equal(bracket.matches[2].away_from, 2);
    assert_int_equal(bracket.matches[2].home_from, 0);
}

static void round_lengths_place_the_weeks(void **state)
{
    (void)state;
    struct bracket_settings settings = six_teams();
    settings.start_week = 14;
    settings.length = ROUND_TWO_WEEK_FINAL;
    struct bracket bracket;
    bracket_make(&settings, &bracket);
    assert_int_equal(bracket.matches[4].first_week, 16);
    assert_int_equal(bracket.matches[4].week_count, 2);
    assert_int_equal(bracket.matches[0].week_count, 1);
    assert_int_equal(bracket_last_week(&settings), 17);
    settings.length = ROUND_TWO_WEEKS;
    settings.start_week = 12;
    bracket_make(&settings, &bracket);
    assert_int_equal(bracket.matches[2].first_week, 14);
    assert_int_equal(bracket_last_week(&settings), 17);
}

static void loser_goes_on_in_a_toilet_bowl(void **state)
{
    (void)state;
    struct bracket_settings settings = {
        .team_count = 4, .first_seed = 7, .start_week = 15, .loser_advances = true
    };
    struct bracket bracket;
    bracket_make(&settings, &bracket);
    expect_sides(&bracket, 1, 7, 10);
    expect_sides(&bracket, 2, 8, 9);
    bracket_decide(&bracket, 1, 50, 60);
    bracket_decide(&bracket, 2, 60, 50);
    expect_sides(&bracket, 3, 7, 9);
    bracket_decide(&bracket, 3, 1, 2);
    assert_int_equal(bracket_champion(&bracket), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_gives_the_same_schedule),
        cmocka_unit_test(records_points_and_streaks_are_counted),
        cmocka_unit_test(tie_counts_half_a_win),
        cmocka_unit_test(head_to_head_counts_only_when_all_tied_met_equally_often),
        cmocka_unit_test(procedure_starts_again_after_each_place),
        cmocka_unit_test(each_preset_breaks_a_tie_its_own_way),
        cmocka_unit_test(coin_decides_between_equals),
        cmocka_unit_test(division_winner_stands_above_a_better_wild_card),
        cmocka_unit_test(median_game_gives_half_the_league_a_win),
        cmocka_unit_test(middle_team_of_an_odd_number_ties_the_median),
        cmocka_unit_test(six_teams_give_the_first_two_a_bye),
        cmocka_unit_test(fixed_bracket_is_played_to_its_champion),
        cmocka_unit_test(reseeding_sends_the_worst_left_to_the_best),
        cmocka_unit_test(round_lengths_place_the_weeks),
        cmocka_unit_test(loser_goes_on_in_a_toilet_bowl),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
