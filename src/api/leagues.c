/* Leagues: making, finding, changing and joining them, and what happened in them. */
#include <inttypes.h>

#include "api/access.h"
#include "api/areas.h"
#include "api/shapes.h"
#include "base/json.h"
#include "league/create.h"
#include "league/invite.h"
#include "league/members.h"

/* ---- finding ---- */

struct league_filter {
    int64_t season;
    bool is_mine;
};
static const struct field filter_fields[] = {
    FIELD(struct league_filter, season, "season", T_INTEGER, .place = IN_QUERY, .min = 1920,
          .max = 2199),
    FIELD(struct league_filter, is_mine, "mine", T_BOOLEAN, .place = IN_QUERY, .fallback = "false",
          .doc = "Only leagues the caller belongs to."),
};
static const struct schema league_filter =
    SCHEMA("LeagueFilter", struct league_filter, filter_fields, "Which leagues.");

static const struct field list_fields[] = {
    REPLY("leagues", T_ARRAY, .of = &league_summary_reply, .required = true),
};
static const struct schema list_reply =
    REPLY_SCHEMA("LeagueList", list_fields, "Leagues the caller may see, his own first.");

/* ---- making and changing ---- */

struct league_form {
    struct slice name;
    struct slice team_name;
    int64_t season;
    json_t *settings;
    uint64_t given;
};
static const struct field make_fields[] = {
    FIELD(struct league_form, name, "name", T_STRING, .required = true, .min = 1, .max = 80),
    FIELD(struct league_form, team_name, "teamName", T_STRING, .min = 1, .max = 80,
          .doc = "The caller's own team; left out: he has none."),
    FIELD(struct league_form, season, "season", T_INTEGER, .min = 1920, .max = 2199,
          .doc = "Left out: the newest season there is."),
    FIELD(struct league_form, settings, "settings", T_JSON,
          .doc = "Any members of LeagueSettings; the rest has its default."),
};
static const struct schema make_body =
    SCHEMA_PARTIAL("NewLeague", struct league_form, make_fields, "A league to be made.");

static const struct field change_fields[] = {
    FIELD(struct league_form, name, "name", T_STRING, .min = 1, .max = 80),
    FIELD(struct league_form, settings, "settings", T_JSON,
          .doc = "Any members of LeagueSettings; what is not named stays."),
};
static const struct schema change_body =
    SCHEMA_PARTIAL("LeagueChange", struct league_form, change_fields, "What shall be different.");

struct league_deletion {
    struct slice confirm_name;
};
static const struct field deletion_fields[] = {
    FIELD(struct league_deletion, confirm_name, "confirmName", T_STRING, .required = true,
          .max = 80, .doc = "The league's name, letter by letter."),
};
static const struct schema deletion_body =
    SCHEMA("LeagueDeletion", struct league_deletion, deletion_fields, "That it is really meant.");

static enum error reply_league(struct request *request, const struct change *change,
                               int64_t league_id)
{
    return reply_fresh(request, change, SQL_LEAGUE_DOCUMENT,
                       PARAMS(P_INT(league_id), caller_param(request)));
}

static enum error make_league(struct request *request)
{
    const struct league_form *form = request->input;
    struct league_new wanted = { .name = form->name,
                                 .team_name = form->team_name,
                                 .season = (int)form->season,
                                 .settings = form->settings };
    CLEANUP(change_done) struct change change = request_change(request, S("league.create"));
    int64_t league_id = 0;
    TRY(league_create(&change, &wanted, &league_id));
    return reply_league(request, &change, league_id);
}

static enum error change_league(struct request *request)
{
    const struct keyed_path *path = request->params;
    const struct league_form *form = request->input;
    struct league_patch patch = { .name = form->name, .settings = form->settings };
    CLEANUP(change_done) struct change change = request_change(request, S("league.update"));
    TRY(league_update(&change, path->id, &patch));
    return reply_league(request, &change, path->id);
}

static enum error delete_league(struct request *request)
{
    const struct keyed_path *path = request->params;
    const struct league_deletion *deletion = request->input;
    CLEANUP(change_done) struct change change = request_change(request, S("league.delete"));
    TRY(league_delete(&change, path->id, deletion->confirm_name));
    reply_change(request, &change);
    return OK;
}

