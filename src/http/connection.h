/* Inside of the engine: a loop's share of the server, its connections, and the exchange (one request
 * with its answer). Only the engine's files include this.
 *
 * A connection is small and lives long; an exchange is large, is taken from the loop's stock when the
 * first byte of a request arrives, and goes back with the last byte of the answer. So an idle
 * connection costs 0.2 kB.
 *
 * Everything here belongs to one loop's thread. */
#ifndef ASTRALFIELD_HTTP_CONNECTION_H
#define ASTRALFIELD_HTTP_CONNECTION_H

#include <llhttp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/uio.h>
#include <wslay/wslay.h>

#include "base/random.h"
#include "http/limits.h"
#include "http/router.h"
#include "http/server.h"

#define OUTER_OF(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

enum phase {
    PHASE_IDLE,    /* between requests; no exchange */
    PHASE_HEAD,    /* a head is arriving */
    PHASE_BODY,    /* the row is known, the body is arriving */
    PHASE_RUNNING, /* a fiber makes the answer; nothing is read */
    PHASE_SENDING,
    PHASE_LINGER, /* answered and shut down; what still comes is thrown away */
    PHASE_SOCKET, /* a WebSocket */
    PHASE_CLOSED, /* waits to be freed at the end of the turn */
};

struct connection {
    struct watch watch;
    struct home *home;
    struct exchange *exchange;
    struct socket *socket;          /* stays until the connection is freed */
    struct connection *prev, *next; /* of the loop */
    struct connection *later;       /* in home->later or home->closed */
    int64_t deadline_us;            /* monotonic; the end of this phase */
    struct in6_addr address;        /* IPv4 mapped */
    char address_text[ADDRESS_TEXT_MAX];
    unsigned bucket;       /* of its address */
    unsigned linger_bytes; /* thrown away so far */
    enum phase phase;
    bool is_readable;    /* edge-triggered: read until it says EAGAIN */
    bool is_half_closed; /* the other side sends no more */
    bool is_later;       /* is in home->later */
    bool is_counted;     /* in the server's counters */
    bool is_refused;     /* over a limit: counts in home->refusals */
};

struct reply_header {
    struct slice name;
    struct slice value;
};

struct reply {
    int status; /* 0 = not said */
    const char *media;
    const char *encoding;
    const char *cache_control;
    struct slice body;
    struct slice etag; /* without quotes, unless is_etag_quoted */
    struct reply_header headers[REPLY_HEADERS_MAX];
    size_t header_count;
    size_t header_bytes;
    bool is_etag_quoted;
    bool is_site; /* the policy of pages and their parts instead of the API's */
    bool varies_by_encoding;
};

struct exchange {
    struct connection *connection; /* NULL once it has gone */
    struct home *home;
    struct exchange *next; /* in home->spare */
    struct arena arena;
    llhttp_t parser;
    struct request request;
    struct reply reply;
    size_t route;
    struct mono began; /* the head was complete */
    struct reply_header headers[HEADERS_MAX];
    size_t header_count;

    size_t start, parsed, filled, head_end; /* in `in` */
    size_t body_max;                        /* of this row */
    size_t body_raw;                        /* bytes of the body's coding */
    struct buffer body;
    enum error refusal; /* found before the body was read; OK = none */
    bool has_head;
    bool is_running;  /* its fiber lives */
    bool is_done;     /* the answer is ready */
    bool is_replaced; /* another exchange answered for it */
    bool must_close, is_head_request, is_options, wants_continue;

    struct iovec rest[2]; /* unsent */
    int status;           /* sent */
    size_t status_bytes;  /* of the body sent */

    struct socket *message_socket; /* whose hook runs */
    struct incoming *incoming;     /* a socket's message, see websocket.c; kept for reuse */

    char id[REQUEST_ID_MAX];
    char address[ADDRESS_TEXT_MAX];
    char out[REPLY_HEAD_BYTES_MAX];
    char in[BUFFER_BYTES];
};

/* The answer of a CACHE_CONSTANT row, or the latest of a CACHE_BRIEF row. */
struct constant {
    struct slice body; /* owned; ptr NULL = not yet known */
    const char *media;
    int64_t made_us; /* monotonic */
    char etag[20];
};

/* A loop's share of the server. */
struct home {
    struct server *server;
    struct loop *loop;
    pthread_t thread;
    bool is_thread_started;
    struct watch listener;
    bool is_listening;
    struct timer sweep_timer, again_timer, accept_timer, latest_timer, log_timer;
    struct turn_hook turn;
    struct mail start_mail, listen_mail, drain_mail;

    struct connection *connections;
    unsigned connection_count;
    unsigned refusals;
    _Atomic unsigned load;                 /* connection_count, for the loop that hands over */
    struct connection *later, **later_end; /* to be advanced at the end of the turn */
    struct connection *closed;             /* to be freed then */
    struct exchange *spare;
    unsigned spare_count;
    struct constant *constants; /* one per route */

