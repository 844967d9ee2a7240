/* Where operations meet the engine: each finished request is counted, each failure and each request of
 * an operator noted, blocked addresses are turned away, and news of other nodes acted upon. */
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#include "api/access.h"
#include "api/ops.h"
#include "api/security_log.h"
#include "api/switch_watch.h"
#include "base/check.h"
#include "base/log.h"
#include "http/hub.h"
#include "ops/blocks.h"
#include "ops/metrics.h"
#include "ops/notes.h"
#include "run/fiber.h"

enum { SEEN_SLOTS = 4096, SOURCES_MAX = 128, SOURCES_SHOWN = 10 };
#define SEEN_US (30 * US_PER_S)

/* ---- who was refused for asking too often: the heavy ones (Space-Saving, Metwally et al. 2005) ---- */

static struct {
    pthread_mutex_t lock; /* guards `list` */
    struct source {
        char net[48];
        uint64_t count;
    } list[SOURCES_MAX];
} sources = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* The network an address is in: 203.0.113.0/24, 2001:db8:1::/48. Enough to see a pattern, too little
 * to point at a person. */
static struct slice network_of(struct arena *arena, struct slice address)
{
    struct net net = { 0 };
    if (net_parse(address, &net) != OK) {
        return S("unknown");
    }
    const unsigned char *b = net.bytes;
    bool is_v4 = b[10] == 0xff && b[11] == 0xff && b[0] == 0 && b[1] == 0;
    return is_v4 ? arena_format(arena, "%u.%u.%u.0/24", b[12], b[13], b[14])
                 : arena_format(arena, "%x:%x:%x::/48", (unsigned)b[0] << 8 | b[1],
                                (unsigned)b[2] << 8 | b[3], (unsigned)b[4] << 8 | b[5]);
}

static void note_source(struct arena *arena, struct slice address)
{
    struct slice net = network_of(arena, address);
    pthread_mutex_lock(&sources.lock);
    struct source *least = &sources.list[0];
    struct source *found = NULL;
    for (size_t i = 0; i < SOURCES_MAX && found == NULL; i++) {
        struct source *source = &sources.list[i];
        found = source->count > 0 && slice_eq(slice_from(source->net), net) ? source : NULL;
        least = source->count < least->count ? source : least;
    }
    if (found == NULL) {
        found = least; /* its count stays as the error bound of the new one */
        memcpy(found->net, net.ptr, net.len);
        found->net[net.len] = '\0';
    }
    found->count++;
    pthread_mutex_unlock(&sources.lock);
}

struct slice ops_top_sources(struct arena *arena)
{
    struct source *copy = ARENA_ARRAY(arena, SOURCES_MAX, struct source);
    struct json json;
    pthread_mutex_lock(&sources.lock);
    memcpy(copy, sources.list, sizeof(sources.list));
    pthread_mutex_unlock(&sources.lock);
    json_init(&json, arena);
    json_open_array(&json);
    for (size_t shown = 0; shown < SOURCES_SHOWN; shown++) {
        struct source *most = &copy[0];
        for (size_t i = 1; i < SOURCES_MAX; i++) {
            most = copy[i].count > most->count ? &copy[i] : most;
        }
        if (most->count == 0) {
            break;
        }
        json_open_object(&json);
        json_member_text(&json, S("source"), slice_from(most->net));
        json_member_int(&json, S("count"), (int64_t)most->count);
        json_close_object(&json);
        most->count = 0;
    }
    json_close_array(&json);
    return json_done(&json);
}

void ops_limited(struct app *app, const struct request *request)
{
    (void)app;
    metrics_limited(loop_index(loop_here()), request->endpoint->rate);
    note_source(request->arena, request->address);
}

/* ---- who comes in ---- */

enum error ops_init(struct app *app)
{
    struct slice allow = slice_from(app->settings->ops_allow);
    enum error error = nets_parse(allow, app->ops_nets, OPS_NETS_MAX, &app->ops_net_count);
    if (error != OK) {
        log_line(LOG_ERROR, "ops_allow_unreadable", "value=%s", LOG_Q(allow));
    }
    return error;
}

/* "127.0.0.1:3007", "[::1]:3007" or "localhost": a name of somebody else's that points here is a trick
 * of a web page (DNS rebinding). */
static bool is_own_host(struct slice host)
{
    struct net net = { 0 };
    if (host.len > 0 && host.ptr[0] == '[') {
        size_t end = slice_find(host, ']', 0);
        return end < host.len && net_parse(slice_from_to(host, 1, end), &net) == OK;
    }
    struct slice name = slice_cut(&host, ':');
    return slice_eq_nocase(name, S("localhost")) || net_parse(name, &net) == OK;
}

bool ops_is_direct(const struct request *request)
{
    static const struct slice not_direct[] = {
        S_INIT("x-forwarded-for"), S_INIT("forwarded"),     S_INIT("x-real-ip"), S_INIT("via"),
        S_INIT("origin"),          S_INIT("sec-fetch-site")
    };
    const struct app *app = request_app(request);
    struct net peer = { 0 };
    if (net_parse(request->peer, &peer) != OK ||
        !nets_hold(app->ops_nets, app->ops_net_count, &peer)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(not_direct); i++) {
        if (request_header(request, not_direct[i]).ptr != NULL) {
            return false;
        }
    }
    return is_own_host(request_header(request, S("host")));
}

