/* Lineups, moves and weeks of a league, against a real PostgreSQL. */
#include "play_rig.h"

#include "league/projection.h"
#include "league/scoring_load.h"

/* ---- scoring and projections ---- */

static void a_stored_line_is_read_to_the_thousandth(void **state)
{
    (void)state;
    struct stat_line line;
    assert_int_equal(stat_line_read(S("{\"passing_yards\":231,\"def_sacks\":0.5,\"receptions\":"
                                      "4.367,\"unheard_of\":9}"),
                                    &line),
                     OK);
    assert_int_equal(line.values[STAT_PASSING_YARDS], 231000);
    assert_int_equal(line.values[STAT_DEF_SACKS], 500);
    assert_int_equal(line.values[STAT_RECEPTIONS], 4367);
    assert_true(line.has_played);
    assert_int_equal(stat_line_read(S("[1]"), &line), E_INVALID);
    assert_int_equal(stat_line_read(S("{\"receptions\":\"many\"}"), &line), E_INVALID);
    assert_int_equal(stat_line_read(S("{\"receptions\":"), &line), E_INVALID);
}

static void a_projection_is_the_decayed_mean_drawn_to_the_position(void **state)
{
    (void)state;
    const points games[] = { 2000, 1000 };
    assert_int_equal(projection_of_games(games, 0, 8000, 8), 1000);
    assert_int_equal(projection_of_games(games, 1, 8000, 8), 1167); /* (5 x 10 + 20) / 6 */
    assert_int_equal(projection_of_games(games, 2, 8000, 8), 1144); /* (50 + 20 + 9.4) / 6.94 */
    assert_int_equal(projection_of_games(games, 0, -10, 3), -3);
}

static void project_after_a_change(struct scene *scene)
{
    int64_t league_id = past_league(scene, SMALL);
    play_through(scene, league_id, 1);
    static const char sum[] = "select (sum(j.points) * 100)::bigint from player_week_projections j "
                              "join leagues l on l.scoring_profile_id = j.profile_id where l.id = "
                              "%lld and j.season = 2014 and j.week = 2";
    int64_t before = number(scene, sum, league_id);
    assert_true(before > 0);
    execute(
        "update player_week_stats set stats = '{\"receiving_yards\": 999}', revision = revision "
        "+ 1 where season = 2014 and week = 2 and player_id in (select id from players where "
        "position = 'WR')");
    struct rows rows;
    CLEANUP(tx_done) struct tx tx = { .connection = NULL };
    assert_int_equal(tx_begin(&scene->arena, &tx), OK);
    struct projection_order order = {
        .profile_id =
            number(scene, "select scoring_profile_id from leagues where id = %lld", league_id),
        .season = PAST_SEASON,
        .week = 2,
    };
    assert_int_equal(
        points_refresh(
            &tx, (struct points_order){ .profile_id = order.profile_id, .season = PAST_SEASON },
            NULL),
        OK);
    assert_int_equal(projections_refresh(&tx, order, NULL), OK);
    assert_int_equal(tx_query(&tx, SQL_PLAY_PROJECTIONS_COUNT,
                              PARAMS(P_INT(order.profile_id), P_INT(2014), P_INT(2)), &rows),
                     OK);
    assert_int_equal(tx_commit(&tx), OK);
    assert_int_equal(number(scene, sum, league_id), before);
    execute("delete from player_week_points where season = 2014");
    execute("delete from player_week_stats where season = 2014");
    execute(SEASON_STATS);
}

static void a_projection_never_reads_the_week_itself(void **state)
{
    (void)state;
    stage(project_after_a_change);
}

/* ---- lineups ---- */

static void set_wrong_lineups(struct scene *scene)
{
    int64_t league_id = past_league(scene, SMALL);
    play_through(scene, league_id, 1);
    int64_t kicker = starter(scene, league_id, "K");
    int64_t runner = starter(scene, league_id, "RB");
    int64_t stranger = free_agent(scene, league_id, "WR");
    struct lineup_wish wishes[] = {
        { .slot = SLOT_QB, .ordinal = 1, .player_id = kicker },   /* and stays the kicker too */
        { .slot = SLOT_WR, .ordinal = 1, .player_id = stranger }, /* not his */
        { .slot = SLOT_TE, .ordinal = 7, .player_id = 0 },        /* there is one */
        { .slot = SLOT_IR, .ordinal = 1, .player_id = runner },   /* well, and starting */
        { .slot = SLOT_WR, .ordinal = 1, .player_id = 0 },        /* again */
    };
    assert_int_equal(
        set_lineup(scene, league_id,
                   (struct lineup_order){ .wishes = wishes, .wish_count = ARRAY_LEN(wishes) }),
        E_LINEUP);
    assert_true(has_fault(scene, "/slots/0"));
    assert_true(has_fault(scene, "/slots/1"));
    assert_true(has_fault(scene, "/slots/2"));
    assert_true(has_fault(scene, "/slots/3"));
    assert_true(has_fault(scene, "/slots/4"));
    assert_true(scene->faults.count >= 6);
    assert_int_equal(set_lineup(scene, league_id, (struct lineup_order){ .week = 1 }),
                     E_WEEK_STATE);
    assert_int_equal(set_lineup(scene, league_id, (struct lineup_order){ .week = 9 }), E_NOT_FOUND);
    assert_holds(scene, league_id);
}

