/* Throwing people out: everybody, everything ever issued, one account, one address. */
#include <inttypes.h>

#include "api/areas.h"
#include "api/ops.h"
#include "base/check.h"
#include "ops/blocks.h"

enum { NET_V4_BITS_MIN = 96 + 16, NET_V6_BITS_MIN = 32, BLOCK_DAYS_MAX = 30 };

/* ---- everybody ---- */

static const struct field logout_fields[] = {
    REPLY("success", T_BOOLEAN, .required = true),
    REPLY("sessionsRevoked", T_INTEGER, .required = true),
    REPLY("tokensRevoked", T_INTEGER, .required = true, .doc = "API tokens."),
    REPLY("oneTimeTokensRevoked", T_INTEGER, .required = true),
    REPLY("signingKeys", T_STRING, .required = true, .nullable = true),
    REPLY("reason", T_STRING, .required = true),
};
static const struct schema logout_reply = REPLY_SCHEMA(
    "EverybodyLoggedOut", logout_fields, "What is good no more, the caller's own too.");

struct revoked {
    int64_t sessions, tokens, one_time;
};

/* Every node drops what it knows of sign-ins when it hears of it, and closes its sockets. */
static enum error revoke_all(struct request *request, bool is_emergency, struct revoked *ret)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    struct revoked revoked = { 0 };
    int64_t seq = 0;
    TRY(tx_begin(request->arena, &tx));
    TRY(tx_query(&tx, SQL_OPS_REVOKE_SESSIONS, NO_PARAMS, &rows));
    revoked.sessions = rows.affected;
    if (is_emergency) {
        TRY(tx_query(&tx, SQL_OPS_REVOKE_TOKENS, NO_PARAMS, &rows));
        revoked.tokens = rows.affected;
        TRY(tx_query(&tx, SQL_OPS_REVOKE_ONE_TIME, NO_PARAMS, &rows));
        revoked.one_time = rows.affected;
    }
    struct slice after =
        arena_format(request->arena, "{\"sessions\":%" PRId64 ",\"tokens\":%" PRId64 "}",
                     revoked.sessions, revoked.tokens);
    TRY(ops_audit(
        request, &tx,
        &(struct audit_note){ .action = is_emergency ? "sessions.emergency" : "sessions.revoke_all",
                              .after = after },
        &seq));
    struct slice identities = arena_format(request->arena, "identities:%" PRId64, seq);
    audit_announce(&tx, identities);
    audit_announce(&tx, S("sockets:0"));
    TRY(tx_commit(&tx));
    ops_said(request_app(request), identities);
    ops_said(request_app(request), S("sockets:0"));
    *ret = revoked;
    return OK;
}

