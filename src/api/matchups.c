/* Matchups: a week's games, one game in full, the table, the bracket, and making a week final. */
#include "api/areas.h"
#include "api/shapes.h"
#include "base/json.h"
#include "league/finalize.h"

/* ---- shapes ---- */

static const struct field week_fields[] = {
    REPLY("leagueId", T_INTEGER, .required = true),
    REPLY("week", T_INTEGER, .required = true),
    REPLY("weekState", T_ENUM, .values = week_states, .required = true),
    REPLY("matchups", T_ARRAY, .of = &matchup_reply, .required = true),
};
static const struct schema week_reply =
    REPLY_SCHEMA("WeekMatchups", week_fields, "The matchups of a week.");

static const struct field row_fields[] = {
    REPLY("slot", T_STRING, .required = true),
    REPLY("home", T_OBJECT, .of = &line_reply, .required = true, .nullable = true),
    REPLY("away", T_OBJECT, .of = &line_reply, .required = true, .nullable = true),
};
static const struct schema row_reply =
    REPLY_SCHEMA("MatchupRow", row_fields, "One slot on both sides.");
enum { OWN_LEAGUES_MAX = 50 };

static const struct field bench_fields[] = {
    REPLY("home", T_ARRAY, .of = &line_reply, .required = true),
    REPLY("away", T_ARRAY, .of = &line_reply, .required = true),
};
static const struct schema bench_reply =
    REPLY_SCHEMA("MatchupBench", bench_fields, "Who does not start, reserve included.");
static const struct field matchup_document_fields[] = {
    REPLY("matchup", T_OBJECT, .of = &matchup_reply, .required = true),
    REPLY("leagueId", T_INTEGER, .required = true),
    REPLY("leagueName", T_STRING, .required = true),
    REPLY("season", T_INTEGER, .required = true),
    REPLY("isSample", T_BOOLEAN, .required = true),
    REPLY("weekState", T_ENUM, .values = week_states, .required = true),
    REPLY("rows", T_ARRAY, .of = &row_reply, .required = true),
    REPLY("bench", T_OBJECT, .of = &bench_reply, .required = true),
    REPLY("others", T_ARRAY, .of = &matchup_reply, .required = true,
          .doc = "The week's other matchups."),
};
static const struct schema matchup_document =
    REPLY_SCHEMA("MatchupDocument", matchup_document_fields, "A matchup in full.");

static const struct field standing_fields[] = {
    REPLY("rank", T_INTEGER, .required = true),
    REPLY("team", T_OBJECT, .of = &team_ref_reply, .required = true),
    REPLY("record", T_OBJECT, .of = &record_reply, .required = true),
    REPLY("winPct", T_DECIMAL, .required = true, .doc = "A tie is half a win."),
    REPLY("pointsFor", T_POINTS, .required = true),
    REPLY("pointsAgainst", T_POINTS, .required = true),
    REPLY("streak", T_STRING, .required = true, .nullable = true, .doc = "\"W3\"."),
    REPLY("decidedBy", T_STRING, .required = true, .nullable = true,
          .doc = "Why the team stands above the next one."),
    REPLY("playoffSeed", T_INTEGER, .required = true, .nullable = true,
          .doc = "Null until the bracket is drawn."),
    REPLY("inPlayoffs", T_BOOLEAN, .required = true, .doc = "Its place is one, as things stand."),
};
static const struct schema standing_reply =
    REPLY_SCHEMA("StandingsRow", standing_fields, "A team's place.");
static const struct field standings_fields[] = {
    REPLY("leagueId", T_INTEGER, .required = true),
    REPLY("season", T_INTEGER, .required = true),
    REPLY("throughWeek", T_INTEGER, .required = true, .doc = "0 before the first final week."),
    REPLY("tiebreak", T_STRING, .required = true),
    REPLY("rows", T_ARRAY, .of = &standing_reply, .required = true),
};
static const struct schema standings_reply =
    REPLY_SCHEMA("Standings", standings_fields, "The table of the regular season.");

static const struct field own_standings_fields[] = {
    REPLY("leagues", T_ARRAY, .of = &standings_reply, .required = true),
};
static const struct schema own_standings_reply =
    REPLY_SCHEMA("OwnStandings", own_standings_fields, "The tables of the caller's leagues.");

