/* A league across its seasons: what was, who met whom, and the next one. */
#include <inttypes.h>

#include "api/areas.h"
#include "api/shapes.h"
#include "base/json.h"
#include "league/renew.h"

/* ---- seasons, people, records ---- */

static const struct field source_fields[] = {
    REPLY("platform", T_STRING, .required = true),
    REPLY("leagueId", T_STRING, .required = true),
};
static const struct schema source_reply =
    REPLY_SCHEMA("SeasonOrigin", source_fields, "Where an imported season came from.");

static const struct field mark_fields[] = {
    REPLY("team", T_OBJECT, .of = &team_ref_reply, .required = true),
    REPLY("record", T_OBJECT, .of = &record_reply, .required = true),
    REPLY("points", T_POINTS, .required = true),
};
static const struct schema mark_reply =
    REPLY_SCHEMA("SeasonMark", mark_fields, "A team's regular season.");

static const struct field season_fields[] = {
    REPLY("leagueId", T_INTEGER, .required = true),
    REPLY("season", T_INTEGER, .required = true),
    REPLY("name", T_STRING, .required = true),
    REPLY("state", T_ENUM, .values = league_states, .required = true),
    REPLY("source", T_OBJECT, .of = &source_reply, .required = true, .nullable = true),
    REPLY("teamCount", T_INTEGER, .required = true),
    REPLY("champion", T_OBJECT, .of = &team_ref_reply, .required = true, .nullable = true,
          .doc = "Null until the season is complete."),
    REPLY("runnerUp", T_OBJECT, .of = &team_ref_reply, .required = true, .nullable = true),
    REPLY("regularBest", T_OBJECT, .of = &mark_reply, .required = true, .nullable = true,
          .doc = "First of the final table; null until the regular season is over."),
    REPLY("mostPoints", T_OBJECT, .of = &mark_reply, .required = true, .nullable = true),
};
static const struct schema season_reply =
    REPLY_SCHEMA("HistorySeason", season_fields, "One season of a league.");

static const struct field person_fields[] = {
    REPLY("userId", T_INTEGER, .required = true),
    REPLY("name", T_STRING, .required = true),
    REPLY("isPlaceholder", T_BOOLEAN, .required = true,
          .doc = "Known from an imported league only; has no account yet."),
    REPLY("team", T_OBJECT, .of = &team_ref_reply, .required = true, .doc = "The newest."),
    REPLY("seasons", T_INTEGER, .required = true),
    REPLY("record", T_OBJECT, .of = &record_reply, .required = true, .doc = "Regular seasons."),
    REPLY("winPct", T_DECIMAL, .required = true, .doc = "A tie is half a win."),
    REPLY("pointsFor", T_POINTS, .required = true),
    REPLY("pointsAgainst", T_POINTS, .required = true),
    REPLY("playoffRecord", T_OBJECT, .of = &record_reply, .required = true),
    REPLY("championships", T_INTEGER, .required = true),
    REPLY("playoffAppearances", T_INTEGER, .required = true),
    REPLY("bestFinish", T_INTEGER, .required = true, .nullable = true,
          .doc = "Of complete seasons; null without one."),
    REPLY("worstFinish", T_INTEGER, .required = true, .nullable = true),
};
static const struct schema person_reply = REPLY_SCHEMA(
    "HistoryPerson", person_fields, "Somebody's record over all seasons as a team's first owner.");

static const struct field record_entry_fields[] = {
    REPLY("leagueId", T_INTEGER, .required = true),
    REPLY("season", T_INTEGER, .required = true),
    REPLY("week", T_INTEGER, .required = true),
    REPLY("team", T_OBJECT, .of = &team_ref_reply, .required = true),
    REPLY("points", T_POINTS, .required = true),
    REPLY("opponent", T_OBJECT, .of = &team_ref_reply, .required = true, .nullable = true,
          .doc = "Where the record is one of a game."),
    REPLY("opponentPoints", T_POINTS, .required = true, .nullable = true),
};
static const struct schema record_entry =
    REPLY_SCHEMA("HistoryRecord", record_entry_fields, "A record and whose it is.");

#define RECORD(name_)                                                                              \
    REPLY(name_, T_OBJECT, .of = &record_entry, .required = true, .nullable = true)
static const struct field book_fields[] = {
    RECORD("highestScore"), RECORD("lowestScore"),      RECORD("biggestWin"),
    RECORD("narrowestWin"), RECORD("mostPointsInLoss"),
};
static const struct schema book_reply =
    REPLY_SCHEMA("RecordBook", book_fields,
                 "Records of a week, or of a game that took one week; the first of "
                 "equals holds it.");

