/* Players: the table with its filters, and one player's season. */
#include "api/areas.h"
#include "api/shapes.h"
#include "feeds/name.h"

/* ---- shapes ---- */

static const char *const statuses[] = { "free", "rostered", "waivers", NULL };

/* What both documents say of a player in a league. */
#define PLAYER_MEMBERS                                                                             \
    REPLY("player", T_OBJECT, .of = &player_ref_reply, .required = true,                           \
          .doc = "His club is the one of the week that is shown."),                                \
        REPLY("seasonPoints", T_POINTS, .required = true, .nullable = true,                        \
              .doc = "Null while nothing has been scored under these rules."),                     \
        REPLY("averagePoints", T_POINTS, .required = true, .nullable = true,                       \
              .doc = "Of the games he was in; null without one."),                                 \
        REPLY("adp", T_DECIMAL, .required = true, .nullable = true,                                \
              .doc = "Average draft position."),                                                   \
        REPLY("byeWeek", T_INTEGER, .required = true, .nullable = true),                           \
        REPLY("team", T_OBJECT, .of = &team_ref_reply, .required = true, .nullable = true,         \
              .doc = "Whose he is in the league."),                                                \
        REPLY("statusInLeague", T_ENUM, .values = statuses, .required = true,                      \
              .doc = "Without a league always free.")

static const struct field row_fields[] = {
    PLAYER_MEMBERS,
    REPLY("lastPoints", T_POINTS, .required = true, .nullable = true, .doc = "Of his latest game."),
    REPLY("weekPoints", T_POINTS, .required = true, .nullable = true),
    REPLY("projected", T_POINTS, .required = true, .nullable = true, .doc = "For the week."),
    REPLY("nextGame", T_OBJECT, .of = &game_reply, .required = true, .nullable = true,
          .doc = "The week's; on a bye the one after."),
};
static const struct schema row_reply =
    REPLY_SCHEMA("PlayerRow", row_fields, "A player in the players table.");

static const struct field page_fields[] = {
    REPLY("players", T_ARRAY, .of = &row_reply, .required = true),
    REPLY("total", T_INTEGER, .required = true, .doc = "How many there are on all pages."),
    REPLY("limit", T_INTEGER, .required = true),
    REPLY("offset", T_INTEGER, .required = true),
    REPLY("leagueId", T_INTEGER, .required = true, .nullable = true),
    REPLY("season", T_INTEGER, .required = true),
    REPLY("week", T_INTEGER, .required = true),
};
static const struct schema page_reply =
    REPLY_SCHEMA("PlayerPage", page_fields, "One page of the players table.");

static const struct field week_fields[] = {
    REPLY("week", T_INTEGER, .required = true),
    REPLY("opponent", T_STRING, .required = true, .nullable = true, .doc = "Null on a bye."),
    REPLY("game", T_OBJECT, .of = &game_reply, .required = true, .nullable = true),
    REPLY("stats", T_MAP, .items = T_DECIMAL, .required = true,
          .doc = "Statistic to value; zeros are left out."),
    REPLY("points", T_POINTS, .required = true, .nullable = true,
          .doc = "Null where he has no statistics."),
    REPLY("projected", T_POINTS, .required = true, .nullable = true),
};
static const struct schema week_reply =
    REPLY_SCHEMA("PlayerWeek", week_fields, "One week of a player.");

static const struct field player_fields[] = {
    PLAYER_MEMBERS,
    REPLY("leagueId", T_INTEGER, .required = true, .nullable = true),
    REPLY("season", T_INTEGER, .required = true),
    REPLY("week", T_INTEGER, .required = true, .doc = "The current one."),
    REPLY("weeks", T_ARRAY, .of = &week_reply, .required = true),
};
static const struct schema player_reply =
    REPLY_SCHEMA("Player", player_fields, "A player and his season week by week.");

/* ---- parameters ---- */

enum availability { AVAILABILITY_ALL, AVAILABILITY_FREE, AVAILABILITY_ROSTERED };
static const char *const availabilities[] = { "all", "available", "rostered", NULL };

enum player_sort { SORT_POINTS, SORT_PROJECTED, SORT_NAME, SORT_ADP };
static const char *const sorts[] = { "points", "projected", "name", "adp", NULL };
static const char *const orders[] = { "asc", "desc", NULL };

struct player_filter {
    int64_t league_id;
    struct slice search;
    int position;
    struct slice nfl_team;
    int availability;
    int64_t week;
    int sort;
    int order;
    int64_t limit;
    int64_t offset;
    uint64_t given;
};
enum { FILTER_POSITION, FILTER_ORDER };
static const struct field filter_fields[] = {
    [FILTER_POSITION] =
        FIELD(struct player_filter, position, "position", T_ENUM, .values = positions,
              .place = IN_QUERY, .doc = "Left out: those that start in the league."),
    [FILTER_ORDER] = FIELD(struct player_filter, order, "order", T_ENUM, .values = orders,
                           .place = IN_QUERY, .doc = "Left out: best first."),
    FIELD(struct player_filter, league_id, "leagueId", T_INTEGER, .place = IN_QUERY, .min = 1,
          .doc = "Whose rules and rosters; left out: half a point per reception."),
    FIELD(struct player_filter, search, "search", T_STRING, .place = IN_QUERY, .max = 60,
          .doc = "Beginning of a name, or of a later word of it."),
    FIELD(struct player_filter, nfl_team, "nflTeam", T_STRING, .place = IN_QUERY, .max = 3,
          .doc = "Code of a club: KC."),
    FIELD(struct player_filter, availability, "availability", T_ENUM, .values = availabilities,
          .place = IN_QUERY, .fallback = "all"),
    FIELD(struct player_filter, week, "week", T_INTEGER, .place = IN_QUERY, .min = 1, .max = 18,
          .doc = "For weekPoints, projected and nextGame; left out: the current one."),
    FIELD(struct player_filter, sort, "sort", T_ENUM, .values = sorts, .place = IN_QUERY,
          .fallback = "points"),
    FIELD(struct player_filter, limit, "limit", T_INTEGER, .place = IN_QUERY, .min = 1, .max = 100,
          .fallback = "50"),
    FIELD(struct player_filter, offset, "offset", T_INTEGER, .place = IN_QUERY, .min = 0,
          .max = 20000, .fallback = "0"),
};
static const struct schema player_filter =
    SCHEMA_PARTIAL("PlayerFilter", struct player_filter, filter_fields, "Which players.");

