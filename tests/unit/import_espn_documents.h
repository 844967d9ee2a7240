/* An ESPN league of four teams, as its documents: one regular week, a two-week final. */
#ifndef ASTRALFIELD_TESTS_IMPORT_ESPN_DOCUMENTS_H
#define ASTRALFIELD_TESTS_IMPORT_ESPN_DOCUMENTS_H

#define ITEM(id, points, overrides)                                                                \
    "{\"statId\":" id ",\"points\":" points ",\"pointsOverrides\":{" overrides "}}"

#define SETTINGS                                                                                   \
    "\"settings\":{\"name\":\"Five\",\"size\":4,\"isPublic\":false,"                               \
    "\"acquisitionSettings\":{\"acquisitionType\":\"WAIVERS_TRADITIONAL\","                        \
    "\"isUsingAcquisitionBudget\":true,\"acquisitionBudget\":100,\"minimumBid\":1,"                \
    "\"acquisitionLimit\":-1,\"matchupAcquisitionLimit\":-1.0,\"waiverHours\":24,"                 \
    "\"waiverOrderReset\":true},"                                                                  \
    "\"draftSettings\":{\"type\":\"SNAKE\",\"timePerSelection\":90,\"keeperCount\":0,"             \
    "\"pickOrder\":[2,1,3,5]},"                                                                    \
    "\"rosterSettings\":{\"lineupSlotCounts\":{\"0\":1,\"2\":1,\"8\":0,\"20\":1,\"21\":1},"        \
    "\"lineupLocktimeType\":\"INDIVIDUAL_GAME\",\"positionLimits\":{}},"                           \
    "\"scheduleSettings\":{\"matchupPeriodCount\":1,\"matchupPeriods\":{\"1\":[1],\"2\":[2],"      \
    "\"3\":[3,4]},\"playoffTeamCount\":4,\"playoffReseed\":false,"                                 \
    "\"consolationLadderDisabled\":true,\"playoffSeedingRule\":\"TOTAL_POINTS_SCORED\"},"          \
    "\"scoringSettings\":{\"scoringType\":\"H2H_POINTS\",\"scoringItems\":[" ITEM(                 \
        "3", "0.04",                                                                               \
        "") "," ITEM("24", "0.1",                                                                  \
                     "") "," ITEM("53", "0.5",                                                     \
                                  "\"6\":1.0") "," ITEM("89", "0",                                 \
                                                        "\"16\":10.0") "," ITEM("155", "2.0",      \
                                                                                "") "]},"          \
                                                                                    "\"tradeSetti" \
                                                                                    "ngs\":{"      \
                                                                                    "\"deadlineDa" \
                                                                                    "te\":"        \
                                                                                    "173400000000" \
                                                                                    "0,"           \
                                                                                    "\"revisionHo" \
                                                                                    "urs\":48,"    \
                                                                                    "\"vetoVotesR" \
                                                                                    "equired\":4}" \
                                                                                    "}"

#define TEAM(id, owner, seed, rank, players)                                                       \
    "{\"id\":" id ",\"name\":\"Team " id "\",\"abbrev\":\"T" id "\",\"owners\":[" owner            \
    "],\"primaryOwner\":" owner ",\"playoffSeed\":" seed ",\"rankCalculatedFinal\":" rank          \
    ",\"waiverRank\":" seed ",\"divisionId\":0,\"transactionCounter\":"                            \
    "{\"acquisitionBudgetSpent\":30},\"record\":{\"overall\":{\"wins\":1,\"losses\":0,\"ties\":0," \
    "\"pointsFor\":20.5,\"pointsAgainst\":10.25}},\"roster\":{\"entries\":[" players "]}}"
#define OWNED(player, slot)                                                                        \
    "{\"playerId\":" player ",\"lineupSlotId\":" slot ",\"playerPoolEntry\":{\"player\":"          \
    "{\"fullName\":\"Player " player "\",\"defaultPositionId\":2,\"proTeamId\":28}}}"

#define SIDE(team, points, weeks)                                                                  \
    "{\"teamId\":" team ",\"totalPoints\":" points ",\"pointsByScoringPeriod\":{" weeks "}}"
#define GAME(id, period, home, away, winner)                                                       \
    "{\"id\":" id ",\"matchupPeriodId\":" period ",\"winner\":\"" winner "\",\"home\":" home       \
    ",\"away\":" away "}"
#define TIER "\"playoffTierType\":\"WINNERS_BRACKET\","

