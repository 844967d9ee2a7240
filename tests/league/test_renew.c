/* A league goes on into its next season, against a real PostgreSQL. */
#include "play_rig.h"

#include "league/renew.h"

enum { NEXT_SEASON = PAST_SEASON + 1 };

static int renew_setup(void **state)
{
    int failed = play_setup(state);
    if (failed == 0) {
        execute("insert into seasons (year, regular_weeks, last_week, is_sample, source, phase) "
                "select 2015, regular_weeks, last_week, is_sample, source, phase from seasons "
                "where year = 2014");
        execute("insert into nfl_games (season, season_type, week, home_team_code, "
                "away_team_code, kickoff, state, home_score, away_score, source) "
                "select 2015, season_type, week, home_team_code, away_team_code, kickoff + "
                "interval '364 days', state, home_score, away_score, source from nfl_games where "
                "season = 2014");
        execute("insert into player_week_stats (season, season_type, week, player_id, "
                "nfl_team_code, stats, source) select 2015, season_type, week, player_id, "
                "nfl_team_code, stats, source from player_week_stats where season = 2014");
    }
    return failed;
}

/* ---- helpers ---- */

/* A statement with two ids in the places of its %lld. */
static const char *text_of(struct scene *scene, const char *statement, int64_t a, int64_t b)
{
    struct slice rest = slice_from(statement);
    struct buffer text;
    buffer_init(&text, &scene->arena);
    for (size_t i = 0; i < rest.len; i++) {
        if (rest.len - i >= 4 && memcmp(rest.ptr + i, "%lld", 4) == 0) {
            buffer_format(&text, "%lld", (long long)a);
            a = b;
            i += 3;
        } else {
            buffer_byte(&text, rest.ptr[i]);
        }
    }
    buffer_byte(&text, '\0');
    return buffer_slice(&text).ptr;
}

static int64_t number_with(struct scene *scene, const char *query, int64_t a, int64_t b)
{
    return stage_number(text_of(scene, query, a, b));
}

static enum error renew_with(struct scene *scene, int64_t league_id, struct renewal wanted,
                             int64_t *ret_next_id)
{
    CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "league.renew");
    enum error error = league_renew(&change, league_id, &wanted, ret_next_id);
    if (error == E_INTERNAL) {
        fail_msg("%.*s", FMT(change.tx.message));
    }
    return error;
}

static int64_t renewed(struct scene *scene, int64_t league_id)
{
    static const unsigned char seed[32] = "the next start, the next season";
    int64_t next_id = 0;
    enum error error = renew_with(scene, league_id, (struct renewal){ .seed = seed }, &next_id);
    if (error != OK) {
        fail_msg("%s: %.*s", error_info(error)->name, FMT(scene->faults.detail));
    }
    return next_id;
}

/* A league that was played to its champion, with two managers, of a kind. */
static int64_t finished(struct scene *scene, const char *settings, const char *kind)
{
    int64_t league_id = past_league(scene, settings);
    assert_int_equal(join_league(scene, league_id, 2, "Bears"), OK);
    execute(arena_format(&scene->arena, "update leagues set kind = '%s' where id = %lld", kind,
                         (long long)league_id)
                .ptr);
    play_through(scene, league_id, 0);
    return league_id;
}

/* ---- settings ---- */