static const struct field seed_fields[] = {
    REPLY("seed", T_INTEGER, .required = true),
    REPLY("team", T_OBJECT, .of = &team_ref_reply, .required = true),
};
static const struct schema seed_reply =
    REPLY_SCHEMA("PlayoffSeed", seed_fields, "A team's place in the bracket.");
static const struct field round_fields[] = {
    REPLY("round", T_INTEGER, .required = true),
    REPLY("week", T_INTEGER, .required = true),
    REPLY("matchups", T_ARRAY, .of = &matchup_reply, .required = true),
};
static const struct schema round_reply =
    REPLY_SCHEMA("PlayoffRound", round_fields, "A round of the playoffs.");
static const struct field playoffs_fields[] = {
    REPLY("seeds", T_ARRAY, .of = &seed_reply, .required = true),
    REPLY("rounds", T_ARRAY, .of = &round_reply, .required = true),
    REPLY("championTeamId", T_INTEGER, .required = true, .nullable = true),
};
static const struct schema playoffs_reply =
    REPLY_SCHEMA("Playoffs", playoffs_fields, "The bracket; empty until it is drawn.");

static const char *const platforms[] = { "sleeper",     "espn",    "yahoo",       "mfl",
                                         "fleaflicker", "fantrax", "astralfield", NULL };
static const struct field team_source_fields[] = {
    REPLY("platform", T_ENUM, .values = platforms, .required = true),
    REPLY("teamId", T_STRING, .required = true),
};
static const struct schema team_source_reply =
    REPLY_SCHEMA("TeamSource", team_source_fields, "A team on the platform it came from.");
static const struct field player_source_fields[] = {
    REPLY("platform", T_ENUM, .values = platforms, .required = true),
    REPLY("playerId", T_STRING, .required = true),
};
static const struct schema player_source_reply =
    REPLY_SCHEMA("PlayerSource", player_source_fields, "A player on the platform it came from.");
static const struct field box_player_fields[] = {
    REPLY("playerId", T_INTEGER, .required = true),
    REPLY("name", T_STRING, .required = true),
    REPLY("source", T_OBJECT, .of = &player_source_reply, .required = true, .nullable = true),
    REPLY("slot", T_STRING, .required = true, .doc = "BN, IR and TAXI do not start."),
    REPLY("starter", T_BOOLEAN, .required = true),
    REPLY("points", T_POINTS, .required = true, .nullable = true,
          .doc = "By our rules from stored statistics; null before the game."),
    REPLY("sourcePoints", T_POINTS, .required = true, .nullable = true,
          .doc = "What the platform gave that the league was imported from."),
};
static const struct schema box_player_reply =
    REPLY_SCHEMA("BoxPlayer", box_player_fields, "A player's week.");
static const struct field box_team_fields[] = {
    REPLY("teamId", T_INTEGER, .required = true),
    REPLY("name", T_STRING, .required = true),
    REPLY("source", T_OBJECT, .of = &team_source_reply, .required = true, .nullable = true),
    REPLY("points", T_POINTS, .required = true, .doc = "Starters and adjustment."),
    REPLY("sourcePoints", T_POINTS, .required = true, .nullable = true),
    REPLY("adjustment", T_POINTS, .required = true,
          .doc = "What a commissioner added to the lineup's points, or took from them."),
    REPLY("reason", T_STRING, .required = true, .nullable = true, .doc = "Of the adjustment."),
    REPLY("players", T_ARRAY, .of = &box_player_reply, .required = true),
};
static const struct schema box_team_reply =
    REPLY_SCHEMA("BoxTeam", box_team_fields, "A team's week.");
static const struct field box_fields[] = {
    REPLY("leagueId", T_INTEGER, .required = true),
    REPLY("season", T_INTEGER, .required = true),
    REPLY("week", T_INTEGER, .required = true),
    REPLY("teams", T_ARRAY, .of = &box_team_reply, .required = true),
};
static const struct schema box_reply =
    REPLY_SCHEMA("WeekBox", box_fields, "A week's lineups with points, ours and the source's.");

/* ---- parameters and bodies ---- */

