/* What operators' endpoints share: measuring requests, the audit log, news between nodes. */
#ifndef ASTRALFIELD_API_OPS_H
#define ASTRALFIELD_API_OPS_H

#include "api/app.h"
#include "base/json.h"
#include "db/db.h"
#include "ops/audit.h"
#include "ops/figures.h"

/* ---- hooks of the server and of live/ (ops_hooks.c) ---- */

/* Parses OPS_ALLOW. E_INVALID. */
MUST_CHECK enum error ops_init(struct app *app);

/* Starts measuring; between server_new and server_start. */
void ops_attach(struct app *app);
void ops_detach(void);

enum error ops_admit(struct request *request);
void ops_finished(const struct request *request, size_t route, int status, size_t bytes,
                  int64_t us);
void ops_limited(struct app *app, const struct request *request);
void ops_seen(const struct request *request);
void ops_said(void *app, struct slice what);

/* Looks once a second for what announcements missed (ops_watch.c); both on the first loop, the second in
 * a fiber. */
struct session_watch;
MUST_CHECK enum error session_watch_start(struct loop *loop, struct app *app,
                                          struct session_watch **ret_watch);
void session_watch_stop(struct session_watch *watch);

/* The connection comes from OPS_ALLOW itself and not through a proxy or a browser's page. */
bool ops_is_direct(const struct request *request);

/* The addresses that were refused most often by rate limits, cut to their network, as JSON. */
struct slice ops_top_sources(struct arena *arena);

/* ---- who does something (ops_audit.c) ---- */

struct audit_note {
    const char *action;      /* "cache.clear" */
    const char *target_kind; /* "user"; NULL = none */
    struct slice target_id;
    struct slice before, after; /* JSON objects; empty = none */
    struct slice reason;
    struct slice incident_ref;
};

/* Adds a row in this transaction; *ret_seq (may be NULL) is its number. Take it last: it holds the
 * audit stream until the transaction ends. */
MUST_CHECK enum error ops_audit(struct request *request, struct tx *tx,
                                const struct audit_note *note, int64_t *ret_seq);

/* A transaction that only adds to the audit and says something (what may be empty). */
MUST_CHECK enum error ops_note_action(struct request *request, const struct audit_note *note,
                                      struct slice what);

/* "operator 7", "token 3", "local". */
struct slice ops_actor_text(struct request *request);
const char *ops_actor_kind(const struct request *request);

/* ---- writing figures (ops_json.c) ---- */

/* part / whole with six places; null when there is no whole. */
void json_member_ratio(struct json *json, struct slice key, int64_t part, int64_t whole);

/* A number of thousandths as a decimal ("12.345"); null when negative. */
void json_member_milli(struct json *json, struct slice key, int64_t thousandths);

/* An integer; null when negative. */
void json_member_count(struct json *json, struct slice key, int64_t value);

/* count, p50Ms, p95Ms, p99Ms, maxMs of a timing as members of the open object. */
void json_timing_members(struct json *json, const struct series *timing);

/* errorRate (0 to 1) and errorRatePercent: answers of 500 and more by all answers. */
void ops_write_error_rate(struct json *json, const struct window *window);

/* The array of endpoints of the window, slowest first, or those that failed. */
void ops_write_endpoints(struct json *json, const struct window *window, bool is_impacted);

/* "window": seconds, since, and whose figures they are. */
void ops_write_window(struct json *json, const struct window *window);

/* What operators' rows have in common. */
#define OPS_ROW .tag = "Operations", .access = ACCESS_OPS
#define OPS_GET OPS_ROW, .method = METHOD_GET, .rate = RATE_READ, .lane = LANE_OPS
#define OPS_POST OPS_ROW, .method = METHOD_POST, .rate = RATE_WRITE, .lane = LANE_OPS

/* -1 when there is no whole. */
int64_t permille_of(int64_t part, int64_t whole);

#endif
