/* imports: Sleeper leagues written by hand, in all shapes that occur. */
#include "import_sleeper.h"

static struct import_season *read_one(struct rig *rig)
{
    rig_check(rig, sleeper_read(&rig->source, S("77"), &rig->model));
    assert_int_equal(rig->model.count, 1);
    return rig->model.seasons[0];
}

static void settings_slots_and_weights_are_carried_over(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    struct import_season *season = read_one(rig);
    assert_int_equal(season->season, 2024);
    assert_slice(season->name, "Four");
    assert_int_equal(season->kind, IMPORT_DYNASTY);
    assert_int_equal(season->state, IMPORT_COMPLETE);
    const int64_t *values = season->settings.values;
    assert_int_equal(values[SETTING_waiverKind], 0);
    assert_int_equal(values[SETTING_waiverHours], 48);
    assert_int_equal(values[SETTING_tradeReview], 2);
    assert_int_equal(values[SETTING_tradeVetoVotes], 3);
    assert_int_equal(values[SETTING_tradeDeadlineWeek], 2);
    assert_int_equal(values[SETTING_playoffRoundType], 1);
    assert_int_equal(season->settings.reserve_statuses,
                     STATUS_BIT(IR) | STATUS_BIT(PUP) | STATUS_BIT(NFI) | STATUS_BIT(OUT));
    assert_int_equal(season->settings.slot_count, 5);
    assert_int_equal(season->settings.slots[2].slot, SLOT_FLEX);
    assert_int_equal(season->settings.slots[4].slot, SLOT_IR);
}

static void float_noise_in_a_weight_is_rounded_off_and_zero_weights_are_no_rules(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    struct rule_set rules = read_one(rig)->settings.rules;
    assert_int_equal(rules.count, 4);
    assert_int_equal(rules.rules[1].stat, STAT_RECEIVING_YARDS);
    assert_int_equal(rules.rules[1].weight, 100000);
}

static void teams_have_their_managers_and_an_orphan_has_none(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    struct import_season *season = read_one(rig);
    assert_int_equal(season->teams.count, 4);
    assert_slice(season->teams.at[0].name, "Ann's Team");
    assert_slice(season->teams.at[1].name, "Ben");
    assert_slice(season->teams.at[3].name, "Team 4");
    assert_int_equal(season->teams.at[3].managers.count, 0);
    assert_true(season->managers.at[0].is_commissioner);
    assert_false(season->managers.at[2].is_commissioner);
    assert_slice(season->teams.at[2].logo_url, "https://sleepercdn.com/avatars/abc");
    assert_int_equal(season->teams.at[0].faab_left, 88);
    assert_int_equal(season->teams.at[0].record.points_for, 1205);
    assert_int_equal(season->teams.at[0].record.points_against, 350);
    assert_int_equal(season->teams.at[0].roster.count, 3);
    assert_slice(season->players.at[0].name, "Quin Back");
    assert_int_equal(season->players.at[0].position, POSITION_QB);
}

static void empty_starting_slots_keep_their_place(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    struct import_season *season = read_one(rig);
    const struct import_team_week *week = &season->team_weeks.at[0];
    assert_int_equal(week->spots.count, 3);
    assert_int_equal(week->spots.at[0].slot, SLOT_QB);
    assert_int_equal(week->spots.at[0].source_points, 1050);
    assert_int_equal(week->spots.at[1].slot, SLOT_RB);
    assert_int_equal(week->spots.at[1].player, IMPORT_NONE);
    assert_int_equal(week->spots.at[2].slot, SLOT_FLEX);
}

static void a_two_week_final_is_one_game_of_both_weeks(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    struct import_season *season = read_one(rig);
    assert_int_equal(season->last_week, 4);
    assert_int_equal(season->matchups.count, 2 + 4);
    const struct import_matchup *final = &season->matchups.at[5];
    assert_int_equal(final->place, 1);
    assert_int_equal(final->week, 3);
    assert_int_equal(final->weeks, 2);
    assert_int_equal(final->home.source_points, 2100);
    assert_int_equal(final->away.source_points, 2200);
    assert_int_equal(final->winner, 1);
    assert_int_equal(final->home.from_match, 2);
    assert_false(final->home.from_loser);
    assert_int_equal(season->teams.at[3].record.final_rank, 1);
    assert_int_equal(season->teams.at[0].record.final_rank, 2);
    assert_int_equal(season->teams.at[2].record.final_rank, 3);
}

