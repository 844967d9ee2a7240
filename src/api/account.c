/* Accounts: register, sign in and out, the session, the password, API tokens. */
#include "api/areas.h"
#include "api/common.h"
#include "api/modes.h"
#include "base/check.h"
#include "base/json.h"

/* ---- shapes ---- */

static const struct field register_fields[] = {
    FIELD(struct account, email, "email", T_STRING, .required = true, .min = 3, .max = 254,
          .format = "email"),
    FIELD(struct account, password, "password", T_STRING, .required = true,
          .min = PASSWORD_LENGTH_MIN, .max = PASSWORD_LENGTH_MAX),
    FIELD(struct account, display_name, "displayName", T_STRING, .required = true, .min = 1,
          .max = 80, .doc = "How others see this person."),
};
static const struct schema register_body =
    SCHEMA("Registration", struct account, register_fields, "A new account.");

static const struct field sign_in_fields[] = {
    FIELD(struct account, code, "code", T_STRING, .min = 6, .max = 40,
          .doc = "Where the account has a second factor: six digits, or a recovery code."),
    FIELD(struct account, email, "email", T_STRING, .required = true, .min = 3, .max = 254),
    FIELD(struct account, password, "password", T_STRING, .required = true, .min = 1,
          .max = PASSWORD_LENGTH_MAX),
};
static const struct schema sign_in_body =
    SCHEMA("SignIn", struct account, sign_in_fields, "Who signs in.");

static const char *const second_factors[] = { "ok", "enrol", "prove", NULL };
static const struct field signed_in_fields[] = {
    REPLY("success", T_BOOLEAN, .required = true),
    REPLY("user", T_OBJECT, .of = &user_reply, .required = true),
    REPLY("csrfToken", T_STRING, .required = true,
          .doc = "Send it as X-CSRF-Token with every write of this session."),
    REPLY("secondFactor", T_ENUM, .values = second_factors, .required = true,
          .doc = "What operators still have to do: \"enrol\", or \"prove\" by giving a code."),
    REPLY("expiresAt", T_TIME, .required = true),
};
static const struct schema signed_in_reply =
    REPLY_SCHEMA("SignedIn", signed_in_fields, "The session that began; its cookie is HttpOnly.");

static const struct field session_fields[] = {
    REPLY("authenticated", T_BOOLEAN, .required = true),
    REPLY("user", T_OBJECT, .of = &user_reply, .required = true, .nullable = true),
    REPLY("csrfToken", T_STRING, .required = true, .nullable = true),
    REPLY("secondFactor", T_ENUM, .values = second_factors, .required = true,
          .doc = "What operators still have to do: \"enrol\", or \"prove\" by giving a code."),
};
static const struct schema session_reply =
    REPLY_SCHEMA("Session", session_fields, "Who is asking; nobody is an answer too.");

static const char *const registrations[] = { "open", "invite", "closed", NULL };
static const struct field methods_fields[] = {
    REPLY("password", T_BOOLEAN, .required = true),
    REPLY("registration", T_ENUM, .values = registrations, .required = true),
};
static const struct schema methods_reply =
    REPLY_SCHEMA("SignInMethods", methods_fields, "How people get in here.");

static const struct field password_fields[] = {
    FIELD(struct password_change, current, "currentPassword", T_STRING, .required = true, .min = 1,
          .max = PASSWORD_LENGTH_MAX),
    FIELD(struct password_change, next, "newPassword", T_STRING, .required = true,
          .min = PASSWORD_LENGTH_MIN, .max = PASSWORD_LENGTH_MAX),
};
static const struct schema password_body =
    SCHEMA("PasswordChange", struct password_change, password_fields, "A new password.");

static const struct field password_reply_fields[] = {
    REPLY("success", T_BOOLEAN, .required = true),
    REPLY("sessionsRevoked", T_INTEGER, .required = true, .doc = "Other sessions that ended."),
};
static const struct schema password_reply =
    REPLY_SCHEMA("PasswordChanged", password_reply_fields, "The password is another one now.");

