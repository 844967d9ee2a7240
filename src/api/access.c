#include "api/access.h"

#include <pthread.h>
#include <stdlib.h>

#include <uthash.h>

#include "api/common.h"
#include "api/ops.h"
#include "base/check.h"
#include "db/db.h"
#include "ops/simulate.h"
#include "run/fiber.h"

enum { ACCESS_ENTRIES_MAX = 100000 };

/* What a caller is in a league, good while the league's ledger stands still. */
struct standing_key {
    int64_t league_id;
    int64_t user_id;
};

struct standing {
    struct standing_key key;
    struct access_scope scope;
    int64_t league_seq;
    UT_hash_handle hh;
};

/* A team's, matchup's or draft's league: that never changes. */
struct owner_key {
    int64_t kind; /* enum sql_id of the look-up */
    int64_t id;
};

struct owner {
    struct owner_key key;
    int64_t league_id;
    UT_hash_handle hh;
};

struct access_cache {
    pthread_mutex_t lock; /* guards everything below */
    struct standing *standings;
    struct owner *owners;
};

struct access_cache *access_cache_new(void)
{
    struct access_cache *cache = calloc(1, sizeof(*cache));
    CHECK(cache != NULL);
    pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

static void forget_standings(struct access_cache *cache)
{
    struct standing *entry = NULL;
    struct standing *next = NULL;
    HASH_ITER(hh, cache->standings, entry, next)
    {
        HASH_DEL(cache->standings, entry);
        free(entry);
    }
}

static void forget_owners(struct access_cache *cache)
{
    struct owner *entry = NULL;
    struct owner *next = NULL;
    HASH_ITER(hh, cache->owners, entry, next)
    {
        HASH_DEL(cache->owners, entry);
        free(entry);
    }
}

void access_cache_clear(struct access_cache *cache)
{
    pthread_mutex_lock(&cache->lock);
    forget_standings(cache);
    pthread_mutex_unlock(&cache->lock);
}

void access_cache_free(struct access_cache *cache)
{
    if (cache != NULL) {
        forget_standings(cache);
        forget_owners(cache);
        pthread_mutex_destroy(&cache->lock);
        free(cache);
    }
}

/* ---- which league ---- */

static int64_t known_owner(struct access_cache *cache, struct owner_key key)
{
    struct owner *entry = NULL;
    pthread_mutex_lock(&cache->lock);
    HASH_FIND(hh, cache->owners, &key, sizeof(key), entry);
    int64_t league_id = entry == NULL ? 0 : entry->league_id;
    pthread_mutex_unlock(&cache->lock);
    return league_id;
}

static void keep_owner(struct access_cache *cache, struct owner_key key, int64_t league_id)
{
    struct owner *entry = NULL;
    pthread_mutex_lock(&cache->lock);
    if (HASH_COUNT(cache->owners) >= ACCESS_ENTRIES_MAX) {
        forget_owners(cache);
    }
    HASH_FIND(hh, cache->owners, &key, sizeof(key), entry);
    if (entry == NULL) {
        entry = calloc(1, sizeof(*entry));
        CHECK(entry != NULL);
        *entry = (struct owner){ .key = key, .league_id = league_id };
        HASH_ADD(hh, cache->owners, key, sizeof(entry->key), entry);
    }
    pthread_mutex_unlock(&cache->lock);
}

static enum error league_of(struct request *request, enum sql_id look_up, int64_t id,
                            int64_t *ret_league_id)
{
    struct access_cache *cache = request_app(request)->access;
    struct owner_key key = { .kind = look_up, .id = id };
    int64_t league_id = known_owner(cache, key);
    if (league_id == 0) {
        struct rows rows = { 0 };
        TRY(db_read(request->arena, look_up, PARAMS(P_INT(id)), &rows));
        if (rows.count == 0) {
            return E_NOT_FOUND;
        }
        league_id = rows_int(&rows, 0, "league_id");
        keep_owner(cache, key, league_id);
    }
    *ret_league_id = league_id;
    return OK;
}

/* The league the path is about; 0 when it is about none. Path values are checked later against their
 * schema: what is no number here is not found there. */
static enum error path_league(struct request *request, int64_t *ret_league_id)
{
    static const struct {
        struct slice name;
        enum sql_id look_up;
    } owners[] = {
        { S_INIT("{leagueId}"), SQL_NONE },
        { S_INIT("{teamId}"), SQL_ACCESS_TEAM },
        { S_INIT("{matchupId}"), SQL_ACCESS_MATCHUP },
        { S_INIT("{draftId}"), SQL_ACCESS_DRAFT },
    };
    struct slice rest = slice_from(request->endpoint->path);
    size_t value = 0;
    *ret_league_id = 0;
    while (rest.ptr != NULL) {
        struct slice segment = slice_cut(&rest, '/');
        if (segment.len == 0 || segment.ptr[0] != '{') {
            continue;
        }
        struct slice text = request->path_values[value++];
        for (size_t i = 0; i < ARRAY_LEN(owners); i++) {
            int64_t id = 0;
            if (!slice_eq(segment, owners[i].name)) {
                continue;
            }
            if (slice_to_int(text, &id) != OK || id <= 0) {
                return E_NOT_FOUND;
            }
            if (owners[i].look_up == SQL_NONE) {
                *ret_league_id = id;
                return OK;
            }
            return league_of(request, owners[i].look_up, id, ret_league_id);
        }
    }
    return OK;
}

/* ---- what the caller is there ---- */

static enum league_role role_from(struct slice key)
{
    static const struct {
        struct slice key;
        enum league_role role;
    } roles[] = {
        { S_INIT("viewer"), ROLE_VIEWER },
        { S_INIT("manager"), ROLE_MANAGER },
        { S_INIT("co_commissioner"), ROLE_CO_COMMISSIONER },
        { S_INIT("commissioner"), ROLE_COMMISSIONER },
    };
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        if (slice_eq(roles[i].key, key)) {
            return roles[i].role;
        }
    }
    return ROLE_NONE;
}