static void without_brackets_the_weekly_games_tell_the_playoffs(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, "sleeper/v1/league/77/winners_bracket", NULL);
    rig_put(rig, "sleeper/v1/league/77/matchups/3",
            "[" ENTRY("1", "1", "10.0", "10") "," ENTRY("4", "1", "12.0", "40") "," ENTRY(
                "2", "2", "5.0", "20") "," ENTRY("3", "2", "6.0", "30") "]");
    rig_put(rig, "sleeper/v1/league/77/matchups/4",
            "[" ENTRY("1", "1", "11.0", "10") "," ENTRY("4", "1", "10.0", "40") "," ENTRY(
                "2", "2", "6.0", "20") "," ENTRY("3", "2", "5.5", "30") "]");
    struct import_season *season = read_one(rig);
    assert_non_null(rig_note(season, "brackets"));
    assert_int_equal(season->matchups.count, 2 + 4);
    const struct import_matchup *final = &season->matchups.at[4];
    assert_int_equal(final->bracket, IMPORT_WINNERS);
    assert_int_equal(final->weeks, 2);
    assert_int_equal(final->place, 1);
    assert_int_equal(final->home.source_points, 2100);
    assert_int_equal(final->winner, 1);
    assert_int_equal(season->teams.at[3].record.final_rank, 1);
    assert_int_equal(season->matchups.at[5].place, 3);
}

static void in_a_toilet_bowl_the_side_with_fewer_points_goes_on(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    const char *league = rig_with(rig, LEAGUE, "\"playoff_teams\":4", "\"playoff_teams\":2");
    league = rig_with(rig, league, "\"playoff_type\":1", "\"playoff_type\":0");
    league = rig_with(rig, league, "\"playoff_round_type\":1", "\"playoff_round_type\":0");
    rig_put(rig, "sleeper/v1/league/77", league);
    rig_put(rig, "sleeper/v1/league/77/winners_bracket",
            "[{\"r\":1,\"m\":1,\"t1\":1,\"t2\":2,\"w\":1,\"l\":2,\"p\":1}]");
    rig_put(rig, "sleeper/v1/league/77/losers_bracket",
            "[{\"r\":1,\"m\":1,\"t1\":3,\"t2\":4,\"w\":3,\"l\":4,\"p\":1}]");
    struct import_season *season = read_one(rig);
    const struct import_matchup *bowl = &season->matchups.at[3];
    assert_int_equal(season->settings.values[SETTING_consolation], 2);
    assert_int_equal(bowl->bracket, IMPORT_CONSOLATION);
    assert_int_equal(bowl->winner, 1); /* roster 4 had more */
    assert_int_equal(bowl->place, 3);
    assert_int_equal(season->teams.at[3].record.final_rank, 3);
    assert_int_equal(season->teams.at[2].record.final_rank, 4);
}

static void custom_points_replace_the_total_and_stay_known(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, "sleeper/v1/league/77/matchups/1",
            rig_with(rig, WEEK("10.5", "9.0", "8.0", "7.25"), "\"custom_points\":null",
                     "\"custom_points\":99.5"));
    const struct import_team_week *week = &read_one(rig)->team_weeks.at[0];
    assert_true(week->has_custom);
    assert_int_equal(week->custom_points, 9950);
    assert_int_equal(week->source_points, 9950);
    assert_int_equal(week->spots.at[0].source_points, 1050);
}

static void a_week_without_players_points_has_no_points_of_players(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, "sleeper/v1/league/77/matchups/1",
            "[{\"roster_id\":1,\"matchup_id\":1,\"points\":30.5,\"players\":[\"10\",\"11\"],"
            "\"starters\":[\"10\",\"11\",\"0\"],\"starters_points\":[10.5,20.0,0.0]},"
            "{\"roster_id\":2,\"matchup_id\":1,\"points\":1,\"players\":[],\"starters\":[]}]");
    const struct import_team_week *week = &read_one(rig)->team_weeks.at[0];
    assert_int_equal(week->source_points, 3050);
    for (size_t i = 0; i < week->spots.count; i++) {
        assert_false(week->spots.at[i].has_points);
    }
}

static void statistics_become_lines_of_the_players_on_rosters(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, "sleeper/v1/stats/nfl/regular/2024/1",
            "{\"10\":{\"pass_yd\":250.0,\"gp\":1,\"pts_ppr\":10.0},\"20\":{\"rec\":4,"
            "\"bonus_rec_te\":4},\"999\":{\"rec\":4}}");
    struct import_season *season = read_one(rig);
    assert_true(season->has_own_lines);
    assert_int_equal(season->lines.count, 2);
    const struct import_line *line = &season->lines.at[0];
    assert_int_equal(line->line->values[STAT_PASSING_YARDS], 250 * STAT_ONE);
    assert_int_equal(score_line(season->settings.rules, line->line, line->position), 1000);
    assert_int_equal(season->lines.at[1].position, POSITION_TE); /* not the catalogue's RB */
    assert_non_null(rig_note(season, "statistics, week 2"));
}

