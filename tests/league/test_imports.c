/* A whole league of another platform into the database, again, changed, and broken in the middle. */
#include "import_model.h"
#include "imports/store.h"
#include "league/verify.h"
#include "rig.h"

static struct import_options options_of(const struct scene *scene)
{
    return (struct import_options){ .now = scene->now };
}

static enum error store(struct scene *scene, const struct import_model *model,
                        struct import_report *ret_report)
{
    struct import_options options = options_of(scene);
    scene->faults = (struct faults){ .arena = &scene->arena };
    return import_league_store(model, &options, &scene->faults, ret_report);
}

static void must_store(struct scene *scene, const struct import_model *model,
                       struct import_report *ret_report)
{
    enum error error = store(scene, model, ret_report);
    if (error != OK) {
        fail_msg("%s: %.*s", error_info(error)->name, FMT(scene->faults.detail));
    }
}

static void must_hold(struct scene *scene, int64_t league_id)
{
    struct verify_report report;
    assert_int_equal(verify_ledger(&scene->arena, &scene->faults, league_id, &report), OK);
    if (report.is_broken) {
        fail_msg("league %lld, %.*s, seq %lld: %.*s: expected %.*s, found %.*s",
                 (long long)report.fault.league_id, FMT(report.fault.check),
                 (long long)report.fault.seq, FMT(report.fault.what), FMT(report.fault.expected),
                 FMT(report.fault.found));
    }
}

static int64_t league_of(int season)
{
    char query[160];
    snprintf(query, sizeof(query),
             "select coalesce(max(id), 0) from leagues where source_league_id = 'L%d'", season);
    return stage_number(query);
}

static int64_t count_of(const char *what, int64_t league_id)
{
    char query[300];
    snprintf(query, sizeof(query), "select count(*) from %s and league_id = %lld", what,
             (long long)league_id);
    return stage_number(query);
}

/* ---- the tests ---- */

static void import_whole(struct scene *scene)
{
    struct import_model model;
    struct import_report report;
    make_model(&scene->arena, &model);
    must_store(scene, &model, &report);
    assert_false(report.is_unchanged);
    assert_int_equal(report.count, 2);
    assert_true(report.leagues[0].is_new);
    assert_int_equal(report.leagues[0].counts.weeks, 4);
    assert_int_equal(report.leagues[0].counts.new_players, MODEL_PLAYERS);
    assert_int_equal(report.leagues[1].counts.new_players, 0);
    assert_int_equal(report.leagues[0].counts.claims, 2);
    for (int season = MODEL_SEASON; season <= MODEL_SEASON + 1; season++) {
        int64_t id = league_of(season);
        assert_int_not_equal(id, 0);
        must_hold(scene, id);
        assert_int_equal(count_of("lineup_slots where points is distinct from source_points and "
                                  "player_id is not null",
                                  id),
                         0);
        assert_int_equal(
            count_of("team_week_scores where points is distinct from source_points", id), 0);
        assert_int_equal(count_of("team_week_scores where true", id), 16);
        assert_int_equal(count_of("team_week_scores where custom_points is not null and reason is "
                                  "not null",
                                  id),
                         1);
        assert_int_equal(count_of("transactions where kind = 'trade'", id), 1);
        assert_int_equal(count_of("matchups where bracket = 'winners' and place = 1 and winner is "
                                  "not null",
                                  id),
                         1);
        assert_int_equal(count_of("league_weeks where week = 4 and first_week = 3", id), 1);
        assert_int_equal(count_of("waiver_claims where state = 'lost' and bid = 7", id), 1);
        assert_int_equal(count_of("draft_picks where player_id is not null", id), 20);
    }
}

static void a_league_is_imported_whole(void **state)
{
    (void)state;
    stage(import_whole);
}

static void seasons_and_teams_are_linked(void **state)
{
    (void)state;
    int64_t first = league_of(MODEL_SEASON);
    int64_t second = league_of(MODEL_SEASON + 1);
    char query[300];
    snprintf(query, sizeof(query), "select previous_league_id from leagues where id = %lld",
             (long long)second);
    assert_int_equal(stage_number(query), first);
    /* The managers of teams 1 and 2 have swapped, so their franchises have too. */
    snprintf(query, sizeof(query),
             "select count(*) from teams t join teams b on b.id = t.previous_team_id where "
             "t.league_id = %lld and b.source_team_id <> t.source_team_id",
             (long long)second);
    assert_int_equal(stage_number(query), 2);
    assert_int_equal(stage_number("select count(*) from users where state = 'placeholder'"), 4);
    snprintf(query, sizeof(query),
             "select count(*) from draft_picks where league_id = %lld and season = %d and "
             "owner_team_id <> original_team_id",
             (long long)first, MODEL_SEASON + 1);
    assert_int_equal(stage_number(query), 1);
}