static void every_fault_of_a_lineup_is_named_at_once(void **state)
{
    (void)state;
    stage(set_wrong_lineups);
}

static void lock_at_kickoff(struct scene *scene)
{
    int64_t league_id = past_league(scene, SMALL);
    play_through(scene, league_id, 1);
    int64_t old = starter(scene, league_id, "FLEX");
    struct lineup_wish wish = { .slot = SLOT_FLEX,
                                .ordinal = 1,
                                .player_id = reserve_of(scene, league_id, "'RB', 'WR'") };
    struct lineup_order order = { .wishes = &wish, .wish_count = 1, .if_match = S("stale") };
    assert_int_equal(set_lineup(scene, league_id, order), E_PRECONDITION);
    order.if_match = S("");
    assert_int_equal(set_lineup(scene, league_id, order), OK);
    int64_t events = number(scene, "select seq from leagues where id = %lld", league_id);
    assert_int_equal(set_lineup(scene, league_id, order), OK);
    assert_int_equal(number(scene, "select seq from leagues where id = %lld", league_id), events);
    move_clock(scene, league_id, 2); /* every game of the week has begun */
    wish.player_id = old;
    assert_int_equal(set_lineup(scene, league_id, order), E_LINEUP);
    assert_true(has_fault(scene, "/slots/0"));
    order.is_override = true; /* he is the commissioner, and the ledger says so */
    assert_int_equal(set_lineup(scene, league_id, order), OK);
    assert_int_equal(number(scene,
                            "select count(*) from league_events where league_id = %lld and kind = "
                            "'lineup.set' and actor_kind = 'commissioner'",
                            league_id),
                     1);
    assert_holds(scene, league_id);
}

static void players_lock_at_kickoff_by_the_leagues_clock(void **state)
{
    (void)state;
    stage(lock_at_kickoff);
}

static void keep_a_lineup(struct scene *scene)
{
    int64_t league_id = past_league(scene, SMALL);
    play_through(scene, league_id, 1);
    struct lineup_wish wish = { .slot = SLOT_FLEX,
                                .ordinal = 1,
                                .player_id = reserve_of(scene, league_id, "'RB', 'WR'") };
    assert_int_equal(
        set_lineup(scene, league_id, (struct lineup_order){ .wishes = &wish, .wish_count = 1 }),
        OK);
    play_through(scene, league_id, 2); /* nobody else touches it */
    assert_int_equal(number(scene,
                            "select s.player_id from lineup_slots s join teams t on t.id = "
                            "s.team_id where s.league_id = %lld and s.week = 2 and s.slot = "
                            "'FLEX' and t.ordinal = 1",
                            league_id),
                     wish.player_id);
    assert_holds(scene, league_id);
}

static void a_lineup_somebody_has_set_is_left_alone_for_its_week(void **state)
{
    (void)state;
    stage(keep_a_lineup);
}

static void carry_over(struct scene *scene)
{
    int64_t league_id = past_league(scene, SMALL);
    play_through(scene, league_id, 1);
    move_clock(scene, league_id, 6);
    assert_int_equal(finalize(scene, league_id, change_by_system(scene, "week.finalize"),
                              (struct finalize_order){ .week = 2 }),
                     OK);
    static const char same[] =
        "select count(*) from lineup_slots a join lineup_slots b on b.league_id = a.league_id and "
        "b.team_id = a.team_id and b.slot = a.slot and b.ordinal = a.ordinal and b.player_id = "
        "a.player_id where a.league_id = %lld and a.week = 2 and b.week = 3 and a.slot <> 'BN'";
    assert_int_equal(number(scene, same, league_id), SMALL_STARTERS * SMALL_TEAMS);
}

static void where_nothing_was_set_the_last_lineup_goes_on(void **state)
{
    (void)state;
    stage(carry_over);
}

/* ---- free agents ---- */

