/* imports: Sleeper documents that are cut off, wrong or hostile are refused, with the place named. */
#include "import_sleeper.h"

static void check_refused(struct rig *rig, const char *words)
{
    rig_check_refused(rig, sleeper_read(&rig->source, S("77"), &rig->model), words);
}

static void seasons_that_go_round_in_a_circle_are_refused(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, "sleeper/v1/league/77",
            rig_with(rig, LEAGUE, "\"previous_league_id\":null", "\"previous_league_id\":\"77\""));
    check_refused(rig, "circle");
}

static void a_league_that_is_nowhere_is_named(void **state)
{
    struct rig *rig = *state;
    check_refused(rig, "Sleeper league 77 was not found");
    rig->faults.detail = S("");
    rig_put(rig, "sleeper/v1/league/77", "null");
    check_refused(rig, "Sleeper league 77 was not found");
}

static void a_document_that_is_cut_off_is_named_with_line_and_column(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, "sleeper/v1/league/77/rosters", "[{\"roster_id\":1,\n\"players\":[\"10\"");
    check_refused(rig, "league/77/rosters.json line 2 column");
    check_refused(rig, "cut off");
}

static void a_wrong_type_is_named_with_its_place(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, "sleeper/v1/league/77/rosters",
            rig_with(rig, ROSTERS, "\"fpts\":12", "\"fpts\":\"abc\""));
    check_refused(rig, "league/77/rosters.json at /0/settings/fpts: expected a whole number, "
                       "found \"abc\"");
}

static void every_fault_of_a_document_is_told(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    const char *rosters = rig_with(rig, ROSTERS, "\"wins\":4", "\"wins\":-1");
    rig_put(rig, "sleeper/v1/league/77/rosters",
            rig_with(rig, rosters, "\"ties\":0", "\"ties\":{}"));
    check_refused(rig, "at /0/settings/wins: expected a number from 0 to 100, found -1");
    assert_int_equal(rig->faults.count, 2);
    assert_slice(rig->faults.first->next->message, "expected a whole number, found an object");
}

static void a_missing_member_is_named(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, "sleeper/v1/league/77",
            rig_with(rig, LEAGUE, "\"scoring_settings\"", "\"scoring\""));
    check_refused(rig, "at /scoring_settings: is missing");
}

static void a_roster_that_does_not_exist_is_named(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, "sleeper/v1/league/77/matchups/2",
            rig_with(rig, WEEK("1", "2", "3", "4"), "\"roster_id\":3", "\"roster_id\":9"));
    check_refused(rig, "matchups/2.json at /2/roster_id: expected the id of a team");
}

static void the_same_roster_player_or_transaction_twice_is_refused(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, "sleeper/v1/league/77/rosters",
            rig_with(rig, ROSTERS, "\"roster_id\":2", "\"roster_id\":1"));
    check_refused(rig, "/1: roster 1 is there twice");
    rig_put(rig, "sleeper/v1/league/77/rosters",
            rig_with(rig, ROSTERS, "[\"20\"]", "[\"20\",\"10\"]"));
    check_refused(rig, "player 10 is on two rosters");
    rig_put(rig, "sleeper/v1/league/77/rosters", ROSTERS);
    rig_put(rig, "sleeper/v1/league/77/transactions/1",
            "[{\"transaction_id\":\"1\",\"type\":\"free_agent\",\"status\":\"complete\"},"
            "{\"transaction_id\":\"1\",\"type\":\"free_agent\",\"status\":\"complete\"}]");
    check_refused(rig, "transaction 1 is there twice");
}

static void nesting_without_end_is_refused(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    enum { DEEP = 100000 };
    char *bomb = arena_alloc(&rig->arena, DEEP + 1);
    memset(bomb, '[', DEEP);
    rig_put(rig, "sleeper/v1/league/77/users", bomb);
    check_refused(rig, "users.json line 1: nested deeper than 64");
}

static void giant_numbers_are_refused(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    static const char *const numbers[] = { "1e308", "9223372036854775807", "1e999",
                                           "123456789012345678901234567890", "-1e20" };
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        rig_put(rig, "sleeper/v1/league/77/rosters",
                rig_with(rig, ROSTERS, "\"fpts\":12",
                         arena_format(&rig->arena, "\"fpts\":%s", numbers[i]).ptr));
        check_refused(rig, "rosters.json");
    }
    rig_put(rig, "sleeper/v1/league/77/rosters", ROSTERS);
    rig_put(rig, "sleeper/v1/league/77", rig_with(rig, LEAGUE, "\"rec\":0.5", "\"rec\":1e9"));
    check_refused(rig, "at /scoring_settings/rec: expected a number from -1000 to 1000");
}

static void an_id_that_would_lead_out_of_the_folder_is_refused(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    assert_int_equal(sleeper_read(&rig->source, S("../77"), &rig->model), E_INVALID);
    rig_put(
        rig, "sleeper/v1/league/77",
        rig_with(rig, LEAGUE, "\"previous_league_id\":null", "\"previous_league_id\":\"../../x\""));
    check_refused(rig, "at /previous_league_id: expected an id, found");
}

static void a_member_that_is_there_twice_is_refused(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, "sleeper/v1/league/77/users", "[{\"user_id\":\"1\",\"user_id\":\"2\"}]");
    check_refused(rig, "users.json line 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(seasons_that_go_round_in_a_circle_are_refused),
        RIG_TEST(a_league_that_is_nowhere_is_named),
        RIG_TEST(a_document_that_is_cut_off_is_named_with_line_and_column),
        RIG_TEST(a_wrong_type_is_named_with_its_place),
        RIG_TEST(every_fault_of_a_document_is_told),
        RIG_TEST(a_missing_member_is_named),
        RIG_TEST(a_roster_that_does_not_exist_is_named),
        RIG_TEST(the_same_roster_player_or_transaction_twice_is_refused),
        RIG_TEST(nesting_without_end_is_refused),
        RIG_TEST(giant_numbers_are_refused),
        RIG_TEST(an_id_that_would_lead_out_of_the_folder_is_refused),
        RIG_TEST(a_member_that_is_there_twice_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
