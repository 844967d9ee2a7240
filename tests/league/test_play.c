/* A league that is played: lineups, moves, finals, playoffs, corrections and the verification, against
 * a real PostgreSQL. The season is invented; every player has a line in every week. */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "league/finalize.h"
#include "league/lineup.h"
#include "league/moves.h"
#include "league/projection.h"
#include "league/scoring_load.h"
#include "league/season.h"
#include "league/verify.h"

enum { FIRST_WEEK_TEAMS = 4 };

static const unsigned char SEED[32] = "the same start, the same season";

static const char SMALL[] = "{\"maxTeams\":4,\"playoffTeams\":2,\"regularWeeks\":3}";

/* Statistics that look random and are the same every time; touchdowns for quarterbacks only. */
static const char STATS[] =
    "insert into player_week_stats (season, season_type, week, player_id, nfl_team_code, stats, "
    "source) "
    "select 2014, 'REG', w, p.id, p.nfl_team_code, "
    "case p.position "
    "when 'QB' then jsonb_build_object('passing_yards', 150 + (p.id * 7919 + w * 104729) % 211, "
    "'passing_tds', 1) "
    "when 'DEF' then jsonb_build_object('team_sacks', 1 + (p.id * 31 + w * 17) % 5) "
    "when 'K' then jsonb_build_object('pat_made', 1 + (p.id * 13 + w * 7) % 6) "
    "else jsonb_build_object('receiving_yards', 10 + (p.id * 6151 + w * 3571) % 131) end, 'test' "
    "from players p cross join generate_series(1, 17) w where p.position <> 'LB'";

/* ---- helpers ---- */

static void execute(const char *statement)
{
    PGconn *pg = PQconnectdb(getenv("ASTRALFIELD_TEST_DB"));
    PGresult *result = PQexec(pg, statement);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        fail_msg("%s", PQerrorMessage(pg));
    }
    PQclear(result);
    PQfinish(pg);
}

/* What nobody can do but who owns the database: past triggers and foreign keys. */
static void tamper(struct scene *scene, const char *statement, int64_t league_id)
{
    execute(arena_format(&scene->arena,
                         "begin; set local session_replication_role = replica; %s where league_id "
                         "= %lld; commit",
                         statement, (long long)league_id)
                .ptr);
}

/* One number of an ad hoc query, its %lld being an id. */
static int64_t number(struct scene *scene, const char *query, int64_t league_id)
{
    const char *place = strstr(query, "%lld");
    assert_non_null(place);
    int before = (int)(place - query);
    return number_of(
        arena_format(&scene->arena, "%.*s%lld%s", before, query, (long long)league_id, place + 4)
            .ptr);
}

static int play_setup(void **state)
{
    int failed = rig_setup(state);
    if (failed == 0) {
        execute(STATS);
        execute("update seasons set phase = 'off' where year = 2014");
        execute("update nfl_games set state = 'final', home_score = 20, away_score = 17 "
                "where season = 2014");
    }
    return failed;
}

static int64_t past_league(struct scene *scene, const char *settings)
{
    return make_league_in(scene, &(struct league_new){ .name = S("Played League"),
                                                       .team_name = S("Team of User 1"),
                                                       .season = PAST_SEASON,
                                                       .settings = settings_of(scene, settings),
                                                       .seed = SEED });
}

static struct season_played play_through(struct scene *scene, int64_t league_id, int week)
{
    struct season_play play = { .league_id = league_id, .through_week = week, .now = scene->now };
    struct season_played played = { .weeks = 0 };
    scene->faults = (struct faults){ .arena = &scene->arena };
    enum error error = season_play(&scene->faults, &play, &played);
    if (error != OK) {
        fail_msg("%s: %.*s", error_info(error)->name, FMT(scene->faults.detail));
    }
    return played;
}

static struct verify_report verified(struct scene *scene, int64_t league_id)
{
    struct verify_report report;
    struct faults faults = { .arena = &scene->arena };
    assert_int_equal(verify_ledger(&scene->arena, &faults, league_id, &report), OK);
    return report;
}

static void assert_holds(struct scene *scene, int64_t league_id)
{
    struct verify_report report = verified(scene, league_id);
    if (report.is_broken) {
        fail_msg("%.*s, seq %lld: %.*s is %.*s, expected %.*s", FMT(report.fault.check),
                 (long long)report.fault.seq, FMT(report.fault.what), FMT(report.fault.found),
                 FMT(report.fault.expected));
    }
}

static void assert_broken(struct scene *scene, int64_t league_id, const char *check)
{
    struct verify_report report = verified(scene, league_id);
    assert_true(report.is_broken);
    assert_int_equal(report.fault.league_id, league_id);
    assert_string_equal(arena_cstr(&scene->arena, report.fault.check), check);
    assert_false(slice_eq(report.fault.expected, report.fault.found));
}

