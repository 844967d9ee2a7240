#include "api/common.h"

#define LEAGUE_ID(type_)                                                                           \
    FIELD(type_, league_id, "leagueId", T_INTEGER, .place = IN_PATH, .required = true, .min = 1,   \
          .doc = "League id.")
#define TEAM_ID(type_)                                                                             \
    FIELD(type_, team_id, "teamId", T_INTEGER, .place = IN_PATH, .required = true, .min = 1,       \
          .doc = "Team id.")

static const struct field league_path_fields[] = { LEAGUE_ID(struct league_path) };
const struct schema league_path =
    SCHEMA("LeaguePath", struct league_path, league_path_fields, "One league.");

static const struct field league_week_fields[] = {
    LEAGUE_ID(struct league_week_path),
    FIELD(struct league_week_path, week, "week", T_INTEGER, .place = IN_PATH, .required = true,
          .min = 1, .max = 22, .doc = "NFL week."),
};
const struct schema league_week_path =
    SCHEMA("LeagueWeekPath", struct league_week_path, league_week_fields, "One week of a league.");

static const struct field team_path_fields[] = { TEAM_ID(struct team_path) };
const struct schema team_path = SCHEMA("TeamPath", struct team_path, team_path_fields, "One team.");

static const struct field team_week_fields[] = {
    TEAM_ID(struct team_week_path),
    FIELD(struct team_week_path, week, "week", T_INTEGER, .place = IN_QUERY, .min = 1, .max = 22,
          .doc = "NFL week; the league's current week when left out."),
};
const struct schema team_week_path =
    SCHEMA("TeamWeekPath", struct team_week_path, team_week_fields, "One team in one week.");

const char *const league_states[] = {
    "setup", "drafting", "in_season", "playoffs", "complete", NULL
};
const char *const visibilities[] = { "private", "public", NULL };
const char *const positions[] = { "QB", "RB", "WR", "TE", "K",  "DEF", "DL", "LB",
                                  "DB", "OL", "P",  "LS", "HC", "UNK", NULL };
const char *const game_states[] = { "scheduled", "in_progress", "final",
                                    "postponed", "cancelled",   NULL };

static const struct field success_fields[] = { REPLY("success", T_BOOLEAN, .required = true) };
const struct schema success_reply = REPLY_SCHEMA("Success", success_fields, "It was done.");

static const struct field user_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("email", T_STRING, .required = true),
    REPLY("displayName", T_STRING, .required = true),
    REPLY("isOperator", T_BOOLEAN, .required = true, .doc = "May run this installation."),
    REPLY("hasSecondFactor", T_BOOLEAN, .required = true),
    REPLY("createdAt", T_TIME, .required = true),
};
const struct schema user_reply = REPLY_SCHEMA("User", user_fields, "An account, for itself.");

static const struct field team_ref_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("name", T_STRING, .required = true),
    REPLY("abbrev", T_STRING, .required = true),
    REPLY("crest", T_INTEGER, .required = true, .min = 0, .max = 11,
          .doc = "Which of the twelve motifs."),
    REPLY("managers", T_ARRAY, .items = T_STRING, .required = true,
          .doc = "Display names; empty for a team that nobody runs."),
};
const struct schema team_ref_reply =
    REPLY_SCHEMA("TeamRef", team_ref_fields, "A team, as others name it.");

static const struct field record_fields[] = {
    REPLY("wins", T_INTEGER, .required = true),
    REPLY("losses", T_INTEGER, .required = true),
    REPLY("ties", T_INTEGER, .required = true),
};
const struct schema record_reply = REPLY_SCHEMA("Record", record_fields, "Results so far.");

static const struct field player_ref_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("name", T_STRING, .required = true),
    REPLY("firstName", T_STRING, .required = true, .nullable = true),
    REPLY("lastName", T_STRING, .required = true, .nullable = true),
    REPLY("position", T_ENUM, .values = positions, .required = true),
    REPLY("nflTeam", T_STRING, .required = true, .nullable = true),
    REPLY("jersey", T_INTEGER, .required = true, .nullable = true),
    REPLY("injuryStatus", T_STRING, .required = true, .nullable = true),
    REPLY("isSample", T_BOOLEAN, .required = true, .doc = "An invented player of a sample season."),
};
const struct schema player_ref_reply =
    REPLY_SCHEMA("PlayerRef", player_ref_fields, "A player, as lists name him.");