static void renew_variants(struct scene *scene)
{
    static const char *const variants[] = {
        SMALL,
        "{\"maxTeams\":8,\"playoffTeams\":5,\"regularWeeks\":5,\"playoffRoundType\":"
        "\"two_week_final\",\"medianGame\":true,\"consolation\":\"consolation\",\"draftKind\":"
        "\"third_round_reversal\",\"secondsPerPick\":45}",
        "{\"maxTeams\":10,\"playoffTeams\":4,\"regularWeeks\":4,\"playoffRoundType\":\"two_week\","
        "\"bestBall\":true,\"reseed\":false,\"draftKind\":\"linear\",\"tiebreak\":\"espn\"}",
        "{\"maxTeams\":6,\"playoffTeams\":0,\"regularWeeks\":3,\"tiebreak\":\"yahoo\",\"preset\":"
        "\"ppr\",\"visibility\":\"public\",\"waiverKind\":\"rolling\",\"timeZone\":"
        "\"Europe/Berlin\"}",
    };
    for (size_t i = 0; i < ARRAY_LEN(variants); i++) {
        int64_t league_id = past_league(scene, variants[i]);
        play_through(scene, league_id, 0);
        int64_t next_id = renewed(scene, league_id);
        assert_int_equal(number_with(scene,
                                     "select (league_settings(a) = league_settings(b))::int from "
                                     "leagues a, leagues b where a.id = %lld and b.id = %lld",
                                     league_id, next_id),
                         1);
        /* Columns that no setting names: all but what makes a season this one. */
        assert_int_equal(
            number_with(scene,
                        "select count(*) from (select to_jsonb(l) - array['id','seq',"
                        "'head_hash','state','slug','season','previous_league_id','created_at',"
                        "'replay_at'] from leagues l where id in (%lld, %lld) group by 1) k",
                        league_id, next_id),
            1);
        assert_int_equal(number_with(scene,
                                     "select count(*) from (select week, first_week, kind from "
                                     "league_weeks where league_id in (%lld, %lld) group by 1, 2, "
                                     "3 having count(*) <> 2) k",
                                     league_id, next_id),
                         0);
        assert_holds(scene, league_id);
        assert_holds(scene, next_id);
        verified_events(scene, next_id);
        play_through(scene, next_id, 0);
        assert_holds(scene, next_id);
    }
}

static void every_setting_comes_along_and_the_season_can_be_played(void **state)
{
    (void)state;
    stage(renew_variants);
}

static void renew_foreign(struct scene *scene)
{
    int64_t league_id = finished(scene, SMALL, "redraft");
    execute("insert into scoring_profiles (hash, stat_source) values (sha256('foreign'), "
            "'sleeper')");
    execute("insert into scoring_rules (profile_id, ordinal, stat_key, weight) select id, 1, "
            "'receiving_yards', 0.25 from scoring_profiles where hash = sha256('foreign')");
    execute(text_of(scene,
                    "update leagues set scoring_profile_id = (select id from scoring_profiles "
                    "where hash = sha256('foreign')), source_platform = 'sleeper', "
                    "source_league_id = '%lld', imported_at = now() where id = %lld",
                    league_id, league_id));
    int64_t next_id = renewed(scene, league_id);
    assert_int_equal(number_with(scene,
                                 "select count(*) from leagues l join scoring_profiles p on p.id = "
                                 "l.scoring_profile_id join scoring_rules r on r.profile_id = p.id "
                                 "where l.id = %lld and p.stat_source = 'nfl' and r.stat_key = "
                                 "'receiving_yards' and r.weight = 0.25 and l.source_platform is "
                                 "null and %lld > 0",
                                 next_id, 1),
                     1);
}

static void the_same_rules_pay_for_the_nfls_statistics(void **state)
{
    (void)state;
    stage(renew_foreign);
}

/* ---- people and teams ---- */

