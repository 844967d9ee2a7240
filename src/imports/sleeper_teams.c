/* Sleeper's users and rosters: managers, teams, who is on them, and the record. */
#include "imports/sleeper.h"

static struct slice metadata_text(const struct node *user, const char *key)
{
    struct node metadata = node_at(user, "metadata");
    return node_text_or(node_at(&metadata, key), NOTE_MAX_BYTES, S(""));
}

/* What a user calls his team and shows for it. */
struct banner {
    struct slice name;
    struct slice logo_url;
};

static struct banner banner_of(struct sleeper *sleeper, const struct node *user, struct slice name)
{
    struct slice team = metadata_text(user, "team_name");
    struct slice logo = metadata_text(user, "avatar");
    struct slice avatar = node_id_or_none(node_at(user, "avatar"));
    if (!slice_starts(logo, S("https://")) && avatar.len > 0) {
        logo = arena_format(sleeper->reading.arena, "https://sleepercdn.com/avatars/%.*s",
                            FMT(avatar));
    }
    return (struct banner){ .name = slice_trim(team).len > 0 ? team : name,
                            .logo_url = slice_starts(logo, S("https://")) ? logo : S("") };
}

static enum error read_users(struct sleeper *sleeper, struct banner *banners)
{
    CLEANUP(document_done) struct document document = { 0 };
    bool is_there = false;
    TRY(source_open_if(sleeper->reading.source, sleeper->reading.arena,
                       sleeper_wanted(sleeper, "league/%.*s/users", FMT(sleeper->league_id)),
                       &document, &is_there));
    if (!is_there) {
        note(&sleeper->reading, S("users"), S(""), S(""),
             S("The league's users were not found: its managers have no names."));
        return OK;
    }
    struct node users = document_root(&document);
    size_t count = node_count(&users, MANAGERS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct node user = node_item(&users, i);
        struct slice id = node_id(node_need(node_at(&user, "user_id")));
        struct slice name = node_text_or(node_at(&user, "display_name"), NAME_MAX_BYTES, S(""));
        if (manager_index(&sleeper->reading, id) != IMPORT_NONE) {
            node_fault(user, "user %.*s is there twice", FMT(id));
            continue;
        }
        int number = manager_add(&sleeper->reading,
                                 (struct import_manager){ .source_id = id,
                                                          .name = name,
                                                          .is_commissioner = node_flag_or(
                                                              node_at(&user, "is_owner"), false) });
        banners[number] = banner_of(sleeper, &user, name);
    }
    return document.error;
}

/* ---- rosters ---- */

static void add_manager(struct sleeper *sleeper, struct import_team *team, struct node node,
                        const struct banner *banners)
{
    if (!node_is(node)) {
        return;
    }
    struct slice id = node_id(node);
    int manager = manager_index(&sleeper->reading, id);
    if (manager == IMPORT_NONE && sleeper->reading.season->managers.count < MANAGERS_MAX) {
        /* He has left the league since, and users.json names those who are in it. */
        manager = manager_add(&sleeper->reading, (struct import_manager){ .source_id = id });
    }
    for (size_t i = 0; i < team->managers.count; i++) {
        if (team->managers.at[i] == manager) {
            return;
        }
    }
    if (manager == IMPORT_NONE) {
        return;
    }
    if (team->managers.count == 0 && banners[manager].name.len > 0) {
        team->name = banners[manager].name;
        team->logo_url = banners[manager].logo_url;
    }
    LIST_ADD(sleeper->reading.arena, team->managers, manager);
}

static points whole_and_cents(const struct node *settings, const char *whole, const char *cents)
{
    int64_t sum = 100 * node_int_or(node_at(settings, whole), -1000000, 1000000, 0) +
                  node_int_or(node_at(settings, cents), -99, 99, 0);
    return (points)sum;
}

static void read_record(struct sleeper *sleeper, const struct node *settings,
                        struct import_team *team)
{
    struct import_record *record = &team->record;
    record->wins = (int)node_int_or(node_at(settings, "wins"), 0, 100, 0);
    record->losses = (int)node_int_or(node_at(settings, "losses"), 0, 100, 0);
    record->ties = (int)node_int_or(node_at(settings, "ties"), 0, 100, 0);
    record->has_points =
        node_is(node_at(settings, "fpts")) && node_is(node_at(settings, "fpts_against"));
    if (record->has_points) {
        record->points_for = whole_and_cents(settings, "fpts", "fpts_decimal");
        record->points_against = whole_and_cents(settings, "fpts_against", "fpts_against_decimal");
    }
    team->waiver_rank =
        (int)node_int_or(node_at(settings, "waiver_position"), 0, 1000, IMPORT_NONE);
    if (team->waiver_rank == 0) {
        team->waiver_rank = IMPORT_NONE;
    }
    int64_t used = node_int_or(node_at(settings, "waiver_budget_used"), -COUNT_MAX, COUNT_MAX, 0);
    team->faab_left = sleeper->waiver_budget - used;
    int64_t division = node_int_or(node_at(settings, "division"), 0, 1000, 0);
    bool has_division = division > 0 && division <= sleeper->division_count;
    team->division = has_division ? (int)division - 1 : IMPORT_NONE;
}