static void a_gap_is_closed_where_it_shows(void **state)
{
    (void)state;
    int64_t id = league_of(MODEL_SEASON);
    assert_int_equal(count_of("transactions where kind = 'import' and week = 3", id), 1);
    assert_int_equal(count_of("league_events where kind = 'import.gap'", id), 1);
}

static void import_again(struct scene *scene)
{
    struct import_model model;
    struct import_report report;
    make_model(&scene->arena, &model);
    int64_t events = stage_number("select count(*) from league_events");
    int64_t rows = stage_number("select sum(n_tup_ins + n_tup_upd + n_tup_del) from "
                                "pg_stat_user_tables");
    must_store(scene, &model, &report);
    assert_true(report.is_unchanged);
    assert_int_equal(stage_number("select count(*) from league_events"), events);
    assert_true(rows >= 0);
    assert_int_equal(stage_number("select count(*) from leagues where source_platform is not null"),
                     2);
}

static void a_repeat_without_changes_writes_nothing(void **state)
{
    (void)state;
    stage(import_again);
}

static void change_week(struct scene *scene)
{
    struct import_model model;
    struct import_report report;
    make_model(&scene->arena, &model);
    struct import_season *season = model.seasons[1];
    for (size_t i = 0; i < season->lines.count; i++) {
        struct import_line *line = &season->lines.at[i];
        if (line->week == 2 && line->player == 10) {
            line->line->values[STAT_RUSHING_YARDS] += 20 * STAT_ONE;
        }
    }
    for (size_t i = 0; i < season->team_weeks.count; i++) {
        struct import_team_week *week = &season->team_weeks.at[i];
        for (size_t s = 0; week->week == 2 && s < week->spots.count; s++) {
            if (week->spots.at[s].player == 10) {
                week->spots.at[s].source_points += 200;
                week->source_points += 200;
            }
        }
    }
    must_store(scene, &model, &report);
    assert_false(report.is_unchanged);
    assert_int_equal(report.leagues[0].changed.count, 0);
    assert_true(report.leagues[1].changed.count >= 2);
    int64_t id = league_of(MODEL_SEASON + 1);
    assert_int_equal(count_of("league_events where kind = 'import.updated'", id), 1);
    assert_int_equal(count_of("team_week_scores where points is distinct from source_points", id),
                     0);
    must_hold(scene, id);
}

static void a_changed_week_is_stored_anew(void **state)
{
    (void)state;
    stage(change_week);
}

static void add_move(struct scene *scene)
{
    struct import_model model;
    struct import_report report;
    make_model(&scene->arena, &model);
    struct import_season *season = model.seasons[0];
    struct import_move *move = &season->moves.at[season->moves.count++];
    struct import_item *items = ARENA_ARRAY(&scene->arena, 1, struct import_item);
    items[0] = (struct import_item){ .kind = ITEM_PLAYER_IN, .team = 3, .player = 22 };
    *move = (struct import_move){ .source_id = S("t9"),
                                  .kind = MOVE_FREE_AGENT,
                                  .week = 4,
                                  .bid = IMPORT_NONE,
                                  .at = season->moves.at[0].at + 30 * INT64_C(86400) * US_PER_S };
    move->items.at = items;
    move->items.count = 1;
    season->teams.at[3].roster.at[season->teams.at[3].roster.count++] = 22;
    must_store(scene, &model, &report);
    int64_t id = league_of(MODEL_SEASON);
    assert_int_equal(count_of("transactions where source_id = 't9' and kind = 'add'", id), 1);
    assert_int_equal(count_of("transactions where source_id = 't1'", id), 1);
    assert_int_equal(count_of("waiver_claims where true", id), 2);
    must_hold(scene, id);
}

static void a_new_move_is_appended(void **state)
{
    (void)state;
    stage(add_move);
}