static void renew_people(struct scene *scene)
{
    int64_t league_id = finished(scene, SMALL, "redraft");
    execute(text_of(scene,
                    "insert into divisions (league_id, division, name) values (%lld, 1, 'North')",
                    league_id, 0));
    execute(text_of(scene,
                    "update teams set division = 1, motto = 'Onwards' where league_id = %lld and "
                    "ordinal = 2",
                    league_id, 0));
    int64_t next_id = renewed(scene, league_id);
    assert_int_equal(
        number_with(scene,
                    "select count(*) from teams t join teams n on n.previous_team_id = t.id where "
                    "t.league_id = %lld and n.league_id = %lld and n.name = t.name and n.ordinal "
                    "= t.ordinal and n.division is not distinct from t.division and n.motto is "
                    "not distinct from t.motto and n.faab_balance = 100",
                    league_id, next_id),
        SMALL_TEAMS);
    assert_int_equal(
        number_with(scene,
                    "select count(*) from team_owners o join teams t on t.id = o.team_id join "
                    "teams n on n.previous_team_id = t.id join team_owners p on p.team_id = n.id "
                    "and p.user_id = o.user_id and p.is_primary = o.is_primary join "
                    "league_members m on m.league_id = n.league_id and m.user_id = p.user_id join "
                    "league_members k on k.league_id = t.league_id and k.user_id = o.user_id and "
                    "k.role = m.role where t.league_id = %lld and n.league_id = %lld",
                    league_id, next_id),
        2);
    /* Claims: the last of the table first. */
    assert_int_equal(number_with(scene,
                                 "select count(*) from league_standings s join teams n on "
                                 "n.previous_team_id = s.team_id where s.league_id = %lld and "
                                 "n.league_id = %lld and n.waiver_rank = 5 - s.rank",
                                 league_id, next_id),
                     SMALL_TEAMS);
    const json_t *before = league_document(scene, league_id);
    const json_t *after = league_document(scene, next_id);
    assert_int_equal(number_at(json_object_get(before, "nextLeague"), "leagueId"), next_id);
    assert_int_equal(number_at(json_object_get(before, "nextLeague"), "season"), NEXT_SEASON);
    assert_true(json_is_null(json_object_get(before, "previousLeague")));
    assert_int_equal(number_at(json_object_get(after, "previousLeague"), "leagueId"), league_id);
    assert_true(json_is_null(json_object_get(after, "nextLeague")));
    assert_string_equal(text_at(after, "state"), "setup");
    assert_string_equal(text_at(draft_document(scene, next_id), "orderMethod"), "random");
    assert_int_equal(
        number(scene, "select count(*) from roster_entries where league_id = %lld", next_id), 0);
    assert_int_equal(number(scene,
                            "select count(*) from league_events where league_id = %lld and kind = "
                            "'league.renewed' and (payload ->> 'season')::int = 2015",
                            league_id),
                     1);
}

static void teams_people_and_claims_come_along(void **state)
{
    (void)state;
    stage(renew_people);
}

/* ---- keepers ---- */

static int64_t somebody_of(struct scene *scene, int64_t league_id, int team, int place)
{
    return stage_number(
        arena_format(&scene->arena,
                     "select r.player_id from roster_entries r join teams t on t.id "
                     "= r.team_id where r.league_id = %lld and t.ordinal = %d order "
                     "by r.player_id offset %d limit 1",
                     (long long)league_id, team, place)
            .ptr);
}

static void mark(struct scene *scene, int64_t league_id, int64_t player_id)
{
    execute(text_of(scene,
                    "insert into keepers (league_id, team_id, player_id) select league_id, "
                    "team_id, player_id from roster_entries where league_id = %lld and player_id "
                    "= %lld",
                    league_id, player_id));
}

