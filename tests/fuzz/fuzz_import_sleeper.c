/* A Sleeper league whose documents are broken in some way is refused with the place named, or read
 * into a model that holds together. */
#include "../unit/import_sleeper_documents.h"
#include "import_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#define AT(name) S("sleeper/v1/" name ".json")

static const char transactions[] =
    "[{\"transaction_id\":\"3\",\"type\":\"trade\",\"status\":\"complete\",\"leg\":1,"
    "\"created\":1000,\"status_updated\":3000,\"creator\":\"501\",\"adds\":{\"20\":1},"
    "\"drops\":{\"20\":2},\"draft_picks\":[{\"season\":\"2025\",\"round\":2,\"roster_id\":3,"
    "\"owner_id\":2,\"previous_owner_id\":1}],\"waiver_budget\":[{\"sender\":1,\"receiver\":2,"
    "\"amount\":7}],\"settings\":null,\"metadata\":null},{\"transaction_id\":\"2\",\"type\":"
    "\"waiver\",\"status\":\"failed\",\"adds\":{\"50\":3},\"settings\":{\"waiver_bid\":9,"
    "\"seq\":2},\"metadata\":{\"notes\":\"Too late.\"}}]";
static const char drafts[] =
    "[{\"draft_id\":\"900\",\"type\":\"snake\",\"status\":\"complete\",\"start_time\":5000,"
    "\"draft_order\":{\"501\":1,\"502\":2},\"slot_to_roster_id\":{\"1\":1,\"2\":2,\"3\":3,\"4\":4},"
    "\"settings\":{\"teams\":4,\"rounds\":2,\"pick_timer\":60,\"reversal_round\":0,\"budget\":9}}]";
static const char picks[] =
    "[{\"round\":1,\"pick_no\":1,\"draft_slot\":1,\"roster_id\":3,\"player_id\":\"10\","
    "\"is_keeper\":null,\"metadata\":{\"amount\":\"7\",\"first_name\":\"A\",\"last_name\":\"B\"}},"
    "{\"round\":2,\"pick_no\":6,\"draft_slot\":2,\"roster_id\":2,\"player_id\":\"60\"}]";
static const char traded[] = "[{\"season\":\"2025\",\"round\":1,\"roster_id\":2,\"owner_id\":4}]";
static const char losers[] = "[{\"r\":1,\"m\":1,\"t1\":3,\"t2\":4,\"w\":3,\"l\":4,\"p\":1}]";
static const char stats[] = "{\"10\":{\"pass_yd\":250.5,\"gp\":1},\"20\":{\"rec\":4,"
                            "\"bonus_rec_te\":4},\"30\":{\"idp_sack\":0.5,\"pts_allow\":14}}";
static const char before[] = "{\"league_id\":\"66\",\"season\":\"2023\",\"settings\":{},"
                             "\"roster_positions\":[\"QB\"],\"scoring_settings\":{},"
                             "\"total_rosters\":4,\"previous_league_id\":\"77\"}";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    CLEANUP(fuzz_done) struct fuzz fuzz = { 0 };
    fuzz_start(&fuzz, bytes, len);
    fuzz_put(&fuzz, AT("league/77"), S(LEAGUE));
    fuzz_put(&fuzz, AT("league/77/users"), S(USERS));
    fuzz_put(&fuzz, AT("league/77/rosters"), S(ROSTERS));
    fuzz_put(&fuzz, AT("league/77/matchups/1"), S(WEEK("10.5", "9.0", "8.0", "7.25")));
    fuzz_put(&fuzz, AT("league/77/matchups/2"), S(WEEK("20.0", "19.0", "8.0", "17.0")));
    fuzz_put(&fuzz, AT("league/77/matchups/3"), S(WEEK("10.0", "5.0", "6.0", "12.0")));
    fuzz_put(&fuzz, AT("league/77/matchups/4"), S(WEEK("11.0", "6.0", "5.5", "10.0")));
    fuzz_put(&fuzz, AT("league/77/winners_bracket"), S(BRACKET));
    fuzz_put(&fuzz, AT("league/77/losers_bracket"), slice_from(losers));
    fuzz_put(&fuzz, AT("league/77/transactions/1"), slice_from(transactions));
    fuzz_put(&fuzz, AT("league/77/drafts"), slice_from(drafts));
    fuzz_put(&fuzz, AT("league/77/traded_picks"), slice_from(traded));
    fuzz_put(&fuzz, AT("draft/900/picks"), slice_from(picks));
    fuzz_put(&fuzz, AT("players/nfl"), S(PLAYERS));
    fuzz_put(&fuzz, AT("stats/nfl/regular/2024/1"), slice_from(stats));
    fuzz_put(&fuzz, AT("league/66"), slice_from(before));
    fuzz_put(&fuzz, AT("league/66/rosters"), S(ROSTERS));
    fuzz_changes(&fuzz);
    struct import_model model = { 0 };
    fuzz_check(&fuzz, sleeper_read(&fuzz.source, S("77"), &model), &model);
    return 0;
}