enum error ops_admit(struct request *request)
{
    return blocks_hold(request->address, request->now) ? E_BLOCKED : OK;
}

/* A session's last use is written down every half minute at most. Each loop remembers its own; two
 * sign-ins that share a slot only cost a note more. */
void ops_seen(const struct request *request)
{
    static _Thread_local struct {
        int64_t id;
        utime at;
    } slots[SEEN_SLOTS];
    const struct caller *caller = &request->caller;
    bool is_session = caller->kind == CALLER_SESSION;
    int64_t id = is_session ? caller->session_id : -caller->session_id;
    uint64_t slot = (uint64_t)id % SEEN_SLOTS;
    if (slots[slot].id == id && request->now - slots[slot].at < SEEN_US) {
        return;
    }
    slots[slot].id = id;
    slots[slot].at = request->now;
    note_seen(is_session, caller->session_id);
}

/* ---- what was answered ---- */

static const char *category_of(enum error error)
{
    switch ((int)error) {
    case E_UNAVAILABLE:
    case E_DRIFT:
        return "database";
    case E_OVERLOADED:
    case E_TIMEOUT:
        return "performance";
    default:
        return "system";
    }
}

static void note_failure(const struct request *request, int status)
{
    const struct error_info *info = error_info(request->error);
    const struct endpoint *row = request->endpoint;
    struct slice route =
        row == NULL ? S("-")
                    : arena_format(request->arena, "%s %s", method_name(row->method), row->path);
    bool is_ours = request->error == E_INTERNAL || request->error == OK;
    note_error(&(struct error_note){
        .source = "server",
        .category = category_of(request->error),
        .severity = is_ours ? "high" : "medium",
        .route = route,
        .message = request->error == OK
                       ? arena_format(request->arena, "answered with %d", status)
                       : arena_format(request->arena, "%s: %s", info->name, info->title),
        .detail = slice_is_utf8(request->faults.detail)
                      ? note_redact(request->arena, request->faults.detail)
                      : S(""),
        .request_id = request->id,
        .user_id = request->caller.user_id,
        .status = status,
        .at = request->now,
    });
}

static bool is_of_operators(const struct request *request)
{
    const struct endpoint *row = request->endpoint;
    return row != NULL && (row->access == ACCESS_OPS || row->access == ACCESS_OPERATOR) &&
           (row->method != METHOD_GET || slice_starts(slice_from(row->path), S("/api/admin/")));
}

/* What operators switched off is no failure, and neither is a probe that says the truth: while a server
 * starts, health is 503. */
static bool is_failure(const struct request *request, int status)
{
    bool is_probe = request->endpoint != NULL && request->endpoint->rate == RATE_PROBE;
    return status >= 500 && !error_is_planned(request->error) && !(is_probe && status == 503);
}

void ops_finished(const struct request *request, size_t route, int status, size_t bytes, int64_t us)
{
    bool has_failed = is_failure(request, status);
    metrics_request(&(struct request_figures){ .loop = loop_index(loop_here()),
                                               .route = route,
                                               .status = status,
                                               .error = request->error,
                                               .is_failure = has_failed,
                                               .bytes = bytes,
                                               .us = us });
    if (has_failed) {
        note_failure(request, status);
    }
    security_log(request, status);
    if (is_of_operators(request)) {
        const struct caller *caller = &request->caller;
        bool is_token = caller->kind == CALLER_TOKEN;
        note_access(&(struct access_note){ .actor = ops_actor_kind(request),
                                           .user_id = caller->user_id,
                                           .token_id = is_token ? caller->session_id : 0,
                                           .method = request->method,
                                           .path = slice_from(request->endpoint->path),
                                           .address = request->peer,
                                           .request_id = request->id,
                                           .status = status,
                                           .at = request->now });
    }
}

/* ---- figures that others keep ---- */

static void refresh(void *thing)
{
    struct app *app = thing;
    struct document_figures documents = { 0 };
    document_figures(app->documents, &documents);
    metrics_total(TOTAL_CACHE_HITS, documents.hits);
    metrics_total(TOTAL_CACHE_MISSES, documents.misses);
    metrics_total(TOTAL_CACHE_EVICTIONS, documents.evictions);
}

static const char *const rate_words[RATE_COUNT] = { [RATE_READ] = "read",
                                                    [RATE_WRITE] = "write",
                                                    [RATE_SIGN_IN] = "sign-in",
                                                    [RATE_PROBE] = "probe",
                                                    [RATE_REPORT] = "report" };

