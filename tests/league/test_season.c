/* Whole seasons, corrections, and the verification of the ledger, against a real PostgreSQL. */
#include "play_rig.h"

#include <stdio.h>

extern const struct CMUnitTest season_tests[];
extern const size_t season_test_count;

/* ---- seasons ---- */

static void play_twice(struct scene *scene)
{
    int64_t first_id = past_league(scene, NULL);
    int64_t second_id = past_league(scene, NULL);
    struct season_played played = play_through(scene, first_id, 0);
    assert_int_equal(played.weeks, 17);
    assert_true(played.is_drafted);
    play_through(scene, second_id, 8); /* in two parts */
    assert_int_equal(play_through(scene, second_id, 0).weeks, 9);
    struct slice first = result_hash(scene, first_id);
    struct slice second = result_hash(scene, second_id);
    assert_string_equal(first.ptr, second.ptr);
    assert_string_equal(text_at(league_document(scene, first_id), "state"), "complete");
    assert_int_equal(number(scene,
                            "select count(*) from league_events where league_id = %lld and kind = "
                            "'league.champion'",
                            first_id),
                     1);
    assert_int_equal(number_at(league_document(scene, first_id), "championTeamId"),
                     number(scene,
                            "select team_id from league_events where league_id = %lld and kind = "
                            "'league.champion'",
                            first_id));
    assert_holds(scene, first_id);
    assert_holds(scene, second_id);
    assert_int_equal(play_through(scene, first_id, 0).weeks, 0);
}

static void the_same_start_gives_the_same_champion(void **state)
{
    (void)state;
    stage(play_twice);
}

static void play_variants(struct scene *scene)
{
    static const char *const variants[] = {
        "{\"maxTeams\":8,\"playoffTeams\":5,\"regularWeeks\":5,\"playoffRoundType\":"
        "\"two_week_final\",\"medianGame\":true,\"consolation\":\"consolation\"}",
        "{\"maxTeams\":10,\"playoffTeams\":4,\"regularWeeks\":4,\"playoffRoundType\":\"two_week\","
        "\"consolation\":\"toilet_bowl\",\"bestBall\":true,\"reseed\":false}",
        "{\"maxTeams\":5,\"playoffTeams\":2,\"regularWeeks\":5,\"lockRule\":\"first_game\","
        "\"waiverKind\":\"none\",\"addsPerSeason\":0}",
        "{\"maxTeams\":6,\"playoffTeams\":0,\"regularWeeks\":3,\"tiebreak\":\"yahoo\"}",
    };
    for (size_t i = 0; i < ARRAY_LEN(variants); i++) {
        int64_t league_id = past_league(scene, variants[i]);
        play_through(scene, league_id, 0);
        assert_string_equal(text_at(league_document(scene, league_id), "state"), "complete");
        assert_int_equal(number(scene,
                                "select count(*) from matchups where league_id = %lld and "
                                "decided_by is null",
                                league_id),
                         0);
        assert_holds(scene, league_id);
    }
}

static void leagues_of_every_shape_reach_a_champion(void **state)
{
    (void)state;
    stage(play_variants);
}

/* ---- corrections ---- */

static void correct_a_week(struct scene *scene)
{
    int64_t league_id = past_league(scene, SMALL);
    play_through(scene, league_id, 2);
    int64_t loser = number(scene,
                           "select s.team_id from matchups m join matchup_sides s on s.matchup_id "
                           "= m.id and s.side <> m.winner where m.league_id = %lld and m.week = 1 "
                           "order by m.id limit 1",
                           league_id);
    int64_t wins = number(scene, "select wins from league_standings where team_id = %lld", loser);
    int64_t thrower = number(scene,
                             "select player_id from lineup_slots where team_id = %lld and week = 1 "
                             "and slot = 'QB'",
                             loser);
    char text[256];
    snprintf(text, sizeof(text),
             "update player_week_stats set stats = stats || '{\"passing_tds\": 40}', revision = "
             "revision + 1 where season = 2014 and week = 1 and player_id = %lld",
             (long long)thrower);
    execute(text);
    {
        CLEANUP(change_done) struct change change = change_by_system(scene, "week.correct");
        assert_int_equal(week_correct(&change, league_id, 3), E_WEEK_STATE);
    }
    {
        CLEANUP(change_done) struct change change = change_by_system(scene, "week.correct");
        assert_int_equal(week_correct(&change, league_id, 1), OK);
    }
    assert_int_equal(number(scene, "select wins from league_standings where team_id = %lld", loser),
                     wins + 1);
    assert_int_equal(
        number(scene,
               "select count(*) from league_events where league_id = %lld and kind = "
               "'score.corrected' and (payload ->> 'new')::numeric = (payload ->> "
               "'old')::numeric + 156 and jsonb_array_length(payload -> 'results') = 1",
               league_id),
        1);
    assert_holds(scene, league_id);
    int64_t events = number(scene, "select seq from leagues where id = %lld", league_id);
    CLEANUP(change_done) struct change again = change_by_system(scene, "week.correct");
    assert_int_equal(week_correct(&again, league_id, 1), OK);
    change_done(&again);
    assert_int_equal(number(scene, "select seq from leagues where id = %lld", league_id), events);
    snprintf(text, sizeof(text),
             "update player_week_stats set stats = stats || '{\"passing_tds\": 1}', revision = "
             "revision + 1 where season = 2014 and week = 1 and player_id = %lld",
             (long long)thrower);
    execute(text);
}

