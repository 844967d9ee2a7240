#include "play_rig.h"

#include <stdlib.h>

static const unsigned char SEED[32] = "the same start, the same season";

/* Statistics that look random and are the same every time; touchdowns for quarterbacks only. */
const char SEASON_STATS[] =
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

void execute(const char *statement)
{
    PGconn *pg = PQconnectdb(getenv("ASTRALFIELD_TEST_DB"));
    PGresult *result = PQexec(pg, statement);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        fail_msg("%s", PQerrorMessage(pg));
    }
    PQclear(result);
    PQfinish(pg);
}

void tamper(struct scene *scene, const char *statement, int64_t league_id)
{
    execute(arena_format(&scene->arena,
                         "begin; set local session_replication_role = replica; %s where league_id "
                         "= %lld; commit",
                         statement, (long long)league_id)
                .ptr);
}

int64_t number(struct scene *scene, const char *query, int64_t league_id)
{
    const char *place = strstr(query, "%lld");
    assert_non_null(place);
    int before = (int)(place - query);
    return stage_number(
        arena_format(&scene->arena, "%.*s%lld%s", before, query, (long long)league_id, place + 4)
            .ptr);
}

int play_setup(void **state)
{
    int failed = rig_setup(state);
    if (failed == 0) {
        execute(SEASON_STATS);
        execute("update seasons set phase = 'off' where year = 2014");
        execute("update nfl_games set state = 'final', home_score = 20, away_score = 17 "
                "where season = 2014");
    }
    return failed;
}

int64_t past_league(struct scene *scene, const char *settings)
{
    return make_league_in(scene, &(struct league_new){ .name = S("Played League"),
                                                       .team_name = S("Team of User 1"),
                                                       .season = PAST_SEASON,
                                                       .settings = settings_of(scene, settings),
                                                       .seed = SEED });
}

struct season_played play_through(struct scene *scene, int64_t league_id, int week)
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

struct verify_report verified(struct scene *scene, int64_t league_id)
{
    struct verify_report report;
    struct faults faults = { .arena = &scene->arena };
    assert_int_equal(verify_ledger(&scene->arena, &faults, league_id, &report), OK);
    return report;
}

void assert_holds(struct scene *scene, int64_t league_id)
{
    struct verify_report report = verified(scene, league_id);
    if (report.is_broken) {
        fail_msg("%.*s, seq %lld: %.*s is %.*s, expected %.*s", FMT(report.fault.check),
                 (long long)report.fault.seq, FMT(report.fault.what), FMT(report.fault.found),
                 FMT(report.fault.expected));
    }
}

void assert_broken(struct scene *scene, int64_t league_id, const char *check)
{
    struct verify_report report = verified(scene, league_id);
    assert_true(report.is_broken);
    assert_int_equal(report.fault.league_id, league_id);
    assert_string_equal(arena_cstr(&scene->arena, report.fault.check), check);
    assert_false(slice_eq(report.fault.expected, report.fault.found));
}

struct slice result_hash(struct scene *scene, int64_t league_id)
{
    struct rows rows;
    assert_int_equal(db_read(&scene->arena, SQL_PLAY_RESULT_HASH, PARAMS(P_INT(league_id)), &rows),
                     OK);
    return rows_text(&rows, 0, "hash");
}

int64_t my_team(struct scene *scene, int64_t league_id)
{
    return number(scene, "select id from teams where league_id = %lld and ordinal = 1", league_id);
}

int64_t starter(struct scene *scene, int64_t league_id, const char *slot)
{
    return stage_number(
        arena_format(&scene->arena,
                     "select s.player_id from lineup_slots s join teams t on t.id = "
                     "s.team_id where s.league_id = %lld and t.ordinal = 1 and s.slot "
                     "= '%s' and s.ordinal = 1 order by s.week desc limit 1",
                     (long long)league_id, slot)
            .ptr);
}

int64_t reserve_of(struct scene *scene, int64_t league_id, const char *positions)
{
    return stage_number(
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

int64_t free_agent(struct scene *scene, int64_t league_id, const char *position)
{
    return stage_number(
        arena_format(&scene->arena,
                     "select p.id from players p where p.position = '%s' and not "
                     "exists (select from roster_entries r where r.league_id = %lld "
                     "and r.player_id = p.id) and not exists (select from "
                     "waiver_holds h where h.league_id = %lld and h.player_id = "
                     "p.id) order by p.id limit 1",
                     position, (long long)league_id, (long long)league_id)
            .ptr);
}

void move_clock(struct scene *scene, int64_t league_id, int hours)
{
    int64_t at = number(scene,
                        "select (extract(epoch from replay_at) * 1000000)::bigint from leagues "
                        "where id = %lld",
                        league_id);
    CLEANUP(change_done) struct change change = change_by_system(scene, "league.clock");
    assert_int_equal(league_clock_set(&change, league_id, at + hours * INT64_C(3600) * US_PER_S),
                     OK);
}

enum error set_lineup(struct scene *scene, int64_t league_id, struct lineup_order order)
{
    CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "lineup.set");
    change.actor.user_id = COMMISSIONER;
    return lineup_set(&change, league_id, my_team(scene, league_id), &order);
}

enum error move_players(struct scene *scene, int64_t league_id, int64_t add, int64_t drop)
{
    struct move move = { .team_id = my_team(scene, league_id),
                         .add_player_id = add,
                         .drop_player_id = drop };
    CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "move.add_drop");
    return move_add_drop(&change, league_id, &move);
}

enum error finalize(struct scene *scene, int64_t league_id, struct change change,
                    struct finalize_order order)
{
    CLEANUP(change_done) struct change mine = change;
    (void)scene;
    return week_finalize(&mine, league_id, &order);
}