static const struct field streak_fields[] = {
    REPLY("leagueId", T_INTEGER, .required = true, .doc = "Where its last game was."),
    REPLY("season", T_INTEGER, .required = true),
    REPLY("week", T_INTEGER, .required = true),
    REPLY("team", T_OBJECT, .of = &team_ref_reply, .required = true),
    REPLY("length", T_INTEGER, .required = true, .doc = "Games."),
    REPLY("firstSeason", T_INTEGER, .required = true),
    REPLY("firstWeek", T_INTEGER, .required = true),
};
static const struct schema streak_reply =
    REPLY_SCHEMA("HistoryStreak", streak_fields,
                 "Games in a row with the same end; a season's end is no break.");
#define STREAK(name_)                                                                              \
    REPLY(name_, T_OBJECT, .of = &streak_reply, .required = true, .nullable = true)
static const struct field streaks_fields[] = { STREAK("winning"), STREAK("losing") };
static const struct schema streaks_reply =
    REPLY_SCHEMA("HistoryStreaks", streaks_fields, "The longest of each kind.");

static const struct field history_fields[] = {
    REPLY("leagueId", T_INTEGER, .required = true),
    REPLY("name", T_STRING, .required = true),
    REPLY("hiddenSeasons", T_INTEGER, .required = true,
          .doc = "Linked seasons that the caller may not see; nothing here counts them."),
    REPLY("seasons", T_ARRAY, .of = &season_reply, .required = true, .doc = "The newest first."),
    REPLY("people", T_ARRAY, .of = &person_reply, .required = true, .doc = "The best first."),
    REPLY("records", T_OBJECT, .of = &book_reply, .required = true),
    REPLY("streaks", T_OBJECT, .of = &streaks_reply, .required = true),
};
static const struct schema history_reply =
    REPLY_SCHEMA("LeagueHistory", history_fields, "A league and all seasons linked with it.");

/* ---- head to head ---- */

struct pair_path {
    int64_t league_id;
    int64_t a;
    int64_t b;
};
static const struct field pair_path_fields[] = {
    FIELD(struct pair_path, league_id, "leagueId", T_INTEGER, .place = IN_PATH, .required = true,
          .min = 1, .doc = "League id."),
    FIELD(struct pair_path, a, "a", T_INTEGER, .place = IN_QUERY, .min = 1,
          .doc = "User id; with b the games of these two are listed, as a saw them."),
    FIELD(struct pair_path, b, "b", T_INTEGER, .place = IN_QUERY, .min = 1, .doc = "User id."),
};
static const struct schema pair_path = SCHEMA("HeadToHeadPath", struct pair_path, pair_path_fields,
                                              "A league, and two of its people.");

static const struct field meeter_fields[] = {
    REPLY("userId", T_INTEGER, .required = true),
    REPLY("name", T_STRING, .required = true),
    REPLY("team", T_OBJECT, .of = &team_ref_reply, .required = true, .doc = "The newest."),
    REPLY("seasons", T_INTEGER, .required = true),
};
static const struct schema meeter_reply =
    REPLY_SCHEMA("HeadToHeadPerson", meeter_fields, "Somebody who ran a team.");

static const struct field pair_fields[] = {
    REPLY("userId", T_INTEGER, .required = true),
    REPLY("opponentUserId", T_INTEGER, .required = true),
    REPLY("record", T_OBJECT, .of = &record_reply, .required = true,
          .doc = "Of the user, playoffs included."),
    REPLY("pointsFor", T_POINTS, .required = true),
    REPLY("pointsAgainst", T_POINTS, .required = true),
    REPLY("playoffMeetings", T_INTEGER, .required = true),
    REPLY("playoffWins", T_INTEGER, .required = true),
};
static const struct schema pair_reply =
    REPLY_SCHEMA("HeadToHeadPair", pair_fields, "One person against another.");

static const char *const results[] = { "win", "loss", "tie", NULL };
static const struct field meeting_fields[] = {
    REPLY("leagueId", T_INTEGER, .required = true),
    REPLY("matchupId", T_INTEGER, .required = true),
    REPLY("season", T_INTEGER, .required = true),
    REPLY("week", T_INTEGER, .required = true),
    REPLY("isPlayoff", T_BOOLEAN, .required = true),
    REPLY("result", T_ENUM, .values = results, .required = true),
    REPLY("team", T_OBJECT, .of = &team_ref_reply, .required = true),
    REPLY("points", T_POINTS, .required = true),
    REPLY("opponent", T_OBJECT, .of = &team_ref_reply, .required = true),
    REPLY("opponentPoints", T_POINTS, .required = true),
};
static const struct schema meeting_reply =
    REPLY_SCHEMA("HeadToHeadGame", meeting_fields, "A game of two people.");

