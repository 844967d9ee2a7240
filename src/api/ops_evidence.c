/* Evidence for a security incident, with a hash that anybody can compute again. */
#include <jansson.h>
#include <sodium.h>

#include "api/areas.h"
#include "api/ops.h"
#include "base/check.h"

struct evidence_query {
    int64_t hours;
};
static const struct field query_fields[] = {
    FIELD(struct evidence_query, hours, "hours", T_INTEGER, .place = IN_QUERY, .min = 1, .max = 720,
          .fallback = "168"),
};
static const struct schema query =
    SCHEMA("SecuritySnapshotQuery", struct evidence_query, query_fields, "How far back.");

static const struct field evidence_fields[] = {
    REPLY("content", T_JSON, .required = true,
          .doc =
              "sessions, signInEvents, adminActions, blocks, tokens, privilegeChanges, operators; "
              "the newest 2,000 rows of each."),
    REPLY("sha256", T_STRING, .required = true,
          .doc = "Of `content` as compact JSON: `jq -cj .content | sha256sum` gives the same."),
    REPLY("timestamp", T_TIME, .required = true),
};
static const struct schema evidence_reply = REPLY_SCHEMA(
    "SecuritySnapshot", evidence_fields, "What accounts, sessions, tokens and operators did.");

/* PostgreSQL's JSON without its blanks. */
static enum error compact(struct arena *arena, struct slice text, struct slice *ret_text)
{
    json_t *json = json_loadb(text.ptr, text.len, 0, NULL);
    if (json == NULL) {
        return E_INTERNAL;
    }
    size_t len = json_dumpb(json, NULL, 0, JSON_COMPACT);
    char *to = arena_alloc(arena, len + 1);
    *ret_text = (struct slice){ .ptr = to, .len = json_dumpb(json, to, len, JSON_COMPACT) };
    json_decref(json);
    return OK;
}

static enum error security_snapshot(struct request *request)
{
    const struct evidence_query *wanted = request->params;
    struct rows rows = { 0 };
    struct slice content = S("");
    unsigned char hash[crypto_hash_sha256_BYTES];
    char hex[2 * crypto_hash_sha256_BYTES + 1];
    TRY(db_read(request->arena, SQL_OPS_SECURITY_SNAPSHOT, PARAMS(P_INT(wanted->hours)), &rows));
    TRY(compact(request->arena, rows_json(&rows), &content));
    crypto_hash_sha256(hash, (const unsigned char *)content.ptr, content.len);
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_raw(&json, S("content"), content);
    json_member_text(&json, S("sha256"), slice_from(hex));
    json_member_time(&json, S("timestamp"), request->now);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static const struct endpoint rows[] = {
    { OPS_GET, .path = "/api/admin/security-snapshot", .name = "securitySnapshot",
      .summary = "Evidence for a security incident, with its hash.", .params = &query,
      .reply = &evidence_reply, .handle = security_snapshot },
};

const struct endpoint_table ops_evidence_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
