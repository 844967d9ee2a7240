/* Sockets that listen to streams.
 *
 * Every loop owns its sockets and knows which of them listen to which stream. A publication is
 * framed once, into one shared buffer, and written to every listener. Publications of one thread
 * arrive in their order. */
#ifndef ASTRALFIELD_HTTP_HUB_H
#define ASTRALFIELD_HTTP_HUB_H

#include "base/slice.h"
#include "http/request.h"

struct server;
struct socket;

/* Close codes: RFC 6455, 7.4.1, and the IANA registry. */
enum {
    CLOSE_NORMAL = 1000,
    CLOSE_GOING_AWAY = 1001,
    CLOSE_PROTOCOL = 1002,
    CLOSE_UNSUPPORTED = 1003,
    CLOSE_NOT_UTF8 = 1007,
    CLOSE_POLICY = 1008,
    CLOSE_TOO_BIG = 1009,
    CLOSE_RESTART = 1012,
    CLOSE_TRY_LATER = 1013,
};

/* What goes with CLOSE_RESTART. Clients come back at a moment of their own choice within that time, so
 * that they do not all come at once (docs/socket.md). */
#define HUB_RESTARTS S("the server restarts; come back within 2 s")

/* ---- from any thread ---- */

/* Sends text (UTF-8) to every socket that listens to the stream. Both are copied. */
void hub_publish(struct server *server, struct slice stream, struct slice text);

/* The same for states, of which only the newest matters: at most one frame per key and 250 ms, the
 * first at once. */
void hub_publish_latest(struct server *server, struct slice stream, struct slice key,
                        struct slice text);

/* Closes the sockets of a user; user_id 0: all of them. */
void hub_close_user(struct server *server, int64_t user_id, unsigned code, struct slice reason);

/* Which sockets: those for which all that is said holds. */
struct hub_whom {
    enum caller_kind kind; /* with session_id */
    int64_t session_id;    /* of a session or token; 0 = whichever */
    int64_t user_id;       /* 0 = whosoever */
    struct slice stream;   /* who listens to it; empty = any */
    bool (*is_meant)(
        struct slice at); /* by the address it was opened from; NULL = any. Any thread */
};
void hub_close_some(struct server *server, const struct hub_whom *whom, unsigned code,
                    struct slice reason);

/* ---- on the socket's own loop: in its hooks ---- */

/* From now on the socket gets what is published. E_INVALID: an empty or too long name;
 * E_OVERLOADED: too many streams. Twice is once. */
MUST_CHECK enum error hub_subscribe(struct socket *socket, struct slice stream);
void hub_unsubscribe(struct socket *socket, struct slice stream);

/* Sends text to this socket. Nothing happens when it has gone. */
void hub_send(struct socket *socket, struct slice text);

/* Says goodbye with a code and a reason (at most 120 bytes). */
void hub_close(struct socket *socket, unsigned code, struct slice reason);

/* Who opened it; csrf_token is empty. */
const struct caller *socket_caller(const struct socket *socket);
struct server *socket_server(const struct socket *socket);

/* False when the other side has gone; the socket itself lives until the running message hook has
 * returned. */
bool socket_is_open(const struct socket *socket);

/* The owner's own state; socket_closed must let it go. */
void *socket_state(const struct socket *socket);
void socket_state_set(struct socket *socket, void *state);

#endif