    bool is_draining, is_stopping;
    int64_t drain_idle_us, drain_deadline_us;

    struct socket_meters socket_meters;
    struct topic *topics;
    struct topic *latest; /* those with frames that wait */
    struct socket *dirty; /* with frames to write at the end of the turn */

    struct rng ids; /* of requests */
    int64_t date_second;
    char date[32]; /* "Sun, 06 Nov 1994 08:49:37 GMT" */
    char stamp[32];
    int64_t stamp_ms;
    size_t log_len;
    char log[LOG_BUFFER_BYTES];
};

struct server {
    struct server_settings settings;
    struct server_limits limits; /* with the defaults filled in */
    struct arena arena;
    struct router *router;
    unsigned loops;
    struct home *homes;
    int listen_fd;
    unsigned port;
    bool is_started;
    bool is_held; /* as the settings said at the start */
    bool is_log_file;
    bool was_cut_off;
    char policy_api[1024], policy_site[1024]; /* security headers, made once */
    size_t policy_api_len, policy_site_len;

    /* Shared by the loops' threads. */
    _Atomic unsigned connections;
    _Atomic unsigned sockets;
    _Atomic unsigned still_listening;
    _Atomic uint64_t requests, errors;
    _Atomic bool is_cut_off;
    int64_t drain_us; /* written before the drain letters are posted */
    _Atomic unsigned short addresses[ADDRESS_BUCKETS]; /* connections by hash of the address */
    uint64_t address_seed;
};

/* ---- home.c: what happens once a turn or once a second ---- */
void home_init(struct home *home);
void home_settle(struct home *home); /* delivers letters that came too late; any thread */
void home_done(struct home *home);
void home_start(struct mail *mail); /* on the loop */
void home_listen(struct mail *mail);
void home_drain(struct mail *mail);
void home_later(struct home *home, struct connection *connection);
const char *home_date(struct home *home); /* 29 bytes */

/* ---- accept.c ---- */
enum error listener_open(struct server *server, struct faults *faults);
void listener_watch(struct home *home);
void listener_unwatch(struct home *home);

/* ---- connection.c ---- */
struct connection *connection_new(struct home *home, int fd, const struct in6_addr *address);
void connection_refuse(struct connection *connection, enum error error);
void connection_advance(struct connection *connection);
void connection_sweep(struct connection *connection, int64_t now_us);
void connection_send(struct connection *connection); /* what exchange->rest holds */
void connection_linger(struct connection *connection);
void connection_close(struct connection *connection);
void connection_free(struct connection *connection);

/* ---- stock.c ---- */
struct exchange *exchange_take(struct connection *connection);
void exchange_release(struct exchange *exchange); /* logs it when it was answered */
void exchange_next(struct exchange *exchange);    /* ready for the next message of its connection */
void exchange_inherit(struct exchange *heir, struct exchange *from); /* answers in its place */
void exchange_free(struct exchange *exchange);

/* ---- exchange.c: the way of a request ---- */
void exchange_head(struct exchange *exchange);                     /* the head is complete */
void exchange_run(struct exchange *exchange);                      /* the whole message is there */
void exchange_refuse(struct exchange *exchange, enum error error); /* answers and closes */

/* ---- parse.c ---- */
enum parsed { PARSE_MORE, PARSE_HEAD, PARSE_COMPLETE, PARSE_REFUSED };
void parse_begin(struct exchange *exchange);
enum parsed parse_some(struct exchange *exchange, enum error *ret_error);
enum error head_read(struct exchange *exchange); /* fills request and headers, or refuses */

/* ---- reply.c ---- */
void reply_problem(struct request *request, enum error error);
void reply_send(struct exchange *exchange); /* makes the head and gives it to the connection */
void policies_make(struct server *server);

/* ---- request_log.c ---- */
void request_log(struct exchange *exchange, int64_t us);
void request_log_flush(struct home *home);
bool request_log_is_file(int fd);
void request_log_expired(struct timer *timer);

/* ---- handshake.c ---- */
enum error websocket_check(struct request *request);
void websocket_accept(struct request *request); /* makes the 101 */

/* ---- websocket.c ---- */
void websocket_open(struct connection *connection); /* the 101 has left */
void websocket_advance(struct connection *connection);
void websocket_sweep(struct connection *connection, int64_t now_us);
void websocket_gone(struct connection *connection); /* the connection closes */
void websocket_clean(struct exchange *exchange);    /* back to the stock */
void incoming_free(struct incoming *incoming);

void websocket_free(struct connection *connection); /* the connection is freed */

/* ---- outgoing.c, hub.c ---- */
void socket_flush(struct socket *socket);
void sockets_flush(struct home *home);
void hub_latest_expired(struct timer *timer);

static inline struct exchange *exchange_of(const struct request *request)
{
    return request->connection;
}

static inline int64_t ms_to_us(int ms)
{
    return (int64_t)ms * US_PER_MS;
}

#endif