static void transactions_keep_bids_failures_trades_and_budget(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(
        rig, "sleeper/v1/league/77/transactions/1",
        "[{\"transaction_id\":\"3\",\"type\":\"trade\",\"status\":\"complete\",\"leg\":1,"
        "\"created\":1000,\"status_updated\":3000,\"creator\":\"501\",\"adds\":{\"20\":1},"
        "\"drops\":{\"20\":2},\"draft_picks\":[{\"season\":\"2025\",\"round\":2,\"roster_id\":3,"
        "\"owner_id\":2,\"previous_owner_id\":1}],\"waiver_budget\":[{\"sender\":1,"
        "\"receiver\":2,\"amount\":7}],\"settings\":null,\"metadata\":null},"
        "{\"transaction_id\":\"2\",\"type\":\"waiver\",\"status\":\"failed\",\"leg\":1,"
        "\"created\":1000,\"status_updated\":2000,\"adds\":{\"50\":3},\"drops\":null,"
        "\"settings\":{\"waiver_bid\":9,\"seq\":2},\"metadata\":{\"notes\":\"Too late.\"}},"
        "{\"transaction_id\":\"1\",\"type\":\"commissioner\",\"status\":\"complete\",\"leg\":1,"
        "\"created\":1000,\"status_updated\":1000,\"adds\":{\"51\":4},\"drops\":null}]");
    struct import_season *season = read_one(rig);
    assert_int_equal(season->moves.count, 3);
    assert_int_equal(season->moves.at[0].kind, MOVE_COMMISSIONER); /* by time */
    const struct import_move *claim = &season->moves.at[1];
    assert_int_equal(claim->state, MOVE_FAILED);
    assert_int_equal(claim->bid, 9);
    assert_slice(claim->note, "Too late.");
    const struct import_move *trade = &season->moves.at[2];
    assert_int_equal(trade->at, 3000 * US_PER_MS);
    assert_int_equal(trade->items.count, 6);
    assert_int_equal(trade->items.at[2].kind, ITEM_PICK_IN);
    assert_int_equal(trade->items.at[2].team, 1);
    assert_int_equal(trade->items.at[2].pick_original, 2);
    assert_int_equal(trade->items.at[3].kind, ITEM_PICK_OUT);
    assert_int_equal(trade->items.at[4].amount, -7);
    assert_int_equal(trade->items.at[5].amount, 7);
}

#define DRAFT(type, more)                                                                          \
    "[{\"draft_id\":\"900\",\"type\":\"" type "\",\"status\":\"complete\",\"start_time\":5000,"    \
    "\"last_picked\":9000,\"draft_order\":{\"501\":1,\"502\":2},\"slot_to_roster_id\":{\"1\":1,"   \
    "\"2\":2,\"3\":3,\"4\":4},\"settings\":{\"teams\":4,\"rounds\":2,\"pick_timer\":60,"           \
    "\"reversal_round\":0" more "}}]"

static void a_linear_draft_tells_whose_pick_it_was_at_first(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, "sleeper/v1/league/77/drafts", DRAFT("linear", ",\"player_type\":1"));
    rig_put(rig, "sleeper/v1/draft/900/picks",
            "[{\"round\":1,\"pick_no\":1,\"draft_slot\":1,\"roster_id\":3,\"player_id\":\"10\","
            "\"is_keeper\":null,\"metadata\":{}},{\"round\":2,\"pick_no\":6,\"draft_slot\":2,"
            "\"roster_id\":2,\"player_id\":\"60\",\"is_keeper\":true,\"metadata\":{"
            "\"first_name\":\"New\",\"last_name\":\"Man\",\"position\":\"WR\"}}]");
    rig_put(rig, "sleeper/v1/league/77/traded_picks",
            "[{\"season\":\"2024\",\"round\":1,\"roster_id\":1,\"owner_id\":3},"
            "{\"season\":\"2025\",\"round\":1,\"roster_id\":2,\"owner_id\":4}]");
    struct import_season *season = read_one(rig);
    const struct import_draft *draft = &season->drafts.at[0];
    assert_int_equal(draft->kind, IMPORT_LINEAR);
    assert_true(draft->is_rookies_only);
    assert_int_equal(draft->order.count, 4);
    assert_int_equal(draft->picks.at[0].team, 2);
    assert_int_equal(draft->picks.at[0].original_team, 0);
    assert_int_equal(draft->picks.at[1].round_pick, 2);
    assert_true(draft->picks.at[1].is_keeper);
    assert_slice(season->players.at[draft->picks.at[1].player].name, "New Man");
    assert_int_equal(season->future_picks.count, 1); /* 2024's is used */
    assert_int_equal(season->future_picks.at[0].owner_team, 3);
    assert_int_equal(season->settings.draft_kind, SETTINGS_LINEAR);
}