/* ---- members ---- */

static const char *const roles[] = { "commissioner", "co_commissioner", "manager", "viewer", NULL };
static const struct field member_fields[] = {
    REPLY("userId", T_INTEGER, .required = true),
    REPLY("displayName", T_STRING, .required = true),
    REPLY("role", T_ENUM, .values = roles, .required = true),
    REPLY("joinedAt", T_TIME, .required = true),
    REPLY("team", T_OBJECT, .of = &team_ref_reply, .required = true, .nullable = true),
};
static const struct schema member_reply =
    REPLY_SCHEMA("LeagueMember", member_fields, "Somebody who belongs to a league.");
static const struct field members_fields[] = {
    REPLY("members", T_ARRAY, .of = &member_reply, .required = true),
};
static const struct schema members_reply =
    REPLY_SCHEMA("LeagueMembers", members_fields, "Who belongs to a league, longest first.");

static const struct field added_fields[] = { REPLY("added", T_INTEGER, .required = true) };
static const struct schema added_reply =
    REPLY_SCHEMA("TeamsAdded", added_fields, "How many teams were added.");

static enum error fill_league(struct request *request)
{
    const struct keyed_path *path = request->params;
    CLEANUP(change_done) struct change change = request_change(request, S("league.fill"));
    TRY(league_fill(&change, path->id));
    reply_change(request, &change);
    return OK;
}

static enum error leave_league(struct request *request)
{
    const struct keyed_path *path = request->params;
    CLEANUP(change_done) struct change change = request_change(request, S("league.leave"));
    TRY(league_leave(&change, path->id));
    reply_change(request, &change);
    return OK;
}

/* ---- invitations ---- */

static const char *const invite_roles[] = { "manager", "co_commissioner", "viewer", NULL };

struct invite_form {
    struct slice email;
    int64_t team_id;
    int role;
    int64_t days;
    int64_t uses;
};
static const struct field invite_form_fields[] = {
    FIELD(struct invite_form, email, "email", T_STRING, .max = 254,
          .doc = "Only the account with this address can use it."),
    FIELD(struct invite_form, team_id, "teamId", T_INTEGER, .min = 1,
          .doc = "A team without manager that is handed over."),
    FIELD(struct invite_form, role, "role", T_ENUM, .values = invite_roles,
          .doc = "Left out: manager."),
    FIELD(struct invite_form, days, "days", T_INTEGER, .min = 1, .max = INVITE_DAYS_MAX,
          .doc = "How long it is good; left out: 14."),
    FIELD(struct invite_form, uses, "uses", T_INTEGER, .min = 1, .max = 100,
          .doc = "How many can use it; left out: one."),
};
static const struct schema invite_body =
    SCHEMA("NewInvite", struct invite_form, invite_form_fields, "Who is invited.");

static const struct field invite_made_fields[] = {
    REPLY("code", T_STRING, .required = true, .doc = "Shown now and never again."),
    REPLY("url", T_STRING, .required = true),
    REPLY("expiresAt", T_TIME, .required = true),
};
static const struct schema invite_made =
    REPLY_SCHEMA("InviteMade", invite_made_fields, "An invitation to be passed on.");

static struct slice invite_url(struct request *request, struct slice code)
{
    struct app *app = request_app(request);
    struct slice base = slice_from(app->settings->public_url);
    if (base.len == 0) {
        base = arena_format(request->arena, "http://localhost:%u", server_port(app->server));
    }
    const char *slash = slice_ends(base, S("/")) ? "" : "/";
    return arena_format(request->arena, "%.*s%sjoin/%.*s", FMT(base), slash, FMT(code));
}