static bool known_standing(struct access_cache *cache, struct standing_key key, int64_t league_seq,
                           struct access_scope *ret_scope)
{
    struct standing *entry = NULL;
    pthread_mutex_lock(&cache->lock);
    HASH_FIND(hh, cache->standings, &key, sizeof(key), entry);
    bool is_good = entry != NULL && entry->league_seq == league_seq;
    if (is_good) {
        *ret_scope = entry->scope;
    }
    pthread_mutex_unlock(&cache->lock);
    return is_good;
}

static void keep_standing(struct access_cache *cache, struct standing_key key, int64_t league_seq,
                          const struct access_scope *scope)
{
    struct standing *entry = NULL;
    pthread_mutex_lock(&cache->lock);
    if (HASH_COUNT(cache->standings) >= ACCESS_ENTRIES_MAX) {
        forget_standings(cache);
    }
    HASH_FIND(hh, cache->standings, &key, sizeof(key), entry);
    if (entry == NULL) {
        entry = calloc(1, sizeof(*entry));
        CHECK(entry != NULL);
        entry->key = key;
        HASH_ADD(hh, cache->standings, key, sizeof(entry->key), entry);
    }
    entry->scope = *scope;
    entry->league_seq = league_seq;
    pthread_mutex_unlock(&cache->lock);
}

static enum error find_scope(struct app *app, struct arena *arena, struct standing_key key,
                             struct access_scope *ret_scope)
{
    struct document_versions versions = live_versions(app->live, key.league_id);
    bool is_listening = live_is_listening(app->live);
    if (is_listening && known_standing(app->access, key, versions.league_seq, ret_scope)) {
        ret_scope->versions = versions;
        return OK;
    }
    struct rows rows = { 0 };
    TRY(db_read(arena, SQL_ACCESS_LEAGUE, PARAMS(P_INT(key.league_id), P_INT(key.user_id)), &rows));
    if (rows.count == 0) {
        return E_NOT_FOUND;
    }
    *ret_scope = (struct access_scope){ .league_id = key.league_id,
                                        .team_id = rows_int(&rows, 0, "team_id"),
                                        .role = role_from(rows_text(&rows, 0, "role")),
                                        .is_public = rows_bool(&rows, 0, "is_public"),
                                        .versions = versions };
    if (is_listening) {
        keep_standing(app->access, key, versions.league_seq, ret_scope);
    }
    return OK;
}

/* ---- the rule ---- */

static bool is_commissioner(const struct access_scope *scope)
{
    return scope->role == ROLE_COMMISSIONER || scope->role == ROLE_CO_COMMISSIONER;
}

/* The team in the path is the caller's own. */
static bool is_own_team(const struct request *request, const struct access_scope *scope)
{
    int64_t team_id = 0;
    return scope->team_id != 0 && slice_to_int(request->path_values[0], &team_id) == OK &&
           team_id == scope->team_id;
}

static enum error sign_in_or(const struct request *request, enum error error)
{
    return request->caller.kind == CALLER_ANONYMOUS ? E_SIGN_IN : error;
}

/* Whether the caller may; he can see the league. */
static bool may(const struct request *request, const struct access_scope *scope)
{
    bool is_operator = request->caller.is_operator;
    switch (request->endpoint->access) {
    case ACCESS_PUBLIC:
    case ACCESS_LEAGUE_READ:
        return true;
    case ACCESS_SIGNED_IN:
        return request->caller.kind != CALLER_ANONYMOUS;
    case ACCESS_LEAGUE_MEMBER:
        return scope->role != ROLE_NONE;
    case ACCESS_TEAM_OWNER:
        return is_own_team(request, scope) || is_commissioner(scope);
    case ACCESS_COMMISSIONER:
        return is_commissioner(scope);
    case ACCESS_OPERATOR:
        return is_operator;
    case ACCESS_OPS:
        return is_operator || (request->caller.kind == CALLER_ANONYMOUS && ops_is_direct(request));
    case ACCESS_UNSAID:
    case ACCESS_COUNT:
        break;
    }
    return false;
}

