/* An ESPN league whose documents are broken in some way is refused with the place named, or read into
 * a model that holds together. */
#include "../unit/import_espn_documents.h"
#include "import_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define AT(name) S("espn/league_88/season_2024/" name ".json")

static const char second_week[] =
    "{\"schedule\":[{\"id\":3," TIER "\"matchupPeriodId\":2,\"home\":{\"teamId\":1,"
    "\"rosterForCurrentScoringPeriod\":{\"entries\":[{\"playerId\":200,\"lineupSlotId\":2}]}},"
    "\"away\":{\"teamId\":2,\"rosterForCurrentScoringPeriod\":{\"appliedStatTotal\":5.5,"
    "\"entries\":[{\"playerId\":100}]}}}]}";
static const char moves[] = MOVES(MOVE(
    "a", "WAIVER", "EXECUTE", "PENDING", "1",
    ",\"items\":[" GIVES(
        "ADD", "300", "0",
        "1") "]") "," MOVE("b", "WAIVER", "PROCESS", "FAILED_ROSTERLIMIT", "1",
                           ",\"relatedTransactionId\":\"a\",\"processDate\":5000,\"items\":[" GIVES(
                               "ADD", "300", "0",
                               "1") "]") "," MOVE("d", "FREEAGENT", "EXECUTE", "EXECUTED", "2",
                                                  ",\"items\":[" GIVES("ADD", "301", "0", "2") "," GIVES(
                                                      "DROP", "200",
                                                      "2",
                                                      "0") "]") "," MOVE("f", "TRADE_PROPOSAL",
                                                                         "EXECUTE", "PENDING", "1",
                                                                         ",\"items\":[" GIVES(
                                                                             "TRADE", "100", "1",
                                                                             "2") "]") "," MOVE("g",
                                                                                                "TR"
                                                                                                "AD"
                                                                                                "E_"
                                                                                                "VE"
                                                                                                "T"
                                                                                                "O",
                                                                                                "EX"
                                                                                                "EC"
                                                                                                "UT"
                                                                                                "E",
                                                                                                "EX"
                                                                                                "EC"
                                                                                                "UT"
                                                                                                "E"
                                                                                                "D",
                                                                                                "1",
                                                                                                ","
                                                                                                "\""
                                                                                                "re"
                                                                                                "la"
                                                                                                "te"
                                                                                                "dT"
                                                                                                "ra"
                                                                                                "ns"
                                                                                                "ac"
                                                                                                "ti"
                                                                                                "on"
                                                                                                "Id"
                                                                                                "\""
                                                                                                ":"
                                                                                                "\""
                                                                                                "f"
                                                                                                "\""));
static const char trades[] =
    MOVES(MOVE("h", "TRADE_ACCEPT", "EXECUTE", "", "2", ",\"relatedTransactionId\":\"x\"") "," MOVE(
        "i", "TRADE_UPHOLD", "EXECUTE", "EXECUTED", "1",
        ",\"relatedTransactionId\":\"x\"") "," MOVE("j", "TRADE_ACCEPT", "EXECUTE", "", "1",
                                                    ",\"relatedTransactionId\":\"y\""));

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    CLEANUP(fuzz_done) struct fuzz fuzz = { 0 };
    fuzz_start(&fuzz, bytes, len);
    fuzz_put(&fuzz, AT("core"), S(CORE));
    fuzz_put(&fuzz, AT("box_scores/week_01"), S(BOX));
    fuzz_put(&fuzz, AT("box_scores/week_02"), slice_from(second_week));
    fuzz_put(&fuzz, AT("transactions/period_01"), slice_from(moves));
    fuzz_put(&fuzz, AT("transactions/period_02"), slice_from(trades));
    fuzz_put(&fuzz, S("espn/league_88/season_2023/core.json"), S(CORE));
    fuzz_changes(&fuzz);
    struct import_model model = { 0 };
    fuzz_check(&fuzz, espn_read(&fuzz.source, S("88"), 2024, &model), &model);
    return 0;
}
