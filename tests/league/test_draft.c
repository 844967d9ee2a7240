/* Drafts, against a real PostgreSQL. */
#include "rig.h"

#include "base/check.h"

#define SMALL                                                                                      \
    "{\"maxTeams\":4,\"rosterSlots\":[{\"slot\":\"QB\",\"count\":1},{\"slot\":\"RB\",\"count\":1}" \
    ","                                                                                            \
    "{\"slot\":\"WR\",\"count\":1},{\"slot\":\"BN\",\"count\":1}]}"

/* ---- helpers ---- */

static void control(struct scene *scene, int64_t league_id, enum draft_action action)
{
    CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "draft.control");
    enum error error = draft_control(&change, draft_of(scene, league_id), action);
    if (error != OK) {
        fail_msg("%s: %.*s %.*s", error_info(error)->name, FMT(scene->faults.detail),
                 FMT(change.tx.message));
    }
}

static enum error pick(struct scene *scene, int64_t league_id, int64_t user_id, const char *player)
{
    int64_t draft_id = draft_of(scene, league_id);
    int64_t player_id = player_named(player);
    CLEANUP(change_done) struct change change = change_by(scene, user_id, "draft.pick");
    return draft_pick_player(&change, draft_id, player_id, 0);
}

static int64_t team_of(struct scene *scene, int64_t league_id, int64_t user_id)
{
    const json_t *teams = json_object_get(league_document(scene, league_id), "teams");
    for (size_t i = 0; i < json_array_size(teams); i++) {
        const json_t *owner = json_object_get(json_array_get(teams, i), "ownerUserId");
        if (json_integer_value(owner) == user_id) {
            return number_at(json_array_get(teams, i), "id");
        }
    }
    fail_msg("user %d has no team", (int)user_id);
    return 0;
}

/* A manual order: the teams of users 1, 2, 3 … in this order. */
static int64_t ordered_league(struct scene *scene, int managers, const char *settings,
                              enum settings_draft kind)
{
    int64_t league_id = make_league(scene, managers, settings);
    int64_t order[TEAMS_MAX];
    const json_t *teams = json_object_get(league_document(scene, league_id), "teams");
    for (size_t i = 0; i < json_array_size(teams); i++) {
        order[i] = number_at(json_array_get(teams, i), "id");
    }
    CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "draft.create");
    struct draft_new wanted = {
        .kind = kind, .is_manual = true, .team_order = order, .team_count = json_array_size(teams)
    };
    assert_int_equal(draft_create(&change, league_id, &wanted), OK);
    return league_id;
}

static const json_t *pick_number(struct scene *scene, int64_t league_id, size_t number)
{
    return json_array_get(json_object_get(draft_document(scene, league_id), "picks"), number - 1);
}

static int64_t owner_of(const json_t *picks, size_t number)
{
    return number_at(json_object_get(json_array_get(picks, number - 1), "team"), "id");
}

/* ---- the order ---- */

static void look_at_snake(struct scene *scene)
{
    int64_t league_id = ordered_league(scene, 4, SMALL, SETTINGS_SNAKE);
    control(scene, league_id, DRAFT_START);
    const json_t *picks = json_object_get(draft_document(scene, league_id), "picks");
    static const int64_t expected[] = { 1, 2, 3, 4, 4, 3, 2, 1, 1, 2, 3, 4, 4, 3, 2, 1 };
    assert_int_equal(json_array_size(picks), ARRAY_LEN(expected));
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        assert_int_equal(owner_of(picks, i + 1), team_of(scene, league_id, expected[i]));
    }
}

static void a_snake_draft_turns_at_each_end(void **state)
{
    (void)state;
    stage(look_at_snake);
}

static void look_at_reversal(struct scene *scene)
{
    int64_t league_id = ordered_league(scene, 1, NULL, SETTINGS_THIRD_ROUND_REVERSAL);
    control(scene, league_id, DRAFT_START);
    const json_t *draft = draft_document(scene, league_id);
    const json_t *picks = json_object_get(draft, "picks");
    assert_string_equal(text_at(draft, "kind"), "third_round_reversal");
    static const size_t first[] = { 1, 24, 36, 37, 60 };
    static const size_t last[] = { 12, 13, 25, 48, 49 };
    for (size_t i = 0; i < ARRAY_LEN(first); i++) {
        assert_int_equal(owner_of(picks, first[i]), owner_of(picks, 1));
        assert_int_equal(owner_of(picks, last[i]), owner_of(picks, 12));
    }
}