static const struct field league_matchups_fields[] = {
    FIELD(struct league_week_path, league_id, "leagueId", T_INTEGER, .place = IN_PATH,
          .required = true, .min = 1, .doc = "League id."),
    FIELD(struct league_week_path, week, "week", T_INTEGER, .place = IN_QUERY, .min = 1, .max = 22,
          .doc = "Left out: the current one."),
};
static const struct schema league_matchups =
    SCHEMA("LeagueMatchups", struct league_week_path, league_matchups_fields, "Which week.");

struct matchup_path {
    int64_t matchup_id;
};
static const struct field matchup_path_fields[] = {
    FIELD(struct matchup_path, matchup_id, "matchupId", T_INTEGER, .place = IN_PATH,
          .required = true, .min = 1),
};
static const struct schema matchup_path =
    SCHEMA("MatchupPath", struct matchup_path, matchup_path_fields, "One matchup.");

struct week_path {
    int64_t league_id;
    int64_t week;
    struct slice idempotency_key;
};
static const struct field week_path_fields[] = {
    FIELD(struct week_path, league_id, "leagueId", T_INTEGER, .place = IN_PATH, .required = true,
          .min = 1, .doc = "League id."),
    FIELD(struct week_path, week, "week", T_INTEGER, .place = IN_PATH, .required = true, .min = 1,
          .max = 22, .doc = "NFL week."),
    IDEMPOTENCY_KEY(struct week_path),
};
static const struct schema week_path =
    SCHEMA("KeyedWeekPath", struct week_path, week_path_fields, "A write to a week.");

struct box_path {
    int64_t league_id;
    int64_t week;
};
static const struct field box_path_fields[] = {
    FIELD(struct box_path, league_id, "leagueId", T_INTEGER, .place = IN_PATH, .required = true,
          .min = 1, .doc = "League id."),
    FIELD(struct box_path, week, "week", T_INTEGER, .place = IN_PATH, .required = true, .min = 1,
          .max = 22, .doc = "NFL week."),
};
static const struct schema box_path =
    SCHEMA("WeekPath", struct box_path, box_path_fields, "One week of a league.");

struct clock_form {
    utime at;
};
static const struct field clock_fields[] = {
    FIELD(struct clock_form, at, "replayAt", T_TIME, .required = true,
          .doc = "Later than where it stands."),
};
static const struct schema clock_body =
    SCHEMA("ClockChange", struct clock_form, clock_fields, "Where the clock shall stand.");
static const struct field clock_reply_fields[] = {
    REPLY("replayAt", T_TIME, .required = true),
};
static const struct schema clock_reply =
    REPLY_SCHEMA("LeagueClock", clock_reply_fields, "Where the league's clock stands.");

/* ---- handlers ---- */

static enum error reply_week(struct request *request, const struct change *change)
{
    const struct week_path *path = request->params;
    return reply_fresh(request, change, SQL_API_MATCHUPS,
                       PARAMS(P_INT(path->league_id), P_INT(path->week)));
}

static enum error finalize(struct request *request)
{
    const struct week_path *path = request->params;
    struct finalize_order order = { .week = (int)path->week };
    CLEANUP(change_done) struct change change = request_change(request, S("week.finalize"));
    TRY(week_finalize(&change, path->league_id, &order));
    return reply_week(request, &change);
}

static enum error correct(struct request *request)
{
    const struct week_path *path = request->params;
    CLEANUP(change_done) struct change change = request_change(request, S("week.correct"));
    TRY(week_correct(&change, path->league_id, (int)path->week));
    return reply_week(request, &change);
}

static enum error set_clock(struct request *request)
{
    const struct keyed_path *path = request->params;
    const struct clock_form *form = request->input;
    CLEANUP(change_done) struct change change = request_change(request, S("league.clock"));
    TRY(league_clock_set(&change, path->id, form->at));
    reply_change(request, &change);
    return OK;
}

