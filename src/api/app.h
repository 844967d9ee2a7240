/* The application behind the server: what handlers share, and how a league's command is given. */
#ifndef ASTRALFIELD_API_APP_H
#define ASTRALFIELD_API_APP_H

#include <stdatomic.h>

#include "auth/auth.h"
#include "base/nets.h"
#include "cache/documents.h"
#include "cache/limits.h"
#include "http/server.h"
#include "jobs/alerts.h"
#include "jobs/jobs.h"
#include "league/ledger.h"
#include "live/live.h"
#include "ops/config.h"

struct access_cache;

enum { OPS_NETS_MAX = 64 };

struct app {
    const struct config *settings;
    struct server *server;
    struct work_pool *work;
    struct auth *auth;
    struct document_cache *documents;
    struct limits *limits;
    struct live *live;
    struct access_cache *access;
    struct jobs *jobs; /* of the first loop, as the next two */
    struct session_watch *session_watch;
    struct alerts *alerts; /* the watch */
    struct mono started;
    struct slice release;              /* that this program lies in; empty = none */
    atomic_bool was_whole;             /* all database connections were ready once */
    struct arena arena;                /* as long as the application */
    struct net ops_nets[OPS_NETS_MAX]; /* OPS_ALLOW */
    size_t ops_net_count;
};

/* What authorize found out about the caller and the league in the path; request->scope. */
struct access_scope {
    int64_t league_id; /* 0 = the row is of no league */
    int64_t team_id;   /* of the caller in this league; 0 = none */
    enum league_role role;
    bool is_public;                    /* anybody may read the league */
    struct document_versions versions; /* from before anything was read */
};

struct app *request_app(const struct request *request);
const struct access_scope *request_scope(const struct request *request);

/* ---- giving a command to a league ---- */

/* Fills a change from the request: actor, Idempotency-Key, body, clock. `kind` as in ledger.h. Use
 * with CLEANUP(change_done). */
struct change request_change(struct request *request, struct slice kind);

/* The names of the cookies: with TLS in front they can be set by this host alone ("__Host-"). */
struct slice request_session_cookie(const struct request *request);
struct slice request_device_cookie(const struct request *request);

/* What this sign-in still has to do before it may do all its account may. */
enum second_factor app_second_factor(const struct app *app, const struct identity *identity);

/* A session or token has ended: its sockets on this node go. Any thread. */
void session_over(struct app *app, enum identity_kind kind, int64_t id);

/* Whether an event, sign-in record … comes from here. */
struct origin request_origin(const struct request *request);

/* After a command has committed: its league's documents are stale for the next request. */
void request_changed(struct request *request, const struct change *change);

/* The command's answer as the reply, after request_changed. */
void reply_change(struct request *request, const struct change *change);

/* One read statement with `result json` as the reply. */
MUST_CHECK enum error reply_query(struct request *request, enum sql_id id, struct params params);

/* {"success": true} */
enum error reply_success(struct request *request);

/* ---- the tables ---- */

/* All endpoint tables, in the arena. */
void app_tables(struct arena *arena, const struct endpoint_table **ret_tables, size_t *ret_count);

/* Hooks and start: see cli/cmd_serve.c. */
void app_hooks(struct server_hooks *ret_hooks);
MUST_CHECK enum error app_init(struct app *app, const struct config *settings);
/* Between server_new and server_start. */
void app_attach(struct app *app);
void app_done(struct app *app);

/* Makes the document of a cached row that a statement answers, unless it is there already: *ret_is_new
 * says which. The request is a copy with endpoint, path, query, path_values and scope set. */
MUST_CHECK enum error app_warm(struct request *request, bool *ret_is_new);

#endif