static void third_round_reversal_gives_sleepers_check_vector(void **state)
{
    (void)state;
    stage(look_at_reversal);
}

static void start_too_early(struct scene *scene)
{
    int64_t league_id = make_league_in(
        scene,
        &(struct league_new){ .name = S("Half empty"), .team_name = S("Alone"), .season = SEASON });
    int64_t draft_id = draft_of(scene, league_id);
    CLEANUP(change_done) struct change change = change_by(scene, COMMISSIONER, "draft.control");
    assert_int_equal(draft_control(&change, draft_id, DRAFT_START), E_LEAGUE_STATE);
}

static void a_draft_waits_until_all_teams_are_there(void **state)
{
    (void)state;
    stage(start_too_early);
}

/* ---- by hand ---- */

static void pick_in_turn(struct scene *scene)
{
    int64_t league_id = ordered_league(scene, 4, SMALL, SETTINGS_SNAKE);
    assert_int_equal(pick(scene, league_id, 1, "QB 1"), E_DRAFT_STATE);
    control(scene, league_id, DRAFT_START);
    assert_int_equal(pick(scene, league_id, 2, "QB 1"), E_NOT_YOUR_TURN);
    assert_int_equal(pick(scene, league_id, 1, "LB 1"), E_INVALID);
    assert_int_equal(pick(scene, league_id, 1, "QB 1"), OK);
    assert_int_equal(pick(scene, league_id, 2, "QB 1"), E_PLAYER_TAKEN);
    assert_int_equal(pick(scene, league_id, 1, "QB 2"), OK); /* the commissioner, for team 2 */
    assert_string_equal(text_at(pick_number(scene, league_id, 2), "madeBy"), "commissioner");
    assert_int_equal(number_at(draft_document(scene, league_id), "currentPick"), 3);
}

static void only_the_team_on_the_clock_and_the_commissioner_pick(void **state)
{
    (void)state;
    stage(pick_in_turn);
}

static void pick_to_the_end(struct scene *scene)
{
    int64_t league_id = ordered_league(scene, 4, SMALL, SETTINGS_LINEAR);
    control(scene, league_id, DRAFT_START);
    static const char *const positions[] = { "QB", "RB", "WR", "TE" };
    for (int round = 0; round < 3; round++) {
        for (int user = 1; user <= 4; user++) {
            const char *name = arena_format(&scene->arena, "%s %d", positions[round], user).ptr;
            assert_int_equal(pick(scene, league_id, user, name), OK);
        }
    }
    assert_int_equal(pick(scene, league_id, 1, "TE 1"), E_INVALID); /* no slot takes one */
    for (int user = 1; user <= 4; user++) {
        const char *name = arena_format(&scene->arena, "RB %d", 4 + user).ptr;
        assert_int_equal(pick(scene, league_id, user, name), OK);
    }
    const json_t *league = league_document(scene, league_id);
    assert_string_equal(text_at(league, "state"), "in_season");
    assert_string_equal(text_at(draft_document(scene, league_id), "state"), "complete");
    assert_int_equal(
        stage_number(arena_format(&scene->arena,
                                  "select count(*) from roster_entries where league_id "
                                  "= %d",
                                  (int)league_id)
                         .ptr),
        16);
    (void)verified_events(scene, league_id);
}

static void the_last_pick_by_hand_starts_the_season(void **state)
{
    (void)state;
    stage(pick_to_the_end);
}

/* ---- at the same time ---- */

struct rival {
    struct scene *scene;
    struct fiber *waiter;
    int64_t draft_id;
    int64_t player_id;
    int64_t user_id;
    enum error error;
    int *left;
};