static void renew_keepers(struct scene *scene)
{
    int64_t league_id = finished(scene, SMALL, "keeper");
    mark(scene, league_id, somebody_of(scene, league_id, 1, 0));
    mark(scene, league_id, somebody_of(scene, league_id, 1, 1));
    mark(scene, league_id, somebody_of(scene, league_id, 3, 0));
    int64_t next_id = renewed(scene, league_id);
    assert_int_equal(number_with(scene,
                                 "select count(*) from keepers k join roster_entries r on "
                                 "r.player_id = k.player_id join teams n on n.id = r.team_id where "
                                 "k.league_id = %lld and r.league_id = %lld and "
                                 "n.previous_team_id = k.team_id and r.acquired_via = 'keeper'",
                                 league_id, next_id),
                     3);
    assert_int_equal(
        number(scene, "select count(*) from roster_entries where league_id = %lld", next_id), 3);
    assert_int_equal(number(scene,
                            "select count(*) from keepers where league_id = %lld and state = "
                            "'confirmed' and years_kept = 1",
                            next_id),
                     3);
    assert_int_equal(number(scene,
                            "select count(*) from transactions where league_id = %lld and kind = "
                            "'keeper'",
                            next_id),
                     2);
    /* 15 places, two of them taken in the fullest team; the last of the table picks first. */
    const json_t *draft = draft_document(scene, next_id);
    assert_int_equal(number_at(draft, "rounds"), 13);
    assert_string_equal(text_at(draft, "orderMethod"), "reverse_standings");
    assert_int_equal(number_at(json_array_get(json_object_get(draft, "order"), 0), "id"),
                     number_with(scene,
                                 "select n.id from teams n join league_standings s on s.team_id = "
                                 "n.previous_team_id where s.league_id = %lld and n.league_id = "
                                 "%lld and s.rank = 4",
                                 league_id, next_id));
    assert_holds(scene, league_id);
    assert_holds(scene, next_id);
    play_through(scene, next_id, 0);
    assert_holds(scene, next_id);
    assert_int_equal(number(scene,
                            "select count(*) from draft_picks k where k.league_id = %lld and "
                            "exists (select from keepers x where x.league_id = k.league_id and "
                            "x.player_id = k.player_id)",
                            next_id),
                     0);
}

static void marked_keepers_stay_and_are_not_drafted(void **state)
{
    (void)state;
    stage(renew_keepers);
}

static void name_keepers(struct scene *scene)
{
    int64_t league_id = finished(scene, SMALL, "keeper");
    mark(scene, league_id, somebody_of(scene, league_id, 1, 0));
    int64_t stranger = free_agent(scene, league_id, "QB");
    int64_t next_id = 0;
    struct renewal wanted = { .keepers = &stranger, .keeper_count = 1, .has_keepers = true };
    assert_int_equal(renew_with(scene, league_id, wanted, &next_id), E_PLAYER_NOT_OWNED);
    assert_true(has_fault(scene, "/keepers/0"));
    execute(text_of(scene, "update leagues set keepers_max = 1 where id = %lld", league_id, 0));
    int64_t named[] = { somebody_of(scene, league_id, 2, 3), somebody_of(scene, league_id, 2, 4) };
    wanted.keepers = named;
    wanted.keeper_count = 2;
    assert_int_equal(renew_with(scene, league_id, wanted, &next_id), E_ROSTER_FULL);
    assert_int_equal(
        number(scene, "select count(*) from leagues where previous_league_id = %lld", league_id),
        0);
    wanted.keeper_count = 1;
    assert_int_equal(renew_with(scene, league_id, wanted, &next_id), OK);
    assert_int_equal(
        number(scene, "select player_id from roster_entries where league_id = %lld", next_id),
        named[0]);
    int64_t redraft = finished(scene, SMALL, "redraft");
    assert_int_equal(renew_with(scene, redraft, wanted, &next_id), E_INVALID);
    assert_true(has_fault(scene, "/keepers"));
}

static void named_keepers_are_checked_and_replace_the_marks(void **state)
{
    (void)state;
    stage(name_keepers);
}

/* ---- dynasties ---- */

