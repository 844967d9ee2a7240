/* Leagues, their settings, their members and their ledger, against a real PostgreSQL. */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- making ---- */

static void look_at_defaults(struct scene *scene)
{
    int64_t league_id = make_league_in(scene, &(struct league_new){ .name = S(" Sunday Club "),
                                                                    .team_name = S("Andy's Aces"),
                                                                    .season = SEASON });
    const json_t *league = league_document(scene, league_id);
    const json_t *settings = json_object_get(league, "settings");
    assert_string_equal(text_at(league, "name"), "Sunday Club");
    assert_string_equal(text_at(league, "state"), "setup");
    assert_string_equal(text_at(league, "role"), "commissioner");
    assert_string_equal(text_at(league, "scoringPreset"), "half");
    assert_int_equal(number_at(settings, "maxTeams"), 12);
    assert_int_equal(number_at(settings, "regularWeeks"), 14);
    assert_int_equal(number_at(settings, "secondsPerPick"), 90);
    assert_string_equal(text_at(settings, "tiebreak"), "astralfield");
    assert_int_equal(json_array_size(json_object_get(league, "weeks")), 17);
    const json_t *team = json_array_get(json_object_get(league, "teams"), 0);
    assert_string_equal(text_at(team, "abbrev"), "AA");
    assert_int_equal(number_at(team, "ownerUserId"), COMMISSIONER);
    char *slots = json_dumps(json_object_get(settings, "rosterSlots"), JSON_COMPACT);
    assert_string_equal(slots, "[{\"slot\":\"QB\",\"count\":1},{\"slot\":\"RB\",\"count\":2},"
                               "{\"slot\":\"WR\",\"count\":2},{\"slot\":\"TE\",\"count\":1},"
                               "{\"slot\":\"FLEX\",\"count\":1},{\"slot\":\"K\",\"count\":1},"
                               "{\"slot\":\"DEF\",\"count\":1},{\"slot\":\"BN\",\"count\":6},"
                               "{\"slot\":\"IR\",\"count\":1}]");
    free(slots);
    assert_int_equal(verified_events(scene, league_id), 2);
}

static void a_new_league_has_the_defaults_of_the_product(void **state)
{
    (void)state;
    stage(look_at_defaults);
}

static void make_superflex(struct scene *scene)
{
    int64_t league_id = make_league(
        scene, 1, "{\"maxTeams\":10,\"preset\":\"superflex\",\"draftKind\":\"linear\"}");
    const json_t *settings = json_object_get(league_document(scene, league_id), "settings");
    const json_t *slot = json_array_get(json_object_get(settings, "rosterSlots"), 5);
    assert_string_equal(text_at(slot, "slot"), "SUPER_FLEX");
    assert_string_equal(text_at(settings, "preset"), "half");
    assert_string_equal(text_at(settings, "draftKind"), "linear");
}

static void a_superflex_league_has_the_slot(void **state)
{
    (void)state;
    stage(make_superflex);
}

static void make_small(struct scene *scene)
{
    int64_t league_id = make_league(scene, 1, "{\"maxTeams\":4,\"regularWeeks\":6}");
    const json_t *settings = json_object_get(league_document(scene, league_id), "settings");
    assert_int_equal(number_at(settings, "playoffTeams"), 4);
    assert_int_equal(number_at(settings, "playoffStartWeek"), 7);
    assert_true(json_is_null(json_object_get(settings, "tradeDeadlineWeek")));
}

static void defaults_follow_a_small_league(void **state)
{
    (void)state;
    stage(make_small);
}

static void break_settings(struct scene *scene)
{
    CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "league.create");
    int64_t league_id = 0;
    struct league_new wanted = {
        .name = S(""),
        .season = SEASON,
        .settings = settings_of(scene, "{\"maxTeams\":3,\"reseed\":1,\"lockRule\":\"never\","
                                       "\"rosterSlots\":[{\"slot\":\"GOALIE\",\"count\":1}],"
                                       "\"scoringRules\":[{\"stat\":\"goals\",\"points\":1}],"
                                       "\"colour\":\"red\"}"),
    };
    assert_int_equal(league_create(&change, &wanted, &league_id), E_INVALID);
    assert_true(has_fault(scene, "/name"));
    assert_true(has_fault(scene, "/settings/maxTeams"));
    assert_true(has_fault(scene, "/settings/reseed"));
    assert_true(has_fault(scene, "/settings/lockRule"));
    assert_true(has_fault(scene, "/settings/rosterSlots"));
    assert_true(has_fault(scene, "/settings/scoringRules/0/stat"));
    assert_true(has_fault(scene, "/settings/colour"));
    assert_int_equal(scene->faults.count, 7);
}