static void rival_picks(void *thing)
{
    struct rival *rival = thing;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct faults faults = { .arena = &arena };
    {
        CLEANUP(change_done)
        struct change change = {
            .arena = &arena,
            .faults = &faults,
            .now = rival->scene->now,
            .actor = { .kind = ACTOR_USER, .user_id = rival->user_id },
            .kind = S("draft.pick"),
        };
        rival->error = draft_pick_player(&change, rival->draft_id, rival->player_id, 1);
    }
    if (--*rival->left == 0) {
        fiber_wake(rival->waiter);
    }
}

static void race(struct scene *scene)
{
    int64_t league_id = ordered_league(scene, 4, SMALL, SETTINGS_SNAKE);
    control(scene, league_id, DRAFT_START);
    int left = 2;
    struct rival rivals[2];
    for (int i = 0; i < 2; i++) { /* the team on the clock twice, as with two browsers */
        rivals[i] = (struct rival){ .scene = scene,
                                    .waiter = fiber_here(),
                                    .draft_id = draft_of(scene, league_id),
                                    .player_id = player_named("RB 1"),
                                    .user_id = 1,
                                    .left = &left };
    }
    for (int i = 0; i < 2; i++) {
        assert_int_equal(fiber_start(scene->loop, rival_picks, &rivals[i]), OK);
    }
    while (left > 0) {
        fiber_suspend();
    }
    bool is_first_ok = rivals[0].error == OK;
    assert_int_equal(rivals[is_first_ok ? 0 : 1].error, OK);
    assert_int_equal(rivals[is_first_ok ? 1 : 0].error, E_NOT_YOUR_TURN);
    assert_int_equal(number_at(draft_document(scene, league_id), "currentPick"), 2);
    (void)verified_events(scene, league_id);
}

static void of_two_picks_at_the_same_time_one_is_made(void **state)
{
    (void)state;
    stage(race);
}

/* ---- the clock ---- */

static void queue_for(struct scene *scene, int64_t league_id, int64_t user_id, const char *player)
{
    int64_t team_id = team_of(scene, league_id, user_id);
    int64_t player_id = player_named(player);
    CLEANUP(change_done) struct change change = change_by(scene, user_id, "draft.queue");
    assert_int_equal(draft_set_queue(&change, league_id, team_id, &player_id, 1), OK);
}

static void tick_until_quiet(struct scene *scene)
{
    unsigned picks = 1;
    utime next = 0;
    while (picks > 0) {
        assert_int_equal(draft_tick(scene->now, &picks, &next), OK);
    }
}

static void pass_deadline(struct scene *scene)
{
    int64_t league_id = ordered_league(scene, 2, SMALL, SETTINGS_SNAKE);
    queue_for(scene, league_id, 1, "WR 60");
    control(scene, league_id, DRAFT_START);
    scene->now += 89 * US_PER_S;
    tick_until_quiet(scene);
    assert_int_equal(number_at(draft_document(scene, league_id), "currentPick"), 1);
    scene->now += 1 * US_PER_S;
    tick_until_quiet(scene);
    const json_t *made = pick_number(scene, league_id, 1);
    assert_string_equal(text_at(json_object_get(made, "player"), "name"), "WR 60");
    assert_string_equal(text_at(made, "autoReason"), "timeout");
    assert_int_equal(number_at(draft_document(scene, league_id), "currentPick"), 2);
    /* Teams 3 and 4 have no manager: they pick by themselves, after a pause. */
    assert_int_equal(pick(scene, league_id, 2, "RB 2"), OK);
    tick_until_quiet(scene);
    assert_int_equal(number_at(draft_document(scene, league_id), "currentPick"), 3);
    for (int i = 0; i < 4; i++) {
        scene->now += DRAFT_AUTO_PAUSE_S * US_PER_S;
        tick_until_quiet(scene);
    }
    assert_int_equal(number_at(draft_document(scene, league_id), "currentPick"), 7);
    assert_string_equal(text_at(pick_number(scene, league_id, 3), "autoReason"), "absent");
}

static void a_deadline_that_passes_gets_the_best_of_the_queue(void **state)
{
    (void)state;
    stage(pass_deadline);
}