static struct slice result_hash(struct scene *scene, int64_t league_id)
{
    struct rows rows;
    assert_int_equal(db_read(&scene->arena, SQL_PLAY_RESULT_HASH, PARAMS(P_INT(league_id)), &rows),
                     OK);
    return rows_text(&rows, 0, "hash");
}

/* The commissioner's own team. */
static int64_t my_team(struct scene *scene, int64_t league_id)
{
    return number(scene, "select id from teams where league_id = %lld and ordinal = 1", league_id);
}

static int64_t starter(struct scene *scene, int64_t league_id, const char *slot)
{
    return number_of(arena_format(&scene->arena,
                                  "select s.player_id from lineup_slots s join teams t on t.id = "
                                  "s.team_id where s.league_id = %lld and t.ordinal = 1 and s.slot "
                                  "= '%s' and s.ordinal = 1 order by s.week desc limit 1",
                                  (long long)league_id, slot)
                         .ptr);
}

/* Somebody on the bench of the commissioner's team. */
static int64_t reserve_of(struct scene *scene, int64_t league_id, const char *positions)
{
    return number_of(
        arena_format(&scene->arena,
                     "select r.player_id from roster_entries r join players p on p.id = "
                     "r.player_id join teams t on t.id = r.team_id where r.league_id = %lld and "
                     "t.ordinal = 1 and p.position in (%s) and not exists (select from "
                     "lineup_slots s where s.league_id = r.league_id and s.player_id = "
                     "r.player_id and s.week = (select week from league_current_weeks c where "
                     "c.league_id = r.league_id)) order by r.player_id limit 1",
                     (long long)league_id, positions)
            .ptr);
}

static int64_t free_agent(struct scene *scene, int64_t league_id, const char *position)
{
    return number_of(arena_format(&scene->arena,
                                  "select p.id from players p where p.position = '%s' and not "
                                  "exists (select from roster_entries r where r.league_id = %lld "
                                  "and r.player_id = p.id) and not exists (select from "
                                  "waiver_holds h where h.league_id = %lld and h.player_id = "
                                  "p.id) order by p.id limit 1",
                                  position, (long long)league_id, (long long)league_id)
                         .ptr);
}

/* Moves the league's clock by hours from where it stands. */
static void move_clock(struct scene *scene, int64_t league_id, int hours)
{
    int64_t at = number(scene,
                        "select (extract(epoch from replay_at) * 1000000)::bigint from leagues "
                        "where id = %lld",
                        league_id);
    CLEANUP(change_done) struct change change = change_by_system(scene, "league.clock");
    assert_int_equal(league_clock_set(&change, league_id, at + hours * INT64_C(3600) * US_PER_S),
                     OK);
}

static enum error set_lineup(struct scene *scene, int64_t league_id, struct lineup_order order)
{
    CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "lineup.set");
    change.actor.user_id = COMMISSIONER;
    return lineup_set(&change, league_id, my_team(scene, league_id), &order);
}

static enum error move_players(struct scene *scene, int64_t league_id, int64_t add, int64_t drop)
{
    struct move move = { .team_id = my_team(scene, league_id),
                         .add_player_id = add,
                         .drop_player_id = drop };
    CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "move.add_drop");
    return move_add_drop(&change, league_id, &move);
}

static enum error finalize(struct scene *scene, int64_t league_id, struct change change,
                           struct finalize_order order)
{
    CLEANUP(change_done) struct change mine = change;
    (void)scene;
    return week_finalize(&mine, league_id, &order);
}

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
    assert_int_equal(points_refresh(&tx, order.profile_id, PAST_SEASON, NULL), OK);
    assert_int_equal(projections_refresh(&tx, order, NULL), OK);
    assert_int_equal(tx_query(&tx, SQL_PLAY_PROJECTIONS_COUNT,
                              PARAMS(P_INT(order.profile_id), P_INT(2014), P_INT(2)), &rows),
                     OK);
    assert_int_equal(tx_commit(&tx), OK);
    assert_int_equal(number(scene, sum, league_id), before);
    execute("delete from player_week_points where season = 2014");
    execute("delete from player_week_stats where season = 2014");
    execute(STATS);
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
    assert_int_equal(number(scene, same, league_id), 9 * FIRST_WEEK_TEAMS);
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
        cmocka_unit_test(the_same_start_gives_the_same_champion),
        cmocka_unit_test(leagues_of_every_shape_reach_a_champion),
        cmocka_unit_test(a_correction_is_told_and_can_turn_a_result),
        cmocka_unit_test(whoever_tampers_with_a_row_is_named),
        cmocka_unit_test(a_missing_event_is_named_by_its_number),
        cmocka_unit_test(a_league_that_does_not_exist_is_not_verified),
    };
    return cmocka_run_group_tests_name("play", tests, play_setup, NULL);
}
