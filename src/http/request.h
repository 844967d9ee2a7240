/* What a handler sees: the request, who asks, and the reply functions. Nothing of the connection. */
#ifndef ASTRALFIELD_HTTP_REQUEST_H
#define ASTRALFIELD_HTTP_REQUEST_H

#include "http/endpoint.h"

enum caller_kind { CALLER_ANONYMOUS, CALLER_SESSION, CALLER_TOKEN };

/* What an operator's session still has to do before it may do more. */
enum second_factor {
    SECOND_FACTOR_OK,
    SECOND_FACTOR_ENROL, /* the account has none */
    SECOND_FACTOR_PROVE, /* it has one, and no code was given in this session lately */
};

struct caller {
    enum caller_kind kind;
    int64_t user_id; /* 0 when anonymous */
    bool is_operator;
    int64_t session_id;      /* or the token's id */
    struct slice csrf_token; /* what X-CSRF-Token must say (sessions) */
    unsigned scopes;         /* API token scopes; all bits for sessions */
    enum second_factor second_factor;
};

enum { REQUEST_PARAMS_MAX = 4 };

struct request {
    struct arena *arena;
    struct faults faults;
    const struct endpoint *endpoint;
    struct caller caller;
    utime now;       /* when the head was complete, server clock */
    struct slice id; /* request id, 16 hex digits */
    struct slice method;
    struct slice path;  /* as sent, without the query */
    struct slice query; /* raw, after '?'; empty when none */
    struct slice body;
    struct slice address;                         /* of the client, text */
    struct slice peer;                            /* of the connection: never a header's */
    const void *params;                           /* typed struct of endpoint->params */
    const void *input;                            /* typed struct of endpoint->body */
    struct slice path_values[REQUEST_PARAMS_MAX]; /* decoded, in the order of the path */
    void *scope;                                  /* what authorize found out; its own */
    enum error error;                             /* what was answered instead; OK = none */
    void *connection;                             /* the engine's */
    void *reply;                                  /* the engine's */
};

/* A request header by lower-case name; ptr NULL when absent. */
struct slice request_header(const struct request *request, struct slice name);

/* A cookie by name; ptr NULL when absent. */
struct slice request_cookie(const struct request *request, struct slice name);

/* A query value by name, percent-decoded into the arena; ptr NULL when absent. */
struct slice request_query(const struct request *request, struct slice name);

/* ---- the reply: set once, then the handler returns OK ---- */

/* 200 (or the row's status) with a JSON document; the bytes must live as long as the arena. */
void reply_json(struct request *request, struct slice document);

/* Any body with its media type. */
void reply_body(struct request *request, struct slice body, const char *media);

void reply_status(struct request *request, int status);

/* Adds a header; name and value must live as long as the arena. */
void reply_header(struct request *request, struct slice name, struct slice value);

/* How caches may keep the answer, instead of what follows from the row; must live as long as the arena. */
void reply_cache_control(struct request *request, const char *text);

/* Gives the document an entity tag (without quotes). The engine answers 304 for If-None-Match. */
void reply_etag(struct request *request, struct slice tag);

/* The problem document of `error` from request->faults (RFC 9457, application/problem+json), in the
 * request's arena. The detail of a 5xx stays in the log. Used by the engine for every error a
 * handler returns. */
struct slice problem_document(const struct request *request, enum error error);

/* Seconds for the Retry-After header of this error; 0 = none. */
int problem_retry_after_s(enum error error);

#endif
