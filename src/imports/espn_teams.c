/* ESPN's members and teams. */
#include "imports/espn.h"

static void read_member(struct espn *espn, const struct node *node)
{
    struct slice id = node_id(node_need(node_at(node, "id")));
    struct slice name = node_text_or(node_at(node, "displayName"), NAME_MAX_BYTES, S(""));
    if (name.len == 0) {
        name = node_text_or(node_at(node, "firstName"), NAME_MAX_BYTES, S(""));
    }
    if (manager_index(&espn->reading, id) != IMPORT_NONE) {
        node_fault(*node, "member %.*s is there twice", FMT(id));
        return;
    }
    bool is_manager = node_flag_or(node_at(node, "isLeagueManager"), false);
    bool is_creator = node_flag_or(node_at(node, "isLeagueCreator"), false);
    manager_add(&espn->reading,
                (struct import_manager){
                    .source_id = id, .name = name, .is_commissioner = is_manager || is_creator });
}

static void add_manager(struct espn *espn, struct import_team *team, struct node node)
{
    if (!node_is(node)) {
        return;
    }
    struct slice id = node_id(node);
    int manager = manager_index(&espn->reading, id);
    if (manager == IMPORT_NONE && espn->reading.season->managers.count < MANAGERS_MAX) {
        manager = manager_add(&espn->reading, (struct import_manager){ .source_id = id });
    }
    for (size_t i = 0; i < team->managers.count; i++) {
        if (team->managers.at[i] == manager) {
            return;
        }
    }
    if (manager != IMPORT_NONE) {
        LIST_ADD(espn->reading.arena, team->managers, manager);
    }
}

static void read_record(const struct node *node, struct import_team *team)
{
    struct node records = node_at(node, "record");
    struct node overall = node_at(&records, "overall");
    struct import_record *record = &team->record;
    record->wins = (int)node_int_or(node_at(&overall, "wins"), 0, 1000, 0);
    record->losses = (int)node_int_or(node_at(&overall, "losses"), 0, 1000, 0);
    record->ties = (int)node_int_or(node_at(&overall, "ties"), 0, 1000, 0);
    record->has_points =
        node_is(node_at(&overall, "pointsFor")) && node_is(node_at(&overall, "pointsAgainst"));
    if (record->has_points) {
        record->points_for = node_points(node_at(&overall, "pointsFor"));
        record->points_against = node_points(node_at(&overall, "pointsAgainst"));
    }
    int seed = (int)node_int_or(node_at(node, "playoffSeed"), 0, 1000, 0);
    int edited = (int)node_int_or(node_at(node, "rankFinal"), 0, 1000, 0);
    int computed = (int)node_int_or(node_at(node, "rankCalculatedFinal"), 0, 1000, 0);
    int final = edited > 0 ? edited : computed;
    record->seed = seed > 0 ? seed : IMPORT_NONE;
    record->final_rank = final > 0 ? final : IMPORT_NONE;
}

static void read_roster(struct espn *espn, const struct node *node, struct import_team *team)
{
    struct node roster = node_at(node, "roster");
    struct node entries = node_at(&roster, "entries");
    size_t count = node_count(&entries, TEAM_PLAYERS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct node entry = node_item(&entries, i);
        int player = espn_player(espn, node_need(node_at(&entry, "playerId")));
        if (player == IMPORT_NONE) {
            continue;
        }
        struct node pool = node_at(&entry, "playerPoolEntry");
        struct node about = node_at(&pool, "player");
        espn_player_read(espn, player, &about);
        bool is_exact = false;
        int64_t slot = node_int_or(node_at(&entry, "lineupSlotId"), 0, 1000, 20);
        LIST_ADD(espn->reading.arena, team->roster, player);
        if (espn_slot(slot, &is_exact) == SLOT_IR) {
            LIST_ADD(espn->reading.arena, team->reserve, player);
        }
    }
}

static struct slice name_of(struct espn *espn, const struct node *node, struct slice id)
{
    struct slice name = node_text_or(node_at(node, "name"), NAME_MAX_BYTES, S(""));
    if (name.len > 0) {
        return name;
    }
    /* Before 2023 the name came in two parts. */
    struct slice place = node_text_or(node_at(node, "location"), NAME_MAX_BYTES, S(""));
    struct slice nickname = node_text_or(node_at(node, "nickname"), NAME_MAX_BYTES, S(""));
    name = slice_trim(arena_format(espn->reading.arena, "%.*s %.*s", FMT(place), FMT(nickname)));
    return name.len > 0 ? name : arena_format(espn->reading.arena, "Team %.*s", FMT(id));
}

static void read_team(struct espn *espn, const struct node *node)
{
    struct slice id = node_id(node_need(node_at(node, "id")));
    struct node counter = node_at(node, "transactionCounter");
    struct slice logo = node_text_or(node_at(node, "logo"), NOTE_MAX_BYTES, S(""));
    int64_t division = node_int_or(node_at(node, "divisionId"), 0, 1000, 0);
    int64_t rank = node_int_or(node_at(node, "waiverRank"), 0, 1000, 0);
    int64_t spent = node_int_or(node_at(&counter, "acquisitionBudgetSpent"), 0, COUNT_MAX, 0);
    bool has_division = division < (int64_t)espn->reading.season->divisions.count;
    struct import_team team = {
        .source_id = id,
        .name = name_of(espn, node, id),
        .abbreviation = node_text_or(node_at(node, "abbrev"), NAME_MAX_BYTES, S("")),
        .logo_url = slice_starts(logo, S("https://")) ? logo : S(""),
        .division = has_division ? (int)division : IMPORT_NONE,
        .waiver_rank = rank > 0 ? (int)rank : IMPORT_NONE,
        .faab_left = espn->budget - spent,
    };
    if (team_index(&espn->reading, id) != IMPORT_NONE) {
        node_fault(*node, "team %.*s is there twice", FMT(id));
        return;
    }
    add_manager(espn, &team, node_at(node, "primaryOwner"));
    struct node owners = node_at(node, "owners");
    size_t count = node_count(&owners, TEAMS_MAX);
    for (size_t i = 0; i < count; i++) {
        add_manager(espn, &team, node_item(&owners, i));
    }
    read_record(node, &team);
    read_roster(espn, node, &team);
    season_team_add(&espn->reading, team);
}

static void check_once(struct espn *espn, const struct node *teams)
{
    struct import_season *season = espn->reading.season;
    bool *is_owned = ARENA_ARRAY(&teams->document->arena, season->players.count + 1, bool);
    for (size_t t = 0; t < season->teams.count; t++) {
        for (size_t i = 0; i < season->teams.at[t].roster.count; i++) {
            int player = season->teams.at[t].roster.at[i];
            if (is_owned[player]) {
                struct node team = node_item(teams, t);
                node_fault(team, "player %.*s is on two rosters, or twice on one",
                           FMT(season->players.at[player].source_id));
            }
            is_owned[player] = true;
        }
    }
}

enum error espn_teams(struct espn *espn, const struct node *core)
{
    struct node members = node_at(core, "members");
    size_t count = node_count(&members, MANAGERS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct node member = node_item(&members, i);
        read_member(espn, &member);
    }
    struct node teams = node_need(node_at(core, "teams"));
    count = node_count(&teams, TEAMS_MAX);
    if (count < 2) {
        node_fault(teams, "expected a list of 2 to %d teams", TEAMS_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        struct node team = node_item(&teams, i);
        read_team(espn, &team);
    }
    if (core->document->error == OK) {
        check_once(espn, &teams);
    }
    return core->document->error;
}
