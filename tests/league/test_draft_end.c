/* Drafts that the machine holds to their end, and what follows, against a real PostgreSQL. */
#include "rig.h"

#include <string.h>

static void run_to_end(struct scene *scene, int64_t league_id)
{
    int64_t draft_id = draft_of(scene, league_id);
    CLEANUP(change_done) struct change change = change_by_system(scene, "draft.run");
    enum error error = draft_run_to_end(&change, draft_id);
    if (error != OK) {
        fail_msg("%s: %.*s %.*s", error_info(error)->name, FMT(scene->faults.detail),
                 FMT(change.tx.message));
    }
}

static int64_t count(struct scene *scene, int64_t league_id, const char *query)
{
    return stage_number(
        arena_format(&scene->arena, "with l as (select %d::bigint as id) %s", (int)league_id, query)
            .ptr);
}

static void draft_a_league(struct scene *scene)
{
    int64_t league_id = make_league(scene, 3, NULL);
    struct mono before = mono_now();
    run_to_end(scene, league_id);
    int64_t took = mono_now().us - before.us;
    print_message("12 teams x 15 rounds in %d ms\n", (int)(took / 1000));
    assert_true(took < 10 * US_PER_S); /* well under one on an idle machine */
    assert_int_equal(count(scene, league_id,
                           "select count(*) from roster_entries r join l on l.id = r.league_id"),
                     180);
    assert_int_equal(count(scene, league_id,
                           "select count(*) from transaction_items r join l on l.id = r.league_id"),
                     180);
    /* Each team has at least its starters, and no second kicker or defence. */
    assert_int_equal(
        count(scene, league_id,
              "select count(*) from (select r.team_id from roster_entries r join l on l.id = "
              "r.league_id join players p on p.id = r.player_id group by r.team_id having "
              "count(*) = 15 and count(*) filter (where p.position = 'QB') >= 1 and count(*) "
              "filter (where p.position = 'RB') >= 2 and count(*) filter (where p.position = "
              "'WR') >= 2 and count(*) filter (where p.position = 'TE') >= 1 and count(*) filter "
              "(where p.position = 'K') = 1 and count(*) filter (where p.position = 'DEF') = 1) "
              "t"),
        12);
    assert_int_equal(
        count(scene, league_id, "select count(*) from matchups m join l on l.id = m.league_id"),
        14 * 6);
    assert_int_equal(count(scene, league_id,
                           "select count(distinct (s.week, s.team_id)) from matchup_sides s join "
                           "l on l.id = s.league_id"),
                     14 * 12);
    const json_t *league = league_document(scene, league_id);
    assert_string_equal(text_at(league, "state"), "in_season");
    assert_string_equal(text_at(json_array_get(json_object_get(league, "weeks"), 0), "state"),
                        "open");
    assert_int_equal(verified_events(scene, league_id), number_at(league, "seq"));
}

static void a_draft_run_to_the_end_fills_rosters_and_starts_the_season(void **state)
{
    (void)state;
    stage(draft_a_league);
}

static void repeat_with_seed(struct scene *scene)
{
    static const unsigned char seed[32] = { 7, 4, 1 };
    int64_t schedules[2];
    for (int i = 0; i < 2; i++) {
        int64_t league_id = make_league_in(
            scene, &(struct league_new){ .name = S("Seeded"), .season = SEASON, .seed = seed });
        fill_league(scene, league_id);
        run_to_end(scene, league_id);
        schedules[i] = count(scene, league_id,
                             "select hashtext(string_agg(k.player_id || ' ' || t.ordinal, ',' "
                             "order by k.overall)) + (select hashtext(string_agg(s.week || ' ' || "
                             "s.side || ' ' || u.ordinal, ',' order by s.matchup_id, s.side)) from "
                             "matchup_sides s join teams u on u.id = s.team_id where s.league_id "
                             "= (select id from l))::bigint from draft_picks k join l on l.id = "
                             "k.league_id join teams t on t.id = k.owner_team_id");
    }
    assert_int_equal(schedules[0], schedules[1]);
}

static void the_same_seed_gives_the_same_draft_and_schedule(void **state)
{
    (void)state;
    stage(repeat_with_seed);
}

static void rank_without_adp(struct scene *scene)
{
    /* Nobody has said where players go in 2014, and there was no season before: by id. For PPR in
     * 2190 there is only the half-PPR list, which is better than none. */
    int64_t league_id = make_league(scene, 1, "{\"maxTeams\":4,\"preset\":\"ppr\"}");
    run_to_end(scene, league_id);
    const json_t *picks = json_object_get(draft_document(scene, league_id), "picks");
    const json_t *first = json_array_get(picks, 0);
    const char *name = text_at(json_object_get(first, "player"), "name");
    assert_true(strcmp(name, "RB 1") == 0 || strcmp(name, "WR 1") == 0);
    assert_int_equal(stage_number("select count(distinct position) from player_rankings r join "
                                  "players p on p.id = r.player_id where r.source = 'astralfield' "
                                  "and r.season = 2190 and r.format = 'ppr' and r.rank <= 20") > 1,
                     1);
    int64_t past =
        make_league_in(scene, &(struct league_new){ .name = S("Past"), .season = PAST_SEASON });
    fill_league(scene, past);
    run_to_end(scene, past);
    assert_string_equal(text_at(league_document(scene, past), "state"), "in_season");
}

static void without_a_list_the_season_before_decides_then_the_id(void **state)
{
    (void)state;
    stage(rank_without_adp);
}

static void settings_after_the_draft(struct scene *scene)
{
    int64_t league_id = make_league(scene, 1, "{\"maxTeams\":4}");
    run_to_end(scene, league_id);
    {
        CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "league.update");
        const json_t *wanted = settings_of(scene, "{\"maxTeams\":6,\"preset\":\"ppr\","
                                                  "\"waiverHours\":48,\"rosterSlots\":[{\"slot\":"
                                                  "\"QB\",\"count\":1}]}");
        assert_int_equal(
            league_update(&change, league_id, &(struct league_patch){ .settings = wanted }),
            E_SETTINGS);
        assert_true(has_fault(scene, "/settings/maxTeams"));
        assert_true(has_fault(scene, "/settings/scoringRules"));
        assert_true(has_fault(scene, "/settings/rosterSlots"));
        assert_int_equal(scene->faults.count, 3);
    }
    CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "league.update");
    const json_t *wanted = settings_of(scene, "{\"waiverHours\":48,\"reseed\":false}");
    assert_int_equal(
        league_update(&change, league_id, &(struct league_patch){ .settings = wanted }), OK);
    CLEANUP(change_done) struct change deletion = change_by(scene, COMMISSIONER, "league.delete");
    assert_int_equal(league_delete(&deletion, league_id, S("The Test League")), E_LEAGUE_STATE);
}

static void what_shapes_the_draft_cannot_change_after_it(void **state)
{
    (void)state;
    stage(settings_after_the_draft);
}

const struct CMUnitTest draft_end_tests[] = {
    cmocka_unit_test(a_draft_run_to_the_end_fills_rosters_and_starts_the_season),
    cmocka_unit_test(the_same_seed_gives_the_same_draft_and_schedule),
    cmocka_unit_test(without_a_list_the_season_before_decides_then_the_id),
    cmocka_unit_test(what_shapes_the_draft_cannot_change_after_it),
};
const size_t draft_end_test_count = sizeof(draft_end_tests) / sizeof(draft_end_tests[0]);