static void every_fault_of_the_settings_is_named_at_once(void **state)
{
    (void)state;
    stage(break_settings);
}

static void misfit_settings(struct scene *scene)
{
    CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "league.create");
    int64_t league_id = 0;
    struct league_new wanted = { .name = S("Late"),
                                 .season = SEASON,
                                 .settings = settings_of(scene, "{\"playoffStartWeek\":17}") };
    assert_int_equal(league_create(&change, &wanted, &league_id), E_INVALID);
    assert_true(has_fault(scene, "/settings/playoffStartWeek"));
}

static void playoffs_must_end_with_the_regular_season_of_the_nfl(void **state)
{
    (void)state;
    stage(misfit_settings);
}

static void replay_a_season(struct scene *scene)
{
    int64_t league_id = make_league_in(
        scene, &(struct league_new){ .name = S("Old times"), .season = PAST_SEASON });
    const json_t *league = league_document(scene, league_id);
    assert_string_equal(text_at(league, "replayAt"), "2014-08-31T17:00:00.000Z");
}

static void a_season_that_is_over_is_replayed_from_a_week_before_it(void **state)
{
    (void)state;
    stage(replay_a_season);
}

/* ---- the ledger ---- */

static enum error rename_team(struct scene *scene, int64_t user_id, const char *key,
                              const char *name, int64_t league_id)
{
    int64_t team_id = number_at(
        json_array_get(json_object_get(league_document(scene, league_id), "teams"), 0), "id");
    CLEANUP(change_done) struct change change = change_by(scene, user_id, "team.update");
    change.command_id = slice_from(key);
    change.request = slice_from(name);
    return team_update(&change, league_id, team_id,
                       &(struct team_patch){ .name = slice_from(name), .crest = -1 });
}

static void repeat_commands(struct scene *scene)
{
    int64_t league_id = make_league(scene, 1, NULL);
    size_t before = verified_events(scene, league_id);
    assert_int_equal(rename_team(scene, 1, "key-0001", "Bears", league_id), OK);
    assert_int_equal(rename_team(scene, 1, "key-0001", "Bears", league_id), OK);
    assert_int_equal(verified_events(scene, league_id), before + 1);
    assert_int_equal(rename_team(scene, 1, "key-0001", "Lions", league_id), E_CONFLICT);
    assert_int_equal(rename_team(scene, 2, "key-0001", "Bears", league_id), E_CONFLICT);
    assert_int_equal(rename_team(scene, 1, "~0000001", "Lions", league_id), E_INVALID);
    assert_int_equal(rename_team(scene, 1, "short", "Lions", league_id), E_INVALID);
    assert_int_equal(rename_team(scene, 1, "", "Lions", league_id), OK);
    assert_int_equal(verified_events(scene, league_id), before + 2);
}

static void a_repeated_command_changes_nothing_and_its_id_serves_no_other(void **state)
{
    (void)state;
    stage(repeat_commands);
}

static int64_t create_with_key(struct scene *scene)
{
    CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "league.create");
    change.command_id = S("make-it-once");
    change.request = S("{}");
    int64_t league_id = 0;
    assert_int_equal(
        league_create(&change, &(struct league_new){ .name = S("Once"), .season = SEASON },
                      &league_id),
        OK);
    return league_id;
}

static void create_twice(struct scene *scene)
{
    int64_t first = create_with_key(scene);
    assert_int_equal(create_with_key(scene), first);
}

static void a_repeated_creation_gives_the_first_league(void **state)
{
    (void)state;
    stage(create_twice);
}

static void tamper(struct scene *scene)
{
    int64_t league_id = make_league(scene, 1, NULL);
    CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "test");
    assert_int_equal(change_begin(&change, league_id), OK);
    (void)change_event(&change,
                       &(struct event){ .kind = S("test.said"),
                                        .payload = S("{\"b\": 1.50, \"a\": \"\\u00e9\"}") });
    assert_int_equal(change_commit(&change, S("{}")), OK);
    (void)verified_events(scene, league_id);
    char query[200];
    (void)snprintf(query, sizeof(query),
                   "select count(*) from leagues l join league_events e on e.league_id = l.id and "
                   "e.seq = l.seq and e.hash = l.head_hash where l.id = %d",
                   (int)league_id);
    assert_int_equal(stage_number(query), 1);
}