static void renew_dynasty(struct scene *scene)
{
    int64_t league_id = finished(scene, SMALL, "dynasty");
    int64_t first = number(scene, "select min(id) from teams where league_id = %lld", league_id);
    int64_t second = number(scene, "select max(id) from teams where league_id = %lld", league_id);
    for (int year = NEXT_SEASON; year <= NEXT_SEASON + 1; year++) {
        execute(arena_format(&scene->arena,
                             "insert into draft_picks (league_id, season, pool, round, "
                             "original_team_id, owner_team_id) values (%lld, %d, 'rookies', 2, "
                             "%lld, %lld)",
                             (long long)league_id, year, (long long)first, (long long)second)
                    .ptr);
    }
    /* Rosters of twelve, so that a draft has something to fill; one of them on reserve. */
    for (int team = 1; team <= SMALL_TEAMS; team++) {
        for (int place = 0; place < 3; place++) {
            int64_t player_id = somebody_of(scene, league_id, team, 0);
            CLEANUP(change_done) struct change change = change_by_system(scene, "test.drop");
            assert_int_equal(change_begin(&change, league_id), OK);
            int64_t seq = change_event(&change, &(struct event){ .kind = S("test.drop") });
            assert_int_equal(change_commit(&change, S("")), OK);
            execute(arena_format(
                        &scene->arena,
                        "with gone as (delete from roster_entries where league_id = %lld and "
                        "player_id = %lld returning team_id), booked as (insert into transactions "
                        "(league_id, seq, kind, at) values (%lld, %lld, 'drop', now()) returning "
                        "id) insert into transaction_items (league_id, transaction_id, ordinal, "
                        "team_id, kind, player_id) select %lld, b.id, 1, g.team_id, 'player_out', "
                        "%lld from gone g, booked b",
                        (long long)league_id, (long long)player_id, (long long)league_id,
                        (long long)seq, (long long)league_id, (long long)player_id)
                        .ptr);
        }
    }
    execute(text_of(scene,
                    "update roster_entries set placement = 'reserve' where league_id = %lld and "
                    "player_id = %lld",
                    league_id, somebody_of(scene, league_id, 1, 0)));
    assert_holds(scene, league_id);
    int64_t next_id = renewed(scene, league_id);
    assert_int_equal(number_with(scene,
                                 "select count(*) from roster_entries a join roster_entries b on "
                                 "b.player_id = a.player_id and b.placement = a.placement join "
                                 "teams n on n.id = b.team_id and n.previous_team_id = a.team_id "
                                 "where a.league_id = %lld and b.league_id = %lld",
                                 league_id, next_id),
                     SMALL_TEAMS * 12);
    assert_int_equal(number(scene, "select count(*) from keepers where league_id = %lld", next_id),
                     0);
    const json_t *draft = draft_document(scene, next_id);
    assert_int_equal(number_at(draft, "rounds"), 3);
    assert_string_equal(text_at(draft, "orderMethod"), "reverse_standings");
    assert_int_equal(
        number_with(scene,
                    "select count(*) from draft_picks k join teams o on o.id = k.original_team_id "
                    "join teams n on n.id = k.owner_team_id where k.league_id = %lld and "
                    "o.previous_team_id = %lld and k.round = 2 and k.draft_id is null",
                    next_id, first),
        2);
    assert_holds(scene, next_id);
    /* The traded pick is made by its owner; the one of the season after stays to come. */
    play_through(scene, next_id, 0);
    assert_holds(scene, next_id);
    assert_int_equal(
        number_with(scene,
                    "select count(*) from draft_picks k join teams n on n.id = k.owner_team_id "
                    "where k.league_id = %lld and n.previous_team_id = %lld and k.season = 2015 "
                    "and k.player_id is not null",
                    next_id, second),
        4);
    assert_int_equal(number(scene,
                            "select count(*) from draft_picks where league_id = %lld and season = "
                            "2016 and draft_id is null",
                            next_id),
                     1);
}

static void a_dynasty_keeps_its_rosters_and_traded_picks(void **state)
{
    (void)state;
    stage(renew_dynasty);
}

