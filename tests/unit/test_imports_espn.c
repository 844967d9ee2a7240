/* imports: an ESPN league written by hand, and what is refused. */
#include "import_espn_documents.h"
#include "import_rig.h"

#define PATH "espn/league_88/season_2024/"

static void put_league(struct rig *rig)
{
    rig_put(rig, PATH "core", CORE);
    rig_put(rig, PATH "box_scores/week_01", BOX);
}

static struct import_season *read_one(struct rig *rig)
{
    rig_check(rig, espn_read(&rig->source, S("88"), 2024, &rig->model));
    assert_int_equal(rig->model.count, 1);
    return rig->model.seasons[0];
}

static void check_refused(struct rig *rig, const char *words)
{
    rig_check_refused(rig, espn_read(&rig->source, S("88"), 2024, &rig->model), words);
}

/* ---- what is read ---- */

static void settings_and_slots_are_carried_over(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    struct import_season *season = read_one(rig);
    const int64_t *values = season->settings.values;
    assert_slice(season->name, "Five");
    assert_int_equal(season->state, IMPORT_COMPLETE);
    assert_int_equal(season->playoff_start_week, 2);
    assert_int_equal(season->last_week, 4);
    assert_int_equal(values[SETTING_playoffRoundType], 1);
    assert_int_equal(values[SETTING_waiverKind], 0);
    assert_int_equal(values[SETTING_addsPerWeek], SETTING_NULL);
    assert_int_equal(values[SETTING_tradeReview], 2);
    assert_int_equal(values[SETTING_consolation], 0);
    assert_int_equal(season->settings.tiebreak, CHAIN_ESPN);
    assert_int_equal(season->settings.slot_count, 4);
    assert_int_equal(season->settings.slots[1].slot, SLOT_RB);
    assert_int_equal(season->settings.slots[3].slot, SLOT_IR);
}

static void the_trade_deadline_is_the_nfl_week_it_lies_in(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    /* 2024-12-12T10:40Z is a Thursday; week 1 began on Tuesday 2024-09-03, week 15 on 12-10. */
    assert_int_equal(read_one(rig)->settings.values[SETTING_tradeDeadlineWeek], 15);
}

static void scoring_items_become_rules_and_unknown_ones_are_told(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    struct import_season *season = read_one(rig);
    assert_int_equal(season->settings.rules.count, 5); /* 53 is two */
    assert_slice(rig_note(season, "scoring.155")->source, "2");
    assert_null(rig_note(season, "scoring.89"));
}

static void a_slot_that_is_not_ours_becomes_the_nearest_and_is_told(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, PATH "core", rig_with(rig, CORE, "\"8\":0", "\"8\":2"));
    struct import_season *season = read_one(rig);
    assert_slice(rig_note(season, "settings.rosterSettings.lineupSlotCounts.8")->ours, "DL");
    assert_int_equal(season->settings.slots[2].slot, SLOT_DL);
    assert_int_equal(season->settings.slots[2].count, 2);
}

static void teams_managers_records_and_rosters_are_read(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    struct import_season *season = read_one(rig);
    assert_int_equal(season->teams.count, 4);
    assert_slice(season->managers.at[season->teams.at[1].managers.at[0]].name, "Ben");
    assert_slice(season->managers.at[season->teams.at[2].managers.at[0]].source_id, "{C}");
    assert_int_equal(season->teams.at[3].managers.count, 0);
    assert_int_equal(season->teams.at[0].record.points_for, 2050);
    assert_int_equal(season->teams.at[0].record.seed, 1);
    assert_int_equal(season->teams.at[2].record.final_rank, 1);
    assert_int_equal(season->teams.at[1].reserve.count, 1);
    assert_int_equal(season->teams.at[0].faab_left, 70);
}

static void lines_lineups_and_a_manual_adjustment_are_kept_apart(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    struct import_season *season = read_one(rig);
    const struct import_team_week *week = &season->team_weeks.at[0];
    assert_int_equal(week->source_points, 1250);
    assert_int_equal(week->adjustment, 200);
    assert_int_equal(week->spots.count, 2);
    assert_int_equal(week->spots.at[0].slot, SLOT_QB);
    assert_int_equal(week->spots.at[1].slot, SLOT_BN);
    assert_true(season->has_own_lines);
    assert_int_equal(season->lines.count, 3);
    for (size_t i = 0; i < 3; i++) {
        static const points expected[] = { 1050, 1000, 0 };
        const struct import_line *line = &season->lines.at[i];
        assert_int_equal(score_line(season->settings.rules, line->line, line->position),
                         expected[i]);
    }
    assert_slice(season->players.at[season->lines.at[0].player].nfl_team, "ATL");
    assert_non_null(rig_note(season, "week 2"));
}

