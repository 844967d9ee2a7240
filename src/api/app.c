#include "api/app.h"

#include <inttypes.h>

#include "api/access.h"
#include "api/modes.h"
#include "api/ops.h"
#include "api/status_board.h"
#include "api/switch_watch.h"
#include "base/check.h"
#include "base/log.h"
#include "cache/redis.h"
#include "db/db.h"
#include "http/hub.h"
#include "http/params.h"
#include "ops/crash.h"
#include "ops/metrics.h"
#include "ops/release.h"
#include "ops/switches.h"
#include "run/fiber.h"

struct app *request_app(const struct request *request)
{
    return server_app(request_server(request));
}

const struct access_scope *request_scope(const struct request *request)
{
    CHECK(request->scope != NULL);
    return request->scope;
}

struct origin request_origin(const struct request *request)
{
    return (struct origin){ .address = request->address,
                            .agent = request_header(request, S("user-agent")),
                            .request_id = request->id,
                            .device = request_cookie(request, request_device_cookie(request)),
                            .now = request->now };
}

static struct slice cookie_name(const struct request *request, struct slice secure)
{
    size_t prefix = sizeof("__Host-") - 1;
    return request_app(request)->settings->trust_proxy ? secure
                                                       : slice_from_to(secure, prefix, secure.len);
}

struct slice request_session_cookie(const struct request *request)
{
    return cookie_name(request, S("__Host-af_session"));
}

struct slice request_device_cookie(const struct request *request)
{
    return cookie_name(request, S("__Host-af_device"));
}

/* ---- commands ---- */

struct change request_change(struct request *request, struct slice kind)
{
    struct slice key = request_header(request, S("idempotency-key"));
    return (struct change){ .arena = request->arena,
                            .faults = &request->faults,
                            .now = request->now,
                            .actor = { .kind = ACTOR_USER, .user_id = request->caller.user_id },
                            .command_id = key.ptr == NULL ? S("") : key,
                            .kind = kind,
                            .request = request->body,
                            .status = request->endpoint->status };
}

void request_changed(struct request *request, const struct change *change)
{
    live_announce(request_app(request)->live, change->league.id, change->seq);
}

void reply_change(struct request *request, const struct change *change)
{
    request_changed(request, change);
    if (change->is_repeat) {
        reply_status(request, change->status == 0 ? 200 : change->status);
    }
    reply_json(request, change->answer);
}

enum error reply_query(struct request *request, enum sql_id id, struct params params)
{
    struct rows rows = { 0 };
    TRY(db_read(request->arena, id, params, &rows));
    reply_json(request, rows_json(&rows));
    return OK;
}

enum error reply_success(struct request *request)
{
    reply_json(request, S("{\"success\":true}"));
    return OK;
}

/* ---- hooks: who asks ---- */

enum second_factor app_second_factor(const struct app *app, const struct identity *identity)
{
    if (!app->settings->operator_totp || !identity->is_operator ||
        identity->kind != IDENTITY_SESSION || identity->is_proved) {
        return SECOND_FACTOR_OK;
    }
    return identity->has_totp ? SECOND_FACTOR_PROVE : SECOND_FACTOR_ENROL;
}

static void become(struct request *request, const struct identity *identity)
{
    bool is_session = identity->kind == IDENTITY_SESSION;
    enum second_factor second_factor = app_second_factor(request_app(request), identity);
    request->caller = (struct caller){
        .kind = is_session ? CALLER_SESSION : CALLER_TOKEN,
        .user_id = identity->user_id,
        .is_operator = identity->is_operator && second_factor == SECOND_FACTOR_OK,
        .second_factor = second_factor,
        .session_id = identity->id,
        .csrf_token = arena_copy(request->arena, slice_from(identity->csrf_token)),
        .scopes = identity->scopes,
    };
}

static enum error hook_identify(struct request *request)
{
    struct credential credential = { .kind = IDENTITY_SESSION,
                                     .secret =
                                         request_cookie(request, request_session_cookie(request)),
                                     .now = request->now };
    struct slice bearer = request_header(request, S("authorization"));
    if (bearer.ptr != NULL) {
        if (!slice_starts(bearer, S("Bearer "))) {
            return refuse(&request->faults, E_SIGN_IN,
                          "Authorization must be \"Bearer\" and an API token.");
        }
        credential.kind = IDENTITY_TOKEN;
        credential.secret = slice_from_to(bearer, 7, bearer.len);
    }
    if (credential.secret.len == 0) {
        return OK;
    }
    struct identity identity = { 0 };
    enum error error =
        auth_identify(request_app(request)->auth, request->arena, credential, &identity);
    if (error == E_SIGN_IN && credential.kind == IDENTITY_SESSION) {
        return OK; /* an old cookie makes nobody: what needs an account says so itself */
    }
    TRY(error);
    become(request, &identity);
    ops_seen(request);
    return OK;
}

