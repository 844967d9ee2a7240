/* Drafts: setting up, the clock, picks and queues. */
#include "api/access.h"
#include "api/areas.h"
#include "api/shapes.h"
#include "league/draft.h"
#include "rules/limits.h"

/* ---- shapes ---- */

static const char *const draft_kinds[] = {
    [SETTINGS_SNAKE] = "snake",
    [SETTINGS_LINEAR] = "linear",
    [SETTINGS_THIRD_ROUND_REVERSAL] = "third_round_reversal",
    [SETTINGS_THIRD_ROUND_REVERSAL + 1] = NULL,
};
static const char *const shown_kinds[] = { "snake", "linear", "third_round_reversal", "auction",
                                           NULL };
static const char *const draft_states[] = { "scheduled", "running",   "paused",
                                            "complete",  "cancelled", NULL };
static const char *const order_methods[] = {
    "random", "manual", "reverse_standings", "reverse_potential_points", "lottery", "import", NULL
};
static const char *const makers[] = { "manager", "auto", "commissioner", "keeper", "import", NULL };
static const char *const auto_reasons[] = { "timeout", "absent", "asked", NULL };

static const struct field draft_team_fields[] = {
    TEAM_REF_MEMBERS,
    REPLY("isAutopick", T_BOOLEAN, .required = true, .doc = "The team picks by itself."),
};
static const struct schema draft_team =
    REPLY_SCHEMA("DraftTeam", draft_team_fields, "A team in the order of a draft.");

static const struct field pick_fields[] = {
    REPLY("number", T_INTEGER, .required = true, .doc = "From 1 to teams times rounds."),
    REPLY("round", T_INTEGER, .required = true, .nullable = true),
    REPLY("team", T_OBJECT, .of = &team_ref_reply, .required = true),
    REPLY("player", T_OBJECT, .of = &player_ref_reply, .required = true, .nullable = true),
    REPLY("madeAt", T_TIME, .required = true, .nullable = true),
    REPLY("madeBy", T_ENUM, .values = makers, .required = true, .nullable = true),
    REPLY("autoReason", T_ENUM, .values = auto_reasons, .required = true, .nullable = true),
};
static const struct schema pick_reply =
    REPLY_SCHEMA("DraftPick", pick_fields, "One pick, made or to come.");

#define DRAFT_MEMBERS                                                                              \
    REPLY("id", T_INTEGER, .required = true), REPLY("leagueId", T_INTEGER, .required = true),      \
        REPLY("state", T_ENUM, .values = draft_states, .required = true),                          \
        REPLY("kind", T_ENUM, .values = shown_kinds, .required = true),                            \
        REPLY("rounds", T_INTEGER, .required = true),                                              \
        REPLY("secondsPerPick", T_INTEGER, .required = true),                                      \
        REPLY("seq", T_INTEGER, .required = true, .doc = "Counts the draft's changes."),           \
        REPLY("currentPick", T_INTEGER, .required = true, .nullable = true),                       \
        REPLY("currentRound", T_INTEGER, .required = true, .nullable = true),                      \
        REPLY("scheduledAt", T_TIME, .required = true, .nullable = true),                          \
        REPLY("startedAt", T_TIME, .required = true, .nullable = true),                            \
        REPLY("completedAt", T_TIME, .required = true, .nullable = true),                          \
        REPLY("deadlineAt", T_TIME, .required = true, .nullable = true,                            \
              .doc = "By the server's clock; who lets it pass is picked for."),                    \
        REPLY("pausedRemainingMs", T_INTEGER, .required = true, .nullable = true),                 \
        REPLY("orderMethod", T_ENUM, .values = order_methods, .required = true),                   \
        REPLY(                                                                                     \
            "orderCommitment", T_STRING, .required = true, .nullable = true,                       \
            .doc = "SHA-256 of the seed that the order is drawn with, told before the drawing."),  \
        REPLY("onClock", T_OBJECT, .of = &team_ref_reply, .required = true, .nullable = true),     \
        REPLY("order", T_ARRAY, .of = &draft_team, .required = true,                               \
              .doc = "First round, first pick first; empty while it is not drawn.")