static void a_correction_is_told_and_can_turn_a_result(void **state)
{
    (void)state;
    stage(correct_a_week);
}

/* ---- tampering ---- */

static void tamper_with_everything(struct scene *scene)
{
    static const struct {
        const char *change, *back, *check;
    } cases[] = {
        { "update league_events set payload = payload || '{\"x\": 1}'",
          "update league_events set payload = payload - 'x'", "chain" },
        { "update league_events set at = at + interval '1 microsecond'",
          "update league_events set at = at - interval '1 microsecond'", "chain" },
        { "update lineup_slots set points = points + 0.01",
          "update lineup_slots set points = points - 0.01", "scores" },
        { "update team_week_scores set lineup_points = lineup_points - 1",
          "update team_week_scores set lineup_points = lineup_points + 1", "scores" },
        { "update matchup_sides set points = points + 1",
          "update matchup_sides set points = points - 1", "matchups" },
        { "update matchups set winner = case winner when 'home' then 'away' when 'away' then "
          "'home' end",
          "update matchups set winner = case winner when 'home' then 'away' when 'away' then "
          "'home' end",
          "matchups" },
        { "update teams set faab_balance = faab_balance - 1",
          "update teams set faab_balance = faab_balance + 1", "faab" },
        { "update teams set waiver_rank = waiver_rank + 1",
          "update teams set waiver_rank = waiver_rank - 1", "waivers" },
        { "update league_standings set points_for = points_for + 1",
          "update league_standings set points_for = points_for - 1", "standings" },
        { "update draft_picks set overall = overall + 1000",
          "update draft_picks set overall = overall - 1000", "draft" },
        { "update league_commands set last_seq = last_seq + 1",
          "update league_commands set last_seq = last_seq - 1", "commands" },
    };
    int64_t league_id = past_league(scene, SMALL);
    play_through(scene, league_id, 3);
    assert_holds(scene, league_id);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        tamper(scene, cases[i].change, league_id);
        assert_broken(scene, league_id, cases[i].check);
        tamper(scene, cases[i].back, league_id);
        assert_holds(scene, league_id);
    }
}

static void whoever_tampers_with_a_row_is_named(void **state)
{
    (void)state;
    stage(tamper_with_everything);
}

static void remove_an_event(struct scene *scene)
{
    int64_t league_id = past_league(scene, SMALL);
    play_through(scene, league_id, 1);
    execute(arena_format(&scene->arena,
                         "begin; set local session_replication_role = replica; delete from "
                         "league_events where league_id = %lld and seq = 7; commit",
                         (long long)league_id)
                .ptr);
    struct verify_report report = verified(scene, league_id);
    assert_true(report.is_broken);
    assert_int_equal(report.fault.seq, 7);
    assert_string_equal(arena_cstr(&scene->arena, report.fault.check), "chain");
}

static void a_missing_event_is_named_by_its_number(void **state)
{
    (void)state;
    stage(remove_an_event);
}

static void verify_nothing(struct scene *scene)
{
    struct verify_report report;
    struct faults faults = { .arena = &scene->arena };
    assert_int_equal(verify_ledger(&scene->arena, &faults, 999999, &report), E_NOT_FOUND);
}

static void a_league_that_does_not_exist_is_not_verified(void **state)
{
    (void)state;
    stage(verify_nothing);
}

const struct CMUnitTest season_tests[] = {
    cmocka_unit_test(the_same_start_gives_the_same_champion),
    cmocka_unit_test(leagues_of_every_shape_reach_a_champion),
    cmocka_unit_test(a_correction_is_told_and_can_turn_a_result),
    cmocka_unit_test(whoever_tampers_with_a_row_is_named),
    cmocka_unit_test(a_missing_event_is_named_by_its_number),
    cmocka_unit_test(a_league_that_does_not_exist_is_not_verified),
};

const size_t season_test_count = ARRAY_LEN(season_tests);