/* ---- hooks: how often ---- */

static const struct limit rate_limits[RATE_COUNT] = {
    [RATE_READ] = { .per_minute = 1200, .burst = 300 },
    [RATE_WRITE] = { .per_minute = 240, .burst = 60 },
    [RATE_SIGN_IN] = { .per_minute = 30, .burst = 20 },
    [RATE_PROBE] = { .per_minute = 1200, .burst = 600 },
    [RATE_REPORT] = { .per_minute = 30, .burst = 20 },
};

static enum error hook_limit(struct request *request)
{
    struct app *app = request_app(request);
    enum cache cache = request->endpoint->cache;
    bool is_kept = cache == CACHE_CONSTANT || cache == CACHE_BRIEF; /* costs what a file costs */
    if (!app->settings->rate_limits || is_kept) {
        return OK;
    }
    enum rate rate = request->endpoint->rate;
    bool is_known = request->caller.user_id != 0 && rate != RATE_SIGN_IN;
    struct slice key =
        is_known ? arena_format(request->arena, "%d u %" PRId64, (int)rate, request->caller.user_id)
                 : arena_format(request->arena, "%d a %.*s", (int)rate, FMT(request->address));
    struct limit limit = rate_limits[rate];
    struct limit_state state = limit_take(app->limits, key, limit, mono_now());
    reply_header(request, S("RateLimit-Limit"),
                 arena_format(request->arena, "%" PRId64, limit.per_minute));
    reply_header(request, S("RateLimit-Remaining"),
                 arena_format(request->arena, "%" PRId64, state.left));
    if (state.is_allowed) {
        return OK;
    }
    ops_limited(app, request);
    reply_header(request, S("Retry-After"),
                 arena_format(request->arena, "%" PRId64, state.retry_after_s));
    return refuse(&request->faults, E_RATE,
                  "At most %" PRId64 " a minute; try again in %" PRId64 " s.", limit.per_minute,
                  state.retry_after_s);
}

/* ---- hooks: finished documents ---- */

static struct slice document_key(const struct request *request)
{
    return request->query.len == 0
               ? request->path
               : arena_format(request->arena, "%.*s?%.*s", FMT(request->path), FMT(request->query));
}

static void release_document(void *document)
{
    document_release(document);
}

static void serve(struct request *request, const struct document *document, struct slice *ret_body,
                  struct slice *ret_etag)
{
    arena_defer(request->arena, release_document, (void *)(uintptr_t)document);
    *ret_body = document->body;
    *ret_etag = (struct slice){ document->etag, DOCUMENT_TAG_LEN };
}

/* ADVANCED_CACHING: caches in front of us answer for a while; browsers still ask, so that whoever has
 * changed something sees it. */
static void let_share(struct request *request, const struct document *document)
{
    if (document->is_public && switch_on(SWITCH_ADVANCED_CACHING)) {
        reply_cache_control(request, SHARED_DOCUMENTS);
    }
}

static bool hook_cached(struct request *request, struct slice *ret_document, struct slice *ret_etag)
{
    struct app *app = request_app(request);
    if (!live_is_listening(app->live) || !modes_let_cached()) {
        return false;
    }
    struct slice key = document_key(request);
    const struct document *old = document_peek(app->documents, key);
    if (old == NULL) {
        return false;
    }
    bool is_public = old->is_public;
    int64_t league_id = old->league_id;
    document_release(old);
    if (!is_public) {
        return false;
    }
    const struct document *document =
        document_find(app->documents, key, live_versions(app->live, league_id));
    if (document == NULL) {
        return false;
    }
    let_share(request, document);
    serve(request, document, ret_document, ret_etag);
    return true;
}

/* A document is answered with the tag it has in the cache, from the first time on. */
static void reply_document(struct request *request, const struct document *document)
{
    struct slice body = S("");
    struct slice etag = S("");
    let_share(request, document);
    serve(request, document, &body, &etag);
    reply_etag(request, etag);
    reply_json(request, body);
}

