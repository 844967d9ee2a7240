/* One endpoint is one row. Zero means "not said" where that could be dangerous, and is refused when
 * the table is checked at start. */
#ifndef ASTRALFIELD_HTTP_ENDPOINT_H
#define ASTRALFIELD_HTTP_ENDPOINT_H

#include "http/schema.h"

struct request;

enum method { METHOD_UNSAID, METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE };

enum access {
    ACCESS_UNSAID,
    ACCESS_PUBLIC,        /* anybody */
    ACCESS_SIGNED_IN,     /* any account */
    ACCESS_LEAGUE_READ,   /* members; anybody when the league is public */
    ACCESS_LEAGUE_MEMBER, /* members only */
    ACCESS_TEAM_OWNER,    /* managers of the team in the path; commissioners of its league */
    ACCESS_COMMISSIONER,  /* commissioner or co-commissioner of the league in the path */
    ACCESS_OPERATOR,
    ACCESS_OPS, /* operators, their tokens, and direct connections from OPS_ALLOW */
    ACCESS_COUNT
};

enum rate { RATE_UNSAID, RATE_READ, RATE_WRITE, RATE_SIGN_IN, RATE_PROBE, RATE_REPORT, RATE_COUNT };

enum lane { LANE_FAST, LANE_HEAVY, LANE_OPS };

enum cache {
    CACHE_NONE,     /* never stored */
    CACHE_CONSTANT, /* same until the process ends: documents about ourselves */
    CACHE_BRIEF,    /* same for everybody and at most BRIEF_US old: health */
    CACHE_LEAGUE,   /* same for every viewer; stale when the league's seq or the nfl seq moves */
    CACHE_NFL,      /* same for every viewer; stale when the nfl seq moves */
};

enum { ENDPOINT_ERRORS_MAX = 10 };
#define BRIEF_US (1 * US_PER_S)

struct endpoint {
    enum method method;
    const char *path; /* "/api/leagues/{leagueId}/standings" */
    const char *name; /* operationId: "leagueStandings" */
    const char *summary;
    const char *description; /* optional, Markdown */
    const char *tag;         /* group in the manual: "Leagues" */
    enum access access;
    enum rate rate;
    enum lane lane;
    enum cache cache;
    const struct schema *params; /* NULL = none */
    const struct schema *body;   /* NULL = no body */
    bool is_form_json;           /* `curl -d` calls its JSON a form: read it all the same */
    size_t body_bytes;           /* longest body; 0 = the server's limit for all */
    const struct schema *reply;  /* NULL only with .media or status 204 */
    const char *media;           /* reply media type when it is not JSON */
    int status;                  /* of success; 0 = 200 */
    bool is_offline_ok;          /* the service worker may keep the reply (X-Offline: ok) */
    bool is_upgrade;             /* WebSocket handshake */
    unsigned query;              /* enum sql_id: the statement answers; 0 = handle() does */
    enum error errors[ENDPOINT_ERRORS_MAX]; /* beyond those that follow from the row itself */
    enum error (*handle)(struct request *request);
};

/* A set of rows, one per area. */
struct endpoint_table {
    const struct endpoint *rows;
    size_t count;
};

/* Checks every row (said access and rate, unique name and path, parameters that match the path,
 * reply schema, errors); faults name the row. */
MUST_CHECK enum error endpoints_check(const struct endpoint_table *tables, size_t count,
                                      struct faults *faults);

/* Calls add(thing, error) once for every error the row can answer with, in the order of errors.def:
 * those that follow from the row itself (access, parameters, body, what any row may meet) and those
 * it lists. The OpenAPI document and the tests' check of replies both stand on it. */
void endpoint_errors(const struct endpoint *endpoint, void (*add)(void *thing, enum error error),
                     void *thing);

/* Whether the row is answered whatever operators have switched off: probes, what is the same for all and
 * costs nothing, operators' own. */
bool endpoint_stays(const struct endpoint *endpoint);

/* How an operator gets in and everybody out; decided by the handler, not by the row. */
bool endpoint_is_door(const struct endpoint *endpoint);

const char *method_name(enum method method);
const char *access_name(enum access access);

#endif