static void the_chain_is_made_again_in_c_whatever_the_payload(void **state)
{
    (void)state;
    stage(tamper);
}

/* ---- settings that change ---- */

static enum error patch(struct scene *scene, int64_t user_id, int64_t league_id, const char *text)
{
    CLEANUP(change_done) struct change change = change_by(scene, user_id, "league.update");
    return league_update(&change, league_id,
                         &(struct league_patch){ .settings = settings_of(scene, text) });
}

static void change_settings(struct scene *scene)
{
    int64_t league_id = make_league(scene, 2, "{\"maxTeams\":4}");
    size_t before = verified_events(scene, league_id);
    const char *wanted = "{\"preset\":\"ppr\",\"tiebreak\":\"sleeper\",\"faabBudget\":500,"
                         "\"rosterSlots\":[{\"slot\":\"QB\",\"count\":2},"
                         "{\"slot\":\"BN\",\"count\":3}]}";
    assert_int_equal(patch(scene, 2, league_id, wanted), E_FORBIDDEN);
    assert_int_equal(patch(scene, COMMISSIONER, league_id, wanted), OK);
    const json_t *league = league_document(scene, league_id);
    const json_t *settings = json_object_get(league, "settings");
    assert_string_equal(text_at(settings, "preset"), "ppr");
    assert_string_equal(text_at(settings, "tiebreak"), "sleeper");
    assert_int_equal(json_array_size(json_object_get(settings, "rosterSlots")), 2);
    assert_int_equal(number_at(draft_document(scene, league_id), "rounds"), 5);
    char query[100];
    (void)snprintf(query, sizeof(query), "select min(faab_balance) from teams where league_id = %d",
                   (int)league_id);
    assert_int_equal(stage_number(query), 500);
    assert_int_equal(verified_events(scene, league_id), before + 1);
    /* What is as it was makes no event. */
    assert_int_equal(patch(scene, COMMISSIONER, league_id, wanted), OK);
    assert_int_equal(verified_events(scene, league_id), before + 1);
}

static void settings_change_by_the_commissioner_and_the_ledger_says_how(void **state)
{
    (void)state;
    stage(change_settings);
}

static void move_league(struct scene *scene)
{
    int64_t league_id = make_league(scene, 1, "{\"timeZone\":\"Europe/Berlin\"}");
    assert_int_equal(patch(scene, COMMISSIONER, league_id, "{\"timeZone\":\"Mars/Olympus\"}"),
                     E_SETTINGS);
    assert_true(has_fault(scene, "/settings/timeZone"));
    assert_int_equal(patch(scene, COMMISSIONER, league_id, "{\"timeZone\":\"Asia/Tokyo\"}"), OK);
}

static void a_time_zone_must_be_one_that_there_is(void **state)
{
    (void)state;
    stage(move_league);
}

static void patch_own_document(struct scene *scene)
{
    int64_t league_id = make_league(scene, 1, "{\"maxTeams\":4}");
    size_t before = verified_events(scene, league_id);
    char *text = json_dumps(json_object_get(league_document(scene, league_id), "settings"), 0);
    assert_int_equal(patch(scene, COMMISSIONER, league_id, text), OK);
    free(text);
    assert_int_equal(verified_events(scene, league_id), before);
}

static void settings_as_they_were_read_are_accepted_and_change_nothing(void **state)
{
    (void)state;
    stage(patch_own_document);
}

