/* What operators do to caches. A cache never holds the only copy: emptying one costs time, not data. */
#include <inttypes.h>

#include "api/access.h"
#include "api/areas.h"
#include "api/ops.h"
#include "base/check.h"

enum { WARM_LEAGUES_MAX = 200, WARM_VALUES_MAX = REQUEST_PARAMS_MAX };

/* ---- warming ---- */

struct warmth {
    int64_t made, known, failed;
};

static bool has_one_league(const struct endpoint *row)
{
    struct slice path = slice_from(row->path);
    struct slice league = S("/api/leagues/{leagueId}/");
    return slice_starts(path, league) && slice_find(path, '{', league.len) == path.len;
}

static bool has_no_values(const struct endpoint *row)
{
    struct slice path = slice_from(row->path);
    return slice_find(path, '{', 0) == path.len;
}

/* Runs a row as if somebody without an account had asked, and keeps the document. */
static void warm_row(struct request *request, const struct endpoint *row, int64_t league_id,
                     bool is_public, struct warmth *warmth)
{
    struct app *app = request_app(request);
    struct request copy = *request;
    struct access_scope scope = { .league_id = league_id,
                                  .is_public = is_public,
                                  .versions = live_versions(app->live, league_id) };
    bool is_new = false;
    struct slice path = slice_from(row->path);
    copy.endpoint = row;
    copy.caller = (struct caller){ .kind = CALLER_ANONYMOUS };
    copy.scope = &scope;
    copy.query = S("");
    copy.path = path;
    if (league_id != 0) {
        size_t from = slice_find(path, '{', 0);
        size_t end = slice_find(path, '}', 0) + 1;
        struct slice id = arena_format(request->arena, "%" PRId64, league_id);
        copy.path = arena_format(request->arena, "%.*s%.*s%.*s", (int)from, path.ptr, FMT(id),
                                 (int)(path.len - end), path.ptr + end);
        copy.path_values[0] = id;
    }
    enum error error = app_warm(&copy, &is_new);
    warmth->failed += error != OK;
    warmth->made += error == OK && is_new;
    warmth->known += error == OK && !is_new;
}

static void warm_rows(struct request *request, int64_t league_id, bool is_public,
                      struct warmth *warmth)
{
    const struct endpoint_table *tables = NULL;
    size_t count = 0;
    app_tables(request->arena, &tables, &count);
    for (size_t t = 0; t < count; t++) {
        for (size_t r = 0; r < tables[t].count; r++) {
            const struct endpoint *row = &tables[t].rows[r];
            bool is_of_league = row->cache == CACHE_LEAGUE && has_one_league(row);
            bool is_of_nfl = row->cache == CACHE_NFL && has_no_values(row);
            if (row->query != 0 && (league_id != 0 ? is_of_league : is_of_nfl)) {
                warm_row(request, row, league_id, is_public, warmth);
            }
        }
    }
}

static const struct field warm_fields[] = {
    REPLY("success", T_BOOLEAN, .required = true),
    REPLY("leagues", T_INTEGER, .required = true, .doc = "Active leagues that were looked at."),
    REPLY("loaded", T_INTEGER, .required = true, .doc = "Documents made and kept."),
    REPLY("known", T_INTEGER, .required = true, .doc = "Documents that were there already."),
    REPLY("failed", T_INTEGER, .required = true),
    REPLY("entries", T_INTEGER, .required = true, .doc = "Documents kept by this node now."),
    REPLY("ms", T_DECIMAL, .required = true),
};
static const struct schema warm_reply =
    REPLY_SCHEMA("CacheWarmed", warm_fields, "What was loaded on this node.");

