/* Teams: one team with its roster, all teams of a league, and what a team is called. */
#include "api/areas.h"
#include "api/shapes.h"
#include "league/members.h"

/* ---- shapes ---- */

static const struct field listed_fields[] = {
    TEAM_REF_MEMBERS,
    REPLY("record", T_OBJECT, .of = &record_reply, .required = true),
    REPLY("pointsFor", T_POINTS, .required = true),
    REPLY("pointsAgainst", T_POINTS, .required = true),
    REPLY("rank", T_INTEGER, .required = true, .nullable = true,
          .doc = "Null before the first final week."),
};
static const struct schema listed_team =
    REPLY_SCHEMA("ListedTeam", listed_fields, "A team with its record of the final weeks.");
static const struct field list_fields[] = {
    REPLY("teams", T_ARRAY, .of = &listed_team, .required = true),
};
static const struct schema list_reply =
    REPLY_SCHEMA("TeamList", list_fields, "The teams of a league by their numbers.");

static const char *const acquisitions[] = { "draft", "keeper",       "free_agent", "waiver",
                                            "trade", "commissioner", "import",     NULL };
static const struct field entry_fields[] = {
    REPLY("player", T_OBJECT, .of = &player_ref_reply, .required = true),
    REPLY("acquiredVia", T_ENUM, .values = acquisitions, .required = true),
    REPLY("acquiredAt", T_TIME, .required = true),
    REPLY("seasonPoints", T_POINTS, .required = true, .nullable = true,
          .doc = "Null while nothing has been scored under these rules."),
    REPLY("weekPoints", T_POINTS, .required = true, .nullable = true),
    REPLY("projected", T_POINTS, .required = true, .nullable = true),
    REPLY("game", T_OBJECT, .of = &game_reply, .required = true, .nullable = true),
    REPLY("byeWeek", T_INTEGER, .required = true, .nullable = true),
    REPLY("slot", T_STRING, .required = true, .nullable = true,
          .doc = "Where he stands in the week; null when he came later."),
    REPLY("isLocked", T_BOOLEAN, .required = true),
};
static const struct schema entry_reply =
    REPLY_SCHEMA("RosterEntry", entry_fields, "A player a team owns.");

static const struct field team_fields[] = {
    REPLY("team", T_OBJECT, .of = &team_ref_reply, .required = true),
    REPLY("leagueId", T_INTEGER, .required = true),
    REPLY("week", T_INTEGER, .required = true, .nullable = true),
    REPLY("record", T_OBJECT, .of = &record_reply, .required = true),
    REPLY("rank", T_INTEGER, .required = true, .nullable = true,
          .doc = "Null before the first final week."),
    REPLY("isMine", T_BOOLEAN, .required = true),
    REPLY("roster", T_ARRAY, .of = &entry_reply, .required = true),
};
static const struct schema team_reply =
    REPLY_SCHEMA("Team", team_fields, "A team with its roster of today.");

/* ---- changing ---- */

struct team_form {
    struct slice name;
    struct slice abbrev;
    int64_t crest;
    uint64_t given;
};
enum { TEAM_NAME, TEAM_ABBREV, TEAM_CREST };
static const struct field team_form_fields[] = {
    [TEAM_NAME] = FIELD(struct team_form, name, "name", T_STRING, .min = 1, .max = 80),
    [TEAM_ABBREV] = FIELD(struct team_form, abbrev, "abbrev", T_STRING, .min = 1, .max = 5,
                          .doc = "Letters and digits."),
    [TEAM_CREST] =
        FIELD(struct team_form, crest, "crest", T_INTEGER, .min = 0, .max = CREST_COUNT - 1),
};
static const struct schema team_body =
    SCHEMA_PARTIAL("TeamChange", struct team_form, team_form_fields, "What shall be different.");

static enum error change_team(struct request *request)
{
    const struct keyed_path *path = request->params;
    const struct team_form *form = request->input;
    struct team_patch patch = { .name = form->name,
                                .abbrev = form->abbrev,
                                .crest =
                                    is_given(form->given, TEAM_CREST) ? (int)form->crest : -1 };
    CLEANUP(change_done) struct change change = request_change(request, S("team.update"));
    TRY(team_update(&change, request_scope(request)->league_id, path->id, &patch));
    return reply_fresh(request, &change, SQL_API_TEAM_REF, PARAMS(P_INT(path->id)));
}

/* ---- rows ---- */

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/leagues/{leagueId}/teams",
      .name = "leagueTeams",
      .tag = "Teams",
      .summary = "The teams of a league with their records.",
      .access = ACCESS_LEAGUE_READ,
      .rate = RATE_READ,
      .cache = CACHE_LEAGUE,
      .params = &league_path,
      .reply = &list_reply,
      .is_offline_ok = true,
      .query = SQL_API_TEAMS },
    { .method = METHOD_GET,
      .path = "/api/teams/{teamId}",
      .name = "team",
      .tag = "Teams",
      .summary = "One team with its roster.",
      .access = ACCESS_LEAGUE_READ,
      .rate = RATE_READ,
      .params = &team_week_path,
      .reply = &team_reply,
      .is_offline_ok = true,
      .query = SQL_API_TEAM },
    { .method = METHOD_PATCH,
      .path = "/api/teams/{teamId}",
      .name = "changeTeam",
      .tag = "Teams",
      .summary = "Give a team another name, abbreviation or crest.",
      .access = ACCESS_TEAM_OWNER,
      .rate = RATE_WRITE,
      .params = &keyed_team_path,
      .body = &team_body,
      .reply = &team_ref_reply,
      .errors = { E_CONFLICT, E_NAME_TAKEN },
      .handle = change_team },
};

const struct endpoint_table team_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