static void a_two_week_round_is_one_game_with_both_weeks_scores(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    struct import_season *season = read_one(rig);
    const struct import_matchup *final = &season->matchups.at[4];
    assert_int_equal(final->week, 3);
    assert_int_equal(final->weeks, 2);
    assert_int_equal(final->bracket, IMPORT_WINNERS);
    assert_int_equal(final->round, 2);
    assert_int_equal(final->place, 1);
    assert_int_equal(final->winner, 1);
    assert_int_equal(final->home.source_points, 2500);
    assert_int_equal(final->home.from_match, 2);
    assert_int_equal(final->away.from_match, 3);
    assert_false(final->away.from_loser);
    assert_int_equal(final->home.seed, 1);
    assert_int_equal(season->matchups.at[1].winner, 2);
}

static void the_draft_tells_traded_picks_keepers_and_autopicks(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    struct import_season *season = read_one(rig);
    const struct import_draft *draft = &season->drafts.at[0];
    assert_int_equal(draft->picks.count, 2);
    assert_int_equal(draft->picks.at[0].team, 2);
    assert_int_equal(draft->picks.at[0].original_team, 1);
    assert_int_equal(draft->picks.at[1].original_team, 3);
    assert_true(draft->picks.at[1].is_keeper);
    assert_true(draft->picks.at[1].is_auto);
    assert_slice(season->players.at[draft->picks.at[1].player].source_id, "-16028");
}

static void claims_are_answered_by_what_worked_them_off(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(
        rig, PATH "transactions/period_01",
        MOVES(MOVE(
            "a", "WAIVER", "EXECUTE", "PENDING", "1",
            ",\"items\":[" GIVES(
                "ADD", "300", "0",
                "1") "]") "," MOVE("b", "WAIVER", "PROCESS", "FAILED_ROSTERLIMIT", "1",
                                   ",\"relatedTransactionId\":\"a\",\"processDate\":5000,\"items\":"
                                   "[" GIVES(
                                       "ADD", "300", "0",
                                       "1") "]") "," MOVE("c", "FUTURE_ROSTER", "EXECUTE",
                                                          "EXECUTED", "1",
                                                          ",\"items\":[{\"type\":\"LINEUP\","
                                                          "\"playerId\":"
                                                          "100}]") "," MOVE("d", "FREEAGENT",
                                                                            "EXECUTE", "EXECUTED",
                                                                            "2",
                                                                            ",\"items\":[" GIVES(
                                                                                "ADD", "301", "0",
                                                                                "2") "," GIVES("DRO"
                                                                                               "P",
                                                                                               "20"
                                                                                               "0",
                                                                                               "2",
                                                                                               "0") "]")));
    struct import_season *season = read_one(rig);
    assert_int_equal(season->moves.count, 2);
    const struct import_move *add = &season->moves.at[0];
    assert_int_equal(add->kind, MOVE_FREE_AGENT);
    assert_int_equal(add->items.at[1].kind, ITEM_PLAYER_OUT);
    const struct import_move *claim = &season->moves.at[1];
    assert_int_equal(claim->state, MOVE_FAILED);
    assert_slice(claim->note, "FAILED_ROSTERLIMIT");
    assert_int_equal(claim->created_at, 1000 * US_PER_MS);
    assert_int_equal(claim->at, 5000 * US_PER_MS);
    assert_int_equal(claim->bid, 4);
}

static void a_trade_whose_players_espn_forgot_is_found_in_the_rosters(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, PATH "box_scores/week_02",
            "{\"schedule\":[{\"id\":3," TIER "\"matchupPeriodId\":2,\"home\":"
            "{\"teamId\":1,\"rosterForCurrentScoringPeriod\":{\"entries\":[{\"playerId\":200}]}},"
            "\"away\":{\"teamId\":2,\"rosterForCurrentScoringPeriod\":"
            "{\"entries\":[{\"playerId\":100}]}}}]}");
    rig_put(
        rig, PATH "transactions/period_01",
        MOVES(MOVE(
            "b", "TRADE_ACCEPT", "EXECUTE", "", "2",
            ",\"relatedTransactionId\":\"a\",\"items\":[]") "," MOVE("c", "TRADE_UPHOLD", "EXECUTE",
                                                                     "EXECUTED", "1",
                                                                     ",\"relatedTransactionId\":"
                                                                     "\"a\"") "," MOVE("e",
                                                                                       "TRADE_"
                                                                                       "DECLINE",
                                                                                       "EXECUTE",
                                                                                       "EXECUTED",
                                                                                       "1",
                                                                                       ",\"relatedT"
                                                                                       "ransactionI"
                                                                                       "d\":"
                                                                                       "\"gone"
                                                                                       "\"")));
    struct import_season *season = read_one(rig);
    assert_int_equal(season->moves.count, 1);
    const struct import_move *trade = &season->moves.at[0];
    assert_int_equal(trade->kind, MOVE_TRADE);
    assert_int_equal(trade->state, MOVE_DONE);
    assert_int_equal(trade->items.count, 4);
    assert_int_equal(trade->week, 2);
    assert_non_null(rig_note(season, "trade of week 2, Team 2 and Team 1"));
    assert_slice(rig_note(season, "trade offers")->source, "1");
}