static const struct document *store(struct request *request, struct slice body)
{
    struct app *app = request_app(request);
    const struct access_scope *scope = request_scope(request);
    bool is_league = request->endpoint->cache == CACHE_LEAGUE;
    struct document document = { .body = body,
                                 .is_public = !is_league || scope->is_public,
                                 .league_id = is_league ? scope->league_id : 0 };
    return document_store(app->documents, document_key(request), &document, scope->versions);
}

/* ---- hooks: a statement answers ---- */

/* "league_id" is the path's leagueId, "user_id" the caller. */
static const char *statement_value(struct request *request, struct slice name)
{
    const struct access_scope *scope = request_scope(request);
    if (slice_eq(name, S("user_id"))) {
        return request->caller.user_id == 0
                   ? NULL
                   : arena_format(request->arena, "%" PRId64, request->caller.user_id).ptr;
    }
    if (slice_eq(name, S("league_id")) && scope->league_id != 0) {
        return arena_format(request->arena, "%" PRId64, scope->league_id).ptr;
    }
    if (slice_eq(name, S("is_member"))) {
        return scope->role != ROLE_NONE ? "t" : "f";
    }
    if (slice_eq(name, S("is_commissioner"))) {
        return scope->role == ROLE_COMMISSIONER || scope->role == ROLE_CO_COMMISSIONER ? "t" : "f";
    }
    if (slice_eq(name, S("my_team_id"))) {
        return scope->team_id == 0 ? NULL
                                   : arena_format(request->arena, "%" PRId64, scope->team_id).ptr;
    }
    /* "nfl_team" is the parameter nflTeam. */
    char *camel = arena_alloc(request->arena, name.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < name.len; i++) {
        bool is_joint = name.ptr[i] == '_' && i + 1 < name.len;
        char c = is_joint ? name.ptr[++i] : name.ptr[i];
        camel[len++] = is_joint && c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
    }
    struct slice text = request_param(request, (struct slice){ camel, len });
    return text.ptr == NULL ? NULL : arena_cstr(request->arena, text);
}

static enum error run_statement(struct request *request, struct rows *ret_rows)
{
    const struct sql_statement *statement = &sql_statements[request->endpoint->query];
    const char **values = ARENA_ARRAY(request->arena, statement->param_count + 1, const char *);
    for (size_t i = 0; i < statement->param_count; i++) {
        values[i] = statement_value(request, slice_from(statement->params[i]));
    }
    return db_read_text(request->arena, (enum sql_id)request->endpoint->query, values, ret_rows);
}

enum error app_warm(struct request *request, bool *ret_is_new)
{
    struct app *app = request_app(request);
    struct rows rows = { 0 };
    TRY(request_read_params(request));
    const struct document *document =
        document_find(app->documents, document_key(request), request_scope(request)->versions);
    *ret_is_new = document == NULL;
    if (document == NULL) {
        TRY(run_statement(request, &rows));
        document = store(request, rows_json(&rows));
    }
    document_release(document);
    return OK;
}

static enum error hook_query(struct request *request)
{
    struct app *app = request_app(request);
    bool is_kept = request->endpoint->cache != CACHE_NONE;
    if (is_kept && live_is_listening(app->live)) {
        const struct document *document =
            document_find(app->documents, document_key(request), request_scope(request)->versions);
        if (document != NULL) {
            reply_document(request, document);
            return OK;
        }
    }
    struct rows rows = { 0 };
    TRY(run_statement(request, &rows));
    if (is_kept && live_is_listening(app->live)) {
        reply_document(request, store(request, rows_json(&rows)));
    } else {
        reply_json(request, rows_json(&rows));
    }
    return OK;
}

/* ---- hooks: loops and sockets ---- */