/* One statement for each league: somebody is in a few. */
static enum error own_standings(struct request *request)
{
    struct rows leagues = { 0 };
    struct json json;
    TRY(db_read(request->arena, SQL_API_OWN_LEAGUES,
                PARAMS(caller_param(request), P_INT(OWN_LEAGUES_MAX)), &leagues));
    json_init(&json, request->arena);
    json_open_object(&json);
    json_key(&json, S("leagues"));
    json_open_array(&json);
    for (size_t i = 0; i < leagues.count; i++) {
        struct rows table = { 0 };
        TRY(db_read(request->arena, SQL_API_STANDINGS, PARAMS(P_INT(rows_int(&leagues, i, "id"))),
                    &table));
        json_raw(&json, rows_json(&table));
    }
    json_close_array(&json);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

/* ---- rows ---- */

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/leagues/{leagueId}/standings",
      .name = "standings",
      .tag = "Season",
      .summary = "The table of the regular season.",
      .access = ACCESS_LEAGUE_READ,
      .rate = RATE_READ,
      .cache = CACHE_LEAGUE,
      .params = &league_path,
      .reply = &standings_reply,
      .is_offline_ok = true,
      .query = SQL_API_STANDINGS },
    { .method = METHOD_GET,
      .path = "/api/standings",
      .name = "ownStandings",
      .tag = "Season",
      .summary =
          "The tables of the leagues that the caller has a team in, the newest season first.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_READ,
      .reply = &own_standings_reply,
      .handle = own_standings },
    { .method = METHOD_GET,
      .path = "/api/leagues/{leagueId}/matchups",
      .name = "leagueMatchups",
      .tag = "Season",
      .summary = "The matchups of a week with their points.",
      .access = ACCESS_LEAGUE_READ,
      .rate = RATE_READ,
      .cache = CACHE_LEAGUE,
      .params = &league_matchups,
      .reply = &week_reply,
      .is_offline_ok = true,
      .query = SQL_API_MATCHUPS },
    { .method = METHOD_GET,
      .path = "/api/leagues/{leagueId}/weeks/{week}/box",
      .name = "weekBox",
      .tag = "Season",
      .summary = "Every team's lineup of a week with points, ours and the source's.",
      .access = ACCESS_LEAGUE_READ,
      .rate = RATE_READ,
      .cache = CACHE_LEAGUE,
      .params = &box_path,
      .reply = &box_reply,
      .is_offline_ok = true,
      .query = SQL_API_BOX },
    { .method = METHOD_GET,
      .path = "/api/leagues/{leagueId}/playoffs",
      .name = "playoffs",
      .tag = "Season",
      .summary = "Seeds and bracket.",
      .access = ACCESS_LEAGUE_READ,
      .rate = RATE_READ,
      .cache = CACHE_LEAGUE,
      .params = &league_path,
      .reply = &playoffs_reply,
      .is_offline_ok = true,
      .query = SQL_API_PLAYOFFS },
    { .method = METHOD_GET,
      .path = "/api/matchups/{matchupId}",
      .name = "matchup",
      .tag = "Season",
      .summary = "One matchup, slot by slot.",
      .access = ACCESS_LEAGUE_READ,
      .rate = RATE_READ,
      .cache = CACHE_LEAGUE,
      .params = &matchup_path,
      .reply = &matchup_document,
      .is_offline_ok = true,
      .query = SQL_API_MATCHUP },
    { .method = METHOD_POST,
      .path = "/api/leagues/{leagueId}/weeks/{week}/finalize",
      .name = "finalizeWeek",
      .tag = "Season",
      .summary = "Freeze the open week's scores and open the next.",
      .access = ACCESS_COMMISSIONER,
      .rate = RATE_WRITE,
      .params = &week_path,
      .reply = &week_reply,
      .errors = { E_CONFLICT, E_WEEK_STATE, E_LEAGUE_STATE },
      .handle = finalize },
    { .method = METHOD_POST,
      .path = "/api/leagues/{leagueId}/weeks/{week}/correct",
      .name = "correctWeek",
      .tag = "Season",
      .summary = "Score a final week again by the statistics as they are now.",
      .access = ACCESS_COMMISSIONER,
      .rate = RATE_WRITE,
      .params = &week_path,
      .reply = &week_reply,
      .errors = { E_CONFLICT, E_WEEK_STATE, E_LEAGUE_STATE },
      .handle = correct },
    { .method = METHOD_POST,
      .path = "/api/leagues/{leagueId}/clock",
      .name = "setLeagueClock",
      .tag = "Season",
      .summary = "Move the clock of a league that replays a past season.",
      .access = ACCESS_COMMISSIONER,
      .rate = RATE_WRITE,
      .params = &keyed_league_path,
      .body = &clock_body,
      .reply = &clock_reply,
      .errors = { E_CONFLICT, E_LEAGUE_STATE },
      .handle = set_clock },
};

const struct endpoint_table matchup_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