static const struct field summary_fields[] = { DRAFT_MEMBERS };
static const struct schema summary_reply =
    REPLY_SCHEMA("DraftSummary", summary_fields, "A draft without its picks.");

static const struct field draft_fields[] = {
    DRAFT_MEMBERS,
    REPLY("picks", T_ARRAY, .of = &pick_reply, .required = true),
};
static const struct schema draft_reply = REPLY_SCHEMA("Draft", draft_fields, "A draft.");

static const struct field drafts_fields[] = {
    REPLY("drafts", T_ARRAY, .of = &summary_reply, .required = true),
};
static const struct schema drafts_reply =
    REPLY_SCHEMA("DraftList", drafts_fields, "Drafts the caller may see, newest first.");

static const struct field picks_fields[] = {
    REPLY("draftId", T_INTEGER, .required = true),
    REPLY("picks", T_ARRAY, .of = &pick_reply, .required = true),
};
static const struct schema picks_reply =
    REPLY_SCHEMA("DraftPicks", picks_fields, "The picks of a draft in their order.");

static const struct field turn_fields[] = {
    REPLY("pick", T_OBJECT, .of = &pick_reply, .required = true, .nullable = true,
          .doc = "The pick that was made, if one was."),
    REPLY("draft", T_OBJECT, .of = &summary_reply, .required = true),
};
static const struct schema turn_reply =
    REPLY_SCHEMA("DraftTurn", turn_fields, "How the draft stands after a pick.");

static const struct field queued_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("name", T_STRING, .required = true),
    REPLY("firstName", T_STRING, .required = true, .nullable = true),
    REPLY("lastName", T_STRING, .required = true, .nullable = true),
    REPLY("position", T_ENUM, .values = positions, .required = true),
    REPLY("nflTeam", T_STRING, .required = true, .nullable = true),
    REPLY("jersey", T_INTEGER, .required = true, .nullable = true),
    REPLY("injuryStatus", T_STRING, .required = true, .nullable = true),
    REPLY("isSample", T_BOOLEAN, .required = true),
    REPLY("isTaken", T_BOOLEAN, .required = true, .doc = "Some team has him already."),
};
static const struct schema queued_reply =
    REPLY_SCHEMA("QueuedPlayer", queued_fields, "A player a team wants.");
static const struct field queue_fields[] = {
    REPLY("teamId", T_INTEGER, .required = true),
    REPLY("players", T_ARRAY, .of = &queued_reply, .required = true),
};
static const struct schema queue_reply =
    REPLY_SCHEMA("DraftQueue", queue_fields, "Whom a team wants, best first.");

/* ---- parameters and bodies ---- */

struct draft_filter {
    int64_t league_id;
};
static const struct field filter_fields[] = {
    FIELD(struct draft_filter, league_id, "leagueId", T_INTEGER, .place = IN_QUERY, .min = 1),
};
static const struct schema filter =
    SCHEMA("DraftFilter", struct draft_filter, filter_fields, "Which drafts.");

#define DRAFT_ID(type_)                                                                            \
    FIELD(type_, id, "draftId", T_INTEGER, .place = IN_PATH, .required = true, .min = 1,           \
          .doc = "Draft id.")

static const struct field path_fields[] = { DRAFT_ID(struct keyed_path) };
static const struct schema path_schema =
    SCHEMA("DraftPath", struct keyed_path, path_fields, "One draft.");
static const struct field write_fields[] = { DRAFT_ID(struct keyed_path),
                                             IDEMPOTENCY_KEY(struct keyed_path) };
static const struct schema write_path =
    SCHEMA("KeyedDraftPath", struct keyed_path, write_fields, "A write to a draft.");