static void share_profiles(struct scene *scene)
{
    const char *rules = "{\"maxTeams\":4,\"scoringRules\":["
                        "{\"stat\":\"receptions\",\"points\":1.25,\"positions\":[\"TE\"]},"
                        "{\"stat\":\"receiving_yards\",\"points\":0.1},"
                        "{\"stat\":\"receiving_yards\",\"points\":3,\"from\":100,\"to\":null}]}";
    const char *same = "{\"maxTeams\":4,\"scoringRules\":["
                       "{\"stat\":\"receiving_yards\",\"points\":3,\"from\":100},"
                       "{\"stat\":\"receiving_yards\",\"points\":0.1,\"positions\":[]},"
                       "{\"stat\":\"receptions\",\"points\":1.25,\"positions\":[\"TE\"]}]}";
    int64_t first = make_league(scene, 1, rules);
    int64_t second = make_league(scene, 1, same);
    char query[200];
    (void)snprintf(query, sizeof(query),
                   "select count(distinct scoring_profile_id) from leagues where id in (%d, %d)",
                   (int)first, (int)second);
    assert_int_equal(stage_number(query), 1);
    const json_t *league = league_document(scene, first);
    assert_string_equal(text_at(league, "scoringPreset"), "custom");
    struct rule_set set;
    int64_t profile_id =
        stage_number(arena_format(&scene->arena,
                                  "select scoring_profile_id from leagues where id = "
                                  "%d",
                                  (int)first)
                         .ptr);
    assert_int_equal(scoring_load(&scene->arena, NULL, profile_id, &set), OK);
    assert_int_equal(set.count, 3);
    assert_int_equal(set.rules[0].weight, 1250000);
    assert_int_equal(set.rules[0].positions, 1u << POSITION_TE);
    assert_int_equal(set.rules[2].from, 100 * STAT_ONE);
    assert_int_equal(set.rules[2].to, BAND_OPEN);
}

static void leagues_with_the_same_rules_share_a_profile(void **state)
{
    (void)state;
    stage(share_profiles);
}

static void delete_league(struct scene *scene)
{
    int64_t league_id = make_league(scene, 1, NULL);
    for (int attempt = 0; attempt < 2; attempt++) {
        CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "league.delete");
        struct slice typed = attempt == 0 ? S("the test league") : S("The Test League");
        assert_int_equal(league_delete(&change, league_id, typed), attempt == 0 ? E_INVALID : OK);
    }
    struct rows rows;
    assert_int_equal(
        db_read(&scene->arena, SQL_LEAGUE_DOCUMENT, PARAMS(P_INT(league_id), P_NULL), &rows),
        E_NOT_FOUND);
    assert_int_equal(patch(scene, COMMISSIONER, league_id, "{}"), E_NOT_FOUND);
}

static void a_league_is_deleted_only_by_its_name(void **state)
{
    (void)state;
    stage(delete_league);
}

/* ---- members ---- */

static struct invite invite_to(struct scene *scene, int64_t league_id, struct slice email)
{
    CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "invite.make");
    struct invite invite = { .expires_at = 0 };
    assert_int_equal(
        invite_create(&change, league_id, &(struct invite_new){ .email = email }, &invite), OK);
    return invite;
}

static enum error join_with(struct scene *scene, int64_t league_id, int64_t user_id,
                            struct slice code)
{
    CLEANUP(change_done) struct change change = change_by(scene, user_id, "league.join");
    return league_join(
        &change, league_id,
        &(struct league_join){ .invite_code = code,
                               .team_name = arena_format(&scene->arena, "T%d", (int)user_id) });
}

static void use_invitations(struct scene *scene)
{
    int64_t league_id =
        make_league_in(scene, &(struct league_new){ .name = S("Inviting"), .season = SEASON });
    struct invite invite = invite_to(scene, league_id, S(""));
    assert_int_equal(invite.code.len, INVITE_CODE_LEN);
    const json_t *seen = document(
        scene, SQL_LEAGUE_INVITE_DOCUMENT,
        PARAMS(P_TEXT(invite_hash(&scene->arena, invite.code)), P_NULL, P_TIME(scene->now)));
    assert_string_equal(text_at(json_object_get(seen, "league"), "name"), "Inviting");
    assert_int_equal(join_with(scene, league_id, 2, S("")), E_INVITE);
    assert_int_equal(join_with(scene, league_id, 2, S("00000000000000000000000000")), E_INVITE);
    assert_int_equal(join_with(scene, league_id, 2, invite.code), OK);
    assert_int_equal(join_with(scene, league_id, 3, invite.code), E_INVITE);
    invite = invite_to(scene, league_id, S(""));
    assert_int_equal(join_with(scene, league_id, 2, invite.code), E_ALREADY_MEMBER);
    scene->now += (INVITE_DAYS_DEFAULT + 1) * INT64_C(86400) * US_PER_S;
    assert_int_equal(join_with(scene, league_id, 3, invite.code), E_INVITE);
    invite = invite_to(scene, league_id, S("U4@Example.org"));
    assert_int_equal(join_with(scene, league_id, 3, invite.code), E_INVITE);
    assert_int_equal(join_with(scene, league_id, 4, invite.code), OK);
    (void)verified_events(scene, league_id);
}