/* What an API token may be used for. */
static bool token_may(const struct request *request)
{
    const struct endpoint *row = request->endpoint;
    unsigned needed = row->method == METHOD_GET ? SCOPE_READ : SCOPE_WRITE;
    if (slice_starts(slice_from(row->path), S("/api/auth/"))) {
        needed = SCOPE_ACCOUNT;
    }
    if (row->access == ACCESS_OPERATOR || row->access == ACCESS_OPS) {
        needed = SCOPE_OPS;
    }
    return row->access == ACCESS_PUBLIC || (request->caller.scopes & needed) == needed;
}

/* What an operator without a second factor may do: set one up, or go. */
static bool is_for_enrolling(const struct endpoint *row)
{
    static const struct slice paths[] = { S_INIT("/api/auth/me"), S_INIT("/api/auth/logout") };
    struct slice path = slice_from(row->path);
    return row->access == ACCESS_PUBLIC || slice_starts(path, S("/api/auth/totp")) ||
           slice_eq(path, paths[0]) || slice_eq(path, paths[1]);
}

static enum error check_second_factor(struct request *request)
{
    enum access access = request->endpoint->access;
    switch (request->caller.second_factor) {
    case SECOND_FACTOR_ENROL:
        return is_for_enrolling(request->endpoint)
                   ? OK
                   : refuse(&request->faults, E_SECOND_FACTOR_FIRST,
                            "Set up a second factor: an operator's account may do nothing before.");
    case SECOND_FACTOR_PROVE:
        return access != ACCESS_OPERATOR && access != ACCESS_OPS
                   ? OK
                   : refuse(&request->faults, E_SECOND_FACTOR_FIRST,
                            "Give a code of your second factor: this session has shown none in "
                            "the last 12 hours.");
    case SECOND_FACTOR_OK:
        break;
    }
    return OK;
}

/* What a simulated incident does to a user's request. */
static enum error suffer(struct request *request)
{
    const struct endpoint *row = request->endpoint;
    bool is_spared = row->access == ACCESS_OPS || row->access == ACCESS_OPERATOR ||
                     row->rate == RATE_PROBE || row->is_upgrade;
    struct simulated simulated = simulation_now(request->now);
    struct rows rows = { 0 };
    if (is_spared || simulated.kind == SIMULATE_NOTHING) {
        return OK;
    }
    if (simulated.kind == SIMULATE_SLOW_DATABASE) {
        return db_read(request->arena, SQL_ALERTS_SIMULATE_WAIT, PARAMS(P_INT(simulated.delay_ms)),
                       &rows);
    }
    if (simulated.delay_ms > 0) {
        fiber_sleep(simulated.delay_ms * US_PER_MS);
    }
    return simulated.fails
               ? refuse(&request->faults, E_UNAVAILABLE, "This failure is a simulation.")
               : OK;
}

enum error access_authorize(struct request *request)
{
    struct access_scope *scope = ARENA_NEW(request->arena, struct access_scope);
    struct app *app = request_app(request);
    int64_t league_id = 0;
    request->scope = scope;
    TRY(check_second_factor(request));
    TRY(suffer(request));
    TRY(path_league(request, &league_id));
    scope->versions = live_versions(app->live, 0);
    if (league_id != 0) {
        struct standing_key key = { .league_id = league_id, .user_id = request->caller.user_id };
        enum error error = find_scope(app, request->arena, key, scope);
        if (error == E_NOT_FOUND && request->endpoint->access == ACCESS_SIGNED_IN) {
            error = OK; /* the handler says what it says of a private league */
        }
        TRY(error);
        bool can_see = scope->is_public || scope->role != ROLE_NONE;
        if (!can_see && request->endpoint->access != ACCESS_PUBLIC &&
            request->endpoint->access != ACCESS_SIGNED_IN) {
            return sign_in_or(request, E_NOT_FOUND);
        }
    }
    if (!may(request, scope)) {
        return sign_in_or(request, E_FORBIDDEN);
    }
    if (request->caller.kind == CALLER_TOKEN && !token_may(request)) {
        return refuse(&request->faults, E_FORBIDDEN,
                      "This token lacks the scope for this address.");
    }
    return OK;
}

enum error access_may_listen(void *thing, struct arena *arena, struct listener *listener)
{
    struct access_scope scope = { 0 };
    struct standing_key key = { .league_id = listener->league_id,
                                .user_id = listener->caller->user_id };
    if (listener->caller->second_factor == SECOND_FACTOR_ENROL) {
        return E_SECOND_FACTOR_FIRST;
    }
    TRY(find_scope(thing, arena, key, &scope));
    listener->is_member = scope.role != ROLE_NONE;
    return scope.is_public || listener->is_member ? OK : E_NOT_FOUND;
}
