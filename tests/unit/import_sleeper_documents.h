/* A Sleeper league of four teams, as its documents: four weeks, a two-week final. */
#ifndef ASTRALFIELD_TESTS_IMPORT_SLEEPER_DOCUMENTS_H
#define ASTRALFIELD_TESTS_IMPORT_SLEEPER_DOCUMENTS_H

#define LEAGUE                                                                                     \
    "{\"league_id\":\"77\",\"season\":\"2024\",\"name\":\"Four\",\"status\":\"complete\","         \
    "\"draft_id\":\"900\",\"previous_league_id\":null,\"total_rosters\":4,\"metadata\":null,"      \
    "\"roster_positions\":[\"QB\",\"RB\",\"FLEX\",\"BN\",\"BN\"],"                                 \
    "\"scoring_settings\":{\"rec\":0.5,\"rec_yd\":0.10000000149,\"rush_yd\":0.1,\"pass_yd\":0.04," \
    "\"fum\":0.0},"                                                                                \
    "\"settings\":{\"num_teams\":4,\"type\":2,\"start_week\":1,\"playoff_week_start\":2,"          \
    "\"playoff_teams\":4,\"playoff_round_type\":1,\"playoff_type\":1,\"last_scored_leg\":4,"       \
    "\"waiver_type\":2,\"waiver_budget\":100,\"waiver_clear_days\":2,\"trade_deadline\":1,"        \
    "\"trade_review_days\":2,\"veto_auto_poll\":1,\"veto_votes_needed\":3,\"reserve_slots\":1,"    \
    "\"reserve_allow_out\":1,\"max_subs\":3,\"pick_trading\":1,\"waiver_day_of_week\":2,"          \
    "\"sub_start_time_eligibility\":1}}"

#define USERS                                                                                      \
    "[{\"user_id\":\"501\",\"display_name\":\"Ann\",\"is_owner\":true,"                            \
    "\"metadata\":{\"team_name\":\"Ann's Team\"}},"                                                \
    "{\"user_id\":\"502\",\"display_name\":\"Ben\",\"is_owner\":false,\"metadata\":null},"         \
    "{\"user_id\":\"503\",\"display_name\":\"Cid\",\"is_owner\":null,\"avatar\":\"abc\"}]"

#define ROSTER(id, owner, players, wins)                                                           \
    "{\"roster_id\":" id ",\"owner_id\":" owner ",\"co_owners\":null,\"players\":" players ","     \
    "\"starters\":[],\"reserve\":null,\"taxi\":null,\"settings\":{\"wins\":" wins                  \
    ",\"losses\":0,\"ties\":0,\"fpts\":12,\"fpts_decimal\":5,\"fpts_against\":3,"                  \
    "\"fpts_against_decimal\":50,\"waiver_position\":" id ",\"waiver_budget_used\":12}}"

#define ROSTERS                                                                                    \
    "[" ROSTER("1", "\"501\"", "[\"10\",\"11\",\"12\"]", "4") "," ROSTER(                          \
        "2", "\"502\"", "[\"20\"]", "3") "," ROSTER("3", "\"503\"", "[\"30\"]",                    \
                                                    "2") "," ROSTER("4", "null", "null", "1") "]"

/* roster, number of the game, points, the first starter */
#define ENTRY(roster, game, total, player)                                                         \
    "{\"roster_id\":" roster ",\"matchup_id\":" game ",\"points\":" total                          \
    ",\"custom_points\":null,\"players\":[\"" player "\"],\"starters\":[\"" player                 \
    "\",\"0\",\"0\"],\"starters_points\":[" total ",0.0,0.0],"                                     \
    "\"players_points\":{\"" player "\":" total "}}"
#define WEEK(a, b, c, d)                                                                           \
    "[" ENTRY("1", "1", a, "10") "," ENTRY("2", "1", b, "20") "," ENTRY(                           \
        "3", "2", c, "30") "," ENTRY("4", "2", d, "40") "]"

#define BRACKET                                                                                    \
    "[{\"r\":1,\"m\":1,\"t1\":1,\"t2\":2,\"w\":1,\"l\":2},"                                        \
    "{\"r\":1,\"m\":2,\"t1\":3,\"t2\":4,\"w\":4,\"l\":3},"                                         \
    "{\"r\":2,\"m\":4,\"t1\":2,\"t2\":3,\"t1_from\":{\"l\":1},\"t2_from\":{\"l\":2},\"w\":3,"      \
    "\"l\":2,\"p\":3},"                                                                            \
    "{\"r\":2,\"m\":3,\"t1\":1,\"t2\":4,\"t1_from\":{\"w\":1},\"t2_from\":{\"w\":2},\"w\":4,"      \
    "\"l\":1,\"p\":1}]"

#define PLAYERS                                                                                    \
    "{\"10\":{\"first_name\":\"Quin\",\"last_name\":\"Back\",\"position\":\"QB\",\"team\":\"KC\"}" \
    ","                                                                                            \
    "\"20\":{\"first_name\":\"Ron\",\"last_name\":\"Run\",\"position\":\"RB\",\"team\":null}}"

#endif
