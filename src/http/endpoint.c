/* The words of a row, and the errors that follow from it. */
#include "http/endpoint.h"

const char *method_name(enum method method)
{
    switch (method) {
    case METHOD_UNSAID:
        return "unsaid";
    case METHOD_GET:
        return "GET";
    case METHOD_POST:
        return "POST";
    case METHOD_PUT:
        return "PUT";
    case METHOD_PATCH:
        return "PATCH";
    case METHOD_DELETE:
        return "DELETE";
    }
    check_failed("a known method", __FILE__, __LINE__);
}

const char *access_name(enum access access)
{
    static const char *const names[ACCESS_COUNT] = {
        [ACCESS_UNSAID] = "unsaid",
        [ACCESS_PUBLIC] = "public",
        [ACCESS_SIGNED_IN] = "signed-in",
        [ACCESS_LEAGUE_READ] = "league-read",
        [ACCESS_LEAGUE_MEMBER] = "league-member",
        [ACCESS_TEAM_OWNER] = "team-owner",
        [ACCESS_COMMISSIONER] = "commissioner",
        [ACCESS_OPERATOR] = "operator",
        [ACCESS_OPS] = "ops",
    };
    CHECK(access < ACCESS_COUNT);
    return names[access];
}

static bool has_path_params(const struct endpoint *row)
{
    return slice_find(slice_from(row->path), '{', 0) < strlen(row->path);
}

static bool is_write(const struct endpoint *row)
{
    return row->method != METHOD_GET;
}

bool endpoint_stays(const struct endpoint *endpoint)
{
    return endpoint->rate == RATE_PROBE || endpoint->cache == CACHE_CONSTANT ||
           endpoint->cache == CACHE_BRIEF || endpoint->access == ACCESS_OPS ||
           endpoint->access == ACCESS_OPERATOR;
}

bool endpoint_is_door(const struct endpoint *endpoint)
{
    struct slice path = slice_from(endpoint->path);
    return slice_eq(path, S("/api/auth/login")) || slice_eq(path, S("/api/auth/logout")) ||
           slice_eq(path, S("/api/auth/session"));
}

/* Whether the error follows from the row itself. */
static bool follows(const struct endpoint *row, enum error error)
{
    switch ((int)error) {
    case E_BAD_REQUEST: /* a broken query or body */
    case E_INVALID:     /* an unknown parameter, if nothing else */
    case E_SIGN_IN:     /* a bearer token that is nobody's, on any row */
    case E_BLOCKED:     /* an address that operators have blocked, on any row */
    case E_RATE:
    case E_INTERNAL:
    case E_UNAVAILABLE:
    case E_OVERLOADED:
    case E_TIMEOUT:
        return true;
    case E_FORBIDDEN: /* a token without the scope, not this person's league, another site's socket */
        return row->access != ACCESS_PUBLIC || row->is_upgrade;
    case E_SECOND_FACTOR_FIRST: /* an operator's session without one */
        return row->access != ACCESS_PUBLIC;
    case E_CSRF: /* public writes too: a session may be open */
        return is_write(row);
    case E_NOT_FOUND:
        return has_path_params(row);
    case E_TOO_LARGE:
        return is_write(row);
    case E_MEDIA_TYPE:
        return row->body != NULL;
    case E_UPGRADE:
        return row->is_upgrade;
    case E_MAINTENANCE:
    case E_RECOVERY:
        return !endpoint_stays(row);
    case E_LOCKDOWN: /* reading too: by token */
        return !endpoint_stays(row);
    case E_READ_ONLY:
        return is_write(row) && !endpoint_stays(row);
    default:
        return false;
    }
}

void endpoint_errors(const struct endpoint *endpoint, void (*add)(void *thing, enum error error),
                     void *thing)
{
    for (int error = OK + 1; error < ERROR_COUNT; error++) {
        bool is_listed = false;
        for (size_t i = 0; i < ENDPOINT_ERRORS_MAX; i++) {
            is_listed |= endpoint->errors[i] == (enum error)error;
        }
        if (is_listed || follows(endpoint, (enum error)error)) {
            add(thing, (enum error)error);
        }
    }
}