static void cancel_draft(struct scene *scene)
{
    int64_t league_id = finished(scene, SMALL, "keeper");
    int64_t first = number(scene, "select min(id) from teams where league_id = %lld", league_id);
    execute(text_of(scene,
                    "insert into draft_picks (league_id, season, round, original_team_id, "
                    "owner_team_id) select league_id, 2015, 1, id, %lld from teams where "
                    "league_id = %lld and ordinal = 2",
                    first, league_id));
    int64_t next_id = renewed(scene, league_id);
    static const enum draft_action actions[] = { DRAFT_START, DRAFT_CANCEL, DRAFT_START };
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "draft.control");
        assert_int_equal(draft_control(&change, draft_of(scene, next_id), actions[i]), OK);
    }
    assert_int_equal(number_with(scene,
                                 "select count(*) from draft_picks k join teams n on n.id = "
                                 "k.owner_team_id where k.league_id = %lld and n.previous_team_id "
                                 "= %lld and k.round = 1 and k.overall is not null",
                                 next_id, first),
                     2);
}

static void a_cancelled_draft_gives_traded_picks_back(void **state)
{
    (void)state;
    stage(cancel_draft);
}

/* ---- refusals ---- */

static void refuse_renewals(struct scene *scene)
{
    int64_t league_id = past_league(scene, SMALL);
    int64_t next_id = 0;
    assert_int_equal(renew_with(scene, league_id, (struct renewal){ .season = 0 }, &next_id),
                     E_LEAGUE_STATE);
    play_through(scene, league_id, 0);
    assert_int_equal(renew_with(scene, league_id, (struct renewal){ .season = 2014 }, &next_id),
                     E_INVALID);
    assert_int_equal(renew_with(scene, league_id, (struct renewal){ .season = 2016 }, &next_id),
                     E_NO_STATS);
    assert_non_null(strstr(arena_cstr(&scene->arena, scene->faults.detail),
                           "astralfield import sample --season 2016"));
    {
        CLEANUP(change_done) struct change change = change_by(scene, 7, "league.renew");
        assert_int_equal(
            league_renew(&change, league_id, &(struct renewal){ .season = 0 }, &next_id),
            E_FORBIDDEN);
    }
    int64_t seq = number(scene, "select seq from leagues where id = %lld", league_id);
    for (int time = 0; time < 2; time++) {
        CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "league.renew");
        change.command_id = S("renew-it-once");
        int64_t made_id = 0;
        assert_int_equal(
            league_renew(&change, league_id, &(struct renewal){ .season = 0 }, &made_id), OK);
        assert_int_equal(change.is_repeat, time == 1);
        assert_true(time == 0 || made_id == next_id);
        next_id = made_id;
    }
    assert_int_equal(number(scene, "select seq from leagues where id = %lld", league_id), seq + 1);
    int64_t other_id = 0;
    assert_int_equal(renew_with(scene, league_id, (struct renewal){ .season = 0 }, &other_id),
                     E_LEAGUE_STATE);
    assert_holds(scene, league_id);
    assert_holds(scene, next_id);
    {
        CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "league.delete");
        assert_int_equal(league_delete(&change, next_id, S("Played League")), OK);
    }
    assert_true(renewed(scene, league_id) != next_id);
}

static void a_league_is_renewed_once_when_it_is_over_and_the_season_is_there(void **state)
{
    (void)state;
    stage(refuse_renewals);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_setting_comes_along_and_the_season_can_be_played),
        cmocka_unit_test(the_same_rules_pay_for_the_nfls_statistics),
        cmocka_unit_test(teams_people_and_claims_come_along),
        cmocka_unit_test(marked_keepers_stay_and_are_not_drafted),
        cmocka_unit_test(named_keepers_are_checked_and_replace_the_marks),
        cmocka_unit_test(a_dynasty_keeps_its_rosters_and_traded_picks),
        cmocka_unit_test(a_cancelled_draft_gives_traded_picks_back),
        cmocka_unit_test(a_league_is_renewed_once_when_it_is_over_and_the_season_is_there),
    };
    return cmocka_run_group_tests_name("renew", tests, renew_setup, NULL);
}