static const char *const orders[] = { "random", "manual", NULL };
struct draft_form {
    int64_t league_id;
    int kind;
    int64_t seconds_per_pick;
    int64_t rounds;
    int order;
    struct list team_order; /* of int64_t */
    utime scheduled_at;
};
static const struct field draft_form_fields[] = {
    FIELD(struct draft_form, league_id, "leagueId", T_INTEGER, .required = true, .min = 1),
    FIELD(struct draft_form, kind, "kind", T_ENUM, .values = draft_kinds,
          .doc = "Left out: snake."),
    FIELD(struct draft_form, seconds_per_pick, "secondsPerPick", T_INTEGER, .min = 5, .max = 604800,
          .doc = "Left out: as the league's settings say."),
    FIELD(struct draft_form, rounds, "rounds", T_INTEGER, .min = 1, .max = 60,
          .doc = "Left out: the size of a roster."),
    FIELD(struct draft_form, order, "order", T_ENUM, .values = orders, .doc = "Left out: random."),
    FIELD(struct draft_form, team_order, "teamOrder", T_ARRAY, .items = T_INTEGER, .max = TEAMS_MAX,
          .doc = "For an order by hand: every team id once, first pick first."),
    FIELD(struct draft_form, scheduled_at, "scheduledAt", T_TIME),
};
static const struct schema draft_body =
    SCHEMA("NewDraft", struct draft_form, draft_form_fields, "How the league drafts.");

static const char *const actions[] = {
    [DRAFT_START] = "start",   [DRAFT_PAUSE] = "pause",   [DRAFT_RESUME] = "resume",
    [DRAFT_CANCEL] = "cancel", [DRAFT_CANCEL + 1] = NULL,
};
struct control_form {
    int action;
};
static const struct field control_fields[] = {
    FIELD(struct control_form, action, "action", T_ENUM, .values = actions, .required = true),
};
static const struct schema control_body =
    SCHEMA("DraftControl", struct control_form, control_fields, "What shall happen.");

struct pick_form {
    int64_t player_id;
    int64_t number;
};
static const struct field pick_form_fields[] = {
    FIELD(struct pick_form, player_id, "playerId", T_INTEGER, .required = true, .min = 1),
    FIELD(struct pick_form, number, "number", T_INTEGER, .min = 1, .max = 1920,
          .doc = "The pick that is meant: refused when the draft stands at another by now."),
};
static const struct schema pick_body =
    SCHEMA("NewPick", struct pick_form, pick_form_fields, "Who is picked.");

struct auto_form {
    int64_t team_id;
    bool is_enabled;
    uint64_t given;
};
enum { AUTO_TEAM_ID, AUTO_ENABLED };
static const struct field auto_fields[] = {
    [AUTO_TEAM_ID] = FIELD(struct auto_form, team_id, "teamId", T_INTEGER, .min = 1,
                           .doc = "Left out: the caller's own team."),
    [AUTO_ENABLED] = FIELD(struct auto_form, is_enabled, "enabled", T_BOOLEAN,
                           .doc = "From now on, or no longer; left out: one pick, now."),
};
static const struct schema auto_body =
    SCHEMA_PARTIAL("AutoPick", struct auto_form, auto_fields, "Who shall pick by itself.");

struct queue_form {
    struct list player_ids; /* of int64_t */
};
static const struct field queue_form_fields[] = {
    FIELD(struct queue_form, player_ids, "playerIds", T_ARRAY, .items = T_INTEGER, .required = true,
          .max = QUEUE_MAX, .doc = "Best first."),
};
static const struct schema queue_body =
    SCHEMA("NewDraftQueue", struct queue_form, queue_form_fields, "Whom the team wants.");

/* ---- handlers ---- */

