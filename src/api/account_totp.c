/* The second factor of the caller's own account: offered, confirmed, proved, taken away. */
#include "api/areas.h"
#include "api/common.h"
#include "auth/totp.h"
#include "base/check.h"
#include "base/json.h"

static const struct field state_fields[] = {
    REPLY("isOn", T_BOOLEAN, .required = true),
    REPLY("isRequired", T_BOOLEAN, .required = true, .doc = "Operators must have one."),
    REPLY("since", T_TIME, .required = true, .nullable = true),
    REPLY("recoveryCodesLeft", T_INTEGER, .required = true),
};
static const struct schema state_reply =
    REPLY_SCHEMA("SecondFactor", state_fields, "The second factor of the caller's account.");

static const struct field password_fields[] = {
    FIELD(struct totp_try, password, "currentPassword", T_STRING, .required = true, .min = 1,
          .max = PASSWORD_LENGTH_MAX),
};
static const struct schema password_body =
    SCHEMA("SecondFactorStart", struct totp_try, password_fields, "Who asks knows the password.");

static const struct field offer_fields[] = {
    REPLY("secret", T_STRING, .required = true, .doc = "Base32, to type by hand."),
    REPLY("uri", T_STRING, .required = true, .doc = "otpauth://…, as authenticators read it."),
    REPLY("qr", T_STRING, .required = true, .doc = "The same as a QR code: an SVG document."),
};
static const struct schema offer_reply = REPLY_SCHEMA(
    "SecondFactorOffer", offer_fields, "A secret that counts once its first code is confirmed.");

#define CODE_FIELD                                                                                 \
    FIELD(struct totp_try, code, "code", T_STRING, .required = true, .min = 6, .max = 40,          \
          .doc = "Six digits of the authenticator, or a recovery code.")

static const struct field code_fields[] = { CODE_FIELD };
static const struct schema code_body =
    SCHEMA("SecondFactorCode", struct totp_try, code_fields, "A code of the second factor.");

static const struct field disable_fields[] = {
    FIELD(struct totp_try, password, "currentPassword", T_STRING, .required = true, .min = 1,
          .max = PASSWORD_LENGTH_MAX),
    CODE_FIELD,
};
static const struct schema disable_body =
    SCHEMA("SecondFactorEnd", struct totp_try, disable_fields, "Both factors, to take one away.");

static const struct field codes_fields[] = {
    REPLY("success", T_BOOLEAN, .required = true),
    REPLY("recoveryCodes", T_ARRAY, .items = T_STRING, .required = true,
          .doc = "Shown now and never again; each is good once."),
};
static const struct schema codes_reply =
    REPLY_SCHEMA("RecoveryCodes", codes_fields, "Codes for whoever lost the device.");

/* A script has no second factor to show: only sessions change it. */
static enum error own_try(struct request *request, struct totp_try *ret_try)
{
    if (request->caller.kind != CALLER_SESSION) {
        return refuse(&request->faults, E_FORBIDDEN, "A token does not change the second factor.");
    }
    *ret_try = *(const struct totp_try *)request->input;
    ret_try->user_id = request->caller.user_id;
    ret_try->session_id = request->caller.session_id;
    return OK;
}