static const struct field pairs_fields[] = {
    REPLY("leagueId", T_INTEGER, .required = true),
    REPLY("hiddenSeasons", T_INTEGER, .required = true),
    REPLY("people", T_ARRAY, .of = &meeter_reply, .required = true, .doc = "Longest there first."),
    REPLY("pairs", T_ARRAY, .of = &pair_reply, .required = true,
          .doc = "Whoever has met, both ways round."),
    REPLY("games", T_ARRAY, .of = &meeting_reply, .required = true,
          .doc = "Of a and b, the newest first; empty unless both are named."),
};
static const struct schema pairs_reply =
    REPLY_SCHEMA("HeadToHead", pairs_fields, "Who has met whom, over all seasons.");

/* ---- the next season ---- */

struct renewal_form {
    int64_t season;
    struct list keepers; /* of int64_t */
    uint64_t given;
};
enum { RENEWAL_SEASON, RENEWAL_KEEPERS };
static const struct field renewal_fields[] = {
    [RENEWAL_SEASON] = FIELD(struct renewal_form, season, "season", T_INTEGER, .min = 1920,
                             .max = 2199, .doc = "Left out: the one after this."),
    [RENEWAL_KEEPERS] =
        FIELD(struct renewal_form, keepers, "keepers", T_ARRAY, .items = T_INTEGER,
              .max = RENEW_KEEPERS_MAX,
              .doc = "Player ids, in a keeper league; left out: those the teams have marked."),
};
static const struct schema renewal_body = SCHEMA_PARTIAL(
    "LeagueRenewal", struct renewal_form, renewal_fields, "How the next season is made.");

static enum error renew(struct request *request)
{
    const struct keyed_path *path = request->params;
    const struct renewal_form *form = request->input;
    struct renewal wanted = { .season = (int)form->season,
                              .keepers = form->keepers.ptr,
                              .keeper_count = form->keepers.count,
                              .has_keepers = is_given(form->given, RENEWAL_KEEPERS) };
    CLEANUP(change_done) struct change change = request_change(request, S("league.renew"));
    int64_t league_id = 0;
    TRY(league_renew(&change, path->id, &wanted, &league_id));
    return reply_fresh(request, &change, SQL_LEAGUE_DOCUMENT,
                       PARAMS(P_INT(league_id), caller_param(request)));
}

/* ---- rows ---- */

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/leagues/{leagueId}/history",
      .name = "leagueHistory",
      .tag = "History",
      .summary = "All seasons linked with a league: champions, people's records, record book.",
      .access = ACCESS_LEAGUE_READ,
      .rate = RATE_READ,
      .params = &league_path,
      .reply = &history_reply,
      .is_offline_ok = true,
      .query = SQL_API_HISTORY },
    { .method = METHOD_GET,
      .path = "/api/leagues/{leagueId}/history/head-to-head",
      .name = "headToHead",
      .tag = "History",
      .summary = "Who has met whom over all seasons, by person.",
      .access = ACCESS_LEAGUE_READ,
      .rate = RATE_READ,
      .params = &pair_path,
      .reply = &pairs_reply,
      .is_offline_ok = true,
      .query = SQL_API_HISTORY_HEAD_TO_HEAD },
    { .method = METHOD_POST,
      .path = "/api/leagues/{leagueId}/renew",
      .name = "renewLeague",
      .tag = "History",
      .summary = "Make the next season of a league that is complete.",
      .description =
          "Carries over name, settings, scoring, members, teams with their managers, "
          "marked keepers or whole dynasty rosters, traded picks, and schedules a draft.",
      .access = ACCESS_COMMISSIONER,
      .rate = RATE_WRITE,
      .params = &keyed_league_path,
      .body = &renewal_body,
      .reply = &league_reply,
      .status = 201,
      .errors = { E_CONFLICT, E_LEAGUE_STATE, E_NO_STATS, E_PLAYER_NOT_OWNED, E_SETTINGS,
                  E_ROSTER_FULL },
      .handle = renew },
};

const struct endpoint_table history_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