static const char *const scope_names[] = { "read", "write", "account", "ops", NULL };
static const struct field token_fields[] = {
    REPLY("id", T_INTEGER, .required = true),
    REPLY("name", T_STRING, .required = true),
    REPLY("hint", T_STRING, .required = true, .doc = "How the token begins."),
    REPLY("scopes", T_ARRAY, .items = T_ENUM, .values = scope_names, .required = true),
    REPLY("createdAt", T_TIME, .required = true),
    REPLY("expiresAt", T_TIME, .required = true, .nullable = true),
    REPLY("lastUsedAt", T_TIME, .required = true, .nullable = true),
};
static const struct schema token_reply =
    REPLY_SCHEMA("ApiToken", token_fields, "An API token; its secret is shown once only.");

static const struct field token_made_fields[] = {
    REPLY("secret", T_STRING, .required = true, .doc = "Shown now and never again."),
    REPLY("token", T_OBJECT, .of = &token_reply, .required = true),
};
static const struct schema token_made_reply =
    REPLY_SCHEMA("ApiTokenMade", token_made_fields, "A new API token.");

static const struct field tokens_fields[] = {
    REPLY("tokens", T_ARRAY, .of = &token_reply, .required = true),
};
static const struct schema tokens_reply =
    REPLY_SCHEMA("ApiTokens", tokens_fields, "The caller's API tokens.");

struct new_token {
    struct slice name;
    struct list scopes; /* of int */
    int64_t days;
    uint64_t given;
};
static const struct field new_token_fields[] = {
    FIELD(struct new_token, name, "name", T_STRING, .required = true, .min = 1, .max = 80),
    FIELD(struct new_token, scopes, "scopes", T_ARRAY, .items = T_ENUM, .values = scope_names,
          .required = true, .min = 1, .max = 4),
    FIELD(struct new_token, days, "expiresInDays", T_INTEGER, .min = 1, .max = 3650,
          .doc = "Left out: it never expires."),
};
static const struct schema new_token_body =
    SCHEMA_PARTIAL("NewApiToken", struct new_token, new_token_fields, "What the token may do.");

struct id_path {
    int64_t id;
};
static const struct field token_path_fields[] = {
    FIELD(struct id_path, id, "tokenId", T_INTEGER, .place = IN_PATH, .required = true, .min = 1),
};
static const struct schema token_path =
    SCHEMA("TokenPath", struct id_path, token_path_fields, "One API token.");
/* ---- handlers ---- */

struct new_cookie {
    struct slice name, value;
    int64_t days; /* 0 = it goes */
};

static void set_cookie(struct request *request, const struct new_cookie *cookie)
{
    bool is_secure = request_app(request)->settings->trust_proxy;
    reply_header(
        request, S("Set-Cookie"),
        arena_format(request->arena, "%.*s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
                     FMT(cookie->name), FMT(cookie->value), (long long)cookie->days * 86400,
                     is_secure ? "; Secure" : ""));
}

static enum error user_document(struct request *request, int64_t user_id, struct slice *ret_json)
{
    struct rows rows = { 0 };
    TRY(db_read(request->arena, SQL_AUTH_USER_DOCUMENT, PARAMS(P_INT(user_id)), &rows));
    *ret_json = rows_json(&rows);
    return OK;
}