static enum error show(struct request *request)
{
    struct rows rows = { 0 };
    struct json json;
    TRY(db_read(request->arena, SQL_AUTH_TOTP_STATE, PARAMS(P_INT(request->caller.user_id)),
                &rows));
    const struct config *settings = request_app(request)->settings;
    bool is_required = settings->operator_totp && rows_bool(&rows, 0, "is_operator");
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_bool(&json, S("isOn"), rows_bool(&rows, 0, "is_on"));
    json_member_bool(&json, S("isRequired"), is_required);
    if (rows_null(&rows, 0, "totp_since")) {
        json_member_null(&json, S("since"));
    } else {
        json_member_time(&json, S("since"), rows_time(&rows, 0, "totp_since"));
    }
    json_member_int(&json, S("recoveryCodesLeft"), rows_int(&rows, 0, "codes_left"));
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static enum error offer(struct request *request)
{
    struct origin origin = request_origin(request);
    struct totp_try attempt = { 0 };
    struct totp_offer made = { 0 };
    TRY(own_try(request, &attempt));
    TRY(auth_check_password(request_app(request)->auth, &request->faults, &attempt, &origin));
    TRY(totp_offer(&request->faults, attempt.user_id, &made));
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_text(&json, S("secret"), made.secret);
    json_member_text(&json, S("uri"), made.uri);
    json_member_text(&json, S("qr"), made.qr);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static enum error reply_codes(struct request *request, const struct recovery_codes *codes)
{
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_bool(&json, S("success"), true);
    json_key(&json, S("recoveryCodes"));
    json_open_array(&json);
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        json_text(&json, codes->codes[i]);
    }
    json_close_array(&json);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static enum error confirm(struct request *request)
{
    struct origin origin = request_origin(request);
    struct totp_try attempt = { 0 };
    struct recovery_codes codes = { 0 };
    TRY(own_try(request, &attempt));
    TRY(totp_confirm(request_app(request)->auth, &request->faults, &attempt, &origin, &codes));
    return reply_codes(request, &codes);
}

static enum error prove(struct request *request)
{
    struct origin origin = request_origin(request);
    struct totp_try attempt = { 0 };
    TRY(own_try(request, &attempt));
    TRY(totp_prove(request_app(request)->auth, &request->faults, &attempt, &origin));
    return reply_success(request);
}

static enum error new_codes(struct request *request)
{
    struct origin origin = request_origin(request);
    struct totp_try attempt = { 0 };
    struct recovery_codes codes = { 0 };
    TRY(own_try(request, &attempt));
    TRY(totp_new_codes(request_app(request)->auth, &request->faults, &attempt, &origin, &codes));
    return reply_codes(request, &codes);
}

static enum error disable(struct request *request)
{
    struct origin origin = request_origin(request);
    struct totp_try attempt = { 0 };
    TRY(own_try(request, &attempt));
    TRY(totp_disable(request_app(request)->auth, &request->faults, &attempt, &origin));
    return reply_success(request);
}

#define TOTP_POST                                                                                  \
    .method = METHOD_POST, .tag = "Accounts", .access = ACCESS_SIGNED_IN, .rate = RATE_SIGN_IN

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/auth/totp",
      .name = "secondFactor",
      .tag = "Accounts",
      .summary = "Whether the account has a second factor.",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_READ,
      .reply = &state_reply,
      .handle = show },
    { TOTP_POST, .path = "/api/auth/totp", .name = "offerSecondFactor", .lane = LANE_HEAVY,
      .summary = "A secret for an authenticator; it counts once a code is confirmed.",
      .body = &password_body, .reply = &offer_reply, .errors = { E_CREDENTIALS, E_CONFLICT },
      .handle = offer },
    { TOTP_POST, .path = "/api/auth/totp/confirm", .name = "confirmSecondFactor",
      .summary = "The first code: from now on signing in asks for one. Gives recovery codes.",
      .body = &code_body, .reply = &codes_reply, .errors = { E_CODE, E_CONFLICT },
      .handle = confirm },
    { TOTP_POST, .path = "/api/auth/totp/prove", .name = "proveSecondFactor",
      .summary = "Give a code in a session that began without one, or over 12 hours ago.",
      .body = &code_body, .reply = &success_reply, .errors = { E_CODE, E_CONFLICT },
      .handle = prove },
    { TOTP_POST, .path = "/api/auth/totp/recovery-codes", .name = "newRecoveryCodes",
      .summary = "New recovery codes; the old ones are good no more.", .body = &code_body,
      .reply = &codes_reply, .errors = { E_CODE, E_CONFLICT }, .handle = new_codes },
    { TOTP_POST, .path = "/api/auth/totp/disable", .name = "disableSecondFactor",
      .lane = LANE_HEAVY, .summary = "Take the second factor away: needs the password and a code.",
      .body = &disable_body, .reply = &success_reply,
      .errors = { E_CREDENTIALS, E_CODE, E_CONFLICT }, .handle = disable },
};

const struct endpoint_table totp_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