static void an_auction_draft_has_lots_with_prices(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, "sleeper/v1/league/77/drafts", DRAFT("auction", ",\"budget\":200"));
    rig_put(rig, "sleeper/v1/draft/900/picks",
            "[{\"round\":1,\"pick_no\":1,\"draft_slot\":4,\"roster_id\":4,\"player_id\":\"10\","
            "\"metadata\":{\"amount\":\"47\"}}]");
    struct import_season *season = read_one(rig);
    const struct import_draft *draft = &season->drafts.at[0];
    assert_int_equal(draft->kind, IMPORT_AUCTION);
    assert_int_equal(draft->budget, 200);
    assert_int_equal(draft->picks.at[0].price, 47);
    assert_int_equal(draft->picks.at[0].round, 0);
    assert_int_equal(draft->picks.at[0].overall, 1);
    assert_non_null(rig_note(season, "draft.type"));
}

static void what_has_no_place_here_is_told(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    const char *league = rig_with(rig, LEAGUE, "\"max_subs\":3",
                                  "\"max_subs\":0,\"position_limit_qb\":2,\"position_limit_te\":0");
    league = rig_with(rig, league, "\"fum\":0.0", "\"no_such_stat\":1.5");
    rig_put(rig, "sleeper/v1/league/77", league);
    struct import_season *season = read_one(rig);
    assert_slice(rig_note(season, "settings.max_subs")->source, "0");
    assert_slice(rig_note(season, "settings.position_limit_qb")->source, "2");
    assert_null(rig_note(season, "settings.position_limit_te"));
    assert_slice(rig_note(season, "scoring.no_such_stat")->source, "1.5");
    assert_non_null(rig_note(season, "draft"));
    assert_null(rig_note(season, "settings.waiver_type"));
}

static void earlier_seasons_come_first_and_a_missing_one_ends_the_chain(void **state)
{
    struct rig *rig = *state;
    put_league(rig);
    rig_put(rig, "sleeper/v1/league/77",
            rig_with(rig, LEAGUE, "\"previous_league_id\":null", "\"previous_league_id\":\"66\""));
    const char *before = rig_with(rig, LEAGUE, "\"77\"", "\"66\"");
    before = rig_with(rig, before, "\"2024\"", "\"2023\"");
    before = rig_with(rig, before, "\"previous_league_id\":null", "\"previous_league_id\":\"55\"");
    rig_put(rig, "sleeper/v1/league/66", before);
    rig_put(rig, "sleeper/v1/league/66/rosters", ROSTERS);
    rig_check(rig, sleeper_read(&rig->source, S("77"), &rig->model));
    assert_int_equal(rig->model.count, 2);
    assert_int_equal(rig->model.seasons[0]->season, 2023);
    assert_slice(rig->model.seasons[0]->previous_source_id, "");
    assert_slice(rig->model.seasons[1]->previous_source_id, "66");
    assert_slice(rig_note(rig->model.seasons[0], "previous_league_id")->source, "55");
    assert_non_null(rig_note(rig->model.seasons[0], "users"));
    assert_int_equal(rig->model.seasons[0]->managers.count, 3); /* known by their rosters */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(settings_slots_and_weights_are_carried_over),
        RIG_TEST(float_noise_in_a_weight_is_rounded_off_and_zero_weights_are_no_rules),
        RIG_TEST(teams_have_their_managers_and_an_orphan_has_none),
        RIG_TEST(empty_starting_slots_keep_their_place),
        RIG_TEST(a_two_week_final_is_one_game_of_both_weeks),
        RIG_TEST(without_brackets_the_weekly_games_tell_the_playoffs),
        RIG_TEST(in_a_toilet_bowl_the_side_with_fewer_points_goes_on),
        RIG_TEST(custom_points_replace_the_total_and_stay_known),
        RIG_TEST(a_week_without_players_points_has_no_points_of_players),
        RIG_TEST(statistics_become_lines_of_the_players_on_rosters),
        RIG_TEST(transactions_keep_bids_failures_trades_and_budget),
        RIG_TEST(a_linear_draft_tells_whose_pick_it_was_at_first),
        RIG_TEST(an_auction_draft_has_lots_with_prices),
        RIG_TEST(what_has_no_place_here_is_told),
        RIG_TEST(earlier_seasons_come_first_and_a_missing_one_ends_the_chain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