static enum error make_draft(struct request *request)
{
    const struct draft_form *form = request->input;
    struct draft_new wanted = { .kind = (enum settings_draft)form->kind,
                                .seconds_per_pick = form->seconds_per_pick,
                                .rounds = form->rounds,
                                .is_manual = form->order == 1,
                                .team_order = form->team_order.ptr,
                                .team_count = form->team_order.count,
                                .scheduled_at = form->scheduled_at };
    /* The path does not say which league. */
    struct listener seen = { .caller = &request->caller, .league_id = form->league_id };
    TRY(access_may_listen(request_app(request), request->arena, &seen));
    CLEANUP(change_done) struct change change = request_change(request, S("draft.create"));
    TRY(draft_create(&change, form->league_id, &wanted));
    return reply_fresh(request, &change, SQL_DRAFT_DOCUMENT,
                       PARAMS(P_INT(change_answer_id(&change, "draftId"))));
}

static enum error control_draft(struct request *request)
{
    const struct keyed_path *path = request->params;
    const struct control_form *form = request->input;
    CLEANUP(change_done) struct change change = request_change(request, S("draft.control"));
    TRY(draft_control(&change, path->id, (enum draft_action)form->action));
    return reply_fresh(request, &change, SQL_DRAFT_DOCUMENT,
                       PARAMS(P_INT(change_answer_id(&change, "draftId"))));
}

/* The pick that the command's answer names, and how the draft stands. */
static enum error reply_turn(struct request *request, const struct change *change, int64_t draft_id)
{
    int64_t number = change_answer_id(change, "number");
    return reply_fresh(request, change, SQL_API_DRAFT_TURN,
                       PARAMS(P_INT(draft_id), number == 0 ? P_NULL : P_INT(number)));
}

static enum error pick(struct request *request)
{
    const struct keyed_path *path = request->params;
    const struct pick_form *form = request->input;
    CLEANUP(change_done) struct change change = request_change(request, S("draft.pick"));
    TRY(draft_pick_player(&change, path->id, form->player_id, (int)form->number));
    return reply_turn(request, &change, path->id);
}

static enum error pick_by_itself(struct request *request)
{
    const struct keyed_path *path = request->params;
    const struct auto_form *form = request->input;
    CLEANUP(change_done) struct change change = request_change(request, S("draft.auto_pick"));
    if (!is_given(form->given, AUTO_ENABLED)) {
        TRY(draft_autopick(&change, path->id));
        return reply_turn(request, &change, path->id);
    }
    int64_t team_id = form->team_id != 0 ? form->team_id : request_scope(request)->team_id;
    if (team_id == 0) {
        fault_add(&request->faults, S("/teamId"), "is needed: you have no team in this league");
        return E_INVALID;
    }
    TRY(draft_set_auto(&change, path->id, team_id, form->is_enabled));
    return reply_turn(request, &change, path->id);
}

static enum error own_team(struct request *request, int64_t *ret_team_id)
{
    *ret_team_id = request_scope(request)->team_id;
    return *ret_team_id != 0
               ? OK
               : refuse(&request->faults, E_FORBIDDEN, "You have no team in this league.");
}

static enum error show_queue(struct request *request)
{
    int64_t team_id = 0;
    TRY(own_team(request, &team_id));
    return reply_query(request, SQL_DRAFT_QUEUE, PARAMS(P_INT(team_id)));
}

static enum error set_queue(struct request *request)
{
    const struct queue_form *form = request->input;
    int64_t team_id = 0;
    TRY(own_team(request, &team_id));
    CLEANUP(change_done) struct change change = request_change(request, S("draft.set_queue"));
    TRY(draft_set_queue(&change, request_scope(request)->league_id, team_id, form->player_ids.ptr,
                        form->player_ids.count));
    return reply_fresh(request, &change, SQL_DRAFT_QUEUE, PARAMS(P_INT(team_id)));
}

