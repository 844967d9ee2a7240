/* The caller's teams with what waits for them, and what happened in leagues. */
#include <inttypes.h>

#include "api/areas.h"
#include "api/event_text.h"
#include "api/shapes.h"
#include "base/json.h"

enum { DASHBOARD_EVENTS = 20 };

/* ---- shapes ---- */

static const struct field team_fields[] = {
    REPLY("leagueId", T_INTEGER, .required = true),
    REPLY("leagueName", T_STRING, .required = true),
    REPLY("season", T_INTEGER, .required = true),
    REPLY("isSample", T_BOOLEAN, .required = true),
    REPLY("state", T_ENUM, .values = league_states, .required = true),
    REPLY("week", T_INTEGER, .required = true, .nullable = true),
    REPLY("team", T_OBJECT, .of = &team_ref_reply, .required = true),
    REPLY("record", T_OBJECT, .of = &record_reply, .required = true),
    REPLY("rank", T_INTEGER, .required = true, .nullable = true,
          .doc = "Null before the first final week."),
    REPLY("teamCount", T_INTEGER, .required = true),
    REPLY("matchup", T_OBJECT, .of = &matchup_reply, .required = true, .nullable = true),
    REPLY("emptyStarters", T_INTEGER, .required = true, .doc = "Starting places nobody has."),
    REPLY("nextLock", T_TIME, .required = true, .nullable = true,
          .doc = "When the next of its players locks; null when none will."),
};
static const struct schema team_reply =
    REPLY_SCHEMA("DashboardTeam", team_fields, "One of the caller's teams in its week.");
static const struct field dashboard_fields[] = {
    REPLY("teams", T_ARRAY, .of = &team_reply, .required = true),
    REPLY("events", T_ARRAY, .of = &event_reply, .required = true,
          .doc = "The newest of all his leagues."),
};
static const struct schema dashboard_reply =
    REPLY_SCHEMA("Dashboard", dashboard_fields, "What waits for the caller.");

static const struct field activity_fields[] = {
    REPLY("events", T_ARRAY, .of = &event_reply, .required = true),
    REPLY("nextBefore", T_INTEGER, .required = true, .nullable = true,
          .doc = "Ask for what is before it; null when there is nothing more."),
};
static const struct schema activity_reply =
    REPLY_SCHEMA("Activity", activity_fields, "What happened in a league, newest first.");

struct activity_page {
    int64_t league_id;
    int64_t before;
    int64_t limit;
};
static const struct field page_fields[] = {
    FIELD(struct activity_page, league_id, "leagueId", T_INTEGER, .place = IN_PATH,
          .required = true, .min = 1, .doc = "League id."),
    FIELD(struct activity_page, before, "before", T_INTEGER, .place = IN_QUERY, .min = 1,
          .doc = "Only events with a smaller number."),
    FIELD(struct activity_page, limit, "limit", T_INTEGER, .place = IN_QUERY, .min = 1, .max = 100,
          .fallback = "30"),
};
static const struct schema activity_page =
    SCHEMA("ActivityPage", struct activity_page, page_fields, "Which events.");

/* ---- handlers ---- */

static void write_event(struct json *json, const struct rows *rows, size_t row)
{
    bool has_team = !rows_null(rows, row, "team");
    struct event_facts facts = { .kind = rows_text(rows, row, "kind"),
                                 .team = rows_text(rows, row, "team_name"),
                                 .actor = rows_text(rows, row, "actor"),
                                 .week = rows_int(rows, row, "week"),
                                 .payload = rows_text(rows, row, "payload") };
    json_open_object(json);
    json_member_int(json, S("seq"), rows_int(rows, row, "seq"));
    json_member_int(json, S("leagueId"), rows_int(rows, row, "league_id"));
    json_member_text(json, S("leagueName"), rows_text(rows, row, "league_name"));
    json_member_text(json, S("kind"), facts.kind);
    json_member_time(json, S("at"), rows_time(rows, row, "at"));
    if (rows_null(rows, row, "week")) {
        json_member_null(json, S("week"));
    } else {
        json_member_int(json, S("week"), facts.week);
    }
    json_member_raw(json, S("team"), has_team ? rows_text(rows, row, "team") : S("null"));
    if (facts.actor.ptr == NULL) {
        json_member_null(json, S("actor"));
    } else {
        json_member_text(json, S("actor"), facts.actor);
    }
    json_member_text(json, S("text"), event_text(json->out.arena, &facts));
    json_member_raw(json, S("payload"), facts.payload);
    json_close_object(json);
}

static void write_events(struct json *json, const struct rows *rows, size_t count)
{
    json_key(json, S("events"));
    json_open_array(json);
    for (size_t i = 0; i < count; i++) {
        write_event(json, rows, i);
    }
    json_close_array(json);
}

static enum error show_dashboard(struct request *request)
{
    struct rows teams;
    struct rows events;
    TRY(db_read(request->arena, SQL_API_DASHBOARD, PARAMS(caller_param(request)), &teams));
    TRY(db_read(request->arena, SQL_API_RECENT,
                PARAMS(caller_param(request), P_INT(DASHBOARD_EVENTS)), &events));
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_raw(&json, S("teams"), rows_json(&teams));
    write_events(&json, &events, events.count);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static enum error show_activity(struct request *request)
{
    const struct activity_page *page = request->params;
    struct rows events;
    TRY(db_read(request->arena, SQL_API_ACTIVITY,
                PARAMS(P_INT(page->league_id), caller_param(request),
                       page->before == 0 ? P_NULL : P_INT(page->before), P_INT(page->limit + 1)),
                &events));
    size_t limit = (size_t)page->limit;
    bool has_more = events.count > limit;
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    write_events(&json, &events, has_more ? limit : events.count);
    if (has_more) {
        json_member_int(&json, S("nextBefore"), rows_int(&events, limit - 1, "seq"));
    } else {
        json_member_null(&json, S("nextBefore"));
    }
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

/* ---- rows ---- */

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/dashboard",
      .name = "dashboard",
      .tag = "Home",
      .summary = "The caller's teams with what waits for them, and what happened in his leagues.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_READ,
      .reply = &dashboard_reply,
      .is_offline_ok = true,
      .handle = show_dashboard },
    { .method = METHOD_GET,
      .path = "/api/leagues/{leagueId}/activity",
      .name = "leagueActivity",
      .tag = "Leagues",
      .summary = "What happened in a league, newest first.",
      .description = "Of a public league who is no member sees public events only.",
      .access = ACCESS_LEAGUE_READ,
      .rate = RATE_READ,
      .params = &activity_page,
      .reply = &activity_reply,
      .is_offline_ok = true,
      .handle = show_activity },
};

const struct endpoint_table dashboard_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