static enum error cache_warm(struct request *request)
{
    struct app *app = request_app(request);
    struct mono began = mono_now();
    struct rows rows = { 0 };
    struct warmth warmth = { 0 };
    if (!live_is_listening(app->live)) {
        return refuse(&request->faults, E_UNAVAILABLE,
                      "no document is kept while announcements may be lost");
    }
    TRY(db_read(request->arena, SQL_OPS_WARM_LEAGUES, PARAMS(P_INT(WARM_LEAGUES_MAX)), &rows));
    warm_rows(request, 0, true, &warmth);
    for (size_t i = 0; i < rows.count; i++) {
        warm_rows(request, rows_int(&rows, i, "id"), rows_bool(&rows, i, "is_public"), &warmth);
    }
    struct slice after = arena_format(request->arena, "{\"loaded\":%" PRId64 "}", warmth.made);
    TRY(ops_note_action(request, &(struct audit_note){ .action = "cache.warm", .after = after },
                        S("")));
    struct document_figures documents = { 0 };
    document_figures(app->documents, &documents);
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_bool(&json, S("success"), true);
    json_member_int(&json, S("leagues"), (int64_t)rows.count);
    json_member_int(&json, S("loaded"), warmth.made);
    json_member_int(&json, S("known"), warmth.known);
    json_member_int(&json, S("failed"), warmth.failed);
    json_member_int(&json, S("entries"), (int64_t)documents.entries);
    json_member_milli(&json, S("ms"), mono_now().us - began.us);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

/* ---- emptying ---- */

struct clear_query {
    struct slice prefix;
};
static const struct field clear_fields[] = {
    FIELD(struct clear_query, prefix, "prefix", T_STRING, .place = IN_QUERY, .min = 1, .max = 200,
          .doc = "Only documents whose address begins so: \"/api/leagues/12/\"."),
};
static const struct schema clear_query =
    SCHEMA("CacheClearQuery", struct clear_query, clear_fields, "What goes; left out: everything.");

static const struct field cleared_fields[] = {
    REPLY("success", T_BOOLEAN, .required = true),
    REPLY("removed", T_INTEGER, .required = true,
          .doc = "Entries of this node; the others empty theirs within a second."),
    REPLY("tiers", T_ARRAY, .items = T_STRING, .required = true),
    REPLY("sessionsSurvive", T_BOOLEAN, .required = true),
    REPLY("note", T_STRING, .required = true),
};
static const struct schema cleared_reply =
    REPLY_SCHEMA("CacheCleared", cleared_fields, "What was emptied.");

static void reply_cleared(struct request *request, size_t removed, const char *tiers,
                          const char *note)
{
    reply_json(request, arena_format(request->arena,
                                     "{\"success\":true,\"removed\":%zu,\"tiers\":[%s],"
                                     "\"sessionsSurvive\":true,\"note\":\"%s\"}",
                                     removed, tiers, note));
}

static enum error cache_clear(struct request *request)
{
    const struct clear_query *query = request->params;
    struct app *app = request_app(request);
    struct slice what = arena_format(request->arena, "documents:%.*s", FMT(query->prefix));
    bool is_part = query->prefix.len > 0;
    /* First, and so also when the audit fails: the news may come back before the commit's answer. */
    size_t removed = document_clear_some(app->documents, query->prefix);
    TRY(ops_note_action(request,
                        &(struct audit_note){ .action = "cache.clear",
                                              .target_kind = is_part ? "document" : NULL,
                                              .target_id = query->prefix },
                        what));
    reply_cleared(request, removed, "\"documents\"", "The next request makes each document anew.");
    return OK;
}

/* Cached sign-ins go by a new generation of their keys; see auth_forget_all. */
static enum error forget_sign_ins(struct request *request, const char *action, struct slice also)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    int64_t seq = 0;
    TRY(tx_begin(request->arena, &tx));
    TRY(ops_audit(request, &tx, &(struct audit_note){ .action = action }, &seq));
    struct slice what = arena_format(request->arena, "identities:%" PRId64, seq);
    audit_announce(&tx, what);
    if (also.len > 0) {
        audit_announce(&tx, also);
    }
    TRY(tx_commit(&tx));
    ops_said(request_app(request), what);
    return OK;
}

static enum error cache_clear_all(struct request *request)
{
    TRY(forget_sign_ins(request, "cache.clear_all", S("documents:")));
    reply_cleared(
        request, document_clear(request_app(request)->documents),
        "\"documents\",\"rights\",\"sign-ins\"",
        "Files of the web client carry their hash in the name, so browsers hold no old ones.");
    return OK;
}

static enum error auth_cache_clear(struct request *request)
{
    TRY(forget_sign_ins(request, "cache.clear_sign_ins", S("")));
    reply_cleared(request, 0, "\"rights\",\"sign-ins\"",
                  "Sessions stay valid: each is looked up again when it is used.");
    return OK;
}

/* ---- the CDN there is not ---- */

static const struct field cdn_fields[] = {
    REPLY("success", T_BOOLEAN, .required = true),
    REPLY("cdn", T_STRING, .required = true),
    REPLY("purged", T_INTEGER, .required = true),
    REPLY("note", T_STRING, .required = true),
};
static const struct schema cdn_reply =
    REPLY_SCHEMA("CdnOptimized", cdn_fields, "What there was to do for a CDN.");

static enum error cdn_optimize(struct request *request)
{
    TRY(ops_note_action(request, &(struct audit_note){ .action = "cdn.optimize" }, S("")));
    reply_json(request, S("{\"success\":true,\"cdn\":\"not configured\",\"purged\":0,\"note\":\"No "
                          "CDN is configured, "
                          "so nothing was purged. The origin serves its files compressed since the "
                          "start, and those "
                          "with a hash in their name for a year.\"}"));
    return OK;
}

static const struct endpoint rows[] = {
    { OPS_ROW, .method = METHOD_POST, .rate = RATE_WRITE, .lane = LANE_HEAVY,
      .path = "/api/admin/cache-warm", .name = "cacheWarm",
      .summary = "Make the documents that people are about to ask for.", .reply = &warm_reply,
      .handle = cache_warm },
    { OPS_POST, .path = "/api/admin/cache-clear", .name = "cacheClear",
      .summary = "Empty the cache of finished documents on every node.", .params = &clear_query,
      .reply = &cleared_reply, .handle = cache_clear },
    { OPS_POST, .path = "/api/admin/cache-clear-all", .name = "cacheClearAll",
      .summary = "Empty every cache on every node. Sessions survive.", .reply = &cleared_reply,
      .handle = cache_clear_all },
    { OPS_POST, .path = "/api/admin/auth-cache-clear", .name = "authCacheClear",
      .summary = "Drop cached sign-ins and rights on every node. Sessions stay valid.",
      .reply = &cleared_reply, .handle = auth_cache_clear },
    { OPS_POST, .path = "/api/admin/cdn-optimize", .name = "cdnOptimize",
      .summary = "What there is to do for a CDN: says that none is configured.",
      .reply = &cdn_reply, .handle = cdn_optimize },
};

const struct endpoint_table ops_cache_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