static const struct field game_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("season", T_INTEGER, .required = true),
    REPLY("week", T_INTEGER, .required = true),
    REPLY("home", T_STRING, .required = true),
    REPLY("away", T_STRING, .required = true),
    REPLY("kickoff", T_TIME, .required = true, .nullable = true),
    REPLY("state", T_ENUM, .values = game_states, .required = true),
    REPLY("homeScore", T_INTEGER, .required = true, .nullable = true),
    REPLY("awayScore", T_INTEGER, .required = true, .nullable = true),
};
const struct schema game_reply = REPLY_SCHEMA("Game", game_fields, "An NFL game.");

static const struct field side_fields[] = {
    REPLY("team", T_OBJECT, .of = &team_ref_reply, .required = true),
    REPLY("record", T_OBJECT, .of = &record_reply, .required = true),
    REPLY("points", T_POINTS, .required = true),
    REPLY("projected", T_POINTS, .required = true, .nullable = true),
    REPLY("isWinner", T_BOOLEAN, .required = true, .nullable = true,
          .doc = "Null while it is not decided, and for a tie."),
    REPLY("seed", T_INTEGER, .required = true, .nullable = true),
};
const struct schema matchup_side_reply =
    REPLY_SCHEMA("MatchupSide", side_fields, "One side of a matchup.");

static const char *const matchup_kinds[] = { "regular", "winners", "consolation", "third_place",
                                             NULL };
static const char *const matchup_states[] = { "upcoming", "live", "final", NULL };
static const struct field matchup_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("week", T_INTEGER, .required = true),
    REPLY("kind", T_ENUM, .values = matchup_kinds, .required = true),
    REPLY("round", T_INTEGER, .required = true, .nullable = true),
    REPLY("state", T_ENUM, .values = matchup_states, .required = true),
    REPLY("home", T_OBJECT, .of = &matchup_side_reply, .required = true, .nullable = true,
          .doc = "Null while a bracket waits for its team."),
    REPLY("away", T_OBJECT, .of = &matchup_side_reply, .required = true, .nullable = true,
          .doc = "Null for a bye, and while a bracket waits for its team."),
};
const struct schema matchup_reply =
    REPLY_SCHEMA("Matchup", matchup_fields, "Two teams of a league in one week.");

static const struct field event_fields[] = {
    REPLY("seq", T_INTEGER, .required = true, .doc = "Number in the league's ledger."),
    REPLY("leagueId", T_INTEGER, .required = true),
    REPLY("leagueName", T_STRING, .required = true),
    REPLY("kind", T_STRING, .required = true),
    REPLY("at", T_TIME, .required = true),
    REPLY("week", T_INTEGER, .required = true, .nullable = true),
    REPLY("team", T_OBJECT, .of = &team_ref_reply, .required = true, .nullable = true),
    REPLY("actor", T_STRING, .required = true, .nullable = true, .doc = "Display name."),
    REPLY("text", T_STRING, .required = true, .doc = "The event in words."),
    REPLY("payload", T_JSON, .required = true),
};
const struct schema event_reply =
    REPLY_SCHEMA("Event", event_fields, "One entry of a league's ledger.");

static const char *const scoring_presets[] = { "standard", "half", "ppr", "custom", NULL };
static const struct field source_fields[] = {
    REPLY("platform", T_STRING, .required = true),
    REPLY("leagueId", T_STRING, .required = true),
};
static const struct schema source_reply =
    REPLY_SCHEMA("LeagueSource", source_fields, "Where an imported league came from.");
static const struct field league_summary_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("name", T_STRING, .required = true),
    REPLY("season", T_INTEGER, .required = true),
    REPLY("state", T_ENUM, .values = league_states, .required = true),
    REPLY("visibility", T_ENUM, .values = visibilities, .required = true),
    REPLY("teamCount", T_INTEGER, .required = true, .doc = "Teams there are."),
    REPLY("maxTeams", T_INTEGER, .required = true),
    REPLY("currentWeek", T_INTEGER, .required = true, .nullable = true),
    REPLY("isSample", T_BOOLEAN, .required = true),
    REPLY("isMember", T_BOOLEAN, .required = true),
    REPLY("scoringPreset", T_ENUM, .values = scoring_presets, .required = true),
    REPLY("source", T_OBJECT, .of = &source_reply, .required = true, .nullable = true),
};
const struct schema league_summary_reply =
    REPLY_SCHEMA("LeagueSummary", league_summary_fields, "A league, as lists show it.");