static void hook_loop_started(struct loop *loop, void *thing)
{
    crash_watch_thread();
    struct app *app = thing;
    const struct config *settings = app->settings;
    struct db_settings db = {
        .url = settings->database_url,
        .read_connections = (unsigned)settings->db_read_connections,
        .tx_connections = (unsigned)settings->db_tx_connections,
        .read_timeout_ms = (unsigned)settings->db_read_timeout_ms,
        .tx_timeout_ms = (unsigned)settings->db_tx_timeout_ms,
        .acquire_timeout_ms = (unsigned)settings->db_acquire_timeout_ms,
        .counters = metrics_db(loop_index(loop)),
    };
    enum error error = db_loop_start(loop, &db);
    CHECK(error == OK);
    error = redis_loop_start(loop, slice_from(settings->redis_url));
    CHECK(error == OK); /* the address was checked at start */
    if (loop_index(loop) == 0) {
        error = live_loop_start(app->live, loop);
        CHECK(error == OK);
        error = jobs_start(loop, app->work, &app->jobs);
        CHECK(error == OK);
        error = session_watch_start(loop, app, &app->session_watch);
        CHECK(error == OK);
        error = alerts_start(loop, app->settings, &app->alerts);
        CHECK(error == OK);
        error = status_board_start(loop, app);
        CHECK(error == OK);
        error = switch_watch_start(app, loop);
        CHECK(error == OK);
    }
}

static void stop_loop(void *thing)
{
    struct app *app = thing;
    struct loop *loop = loop_here();
    db_loop_end(loop);
    if (loop_index(loop) == 0) {
        switch_watch_stop(app);
        alerts_stop(app->alerts);
        session_watch_stop(app->session_watch);
        status_board_stop();
        jobs_stop(app->jobs);
        live_loop_stop(app->live);
    }
    redis_loop_stop(loop);
    db_loop_stop(loop);
}

static void hook_loop_stopping(struct loop *loop, void *app)
{
    enum error error =
        fiber_start(loop, stop_loop, app); /* it waits; the loop turns until it ends */
    CHECK(error == OK);
}

/* First what is switched off, then who may. */
static enum error hook_authorize(struct request *request)
{
    TRY(modes_check(request));
    return access_authorize(request);
}

static void hook_message(struct socket *socket, struct arena *arena, struct slice text)
{
    struct app *app = server_app(socket_server(socket));
    if (modes_let_listen(socket_caller(socket))) {
        live_message(app->live, socket, arena, text, access_may_listen);
    } else {
        hub_close(socket, CLOSE_TRY_LATER, S("not just now"));
    }
}

void app_hooks(struct server_hooks *ret_hooks)
{
    *ret_hooks = (struct server_hooks){
        .loop_started = hook_loop_started,
        .loop_stopping = hook_loop_stopping,
        .admit = ops_admit,
        .page = modes_page,
        .identify = hook_identify,
        .limit = hook_limit,
        .authorize = hook_authorize,
        .cached = hook_cached,
        .query = hook_query,
        .finished = ops_finished,
        .socket_message = hook_message,
    };
}

/* ---- life ---- */

void session_over(struct app *app, enum identity_kind kind, int64_t id)
{
    struct hub_whom whom = { .kind = kind == IDENTITY_SESSION ? CALLER_SESSION : CALLER_TOKEN,
                             .session_id = id };
    hub_close_some(app->server, &whom, CLOSE_POLICY, S("signed out"));
}

static void signed_out(void *thing, struct slice what)
{
    struct app *app = thing;
    struct slice hash = S("");
    enum identity_kind kind = IDENTITY_SESSION;
    int64_t id = 0;
    if (auth_ended_read(what, &hash, &kind, &id) == OK) {
        auth_forget(app->auth, hash);
        session_over(app, kind, id);
    } else {
        log_line(LOG_WARN, "announcement_unknown", "payload=%s", LOG_Q(what));
    }
}

enum error app_init(struct app *app, const struct config *settings)
{
    *app = (struct app){ .settings = settings,
                         .documents = document_cache_new((size_t)settings->document_cache_bytes),
                         .limits = limits_new(),
                         .access = access_cache_new(),
                         .started = mono_now() };
    app->release = release_own(&app->arena).id;
    TRY(ops_init(app));
    TRY(work_pool_new((unsigned)settings->workers, (unsigned)settings->work_queue, &app->work));
    app->auth = auth_new(app->work);
    struct live_settings live = { .documents = app->documents,
                                  .signed_out = signed_out,
                                  .operator_said = ops_said,
                                  .thing = app };
    app->live = live_new(&live);
    return OK;
}

void app_attach(struct app *app)
{
    live_attach(app->live, app->server);
    ops_attach(app);
}

void app_done(struct app *app)
{
    ops_detach();
    arena_done(&app->arena);
    live_free(app->live);
    work_pool_free(app->work);
    auth_free(app->auth);
    access_cache_free(app->access);
    limits_free(app->limits);
    document_cache_free(app->documents);
}