static enum error reply_signed_in(struct request *request, const struct signed_in *in)
{
    struct slice user = S("");
    TRY(user_document(request, in->identity.user_id, &user));
    set_cookie(request, &(struct new_cookie){ .name = request_session_cookie(request),
                                              .value = in->cookie,
                                              .days = SESSION_DAYS });
    if (in->device.len > 0) {
        set_cookie(request, &(struct new_cookie){ .name = request_device_cookie(request),
                                                  .value = in->device,
                                                  .days = DEVICE_DAYS });
    }
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_bool(&json, S("success"), true);
    json_member_raw(&json, S("user"), user);
    json_member_text(&json, S("csrfToken"), slice_from(in->identity.csrf_token));
    json_member_text(
        &json, S("secondFactor"),
        slice_from(second_factors[app_second_factor(request_app(request), &in->identity)]));
    json_member_time(&json, S("expiresAt"), in->identity.expires_at);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static enum error register_account(struct request *request)
{
    struct app *app = request_app(request);
    struct origin origin = request_origin(request);
    struct signed_in in = { 0 };
    if (app->settings->registration != REGISTRATION_OPEN) {
        return refuse(&request->faults, E_FORBIDDEN,
                      "Accounts are made by invitation here. Ask whoever runs this installation.");
    }
    const struct account *account = request->input;
    if (slice_trim(account->display_name).len == 0) {
        fault_add(&request->faults, S("/displayName"), "must not be blank");
        return E_INVALID;
    }
    TRY(auth_register(app->auth, &request->faults, account, &origin, &in));
    return reply_signed_in(request, &in);
}

static enum error sign_in(struct request *request)
{
    struct origin origin = request_origin(request);
    struct signed_in in = { 0 };
    enum error error =
        auth_sign_in(request_app(request)->auth, &request->faults, request->input, &origin, &in);
    TRY(modes_signed_in(request, error, &in));
    return reply_signed_in(request, &in);
}

static enum error sign_out(struct request *request)
{
    struct origin origin = request_origin(request);
    struct owned_id session = { .user_id = request->caller.user_id,
                                .id = request->caller.session_id };
    if (request->caller.kind != CALLER_SESSION) {
        return refuse(&request->faults, E_FORBIDDEN, "A token does not sign out: revoke it.");
    }
    enum error error =
        auth_end_session(request_app(request)->auth, request->arena, session, &origin);
    if (error != OK && error != E_NOT_FOUND) {
        return error;
    }
    set_cookie(request,
               &(struct new_cookie){ .name = request_session_cookie(request), .value = S("") });
    /* What the page keeps it clears itself; this is for what the browser kept of it. */
    reply_header(request, S("Clear-Site-Data"), S("\"cache\""));
    session_over(request_app(request), IDENTITY_SESSION, session.id);
    return reply_success(request);
}

static enum error show_session(struct request *request)
{
    if (request->caller.kind == CALLER_ANONYMOUS) {
        reply_json(request, S("{\"authenticated\":false,\"user\":null,\"csrfToken\":null,"
                              "\"secondFactor\":\"ok\"}"));
        return OK;
    }
    struct slice user = S("");
    TRY(user_document(request, request->caller.user_id, &user));
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_bool(&json, S("authenticated"), true);
    json_member_raw(&json, S("user"), user);
    if (request->caller.kind == CALLER_SESSION) {
        json_member_text(&json, S("csrfToken"), request->caller.csrf_token);
    } else {
        json_member_null(&json, S("csrfToken"));
    }
    json_member_text(&json, S("secondFactor"),
                     slice_from(second_factors[request->caller.second_factor]));
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static enum error show_methods(struct request *request)
{
    reply_json(request, arena_format(request->arena, "{\"password\":true,\"registration\":\"%s\"}",
                                     registrations[request_app(request)->settings->registration]));
    return OK;
}

static enum error change_password(struct request *request)
{
    struct origin origin = request_origin(request);
    struct password_change change = *(const struct password_change *)request->input;
    size_t ended = 0;
    change.user_id = request->caller.user_id;
    change.session_id = request->caller.kind == CALLER_SESSION ? request->caller.session_id : 0;
    TRY(auth_change_password(request_app(request)->auth, &request->faults, &change, &origin,
                             &ended));
    reply_json(request,
               arena_format(request->arena, "{\"success\":true,\"sessionsRevoked\":%zu}", ended));
    return OK;
}

static enum error make_token(struct request *request)
{
    const struct new_token *wanted = request->input;
    struct origin origin = request_origin(request);
    struct token_order order = { .user_id = request->caller.user_id, .name = wanted->name };
    struct token_made made = { 0 };
    const int *scopes = wanted->scopes.ptr;
    for (size_t i = 0; i < wanted->scopes.count; i++) {
        order.scopes |= scope_by_name(slice_from(scope_names[scopes[i]]));
    }
    if ((order.scopes & SCOPE_OPS) != 0 && !request->caller.is_operator) {
        fault_add(&request->faults, S("/scopes"), "only an operator's token can have \"ops\"");
        return E_INVALID;
    }
    if (request->caller.kind == CALLER_TOKEN && (order.scopes & ~request->caller.scopes) != 0) {
        fault_add(&request->faults, S("/scopes"), "a token cannot make one that may do more");
        return E_INVALID;
    }
    if (wanted->days > 0) {
        order.expires_at = request->now + wanted->days * 86400 * US_PER_S;
    }
    TRY(auth_make_token(request->arena, &order, &origin, &made));
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_text(&json, S("secret"), made.secret);
    json_member_raw(&json, S("token"), made.document);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static enum error end_token(struct request *request)
{
    const struct id_path *path = request->params;
    struct origin origin = request_origin(request);
    struct owned_id token = { .user_id = request->caller.user_id, .id = path->id };
    TRY(auth_end_token(request_app(request)->auth, request->arena, token, &origin));
    session_over(request_app(request), IDENTITY_TOKEN, path->id);
    return reply_success(request);
}

/* ---- rows ---- */

static const struct endpoint rows[] = {
    { .method = METHOD_POST,
      .path = "/api/auth/register",
      .name = "register",
      .tag = "Accounts",
      .summary = "Make an account and sign in.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_SIGN_IN,
      .lane = LANE_HEAVY,
      .body = &register_body,
      .reply = &signed_in_reply,
      .status = 201,
      .errors = { E_EMAIL_TAKEN, E_FORBIDDEN },
      .handle = register_account },
    { .method = METHOD_POST,
      .path = "/api/auth/login",
      .name = "signIn",
      .tag = "Accounts",
      .summary = "Sign in.",
      .description =
          "Five tries per account and thirty per address in a quarter of an hour; a browser "
          "that signed in before has five of its own.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_SIGN_IN,
      .lane = LANE_HEAVY,
      .body = &sign_in_body,
      .reply = &signed_in_reply,
      .errors = { E_CREDENTIALS, E_SECOND_FACTOR, E_CODE },
      .handle = sign_in },
    { .method = METHOD_POST,
      .path = "/api/auth/logout",
      .name = "signOut",
      .tag = "Accounts",
      .summary = "Sign out: this session ends.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_WRITE,
      .reply = &success_reply,
      .handle = sign_out },
    { .method = METHOD_GET,
      .path = "/api/auth/session",
      .name = "session",
      .tag = "Accounts",
      .summary = "Who is asking; anonymous callers get an answer too.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_READ,
      .reply = &session_reply,
      .handle = show_session },
    { .method = METHOD_GET,
      .path = "/api/auth/me",
      .name = "me",
      .tag = "Accounts",
      .summary = "The caller's own account.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_READ,
      .reply = &user_reply,
      .query = SQL_AUTH_USER_DOCUMENT },
    { .method = METHOD_GET,
      .path = "/api/users/me",
      .name = "usersMe",
      .tag = "Accounts",
      .summary = "The caller's own account, by its other address.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_READ,
      .reply = &user_reply,
      .query = SQL_AUTH_USER_DOCUMENT },
    { .method = METHOD_GET,
      .path = "/api/auth/methods",
      .name = "signInMethods",
      .tag = "Accounts",
      .summary = "How people get in, and whether registration is open.",
      .access = ACCESS_PUBLIC,
      .rate = RATE_READ,
      .cache = CACHE_CONSTANT,
      .reply = &methods_reply,
      .handle = show_methods },
    { .method = METHOD_POST,
      .path = "/api/auth/password",
      .name = "changePassword",
      .tag = "Accounts",
      .summary = "Change the password; every other session ends.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_SIGN_IN,
      .lane = LANE_HEAVY,
      .body = &password_body,
      .reply = &password_reply,
      .errors = { E_CREDENTIALS },
      .handle = change_password },
    { .method = METHOD_GET,
      .path = "/api/auth/tokens",
      .name = "tokens",
      .tag = "Accounts",
      .summary = "The caller's API tokens.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_READ,
      .reply = &tokens_reply,
      .query = SQL_AUTH_LIST_TOKENS },
    { .method = METHOD_POST,
      .path = "/api/auth/tokens",
      .name = "makeToken",
      .tag = "Accounts",
      .summary = "Make an API token. Scopes: read, write, account, ops.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_WRITE,
      .body = &new_token_body,
      .reply = &token_made_reply,
      .status = 201,
      .errors = { E_CONFLICT },
      .handle = make_token },
    { .method = METHOD_DELETE,
      .path = "/api/auth/tokens/{tokenId}",
      .name = "endToken",
      .tag = "Accounts",
      .summary = "Revoke an API token.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_WRITE,
      .params = &token_path,
      .reply = &success_reply,
      .errors = { E_NOT_FOUND },
      .handle = end_token },
};

const struct endpoint_table account_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
