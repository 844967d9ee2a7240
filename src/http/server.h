/* The HTTP server: loops, connections, the way of a request. Made once, by the command line.
 *
 *   server_new → server_start → (requests) → server_stop → server_free
 *
 * What needs accounts, the database or caches is asked for through hooks, because this room may not
 * call those. */
#ifndef ASTRALFIELD_HTTP_SERVER_H
#define ASTRALFIELD_HTTP_SERVER_H

#include "base/meter.h"
#include "http/hub.h"
#include "http/request.h"
#include "http/static.h"
#include "run/loop.h"
#include "run/work.h"

struct server;

/* All are optional and get `app` through server_app(). "On the loop" means: on the scheduler's stack,
 * where nothing may wait; "in a fiber" means it may. */
struct server_hooks {
    /* On each loop's thread, first thing and last thing (no connection is left then, but fibers may
     * be: whatever they wait for must fail now). */
    void (*loop_started)(struct loop *loop, void *app);
    void (*loop_stopping)(struct loop *loop, void *app);

    /* On the loop, when the row is known (request->endpoint; NULL for files) and the body not yet
     * read. An error answers. May call reply_header. */
    enum error (*admit)(struct request *request);

    /* On the loop, for the web client's page, whatever address it was asked by: an error's status goes
     * with the page, which finds out the rest itself. May call reply_header. */
    enum error (*page)(struct request *request);

    /* On the loop, for GET rows with .cache LEAGUE or NFL: true when the answer is at hand and this
     * caller may have it. The bytes live until the arena goes (arena_defer a release). */
    bool (*cached)(struct request *request, struct slice *ret_document, struct slice *ret_etag);

    /* In a fiber, in this order. identify fills request->caller from cookie or bearer token; limit
     * counts by caller; authorize applies the row's access to the path values (without this hook
     * rows that are not ACCESS_PUBLIC are refused). */
    enum error (*identify)(struct request *request);
    enum error (*limit)(struct request *request);
    enum error (*authorize)(struct request *request);
    enum error (*query)(struct request *request); /* answers rows with .query */

    /* On the loop, when the answer has left or was given up. `route` is the router's index or
     * NO_ROUTE; `us` from the complete head to here. */
    void (*finished)(const struct request *request, size_t route, int status, size_t bytes,
                     int64_t us);

    /* Sockets. Opened and closed on the loop; a message in a fiber, one at a time per socket, UTF-8,
     * in an arena that goes afterwards. */
    void (*socket_opened)(struct socket *socket, const struct request *request);
    void (*socket_message)(struct socket *socket, struct arena *arena, struct slice text);
    void (*socket_closed)(struct socket *socket);
};

#define NO_ROUTE SIZE_MAX

enum log_requests { LOG_REQUESTS_ALL, LOG_REQUESTS_NO_PROBES, LOG_REQUESTS_NONE };

/* Zero means the default given behind each. */
struct server_limits {
    unsigned connections;             /* 20,000 of the whole server */
    unsigned connections_per_address; /* 512 (an IPv6 /64 counts as one); off behind a proxy */
    unsigned fibers;                  /* 1,000 of one loop */
    size_t body_bytes;                /* 65,536 */
    size_t socket_unsent_bytes;       /* 262,144; more closes with 1013 */
    int slowest_bytes_per_s;          /* 16,384: slower clients run out of time */
    int idle_ms;                      /* 10,000 between requests */
    int head_ms;                      /* 10,000 from the first byte to the complete head */
    int body_ms;                      /* 10,000 and what the body needs at the slowest rate */
    int running_ms;                   /* 15,000 (LANE_HEAVY: four times as much) */
    int sending_ms;                   /* 30,000 and what the answer needs at that rate */
    int linger_ms;                    /* 5,000 for the client to read an answer that closes */
    int socket_ping_ms;               /* 30,000 of silence before a ping */
    int socket_idle_ms;               /* 75,000 of silence before the end */
    int socket_close_ms;              /* 5,000 for the other side's close frame */
    int drain_idle_ms;                /* 500: idle connections live on this long after a stop */
    int latest_ms;                    /* 250 between frames of hub_publish_latest, per stream */
    int sweep_ms;                     /* 1,000: how often deadlines are looked at */
};

struct server_settings {
    const struct endpoint_table *tables; /* borrowed, as everything here */
    size_t table_count;
    const struct static_files *files; /* NULL = none */
    struct server_hooks hooks;
    struct server_limits limits;
    void *app;              /* what handlers and hooks get back from server_app */
    struct work_pool *work; /* what request_work gives; may be NULL */
    unsigned loops;         /* 0 = number of cores, at least 2 */
    const char *address;    /* numeric IPv4 or IPv6; NULL = 127.0.0.1 */
    unsigned port;          /* 0 = the kernel chooses, see server_port */
    int listen_fd;        /* a listening socket made by somebody else; 0 = bind address and port */
    bool is_tls_in_front; /* HAProxy ends TLS: HSTS, and X-Forwarded-For names the client */
    bool is_handing_over; /* one loop accepts for all and gives to the least loaded: exact balance
                             * on many cores; a shared listener is cheaper on few */
    bool is_holding;      /* takes no connection from the listener before server_listen */
    enum log_requests log_requests;
    int log_fd; /* 0 = standard error */
};

/* Checks the rows and prepares. E_USAGE: a row is wrong, the faults say which. */
MUST_CHECK enum error server_new(const struct server_settings *settings, struct faults *faults,
                                 struct server **ret_server);

/* Binds, then runs one thread per loop. E_IN_USE: the port is taken; E_USAGE: no such address. */
MUST_CHECK enum error server_start(struct server *server, struct faults *faults);

/* Begins to accept, for a server that is_holding; twice is once. Not on a loop's thread. */
void server_listen(struct server *server);

/* Takes over a connected stream socket as a client's connection of address ::. Not after server_stop. */
void server_adopt(struct server *server, int fd);

/* Accepts no more, answers what is in flight with Connection: close, says 1012 to sockets, and
 * returns when all is quiet or after deadline_us. True: nothing was cut off. Not on a loop's thread. */
bool server_stop(struct server *server, int64_t deadline_us);

/* Stops at once if it still runs. Accepts NULL. */
void server_free(struct server *server);

unsigned server_port(const struct server *server);
int server_listen_fd(const struct server *server);
unsigned server_loops(const struct server *server);
struct loop *server_loop(const struct server *server, unsigned index);

/* What is open now. Any thread. */
struct server_figures {
    unsigned connections;
    unsigned sockets;
    uint64_t requests; /* answered since the start */
    uint64_t errors;   /* of those with 500 and more */
};
struct server_figures server_figures(const struct server *server);

/* What loop `index` sends to sockets. Any thread; the numbers are atomic. */
enum channel { CHANNEL_NFL, CHANNEL_LEAGUE, CHANNEL_PUBLIC, CHANNEL_OTHER, CHANNEL_COUNT };
struct socket_meters {
    struct meter frames;    /* queued for a socket; sizes in bytes */
    struct timing delivery; /* from hub_publish to the queues of this loop's listeners */
    _Atomic unsigned subscriptions[CHANNEL_COUNT]; /* "nfl", "league:…", "public:…" and others */
};
struct socket_meters *server_socket_meters(const struct server *server, unsigned index);

/* For handlers and hooks. */
struct server *request_server(const struct request *request);
struct work_pool *request_work(const struct request *request);
void *server_app(const struct server *server);

#endif