static enum error make_invite(struct request *request)
{
    const struct keyed_path *path = request->params;
    const struct invite_form *form = request->input;
    struct invite_new wanted = { .email = form->email,
                                 .role = slice_from(invite_roles[form->role]),
                                 .team_id = form->team_id,
                                 .days = (int)form->days,
                                 .uses = (int)form->uses };
    CLEANUP(change_done) struct change change = request_change(request, S("invite.create"));
    struct invite invite;
    TRY(invite_create(&change, path->id, &wanted, &invite));
    request_changed(request, &change);
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_text(&json, S("code"), invite.code);
    json_member_text(&json, S("url"), invite_url(request, invite.code));
    json_member_time(&json, S("expiresAt"), invite.expires_at);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

struct invite_path {
    struct slice code;
};
static const struct field invite_path_fields[] = {
    FIELD(struct invite_path, code, "code", T_STRING, .place = IN_PATH, .required = true, .min = 1,
          .max = 64, .doc = "The invitation's code."),
};
static const struct schema invite_path =
    SCHEMA("InvitePath", struct invite_path, invite_path_fields, "One invitation.");

static const struct field invite_fields[] = {
    REPLY("league", T_OBJECT, .of = &league_summary_reply, .required = true),
    REPLY("invitedBy", T_STRING, .required = true, .doc = "Display name."),
    REPLY("role", T_ENUM, .values = invite_roles, .required = true),
    REPLY("expiresAt", T_TIME, .required = true),
    REPLY("canMakeTeam", T_BOOLEAN, .required = true, .doc = "There is room for a new team."),
    REPLY("openTeams", T_ARRAY, .of = &team_ref_reply, .required = true,
          .doc = "Teams without manager that can be taken over."),
};
static const struct schema invite_reply =
    REPLY_SCHEMA("Invite", invite_fields, "What an invitation leads to.");

static enum error show_invite(struct request *request)
{
    const struct invite_path *path = request->params;
    return reply_query(request, SQL_LEAGUE_INVITE_DOCUMENT,
                       PARAMS(P_TEXT(invite_hash(request->arena, path->code)),
                              caller_param(request), P_TIME(request->now)));
}

struct join_form {
    struct slice invite_code;
    struct slice team_name;
};
static const struct field join_fields[] = {
    FIELD(struct join_form, invite_code, "inviteCode", T_STRING, .max = 64,
          .doc = "Not needed in a league that is open to join."),
    FIELD(struct join_form, team_name, "teamName", T_STRING, .max = 80,
          .doc = "Of a new team; a team taken over keeps its name without it."),
};
static const struct schema join_body =
    SCHEMA("Joining", struct join_form, join_fields, "How somebody joins.");

static const struct field joined_fields[] = {
    REPLY("leagueId", T_INTEGER, .required = true),
    REPLY("team", T_OBJECT, .of = &team_ref_reply, .required = true, .nullable = true,
          .doc = "Null for an invitation that only lets look."),
};
static const struct schema joined_reply =
    REPLY_SCHEMA("Joined", joined_fields, "The league and the team that were joined.");

static enum error join(struct request *request)
{
    const struct keyed_path *path = request->params;
    const struct join_form *form = request->input;
    struct league_join wanted = { .invite_code = form->invite_code, .team_name = form->team_name };
    CLEANUP(change_done) struct change change = request_change(request, S("league.join"));
    enum error error = league_join(&change, path->id, &wanted);
    if (error == E_NOT_FOUND) { /* looks no different from a private league */
        return refuse(&request->faults, E_INVITE, "%s",
                      form->invite_code.len > 0 ? INVITE_NOT_VALID : INVITE_NEEDED);
    }
    TRY(error);
    return reply_fresh(request, &change, SQL_API_JOINED,
                       PARAMS(P_INT(path->id), P_INT(request->caller.user_id)));
}

/* ---- rows ---- */

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/leagues",
      .name = "leagues",
      .tag = "Leagues",
      .summary = "Public leagues, and those the caller belongs to.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_READ,
      .params = &league_filter,
      .reply = &list_reply,
      .is_offline_ok = true,
      .query = SQL_LEAGUE_LIST },
    { .method = METHOD_POST,
      .path = "/api/leagues",
      .name = "makeLeague",
      .tag = "Leagues",
      .summary = "Make a league; the caller is its commissioner.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_WRITE,
      .params = &key_only,
      .body = &make_body,
      .reply = &league_reply,
      .status = 201,
      .errors = { E_CONFLICT, E_SETTINGS, E_NO_STATS },
      .handle = make_league },
    { .method = METHOD_GET,
      .path = "/api/leagues/{leagueId}",
      .name = "league",
      .tag = "Leagues",
      .summary = "One league with its settings, teams and weeks.",
      .access = ACCESS_LEAGUE_READ,
      .rate = RATE_READ,
      .params = &league_path,
      .reply = &league_reply,
      .is_offline_ok = true,
      .query = SQL_LEAGUE_DOCUMENT },
    { .method = METHOD_PATCH,
      .path = "/api/leagues/{leagueId}",
      .name = "changeLeague",
      .tag = "Leagues",
      .summary = "Change the name and any settings that may still change.",
      .access = ACCESS_COMMISSIONER,
      .rate = RATE_WRITE,
      .params = &keyed_league_path,
      .body = &change_body,
      .reply = &league_reply,
      .errors = { E_CONFLICT, E_SETTINGS, E_LEAGUE_STATE },
      .handle = change_league },
    { .method = METHOD_DELETE,
      .path = "/api/leagues/{leagueId}",
      .name = "deleteLeague",
      .tag = "Leagues",
      .summary = "Take a league away that has not drafted.",
      .access = ACCESS_COMMISSIONER,
      .rate = RATE_WRITE,
      .params = &keyed_league_path,
      .body = &deletion_body,
      .reply = &success_reply,
      .errors = { E_CONFLICT, E_LEAGUE_STATE },
      .handle = delete_league },
    { .method = METHOD_GET,
      .path = "/api/leagues/{leagueId}/members",
      .name = "leagueMembers",
      .tag = "Leagues",
      .summary = "Who belongs to a league.",
      .access = ACCESS_LEAGUE_MEMBER,
      .rate = RATE_READ,
      .params = &league_path,
      .reply = &members_reply,
      .is_offline_ok = true,
      .query = SQL_LEAGUE_MEMBERS },
    { .method = METHOD_POST,
      .path = "/api/leagues/{leagueId}/fill",
      .name = "fillLeague",
      .tag = "Leagues",
      .summary = "Add teams without managers until the league has all its teams.",
      .access = ACCESS_COMMISSIONER,
      .rate = RATE_WRITE,
      .params = &keyed_league_path,
      .reply = &added_reply,
      .errors = { E_CONFLICT, E_LEAGUE_STATE, E_NAME_TAKEN },
      .handle = fill_league },
    { .method = METHOD_POST,
      .path = "/api/leagues/{leagueId}/leave",
      .name = "leaveLeague",
      .tag = "Leagues",
      .summary = "Leave a league; the team stays, run by nobody.",
      .access = ACCESS_LEAGUE_MEMBER,
      .rate = RATE_WRITE,
      .params = &keyed_league_path,
      .reply = &success_reply,
      .errors = { E_CONFLICT },
      .handle = leave_league },
    { .method = METHOD_POST,
      .path = "/api/leagues/{leagueId}/invites",
      .name = "invite",
      .tag = "Leagues",
      .summary = "Make an invitation.",
      .access = ACCESS_COMMISSIONER,
      .rate = RATE_WRITE,
      .params = &keyed_league_path,
      .body = &invite_body,
      .reply = &invite_made,
      .status = 201,
      .errors = { E_CONFLICT },
      .handle = make_invite },
    { .method = METHOD_GET,
      .path = "/api/invites/{code}",
      .name = "showInvite",
      .tag = "Leagues",
      .summary = "What an invitation leads to.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_READ,
      .params = &invite_path,
      .reply = &invite_reply,
      .handle = show_invite },
    { .method = METHOD_POST,
      .path = "/api/leagues/{leagueId}/join",
      .name = "joinLeague",
      .tag = "Leagues",
      .summary = "Join with a new team, or take over one that nobody runs.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_WRITE,
      .params = &keyed_league_path,
      .body = &join_body,
      .reply = &joined_reply,
      .status = 201,
      .errors = { E_CONFLICT, E_INVITE, E_LEAGUE_FULL, E_ALREADY_MEMBER, E_NAME_TAKEN,
                  E_LEAGUE_STATE },
      .handle = join },
};

const struct endpoint_table league_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