static void a_vetoed_trade_is_cancelled(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(
        rig, PATH "transactions/period_01",
        MOVES(MOVE(
            "a", "TRADE_PROPOSAL", "EXECUTE", "PENDING", "1",
            ",\"items\":[" GIVES(
                "TRADE", "100", "1",
                "2") "]") "," MOVE("b", "TRADE_ACCEPT", "EXECUTE", "", "2",
                                   ",\"relatedTransactionId\":\"a\"") "," MOVE("c", "TRADE_VETO",
                                                                               "EXECUTE",
                                                                               "EXECUTED", "1",
                                                                               ",\"relatedTransacti"
                                                                               "onId\":\"a\"")));
    struct import_season *season = read_one(rig);
    assert_int_equal(season->moves.count, 1);
    assert_int_equal(season->moves.at[0].state, MOVE_CANCELLED);
}

static void earlier_seasons_are_read_and_missing_ones_told(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, PATH "core", rig_with(rig, CORE, "[]", "[2022,2023]"));
    rig_put(rig, "espn/league_88/season_2022/core", rig_with(rig, CORE, "2024", "2022"));
    rig_check(rig, espn_read(&rig->source, S("88"), 2024, &rig->model));
    assert_int_equal(rig->model.count, 2);
    assert_int_equal(rig->model.seasons[0]->season, 2022);
    assert_slice(rig->model.seasons[1]->previous_source_id, "88");
    assert_slice(rig_note(rig->model.seasons[1], "status.previousSeasons")->source, "2023");
}

/* ---- what is refused ---- */

static void wrong_documents_are_refused_with_their_place(void **state)
{
    struct rig *rig = *state;
    static const struct {
        const char *part, *other, *words;
    } wrongs[] = {
        { "\"seasonId\":2024", "\"seasonId\":2023", "at /seasonId: expected season 2024" },
        { "\"size\":4", "\"size\":\"many\"", "at /settings/size: expected a whole number" },
        { "\"statId\":3", "\"statId\":{}", "/scoringItems/0/statId: expected a whole number" },
        { "\"points\":0.04", "\"points\":1e30", "/scoringItems/0/points: expected a number from" },
        { "{\"id\":2,", "{\"id\":1,", "at /teams/1: team 1 is there twice" },
        { "\"teamId\":2", "\"teamId\":4", "/away/teamId: expected the id of a team" },
        { "\"matchupPeriodId\":3", "\"matchupPeriodId\":9", "/matchupPeriodId: settings.schedule" },
        { "\"3\":[3,4]", "\"3\":[3,5]", "/matchupPeriods/3/1: expected week 4" },
        { "\"overallPickNumber\":5", "\"overallPickNumber\":1", "is there twice" },
        { "\"1\":12.5", "\"7\":12.5", "expected a week of the matchup" },
        { "\"teams\":[", "\"teams\":{},\"x\":[", "at /teams: expected a list, found an object" },
    };
    put_league(rig);
    for (size_t i = 0; i < ARRAY_LEN(wrongs); i++) {
        rig_put(rig, PATH "core", rig_with(rig, CORE, wrongs[i].part, wrongs[i].other));
        check_refused(rig, wrongs[i].words);
    }
}

static void a_box_score_that_is_wrong_is_refused(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, PATH "box_scores/week_01", rig_with(rig, BOX, "\"3\":250.0", "\"3\":99999999999"));
    check_refused(rig, "week_01.json at /data/schedule/0/home/rosterForCurrentScoringPeriod/"
                       "entries/0/playerPoolEntry/player/stats/1/stats/3");
    rig_put(rig, PATH "box_scores/week_01",
            rig_with(rig, BOX, "\"playerId\":200", "\"playerId\":100"));
    check_refused(rig, "this player is in two places of the week");
    rig_put(rig, PATH "box_scores/week_01", "{\"data\":{\"schedule\":[");
    check_refused(rig, "week_01.json line 1 column");
    assert_int_equal(espn_read(&rig->source, S("8/../8"), 2024, &rig->model), E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(settings_and_slots_are_carried_over),
        RIG_TEST(the_trade_deadline_is_the_nfl_week_it_lies_in),
        RIG_TEST(scoring_items_become_rules_and_unknown_ones_are_told),
        RIG_TEST(a_slot_that_is_not_ours_becomes_the_nearest_and_is_told),
        RIG_TEST(teams_managers_records_and_rosters_are_read),
        RIG_TEST(lines_lineups_and_a_manual_adjustment_are_kept_apart),
        RIG_TEST(a_two_week_round_is_one_game_with_both_weeks_scores),
        RIG_TEST(the_draft_tells_traded_picks_keepers_and_autopicks),
        RIG_TEST(claims_are_answered_by_what_worked_them_off),
        RIG_TEST(a_trade_whose_players_espn_forgot_is_found_in_the_rosters),
        RIG_TEST(a_vetoed_trade_is_cancelled),
        RIG_TEST(earlier_seasons_are_read_and_missing_ones_told),
        RIG_TEST(wrong_documents_are_refused_with_their_place),
        RIG_TEST(a_box_score_that_is_wrong_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