static void pause_and_resume(struct scene *scene)
{
    int64_t league_id = ordered_league(scene, 4, SMALL, SETTINGS_SNAKE);
    control(scene, league_id, DRAFT_START);
    scene->now += 30 * US_PER_S;
    control(scene, league_id, DRAFT_PAUSE);
    assert_int_equal(number_at(draft_document(scene, league_id), "pausedRemainingMs"), 60000);
    assert_int_equal(pick(scene, league_id, 1, "QB 1"), E_DRAFT_STATE);
    scene->now += 3600 * US_PER_S;
    tick_until_quiet(scene);
    control(scene, league_id, DRAFT_RESUME);
    scene->now += 59 * US_PER_S;
    tick_until_quiet(scene);
    assert_int_equal(number_at(draft_document(scene, league_id), "currentPick"), 1);
    scene->now += 1 * US_PER_S;
    tick_until_quiet(scene);
    assert_int_equal(number_at(draft_document(scene, league_id), "currentPick"), 2);
}

static void a_pause_keeps_the_time_that_was_left(void **state)
{
    (void)state;
    stage(pause_and_resume);
}

static void cancel_and_start_again(struct scene *scene)
{
    int64_t league_id = ordered_league(scene, 4, SMALL, SETTINGS_SNAKE);
    control(scene, league_id, DRAFT_START);
    assert_int_equal(pick(scene, league_id, 1, "QB 1"), OK);
    int64_t cancelled = draft_of(scene, league_id);
    control(scene, league_id, DRAFT_CANCEL);
    assert_string_equal(text_at(league_document(scene, league_id), "state"), "setup");
    assert_int_not_equal(draft_of(scene, league_id), cancelled);
    control(scene, league_id, DRAFT_START);
    const json_t *draft = draft_document(scene, league_id);
    assert_int_equal(number_at(draft, "currentPick"), 1);
    assert_true(json_is_null(json_object_get(pick_number(scene, league_id, 1), "player")));
}

static void a_cancelled_draft_can_be_held_again(void **state)
{
    (void)state;
    stage(cancel_and_start_again);
}

static void switch_to_auto(struct scene *scene)
{
    int64_t league_id = ordered_league(scene, 4, SMALL, SETTINGS_SNAKE);
    control(scene, league_id, DRAFT_START);
    int64_t team_id = team_of(scene, league_id, 1);
    int64_t draft_id = draft_of(scene, league_id);
    {
        CLEANUP(change_done) struct change change = change_by(scene, 2, "draft.auto");
        assert_int_equal(draft_set_auto(&change, draft_id, team_id, true), E_FORBIDDEN);
    }
    {
        CLEANUP(change_done) struct change change = change_by(scene, 1, "draft.auto");
        assert_int_equal(draft_set_auto(&change, draft_id, team_id, true), OK);
    }
    scene->now += DRAFT_AUTO_PAUSE_S * US_PER_S;
    tick_until_quiet(scene);
    assert_int_equal(number_at(draft_document(scene, league_id), "currentPick"), 2);
    {
        CLEANUP(change_done) struct change change = change_by(scene, 2, "draft.autopick");
        assert_int_equal(draft_autopick(&change, draft_id), OK);
    }
    assert_string_equal(text_at(pick_number(scene, league_id, 2), "autoReason"), "asked");
}

static void a_team_can_pick_by_itself_or_ask_for_one_pick(void **state)
{
    (void)state;
    stage(switch_to_auto);
}

const struct CMUnitTest draft_tests[] = {
    cmocka_unit_test(a_snake_draft_turns_at_each_end),
    cmocka_unit_test(third_round_reversal_gives_sleepers_check_vector),
    cmocka_unit_test(a_draft_waits_until_all_teams_are_there),
    cmocka_unit_test(only_the_team_on_the_clock_and_the_commissioner_pick),
    cmocka_unit_test(the_last_pick_by_hand_starts_the_season),
    cmocka_unit_test(of_two_picks_at_the_same_time_one_is_made),
    cmocka_unit_test(a_deadline_that_passes_gets_the_best_of_the_queue),
    cmocka_unit_test(a_pause_keeps_the_time_that_was_left),
    cmocka_unit_test(a_cancelled_draft_can_be_held_again),
    cmocka_unit_test(a_team_can_pick_by_itself_or_ask_for_one_pick),
};
const size_t draft_test_count = sizeof(draft_tests) / sizeof(draft_tests[0]);