static enum error log_out(struct request *request, bool is_emergency)
{
    struct revoked revoked = { 0 };
    TRY(revoke_all(request, is_emergency, &revoked));
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_bool(&json, S("success"), true);
    json_member_int(&json, S("sessionsRevoked"), revoked.sessions);
    json_member_int(&json, S("tokensRevoked"), revoked.tokens);
    json_member_int(&json, S("oneTimeTokensRevoked"), revoked.one_time);
    json_member_null(&json, S("signingKeys"));
    json_member_text(
        &json, S("reason"),
        S("There are no signing keys to rotate: sessions and tokens are random numbers "
          "that are looked up, so what is revoked is gone."));
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static enum error force_logout_all(struct request *request)
{
    return log_out(request, false);
}

static enum error emergency_logout(struct request *request)
{
    return log_out(request, true);
}

/* ---- one account ---- */

struct disable {
    int64_t user_id;
    struct slice reason;
};
static const struct field disable_fields[] = {
    FIELD(struct disable, user_id, "userId", T_INTEGER, .required = true, .min = 1),
    FIELD(struct disable, reason, "reason", T_STRING, .required = true, .min = 1, .max = 1000),
};
static const struct schema disable_body =
    SCHEMA("DisableUser", struct disable, disable_fields, "Whose account is closed, and why.");

static const struct field disabled_fields[] = {
    REPLY("success", T_BOOLEAN, .required = true),
    REPLY("userId", T_INTEGER, .required = true),
    REPLY("sessionsRevoked", T_INTEGER, .required = true),
    REPLY("tokensRevoked", T_INTEGER, .required = true),
};
static const struct schema disabled_reply =
    REPLY_SCHEMA("UserDisabled", disabled_fields, "The account is closed.");

static enum error close_account(struct request *request, struct tx *tx, int64_t user_id)
{
    struct rows rows = { 0 };
    /* The audit's lock comes first here: two operators must not close each other's at once. */
    TRY(tx_query(tx, SQL_OPS_AUDIT_LOCK, NO_PARAMS, &rows));
    TRY(tx_query(tx, SQL_OPS_USER_DISABLE, PARAMS(P_INT(user_id)), &rows));
    if (rows.count > 0) {
        return OK;
    }
    TRY(tx_query(tx, SQL_OPS_USER_STATE, PARAMS(P_INT(user_id)), &rows));
    if (rows.count == 0) {
        return E_NOT_FOUND;
    }
    bool is_open = slice_eq(rows_text(&rows, 0, "state"), S("active"));
    return refuse(&request->faults, E_CONFLICT, "%s",
                  is_open ? "This is the last operator's account." : "The account is not open.");
}

static enum error disable_user(struct request *request)
{
    const struct disable *body = request->input;
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    int64_t seq = 0;
    TRY(tx_begin(request->arena, &tx));
    /* Counted before the account closes: closing it ends what it has left. */
    TRY(tx_query(&tx, SQL_OPS_USER_REVOKE_SESSIONS, PARAMS(P_INT(body->user_id)), &rows));
    int64_t sessions = rows.affected;
    TRY(tx_query(&tx, SQL_OPS_USER_REVOKE_TOKENS, PARAMS(P_INT(body->user_id)), &rows));
    int64_t tokens = rows.affected;
    TRY(close_account(request, &tx, body->user_id));
    struct slice id = arena_format(request->arena, "%" PRId64, body->user_id);
    TRY(ops_audit(request, &tx,
                  &(struct audit_note){ .action = "user.disable",
                                        .target_kind = "user",
                                        .target_id = id,
                                        .before = S("{\"state\":\"active\"}"),
                                        .after = S("{\"state\":\"disabled\"}"),
                                        .reason = body->reason },
                  &seq));
    struct slice identities = arena_format(request->arena, "identities:%" PRId64, seq);
    struct slice sockets = arena_format(request->arena, "sockets:%" PRId64, body->user_id);
    audit_announce(&tx, identities);
    audit_announce(&tx, sockets);
    TRY(tx_commit(&tx));
    ops_said(request_app(request), identities);
    ops_said(request_app(request), sockets);
    reply_json(request,
               arena_format(request->arena,
                            "{\"success\":true,\"userId\":%" PRId64 ",\"sessionsRevoked\":%" PRId64
                            ",\"tokensRevoked\":%" PRId64 "}",
                            body->user_id, sessions, tokens));
    return OK;
}

/* ---- one address ---- */

struct block_order {
    struct slice ip, reason;
    int64_t duration;
};
static const struct field block_fields[] = {
    FIELD(struct block_order, ip, "ip", T_STRING, .required = true, .min = 2, .max = 60,
          .doc = "An address, or a network such as 203.0.113.0/24."),
    FIELD(struct block_order, duration, "duration", T_INTEGER, .required = true, .min = 1,
          .max = BLOCK_DAYS_MAX * 86400, .doc = "Seconds."),
    FIELD(struct block_order, reason, "reason", T_STRING, .min = 1, .max = 1000),
};
static const struct schema block_body =
    SCHEMA("BlockAddress", struct block_order, block_fields, "Who may not come in for a while.");

static const struct field blocked_fields[] = {
    REPLY("success", T_BOOLEAN, .required = true),
    REPLY("ip", T_STRING, .required = true),
    REPLY("expiresAt", T_TIME, .required = true),
};
static const struct schema blocked_reply =
    REPLY_SCHEMA("AddressBlocked", blocked_fields, "Every node turns it away within a second.");

/* Nobody may lock himself, the proxy or half the world out. */
static enum error check_block(struct request *request, struct slice text, struct net *ret_net)
{
    struct net own = { 0 };
    if (net_parse(text, ret_net) != OK) {
        fault_add(&request->faults, S("/ip"), "is not an address or a network");
        return E_INVALID;
    }
    const unsigned char *b = ret_net->bytes;
    bool is_v4 = ret_net->bits >= 96 && b[10] == 0xff && b[11] == 0xff;
    if (ret_net->bits < (is_v4 ? (unsigned)NET_V4_BITS_MIN : (unsigned)NET_V6_BITS_MIN)) {
        fault_add(&request->faults, S("/ip"), "is wider than /16 (IPv4) or /32 (IPv6)");
        return E_INVALID;
    }
    if (net_is_private(ret_net)) {
        fault_add(&request->faults, S("/ip"), "is private: proxies and whole offices live there");
        return E_INVALID;
    }
    struct slice callers[] = { request->address, request->peer };
    for (size_t i = 0; i < ARRAY_LEN(callers); i++) {
        if (net_parse(callers[i], &own) == OK && net_holds(ret_net, &own)) {
            fault_add(&request->faults, S("/ip"), "is where you ask from");
            return E_INVALID;
        }
    }
    return OK;
}

static enum error block_ip(struct request *request)
{
    const struct block_order *body = request->input;
    struct net net = { 0 };
    TRY(check_block(request, body->ip, &net));
    utime until = request->now + body->duration * US_PER_S;
    struct slice key = net_print(request->arena, &net);
    struct slice reason = body->reason.len > 0 ? body->reason : S("not said");
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(tx_begin(request->arena, &tx));
    tx_send(&tx, SQL_OPS_BLOCK_ADD,
            PARAMS(P_TEXT(key), P_TEXT(reason),
                   request->caller.user_id == 0 ? P_NULL : P_INT(request->caller.user_id),
                   P_TIME(request->now), P_TIME(until)));
    struct slice after = arena_format(request->arena, "{\"seconds\":%" PRId64 "}", body->duration);
    TRY(ops_audit(request, &tx,
                  &(struct audit_note){ .action = "address.block",
                                        .target_kind = "address",
                                        .target_id = key,
                                        .after = after,
                                        .reason = reason },
                  NULL));
    audit_announce(&tx, S("blocks"));
    TRY(tx_commit(&tx));
    TRY(blocks_load());
    ops_said(request_app(request), S("blocks"));
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_bool(&json, S("success"), true);
    json_member_text(&json, S("ip"), key);
    json_member_time(&json, S("expiresAt"), until);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static const struct endpoint rows[] = {
    { OPS_POST, .path = "/api/admin/force-logout-all", .name = "forceLogoutAll",
      .summary =
          "End every session, the caller's own too, and close every socket. API tokens stay.",
      .reply = &logout_reply, .handle = force_logout_all },
    { OPS_POST, .path = "/api/admin/emergency-logout", .name = "emergencyLogout",
      .summary = "End every session, API token and one-time token: nothing issued before is good.",
      .reply = &logout_reply, .handle = emergency_logout },
    { OPS_POST, .path = "/api/admin/disable-user", .name = "disableUser",
      .summary = "Close an account and end its sessions and tokens; not the last operator's.",
      .body = &disable_body, .reply = &disabled_reply, .errors = { E_NOT_FOUND, E_CONFLICT },
      .handle = disable_user },
    { OPS_POST, .path = "/api/admin/block-ip", .name = "blockIp",
      .summary = "Turn an address or network away for a while, on every node.", .body = &block_body,
      .reply = &blocked_reply, .handle = block_ip },
};

const struct endpoint_table ops_people_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
