/* Asking the running server over HTTP, as the commands health, smoke, report and cache do.
 *
 * Where it is: --url, else $ASTRALFIELD_URL, else what `astralfield up` wrote beside its data, else
 * PORT of the settings on this machine. Operators' addresses answer a direct connection from OPS_ALLOW;
 * from elsewhere an API token with the scope ops is taken from $ASTRALFIELD_TOKEN. */
#ifndef ASTRALFIELD_CLI_CALL_H
#define ASTRALFIELD_CLI_CALL_H

#include <jansson.h>

#include "cli/cli.h"

#define CALL_URL_OPTION                                                                            \
    {                                                                                              \
        .name = "url", .value = "URL",                                                             \
        .doc = "the server to ask (default: the instance of --data, or ASTRALFIELD_URL)"           \
    }

struct call {
    struct cli *cli;
    const char *base;   /* "http://localhost:3007", no slash at the end */
    void *curl;         /* keeps the connection and the cookies; NULL = not opened */
    struct slice csrf;  /* sent as X-CSRF-Token with what changes; empty = none */
    struct slice key;   /* sent as Idempotency-Key; empty = none */
    int64_t timeout_ms; /* of one call */
};

struct call_reply {
    int status;
    struct slice body;
    struct slice media; /* "application/json"; empty when not said */
    int64_t us;         /* until the last byte */
};

/* Finds the server (without asking it). E_USAGE: the address is none. */
MUST_CHECK enum error call_open(struct cli *cli, struct call *ret_call);

/* Fits CLEANUP(call_done). */
void call_done(struct call *call);

/* One request; `body` is JSON or empty. E_UNAVAILABLE, E_TIMEOUT with the reason: no answer. Every
 * status is an answer. */
MUST_CHECK enum error call_send(struct call *call, const char *method, const char *path,
                                struct slice body, struct call_reply *ret_reply);

/* The reply as JSON, which lives as long as the arena. E_INVALID: it is none. */
MUST_CHECK enum error call_json(struct call *call, const struct call_reply *reply,
                                json_t **ret_json);

/* GET or POST that must be answered with 2xx and JSON; otherwise the error says what the server's
 * problem document says. */
MUST_CHECK enum error call_expect(struct call *call, const char *method, const char *path,
                                  struct slice body, struct call_reply *ret_reply,
                                  json_t **ret_json);

/* A true WebSocket handshake at /api/socket, then a close. *ret_us is how long it took. */
MUST_CHECK enum error call_socket(struct call *call, int64_t *ret_us);

/* ---- reading replies ---- */

/* The text at a dotted path ("responseTime.p95"), numbers and booleans as text; empty = not there. */
struct slice json_at(struct arena *arena, const json_t *json, const char *path);
const json_t *json_find(const json_t *json, const char *path);

#endif