static void an_invitation_lets_in_whom_it_is_for_once_and_in_time(void **state)
{
    (void)state;
    stage(use_invitations);
}

static void fill_and_take_over(struct scene *scene)
{
    int64_t league_id = make_league(scene, 3, "{\"maxTeams\":4}");
    assert_int_equal(join_league(scene, league_id, 4, "Newcomers"), OK);
    assert_int_equal(join_league(scene, league_id, 5, "Too Late"), E_LEAGUE_FULL);
    const json_t *teams = json_object_get(league_document(scene, league_id), "teams");
    assert_int_equal(json_array_size(teams), 4);
    assert_string_equal(text_at(json_array_get(teams, 3), "name"), "Newcomers");
    {
        CLEANUP(change_done) struct change change = change_by(scene, 2, "league.leave");
        assert_int_equal(league_leave(&change, league_id), OK);
    }
    assert_int_equal(join_league(scene, league_id, 5, ""), OK);
    teams = json_object_get(league_document(scene, league_id), "teams");
    assert_int_equal(number_at(json_array_get(teams, 1), "ownerUserId"), 5);
    assert_string_equal(text_at(json_array_get(teams, 1), "name"), "Team of User 2");
    CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "league.leave");
    assert_int_equal(league_leave(&change, league_id), E_FORBIDDEN);
}

static void who_comes_later_takes_over_a_team_that_nobody_runs(void **state)
{
    (void)state;
    stage(fill_and_take_over);
}

static void take_names(struct scene *scene)
{
    int64_t league_id = make_league_in(
        scene,
        &(struct league_new){ .name = S("Names"), .team_name = S("Bears"), .season = SEASON });
    assert_int_equal(join_league(scene, league_id, 2, "BEARS"), E_NAME_TAKEN);
    assert_int_equal(join_league(scene, league_id, 2, "Lions"), OK);
    assert_int_equal(rename_team(scene, 2, "", "Tigers", league_id), E_FORBIDDEN);
}

static void team_names_are_taken_once_and_changed_by_their_managers(void **state)
{
    (void)state;
    stage(take_names);
}

extern const struct CMUnitTest draft_tests[];
extern const size_t draft_test_count;
extern const struct CMUnitTest draft_end_tests[];
extern const size_t draft_end_test_count;

int main(void)
{
    const struct CMUnitTest league_tests[] = {
        cmocka_unit_test(a_new_league_has_the_defaults_of_the_product),
        cmocka_unit_test(a_superflex_league_has_the_slot),
        cmocka_unit_test(defaults_follow_a_small_league),
        cmocka_unit_test(every_fault_of_the_settings_is_named_at_once),
        cmocka_unit_test(playoffs_must_end_with_the_regular_season_of_the_nfl),
        cmocka_unit_test(a_season_that_is_over_is_replayed_from_a_week_before_it),
        cmocka_unit_test(a_repeated_command_changes_nothing_and_its_id_serves_no_other),
        cmocka_unit_test(a_repeated_creation_gives_the_first_league),
        cmocka_unit_test(the_chain_is_made_again_in_c_whatever_the_payload),
        cmocka_unit_test(settings_change_by_the_commissioner_and_the_ledger_says_how),
        cmocka_unit_test(a_time_zone_must_be_one_that_there_is),
        cmocka_unit_test(settings_as_they_were_read_are_accepted_and_change_nothing),
        cmocka_unit_test(leagues_with_the_same_rules_share_a_profile),
        cmocka_unit_test(a_league_is_deleted_only_by_its_name),
        cmocka_unit_test(an_invitation_lets_in_whom_it_is_for_once_and_in_time),
        cmocka_unit_test(who_comes_later_takes_over_a_team_that_nobody_runs),
        cmocka_unit_test(team_names_are_taken_once_and_changed_by_their_managers),
    };
    int failed = cmocka_run_group_tests_name("league", league_tests, rig_setup, NULL);
    if (failed == 0) { /* without its seed nothing else can pass */
        failed += _cmocka_run_group_tests("draft", draft_tests, draft_test_count, NULL, NULL);
        failed += _cmocka_run_group_tests("draft to the end", draft_end_tests, draft_end_test_count,
                                          NULL, NULL);
    }
    return failed;
}