/* The rows in the order of the router's indices, as server_new was given them. */
static size_t route_labels(struct arena *arena, const struct metrics_route **ret_routes)
{
    const struct endpoint_table *tables = NULL;
    size_t table_count = 0;
    size_t count = 0;
    app_tables(arena, &tables, &table_count);
    for (size_t t = 0; t < table_count; t++) {
        count += tables[t].count;
    }
    struct metrics_route *routes = ARENA_ARRAY(arena, count + 1, struct metrics_route);
    size_t at = 0;
    for (size_t t = 0; t < table_count; t++) {
        for (size_t r = 0; r < tables[t].count; r++) {
            const struct endpoint *row = &tables[t].rows[r];
            routes[at++].label =
                arena_format(arena, "%s %s", method_name(row->method), row->path).ptr;
        }
    }
    *ret_routes = routes;
    return count;
}

void ops_attach(struct app *app)
{
    unsigned loops = server_loops(app->server);
    struct metrics_setup setup = { .loops = loops,
                                   .rates = rate_words,
                                   .rate_count = RATE_COUNT,
                                   .refresh = refresh,
                                   .thing = app };
    setup.route_count = route_labels(&app->arena, &setup.routes);
    metrics_start(&setup);
    for (unsigned i = 0; i < loops; i++) {
        struct socket_meters *meters = server_socket_meters(app->server, i);
        metrics_watch("socket_frames", "", &meters->frames);
        metrics_watch_timing("socket_delivery", "", &meters->delivery);
    }
    figures_name(slice_from(app->settings->node_name));
}

void ops_detach(void)
{
    metrics_stop();
}

/* ---- news ---- */

static bool is_blocked(struct slice address)
{
    return blocks_hold(address, utime_now());
}

/* Sockets that were opened before their address was blocked. */
static void close_blocked(struct app *app)
{
    if (blocks_count(utime_now()) > 0) {
        hub_close_some(app->server, &(struct hub_whom){ .is_meant = is_blocked }, CLOSE_POLICY,
                       S("blocked"));
    }
}

/* What must be known before anything is believed: who is blocked, and since when sign-ins count. */
static void reload(void *thing)
{
    struct app *app = thing;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct rows rows = { 0 };
    enum error error = blocks_load();
    if (error == OK) {
        error = db_read(&arena, SQL_OPS_GENERATION, NO_PARAMS, &rows);
    }
    if (error == OK) {
        auth_forget_all(app->auth, rows_int(&rows, 0, "generation"));
        access_cache_clear(app->access);
        close_blocked(app);
    } else {
        log_line(LOG_WARN, "operators_news_unread", "error=%s", error_info(error)->name);
    }
}

struct person_news {
    struct app *app;
    int64_t user_id;
};

/* The rights of one account have changed. */
static void look_again(void *thing)
{
    struct person_news news = *(struct person_news *)thing;
    CLEANUP(arena_done) struct arena arena = { 0 };
    free(thing);
    auth_user_dropped(news.app->auth, &arena, news.user_id);
}

static void start_look_again(struct app *app, int64_t user_id)
{
    struct person_news *news = malloc(sizeof(*news));
    CHECK(news != NULL);
    *news = (struct person_news){ .app = app, .user_id = user_id };
    if (fiber_start(loop_here(), look_again, news) != OK) {
        log_line(LOG_WARN, "operators_news_unread", "error=%s", "no fiber");
        free(news);
    }
}

static void reload_simulation(void *thing)
{
    (void)thing;
    alerts_read_simulation();
}

static void start_reload(struct app *app)
{
    if (fiber_start(loop_here(), reload, app) != OK) {
        log_line(LOG_WARN, "operators_news_unread", "error=%s", "no fiber");
    }
}

void ops_said(void *thing, struct slice what)
{
    struct app *app = thing;
    struct slice rest = what;
    struct slice word = slice_cut(&rest, ':');
    struct slice value = rest.ptr == NULL ? S("") : rest;
    int64_t number = 0;
    if (what.len == 0) {
        access_cache_clear(app->access);
        start_reload(app);
        switch_watch_look(app);
    } else if (slice_eq(word, S("blocks"))) {
        start_reload(app);
    } else if (slice_eq(word, S("identities")) && value.len == 0) {
        start_reload(app);
    } else if (slice_eq(word, S("person")) && slice_to_int(value, &number) == OK) {
        start_look_again(app, number);
    } else if (slice_eq(word, S("switches"))) {
        switch_watch_look(app);
    } else if (slice_eq(word, S("identities")) && slice_to_int(value, &number) == OK) {
        auth_forget_all(app->auth, number);
        access_cache_clear(app->access);
    } else if (slice_eq(word, S("sockets")) && slice_to_int(value, &number) == OK) {
        hub_close_user(app->server, number, CLOSE_POLICY, S("signed out"));
    } else if (slice_eq(word, S("simulation"))) {
        if (fiber_start(loop_here(), reload_simulation, app) != OK) {
            log_line(LOG_WARN, "operators_news_unread", "error=%s", "no fiber");
        }
    } else if (slice_eq(word, S("documents"))) {
        document_clear_some(app->documents, value);
    } else {
        log_line(LOG_WARN, "announcement_unknown", "payload=%s", LOG_Q(what));
    }
}