#define SCHEDULE                                                                                   \
    "\"schedule\":[" GAME(                                                                         \
        "1", "1", SIDE("1", "12.5", "\"1\":12.5"), SIDE("2", "9", "\"1\":9"),                      \
        "HOME") "," GAME("2", "1", SIDE("3", "7", "\"1\":7"), SIDE("5", "7", "\"1\":7"),           \
                         "TIE") "," GAME("3", "2", SIDE("1", "30", "\"2\":30"),                    \
                                         SIDE("5", "20", "\"2\":20"),                              \
                                         "HOME") "," GAME("4", "2", SIDE("2", "5", "\"2\":5"),     \
                                                          SIDE("3", "6", "\"2\":6"),               \
                                                          "AWAY") "," GAME("5", "3",               \
                                                                           SIDE("1", "25",         \
                                                                                "\"3\":10,\"4\":"  \
                                                                                "15"),             \
                                                                           SIDE("3", "26",         \
                                                                                "\"3\":20,\"4\":"  \
                                                                                "6"),              \
                                                                           "AWAY") "]"

#define DRAFT                                                                                      \
    "\"draftDetail\":{\"drafted\":true,\"completeDate\":9000,\"picks\":["                          \
    "{\"roundId\":1,\"roundPickNumber\":1,\"overallPickNumber\":1,\"teamId\":3,\"playerId\":100,"  \
    "\"keeper\":false,\"autoDraftTypeId\":0},"                                                     \
    "{\"roundId\":2,\"roundPickNumber\":1,\"overallPickNumber\":5,\"teamId\":5,"                   \
    "\"playerId\":-16028,\"keeper\":true,\"autoDraftTypeId\":3}]}"

#define CORE                                                                                       \
    "{\"id\":88,\"seasonId\":2024,\"status\":{\"previousSeasons\":[]}," SETTINGS ","               \
    "\"members\":[{\"id\":\"{A}\",\"displayName\":\"Ann\"},{\"id\":\"{B}\",\"displayName\":"       \
    "\"Ben\"}],\"teams\":[" TEAM("1", "\"{A}\"", "1", "2", OWNED("100", "2")) "," TEAM(            \
        "2", "\"{B}\"", "2", "4", OWNED("200", "21")) "," TEAM("3", "\"{C}\"", "3", "1",           \
                                                               "") "," TEAM("5", "null", "4", "3", \
                                                                            "") "]," SCHEDULE      \
                                                                                "," DRAFT "}"

/* One player's week: slot, points, position, statistics. */
#define ENTRY(player, slot, points, position, stats)                                               \
    "{\"playerId\":" player ",\"lineupSlotId\":" slot ",\"playerPoolEntry\":{"                     \
    "\"appliedStatTotal\":" points ",\"player\":{\"fullName\":\"Player " player "\","              \
    "\"defaultPositionId\":" position ",\"proTeamId\":1,\"stats\":["                               \
    "{\"statSourceId\":1,\"statSplitTypeId\":1,\"scoringPeriodId\":1,\"stats\":{\"3\":999}},"      \
    "{\"statSourceId\":0,\"statSplitTypeId\":1,\"scoringPeriodId\":1,\"stats\":{" stats "}}]}}}"
#define BOX_SIDE(team, adjustment, total, entries)                                                 \
    "{\"teamId\":" team ",\"adjustment\":" adjustment ",\"totalPoints\":" total                    \
    ",\"rosterForCurrentScoringPeriod\":{\"appliedStatTotal\":10.5,\"entries\":[" entries "]}}"
#define BOX                                                                                        \
    "{\"_export_meta\":{\"url\":\"x\"},\"data\":{\"schedule\":[{\"id\":1,\"matchupPeriodId\":1,"   \
    "\"playoffTierType\":\"NONE\",\"home\":" BOX_SIDE(                                             \
        "1", "2.0", "12.5",                                                                        \
        ENTRY("100", "0", "10.5", "1", "\"3\":250.0,\"24\":5.0,\"155\":1") "," ENTRY(              \
            "-16028", "20", "10.0", "16",                                                          \
            "\"120\":0.0,\"155\":1.0")) ",\"away\":" BOX_SIDE("2", "0", "9",                       \
                                                              ENTRY(                               \
                                                                  "200", "2", "0", "4",            \
                                                                  "")) "},"                        \
                                                                       "{\"id\":3," TIER           \
                                                                       "\"matchupPeriodId\":2},{"  \
                                                                       "\"id\":4," TIER            \
                                                                       "\"matchupPeriodId\":2},"   \
                                                                       "{\"id\":5," TIER           \
                                                                       "\"matchupPeriodId\":3}]}}"

#define MOVE(id, type, how, status, team, more)                                                    \
    "{\"id\":\"" id "\",\"type\":\"" type "\",\"executionType\":\"" how "\",\"status\":\"" status  \
    "\",\"teamId\":" team ",\"scoringPeriodId\":1,\"proposedDate\":1000,\"memberId\":\"{A}\","     \
    "\"isLeagueManager\":false,\"bidAmount\":4" more "}"
#define GIVES(kind, player, from, to)                                                              \
    "{\"type\":\"" kind "\",\"playerId\":" player ",\"fromTeamId\":" from ",\"toTeamId\":" to "}"
#define MOVES(list) "{\"transactions\":[" list "]}"

#endif