static void read_roster(struct sleeper *sleeper, const struct node *roster,
                        const struct banner *banners)
{
    struct node settings = node_at(roster, "settings");
    struct slice id = node_id(node_need(node_at(roster, "roster_id")));
    struct arena *arena = sleeper->reading.arena;
    struct import_team team = {
        .source_id = id,
        .name = arena_format(arena, "Team %.*s", FMT(id)),
        .abbreviation = S(""),
        .logo_url = S(""),
        .record = { .seed = IMPORT_NONE, .final_rank = IMPORT_NONE },
    };
    if (team_index(&sleeper->reading, id) != IMPORT_NONE) {
        node_fault(*roster, "roster %.*s is there twice", FMT(id));
        return;
    }
    add_manager(sleeper, &team, node_at(roster, "owner_id"), banners);
    struct node co_owners = node_at(roster, "co_owners");
    size_t count = node_count(&co_owners, TEAMS_MAX);
    for (size_t i = 0; i < count; i++) {
        add_manager(sleeper, &team, node_item(&co_owners, i), banners);
    }
    read_record(sleeper, &settings, &team);
#define READ_PLAYERS(list, key)                                                                    \
    do {                                                                                           \
        struct node list_node = node_at(roster, key);                                              \
        size_t list_count = node_count(&list_node, TEAM_PLAYERS_MAX);                              \
        for (size_t i = 0; i < list_count; i++) {                                                  \
            int player = IMPORT_NONE;                                                              \
            if (sleeper_player(sleeper, node_item(&list_node, i), &player) > 0) {                  \
                LIST_ADD(arena, team.list, player);                                                \
            }                                                                                      \
        }                                                                                          \
    } while (0)
    READ_PLAYERS(roster, "players");
    READ_PLAYERS(reserve, "reserve");
    READ_PLAYERS(taxi, "taxi");
    READ_PLAYERS(keepers, "keepers");
#undef READ_PLAYERS
    season_team_add(&sleeper->reading, team);
}

/* A player stands on one roster. */
static void check_once(struct sleeper *sleeper, const struct node *rosters)
{
    struct import_season *season = sleeper->reading.season;
    int *owner = ARENA_ARRAY(&rosters->document->arena, season->players.count + 1, int);
    for (size_t t = 0; t < season->teams.count; t++) {
        struct import_team *team = &season->teams.at[t];
        for (size_t i = 0; i < team->roster.count; i++) {
            int player = team->roster.at[i];
            if (owner[player] != 0) {
                struct node roster = node_item(rosters, t);
                node_fault(roster, "player %.*s is on two rosters, or twice on one",
                           FMT(season->players.at[player].source_id));
            }
            owner[player] = (int)t + 1;
        }
    }
}

enum error sleeper_people(struct sleeper *sleeper)
{
    struct arena *arena = sleeper->reading.arena;
    struct banner *banners = ARENA_ARRAY(arena, MANAGERS_MAX, struct banner);
    TRY(read_users(sleeper, banners));
    CLEANUP(document_done) struct document document = { 0 };
    enum error error = source_open(
        sleeper->reading.source, arena,
        sleeper_wanted(sleeper, "league/%.*s/rosters", FMT(sleeper->league_id)), &document);
    if (error == E_FEED_MISSING) {
        return refuse(sleeper->reading.source->faults, E_FEED_MISSING,
                      "league %.*s: its rosters were not found", FMT(sleeper->league_id));
    }
    TRY(error);
    struct node rosters = document_root(&document);
    size_t count = node_count(&rosters, TEAMS_MAX);
    if (count < 2) {
        node_fault(rosters, "expected a list of 2 to %d rosters", TEAMS_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        struct node roster = node_item(&rosters, i);
        read_roster(sleeper, &roster, banners);
    }
    if (document.error == OK) {
        check_once(sleeper, &rosters);
    }
    return document.error;
}