static void break_in_the_middle(struct scene *scene)
{
    struct import_model model;
    struct import_report report;
    make_model(&scene->arena, &model);
    for (size_t i = 0; i < 2; i++) {
        model.seasons[i]->source_league_id = arena_format(&scene->arena, "broken-%zu", i);
        model.seasons[i]->previous_source_id = i == 0 ? S("") : S("broken-0");
    }
    model.seasons[1]->last_week = 99;
    int64_t leagues = stage_number("select count(*) from leagues");
    int64_t users = stage_number("select count(*) from users");
    assert_int_equal(store(scene, &model, &report), E_INVALID);
    assert_true(scene->faults.detail.len > 0);
    assert_int_equal(stage_number("select count(*) from leagues"), leagues);
    assert_int_equal(stage_number("select count(*) from users"), users);
}

static void a_broken_season_leaves_nothing_behind(void **state)
{
    (void)state;
    stage(break_in_the_middle);
}

static void claim_team(struct scene *scene)
{
    int64_t second = league_of(MODEL_SEASON + 1);
    struct import_league_report report = { .league_id = second };
    scene->faults = (struct faults){ .arena = &scene->arena };
    assert_int_equal(
        import_invite_teams(&scene->arena, &scene->faults, scene->now, COMMISSIONER, &report), OK);
    assert_int_equal(report.invites.count, MODEL_TEAMS);
    CLEANUP(change_done) struct change change = change_by(scene, 9, "league.join");
    enum error error = league_join(
        &change, second, &(struct league_join){ .invite_code = report.invites.at[1].code });
    if (error != OK) {
        fail_msg("%.*s %.*s", FMT(scene->faults.detail), FMT(change.tx.message));
    }
    assert_int_equal(stage_number("select count(*) from team_owners where user_id = 9"), 2);
    assert_int_equal(stage_number("select count(*) from users where claimed_by_user_id = 9"), 1);
    must_hold(scene, second);
    must_hold(scene, league_of(MODEL_SEASON));
}

static void whoever_accepts_an_invitation_takes_the_team_over_in_all_seasons(void **state)
{
    (void)state;
    stage(claim_team);
}

static void import_after_claim(struct scene *scene)
{
    struct import_model model;
    struct import_report report;
    make_model(&scene->arena, &model);
    must_store(scene, &model, &report);
    assert_int_equal(stage_number("select count(*) from team_owners where user_id = 9"), 2);
    assert_int_equal(stage_number("select count(*) from users where state = 'placeholder'"), 4);
    must_hold(scene, league_of(MODEL_SEASON));
    must_hold(scene, league_of(MODEL_SEASON + 1));
}

static void a_claimed_team_stays_claimed_when_imported_again(void **state)
{
    (void)state;
    stage(import_after_claim);
}

static void read_rules(struct scene *scene)
{
    struct rule_set stored;
    struct rule_set read = { .count = 0 };
    int64_t id = league_of(MODEL_SEASON);
    char query[120];
    snprintf(query, sizeof(query), "select scoring_profile_id from leagues where id = %lld",
             (long long)id);
    assert_int_equal(scoring_load(&scene->arena, NULL, stage_number(query), &stored), OK);
    assert_int_equal(stored.count, 6); /* the first rule has three weights */
    json_t *settings = document(scene, SQL_LEAGUE_SETTINGS_DOCUMENT, PARAMS(P_INT(id)));
    scene->faults = (struct faults){ .arena = &scene->arena };
    scoring_read(&scene->arena, json_object_get(settings, "scoringRules"), &scene->faults, &read);
    assert_int_equal(scene->faults.count, 0);
    assert_true(scoring_equal(&scene->arena, stored, read));
}

static void rules_come_back_as_they_were(void **state)
{
    (void)state;
    stage(read_rules);
    assert_int_equal(stage_number("select count(*) from scoring_rules where step = 10"), 1);
    assert_int_equal(stage_number("select count(*) from scoring_rules where kind = 'per_unit' and "
                                  "band_from = 30"),
                     1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_league_is_imported_whole),
        cmocka_unit_test(seasons_and_teams_are_linked),
        cmocka_unit_test(a_gap_is_closed_where_it_shows),
        cmocka_unit_test(rules_come_back_as_they_were),
        cmocka_unit_test(a_repeat_without_changes_writes_nothing),
        cmocka_unit_test(a_changed_week_is_stored_anew),
        cmocka_unit_test(a_new_move_is_appended),
        cmocka_unit_test(a_broken_season_leaves_nothing_behind),
        cmocka_unit_test(whoever_accepts_an_invitation_takes_the_team_over_in_all_seasons),
        cmocka_unit_test(a_claimed_team_stays_claimed_when_imported_again),
    };
    return cmocka_run_group_tests(tests, rig_setup, NULL);
}