struct player_search {
    struct slice q;
    int64_t league_id;
    int64_t limit;
};
static const struct field search_fields[] = {
    FIELD(struct player_search, q, "q", T_STRING, .place = IN_QUERY, .required = true, .min = 1,
          .max = 60, .doc = "Beginning of a name, or of a later word of it."),
    FIELD(struct player_search, league_id, "leagueId", T_INTEGER, .place = IN_QUERY, .min = 1,
          .doc = "Whose rules and rosters; left out: half a point per reception."),
    FIELD(struct player_search, limit, "limit", T_INTEGER, .place = IN_QUERY, .min = 1, .max = 100,
          .fallback = "20"),
};
static const struct schema player_search =
    SCHEMA("PlayerSearch", struct player_search, search_fields, "Whom to look for.");

struct player_path {
    int64_t player_id;
    int64_t league_id;
    int64_t season;
};
static const struct field path_fields[] = {
    FIELD(struct player_path, player_id, "playerId", T_INTEGER, .place = IN_PATH, .required = true,
          .min = 1),
    FIELD(struct player_path, league_id, "leagueId", T_INTEGER, .place = IN_QUERY, .min = 1,
          .doc = "Whose rules; left out: half a point per reception."),
    FIELD(struct player_path, season, "season", T_INTEGER, .place = IN_QUERY, .min = 1920,
          .max = 2199, .doc = "Left out: the league's, or the newest."),
};
static const struct schema player_path =
    SCHEMA("PlayerPath", struct player_path, path_fields, "One player.");

/* ---- handlers ---- */

static struct param text_or_null(struct slice text)
{
    return text.len == 0 ? P_NULL : P_TEXT(text);
}

static struct param int_or_null(int64_t number)
{
    return number == 0 ? P_NULL : P_INT(number);
}

static enum error list_players(struct request *request)
{
    const struct player_filter *filter = request->params;
    struct slice search = slice_trim(filter->search);
    bool is_descending = filter->sort == SORT_POINTS || filter->sort == SORT_PROJECTED;
    if (is_given(filter->given, FILTER_ORDER)) {
        is_descending = filter->order == 1;
    }
    if (search.len > 0) {
        search = name_search(request->arena, search);
    }
    return reply_query(
        request, SQL_API_PLAYERS,
        PARAMS(int_or_null(filter->league_id), caller_param(request), text_or_null(search),
               is_given(filter->given, FILTER_POSITION)
                   ? P_TEXT(slice_from(positions[filter->position]))
                   : P_NULL,
               text_or_null(filter->nfl_team),
               P_TEXT(slice_from(availabilities[filter->availability])), int_or_null(filter->week),
               P_TEXT(slice_from(sorts[filter->sort])), P_BOOL(is_descending), P_INT(filter->limit),
               P_INT(filter->offset)));
}

/* The table by name alone. */
static enum error search_players(struct request *request)
{
    const struct player_search *wish = request->params;
    struct slice search = name_search(request->arena, slice_trim(wish->q));
    return reply_query(request, SQL_API_PLAYERS,
                       PARAMS(int_or_null(wish->league_id), caller_param(request),
                              text_or_null(search), P_NULL, P_NULL, P_TEXT(S("all")), P_NULL,
                              P_TEXT(S("points")), P_BOOL(true), P_INT(wish->limit), P_INT(0)));
}

/* ---- rows ---- */

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/players",
      .name = "players",
      .tag = "Players",
      .summary = "Players with their points, filtered, sorted, page by page.",
      .description = "In a league: by its rules, with its owners, and no further than its clock.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_READ,
      .params = &player_filter,
      .reply = &page_reply,
      .is_offline_ok = true,
      .errors = { E_NOT_FOUND },
      .handle = list_players },
    { .method = METHOD_GET,
      .path = "/api/players/search",
      .name = "searchPlayers",
      .tag = "Players",
      .summary =
          "Players whose name, or a later word of it, begins so; those with most points first.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_READ,
      .params = &player_search,
      .reply = &page_reply,
      .is_offline_ok = true,
      .errors = { E_NOT_FOUND },
      .handle = search_players },
    { .method = METHOD_GET,
      .path = "/api/players/{playerId}",
      .name = "player",
      .tag = "Players",
      .summary = "One player and his season week by week.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_READ,
      .params = &player_path,
      .reply = &player_reply,
      .is_offline_ok = true,
      .query = SQL_API_PLAYER },
};

const struct endpoint_table player_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