/* ---- rows ---- */

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/draft",
      .name = "drafts",
      .tag = "Drafts",
      .summary = "Drafts of public leagues, and of those the caller belongs to.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_READ,
      .params = &filter,
      .reply = &drafts_reply,
      .query = SQL_DRAFT_LIST },
    { .method = METHOD_POST,
      .path = "/api/draft",
      .name = "makeDraft",
      .tag = "Drafts",
      .summary = "Set up the draft of a league, or a new one after a cancelled one. Commissioner.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_WRITE,
      .params = &key_only,
      .body = &draft_body,
      .reply = &draft_reply,
      .status = 201,
      .errors = { E_CONFLICT, E_NOT_FOUND, E_LEAGUE_STATE, E_DRAFT_STATE },
      .handle = make_draft },
    { .method = METHOD_GET,
      .path = "/api/draft/{draftId}",
      .name = "draft",
      .tag = "Drafts",
      .summary = "One draft with its picks.",
      .access = ACCESS_LEAGUE_READ,
      .rate = RATE_READ,
      .cache = CACHE_LEAGUE,
      .params = &path_schema,
      .reply = &draft_reply,
      .is_offline_ok = true,
      .query = SQL_DRAFT_DOCUMENT },
    { .method = METHOD_POST,
      .path = "/api/draft/{draftId}/control",
      .name = "controlDraft",
      .tag = "Drafts",
      .summary = "Start, pause, resume or cancel a draft.",
      .description = "A pause keeps the time that was left. A cancelled draft's picks are undone, "
                     "and the fresh scheduled draft is the answer.",
      .access = ACCESS_COMMISSIONER,
      .rate = RATE_WRITE,
      .params = &write_path,
      .body = &control_body,
      .reply = &draft_reply,
      .errors = { E_CONFLICT, E_DRAFT_STATE, E_LEAGUE_STATE },
      .handle = control_draft },
    { .method = METHOD_GET,
      .path = "/api/draft/{draftId}/picks",
      .name = "draftPicks",
      .tag = "Drafts",
      .summary = "The picks of a draft, made and to come.",
      .access = ACCESS_LEAGUE_READ,
      .rate = RATE_READ,
      .cache = CACHE_LEAGUE,
      .params = &path_schema,
      .reply = &picks_reply,
      .is_offline_ok = true,
      .query = SQL_DRAFT_PICKS },
    { .method = METHOD_POST,
      .path = "/api/draft/{draftId}/picks",
      .name = "pick",
      .tag = "Drafts",
      .summary = "Pick a player for the team on the clock.",
      .access = ACCESS_LEAGUE_MEMBER,
      .rate = RATE_WRITE,
      .params = &write_path,
      .body = &pick_body,
      .reply = &turn_reply,
      .status = 201,
      .errors = { E_CONFLICT, E_DRAFT_STATE, E_NOT_YOUR_TURN, E_PLAYER_TAKEN },
      .handle = pick },
    { .method = METHOD_POST,
      .path = "/api/draft/{draftId}/auto-pick",
      .name = "autoPick",
      .tag = "Drafts",
      .summary = "Pick for the team on the clock now, or let a team pick by itself.",
      .access = ACCESS_LEAGUE_MEMBER,
      .rate = RATE_WRITE,
      .params = &write_path,
      .body = &auto_body,
      .reply = &turn_reply,
      .errors = { E_CONFLICT, E_DRAFT_STATE, E_PLAYER_TAKEN },
      .handle = pick_by_itself },
    { .method = METHOD_GET,
      .path = "/api/draft/{draftId}/queue",
      .name = "draftQueue",
      .tag = "Drafts",
      .summary = "Whom the caller's team wants.",
      .access = ACCESS_LEAGUE_MEMBER,
      .rate = RATE_READ,
      .params = &path_schema,
      .reply = &queue_reply,
      .handle = show_queue },
    { .method = METHOD_PUT,
      .path = "/api/draft/{draftId}/queue",
      .name = "setDraftQueue",
      .tag = "Drafts",
      .summary = "Say whom the caller's team wants, best first.",
      .access = ACCESS_LEAGUE_MEMBER,
      .rate = RATE_WRITE,
      .params = &write_path,
      .body = &queue_body,
      .reply = &queue_reply,
      .errors = { E_CONFLICT },
      .handle = set_queue },
};

const struct endpoint_table draft_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