static void move_around(struct scene *scene)
{
    int64_t league_id = past_league(scene, SMALL);
    play_through(scene, league_id, 1);
    int64_t wanted = free_agent(scene, league_id, "WR");
    int64_t dropped = reserve_of(scene, league_id, "'RB', 'WR', 'TE'");
    int64_t taken = number(scene,
                           "select r.player_id from roster_entries r join teams t on t.id = "
                           "r.team_id where r.league_id = %lld and t.ordinal = 2 limit 1",
                           league_id);
    assert_int_equal(move_players(scene, league_id, 0, 0), E_INVALID);
    assert_int_equal(move_players(scene, league_id, wanted, 0), E_ROSTER_FULL);
    assert_int_equal(move_players(scene, league_id, taken, dropped), E_PLAYER_TAKEN);
    assert_int_equal(move_players(scene, league_id, wanted, taken), E_PLAYER_NOT_OWNED);
    assert_int_equal(move_players(scene, league_id, free_agent(scene, league_id, "LB"), dropped),
                     E_POSITION_LIMIT);
    assert_int_equal(move_players(scene, league_id, wanted, dropped), OK);
    assert_int_equal(move_players(scene, league_id, dropped, wanted), E_PLAYER_ON_WAIVERS);
    assert_true(slice_find(scene->faults.detail, 'Z', 0) < scene->faults.detail.len);
    int64_t runner = starter(scene, league_id, "RB");
    assert_int_equal(move_players(scene, league_id, 0, runner), OK);
    assert_int_equal(number(scene,
                            "select count(*) from lineup_slots s join teams t on t.id = s.team_id "
                            "where s.league_id = %lld and s.week = 2 and t.ordinal = 1 and s.slot "
                            "= 'RB' and s.player_id is null",
                            league_id),
                     1);
    move_clock(scene, league_id, 2);
    assert_int_equal(move_players(scene, league_id, 0, starter(scene, league_id, "QB")),
                     E_PLAYER_LOCKED);
    assert_int_equal(move_players(scene, league_id, free_agent(scene, league_id, "WR"), 0),
                     E_PLAYER_ON_WAIVERS);
    assert_holds(scene, league_id);
}

static void free_agents_come_and_go_by_the_rules(void **state)
{
    (void)state;
    stage(move_around);
}

/* ---- weeks ---- */

static void finalize_too_early(struct scene *scene)
{
    int64_t league_id = past_league(scene, SMALL);
    play_through(scene, league_id, 1);
    struct finalize_order order = { .week = 2 };
    assert_int_equal(finalize(scene, league_id, change_by(scene, 2, "week.finalize"), order),
                     E_FORBIDDEN);
    assert_int_equal(
        finalize(scene, league_id, change_by(scene, COMMISSIONER, "week.finalize"), order),
        E_WEEK_STATE);
    move_clock(scene, league_id, 2); /* games are on */
    assert_int_equal(
        finalize(scene, league_id, change_by(scene, COMMISSIONER, "week.finalize"), order),
        E_WEEK_STATE);
    order.is_forced = true;
    order.reason = S("a test");
    assert_int_equal(
        finalize(scene, league_id, change_by(scene, COMMISSIONER, "week.finalize"), order),
        E_FORBIDDEN);
    struct change operator_change = change_by_system(scene, "week.finalize");
    operator_change.actor.kind = ACTOR_OPERATOR;
    order.reason = S("");
    assert_int_equal(finalize(scene, league_id, operator_change, order), E_INVALID);
    order.reason = S("a test");
    assert_int_equal(finalize(scene, league_id, operator_change, order), OK);
    order.week = 1;
    assert_int_equal(finalize(scene, league_id, operator_change, order), E_WEEK_STATE);
}

static void a_week_is_not_final_before_its_games_are(void **state)
{
    (void)state;
    stage(finalize_too_early);
}

static void turn_the_clock(struct scene *scene)
{
    int64_t league_id = past_league(scene, SMALL);
    move_clock(scene, league_id, 1);
    CLEANUP(change_done) struct change back = change_by_system(scene, "league.clock");
    assert_int_equal(league_clock_set(&back, league_id, 1), E_LEAGUE_STATE);
    change_done(&back);
    int64_t live_id = make_league(scene, 1, SMALL);
    CLEANUP(change_done) struct change live = change_by_system(scene, "league.clock");
    assert_int_equal(league_clock_set(&live, live_id, scene->now), E_LEAGUE_STATE);
}

static void the_clock_of_a_replay_goes_forward_only(void **state)
{
    (void)state;
    stage(turn_the_clock);
}

extern const struct CMUnitTest season_tests[];
extern const size_t season_test_count;

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stored_line_is_read_to_the_thousandth),
        cmocka_unit_test(a_projection_is_the_decayed_mean_drawn_to_the_position),
        cmocka_unit_test(a_projection_never_reads_the_week_itself),
        cmocka_unit_test(every_fault_of_a_lineup_is_named_at_once),
        cmocka_unit_test(players_lock_at_kickoff_by_the_leagues_clock),
        cmocka_unit_test(a_lineup_somebody_has_set_is_left_alone_for_its_week),
        cmocka_unit_test(where_nothing_was_set_the_last_lineup_goes_on),
        cmocka_unit_test(free_agents_come_and_go_by_the_rules),
        cmocka_unit_test(a_week_is_not_final_before_its_games_are),
        cmocka_unit_test(the_clock_of_a_replay_goes_forward_only),
    };
    int failed = cmocka_run_group_tests_name("play", tests, play_setup, NULL);
    return failed != 0
               ? failed
               : _cmocka_run_group_tests("season", season_tests, season_test_count, NULL, NULL);
}
