/* Where an account is signed in, and ending that. */
#include "api/areas.h"
#include "api/common.h"
#include "base/check.h"
#include "base/json.h"

static const struct field session_item_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("createdAt", T_TIME, .required = true),
    REPLY("lastSeenAt", T_TIME, .required = true),
    REPLY("expiresAt", T_TIME, .required = true),
    REPLY("network", T_STRING, .required = true, .nullable = true,
          .doc = "Where from: the address cut to its network (/24, or /48 for IPv6)."),
    REPLY("agent", T_STRING, .required = true, .nullable = true),
    REPLY("hasSecondFactor", T_BOOLEAN, .required = true, .doc = "A code was given in it."),
    REPLY("isCurrent", T_BOOLEAN, .required = true),
};
static const struct schema session_item =
    REPLY_SCHEMA("SessionItem", session_item_fields, "One place where the account is signed in.");
static const struct field sessions_fields[] = {
    REPLY("sessions", T_ARRAY, .of = &session_item, .required = true),
};
static const struct schema sessions_reply =
    REPLY_SCHEMA("Sessions", sessions_fields, "Where the account is signed in.");

static const struct field ended_fields[] = {
    REPLY("success", T_BOOLEAN, .required = true),
    REPLY("sessionsRevoked", T_INTEGER, .required = true),
};
static const struct schema ended_reply =
    REPLY_SCHEMA("SessionsEnded", ended_fields, "Only this session is left.");

struct id_path {
    int64_t id;
};
static const struct field session_path_fields[] = {
    FIELD(struct id_path, id, "sessionId", T_INTEGER, .place = IN_PATH, .required = true, .min = 1),
};
static const struct schema session_path =
    SCHEMA("SessionPath", struct id_path, session_path_fields, "One session.");

static enum error list_sessions(struct request *request)
{
    int64_t current = request->caller.kind == CALLER_SESSION ? request->caller.session_id : 0;
    return reply_query(request, SQL_AUTH_LIST_SESSIONS,
                       PARAMS(P_INT(request->caller.user_id), P_INT(current)));
}

static enum error end_session(struct request *request)
{
    const struct id_path *path = request->params;
    struct origin origin = request_origin(request);
    struct owned_id session = { .user_id = request->caller.user_id, .id = path->id };
    TRY(auth_end_session(request_app(request)->auth, request->arena, session, &origin));
    session_over(request_app(request), IDENTITY_SESSION, path->id);
    return reply_success(request);
}

static enum error end_other_sessions(struct request *request)
{
    struct origin origin = request_origin(request);
    size_t ended = 0;
    struct owned_id kept = { .user_id = request->caller.user_id };
    kept.id = request->caller.kind == CALLER_SESSION ? request->caller.session_id : 0;
    TRY(auth_end_others(request_app(request)->auth, request->arena, kept, &origin, &ended));
    reply_json(request,
               arena_format(request->arena, "{\"success\":true,\"sessionsRevoked\":%zu}", ended));
    return OK;
}

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/auth/sessions",
      .name = "sessions",
      .tag = "Accounts",
      .summary = "Where the account is signed in.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_READ,
      .reply = &sessions_reply,
      .handle = list_sessions },
    { .method = METHOD_DELETE,
      .path = "/api/auth/sessions/{sessionId}",
      .name = "endSession",
      .tag = "Accounts",
      .summary = "End one session.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_WRITE,
      .params = &session_path,
      .reply = &success_reply,
      .errors = { E_NOT_FOUND },
      .handle = end_session },
    { .method = METHOD_DELETE,
      .path = "/api/auth/sessions",
      .name = "endOtherSessions",
      .tag = "Accounts",
      .summary = "End every session but this one.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_WRITE,
      .reply = &ended_reply,
      .handle = end_other_sessions },
};

const struct endpoint_table session_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
