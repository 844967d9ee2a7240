/* A connection's phases: what may happen next, and until when.
 *
 * Its descriptor is registered once, edge-triggered. While an answer is being made nothing is read,
 * so pipelined requests wait their turn in the kernel or in the exchange's buffer. */
#include "http/connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utlist.h>

#include "base/check.h"

_Static_assert(sizeof(struct connection) <= 256, "an idle connection stays small");

static void connection_ready(struct watch *watch, uint32_t events);

static void set_deadline(struct connection *connection, int64_t after_us)
{
    connection->deadline_us = loop_now(connection->home->loop).us + after_us;
}

/* Time for so many bytes over a slow line, besides the phase's own. */
static int64_t time_for(const struct server_limits *limits, size_t bytes)
{
    return (int64_t)(bytes / (size_t)limits->slowest_bytes_per_s) * US_PER_S;
}

/* ---- coming and going ---- */

/* Counters by address are shared by the addresses of one bucket: with 16,384 of them and a seed
 * nobody knows that is rare, needs no lock and cannot grow. */
static unsigned bucket_of(const struct server *server, const struct in6_addr *address)
{
    bool is_ipv4 = IN6_IS_ADDR_V4MAPPED(address);
    uint64_t hash = server->address_seed;
    for (int i = 0; i < (is_ipv4 ? 16 : 8); i++) {
        hash = (hash ^ address->s6_addr[i]) * UINT64_C(0x100000001b3);
    }
    return (unsigned)(hash >> 32) % ADDRESS_BUCKETS;
}

static enum error count_in(struct connection *connection)
{
    struct server *server = connection->home->server;
    connection->bucket = bucket_of(server, &connection->address);
    connection->is_counted = true;
    unsigned total = atomic_fetch_add(&server->connections, 1u) + 1;
    unsigned same = atomic_fetch_add(&server->addresses[connection->bucket], 1) + 1u;
    if (total > server->limits.connections) {
        return E_OVERLOADED;
    }
    bool is_crowded = same > server->limits.connections_per_address;
    return is_crowded && !server->settings.is_tls_in_front ? E_RATE : OK;
}

static void count_out(struct connection *connection)
{
    struct server *server = connection->home->server;
    if (connection->is_counted) {
        connection->is_counted = false;
        atomic_fetch_sub(&server->connections, 1u);
        atomic_fetch_sub(&server->addresses[connection->bucket], 1);
    }
}

struct connection *connection_new(struct home *home, int fd, const struct in6_addr *address)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    CHECK(connection != NULL);
    *connection = (struct connection){ .watch = { .fd = fd, .ready = connection_ready },
                                       .home = home,
                                       .address = *address };
    bool is_ipv4 = IN6_IS_ADDR_V4MAPPED(address);
    inet_ntop(is_ipv4 ? AF_INET : AF_INET6, &address->s6_addr[is_ipv4 ? 12 : 0],
              connection->address_text, sizeof(connection->address_text));
    set_deadline(connection, ms_to_us(home->server->limits.idle_ms));
    DL_PREPEND(home->connections, connection);
    atomic_store_explicit(&home->load, ++home->connection_count, memory_order_relaxed);
    enum error error = count_in(connection);
    if (loop_watch(home->loop, &connection->watch, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET) !=
        OK) {
        connection_close(connection);
    } else if (error != OK && home->refusals >= REFUSALS_MAX) {
        connection_close(connection);
    } else if (error != OK) {
        count_out(connection);
        home->refusals++;
        connection->is_refused = true;
        connection_refuse(connection, error);
    }
    return connection;
}

/* An exchange whose fiber runs goes on alone; another is given back. */
static void let_exchange_go(struct connection *connection)
{
    struct exchange *exchange = connection->exchange;
    if (exchange == NULL) {
        return;
    }
    if (exchange->is_running) {
        connection->exchange = NULL;
        exchange->connection = NULL;
    } else {
        exchange_release(exchange);
    }
}

void connection_close(struct connection *connection)
{
    if (connection->phase == PHASE_CLOSED) {
        return;
    }
    struct home *home = connection->home;
    connection->phase = PHASE_CLOSED;
    websocket_gone(connection);
    let_exchange_go(connection);
    count_out(connection);
    home->refusals -= connection->is_refused ? 1u : 0u;
    loop_unwatch(home->loop, &connection->watch);
    close(connection->watch.fd);
    DL_DELETE(home->connections, connection);
    atomic_store_explicit(&home->load, --home->connection_count, memory_order_relaxed);
    if (!connection->is_later) {
        LL_PREPEND2(home->closed, connection, later);
    }
}

void connection_free(struct connection *connection)
{
    websocket_free(connection);
    free(connection);
}

/* ---- reading ---- */

/* Bytes read; 0 when there are none now. Closes the connection when the other side has. */
static size_t read_some(struct connection *connection, void *into, size_t space)
{
    ssize_t got = recv(connection->watch.fd, into, space, 0);
    if (got > 0) {
        /* Less than asked for empties the socket, and the next byte is a new edge. */
        connection->is_readable = (size_t)got == space || connection->is_half_closed;
        return (size_t)got;
    }
    connection->is_readable = false;
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        connection_close(connection);
    }
    return 0;
}

/* Fills the exchange's buffer when the parser has seen all of it. False: nothing to parse. */
static bool has_input(struct connection *connection)
{
    struct exchange *exchange = connection->exchange;
    if (exchange->parsed < exchange->filled) {
        return true;
    }
    if (!connection->is_readable) {
        return false;
    }
    size_t got =
        read_some(connection, exchange->in + exchange->filled, BUFFER_BYTES - exchange->filled);
    if (got == 0) {
        return false;
    }
    exchange->filled += got;
    return true;
}

static void parse_step(struct connection *connection)
{
    const struct server_limits *limits = &connection->home->server->limits;
    struct exchange *exchange = connection->exchange;
    enum error error = OK;
    enum parsed parsed = parse_some(exchange, &error);
    if (parsed == PARSE_HEAD) {
        connection->phase = PHASE_BODY;
        exchange_head(exchange);
        if (connection->phase == PHASE_BODY) {
            set_deadline(connection,
                         ms_to_us(limits->body_ms) + time_for(limits, exchange->body_max));
            parsed = parse_some(exchange, &error); /* a message without a body is complete now */
        }
    }
    if (connection->phase != PHASE_HEAD && connection->phase != PHASE_BODY) {
        return;
    }
    if (parsed == PARSE_REFUSED) {
        exchange_refuse(exchange, error);
    } else if (parsed == PARSE_COMPLETE) {
        connection->phase = PHASE_RUNNING;
        bool is_heavy =
            exchange->request.endpoint != NULL && exchange->request.endpoint->lane == LANE_HEAVY;
        set_deadline(connection, ms_to_us(limits->running_ms) * (is_heavy ? 4 : 1));
        exchange_run(exchange);
    }
}

/* True when there may be more to do at once. */
static bool step(struct connection *connection)
{
    switch (connection->phase) {
    case PHASE_IDLE:
        if (!connection->is_readable) {
            return false;
        }
        exchange_take(connection);
        connection->phase = PHASE_HEAD;
        set_deadline(connection, ms_to_us(connection->home->server->limits.head_ms));
        return true;
    case PHASE_HEAD:
    case PHASE_BODY:
        if (!has_input(connection)) {
            /* Nothing came at all: an edge that announced what was read already. */
            if (connection->phase == PHASE_HEAD && connection->exchange->filled == 0) {
                exchange_release(connection->exchange);
                connection->phase = PHASE_IDLE;
            }
            return false;
        }
        parse_step(connection);
        return true;
    case PHASE_RUNNING:
        if (!connection->exchange->is_done) {
            return false;
        }
        reply_send(connection->exchange);
        return true;
    case PHASE_SENDING:
        return false;
    case PHASE_LINGER: {
        char sink[4096];
        size_t got = connection->is_readable ? read_some(connection, sink, sizeof(sink)) : 0;
        connection->linger_bytes += (unsigned)got;
        if (connection->linger_bytes > LINGER_BYTES_MAX) {
            connection_close(connection);
        }
        return got > 0;
    }
    case PHASE_SOCKET:
        websocket_advance(connection);
        return false;
    case PHASE_CLOSED:
        return false;
    }
    return false;
}

void connection_advance(struct connection *connection)
{
    for (int i = 0; i < READ_ROUNDS_MAX; i++) {
        if (!step(connection)) {
            return;
        }
    }
    home_later(connection->home, connection);
}

static void connection_ready(struct watch *watch, uint32_t events)
{
    struct connection *connection = OUTER_OF(watch, struct connection, watch);
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
        connection_close(connection);
        return;
    }
    connection->is_half_closed |= (events & EPOLLRDHUP) != 0;
    connection->is_readable |= (events & (EPOLLIN | EPOLLRDHUP)) != 0;
    if ((events & EPOLLOUT) != 0) {
        if (connection->phase == PHASE_SENDING) {
            connection_send(connection);
        } else if (connection->phase == PHASE_SOCKET) {
            socket_flush(connection->socket);
        }
    }
    connection_advance(connection);
}

/* ---- writing ---- */

static void after_answer(struct connection *connection)
{
    struct exchange *exchange = connection->exchange;
    if (exchange->status == 101) {
        connection->phase = PHASE_SOCKET;
        websocket_open(connection);
        return;
    }
    if (exchange->must_close) {
        connection_linger(connection);
        return;
    }
    const struct server_limits *limits = &connection->home->server->limits;
    if (exchange->parsed < exchange->filled) {
        connection->phase = PHASE_HEAD;
        set_deadline(connection, ms_to_us(limits->head_ms));
        exchange_next(exchange);
        return;
    }
    exchange_release(exchange);
    connection->phase = PHASE_IDLE;
    set_deadline(connection, ms_to_us(limits->idle_ms));
}

/* Drops what was written from the front of the vector. */
static void advance_iovec(struct iovec *rest, size_t written)
{
    for (int i = 0; i < 2; i++) {
        size_t part = written < rest[i].iov_len ? written : rest[i].iov_len;
        rest[i].iov_base = (char *)rest[i].iov_base + part;
        rest[i].iov_len -= part;
        written -= part;
    }
}

void connection_send(struct connection *connection)
{
    struct iovec *rest = connection->exchange->rest;
    if (connection->phase != PHASE_SENDING) {
        connection->phase = PHASE_SENDING;
        const struct server_limits *limits = &connection->home->server->limits;
        set_deadline(connection, ms_to_us(limits->sending_ms) +
                                     time_for(limits, rest[0].iov_len + rest[1].iov_len));
    }
    while (rest[0].iov_len + rest[1].iov_len > 0) {
        bool is_head = rest[0].iov_len > 0;
        struct msghdr message = { .msg_iov = is_head ? rest : rest + 1,
                                  .msg_iovlen = is_head && rest[1].iov_len > 0 ? 2 : 1 };
        ssize_t written = sendmsg(connection->watch.fd, &message, MSG_NOSIGNAL);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            if (errno != EAGAIN) {
                connection_close(connection);
            }
            return;
        }
        advance_iovec(rest, (size_t)written);
    }
    after_answer(connection);
}

/* Says that nothing more comes and reads on: closing with unread bytes would make the kernel send a
 * reset, which eats the answer before the client has read it. */
void connection_linger(struct connection *connection)
{
    websocket_gone(connection);
    let_exchange_go(connection);
    if (shutdown(connection->watch.fd, SHUT_WR) != 0) {
        connection_close(connection);
        return;
    }
    connection->phase = PHASE_LINGER;
    set_deadline(connection, ms_to_us(connection->home->server->limits.linger_ms));
    home_later(connection->home, connection);
}

void connection_refuse(struct connection *connection, enum error error)
{
    struct exchange *alone = connection->exchange;
    if (alone != NULL && alone->is_running) {
        let_exchange_go(connection); /* its fiber goes on; this answer needs one of its own */
        exchange_inherit(exchange_take(connection), alone);
    } else if (alone == NULL) {
        exchange_take(connection);
    }
    exchange_refuse(connection->exchange, error);
}

/* ---- deadlines ---- */

void connection_sweep(struct connection *connection, int64_t now_us)
{
    struct home *home = connection->home;
    if (connection->phase == PHASE_SOCKET) {
        websocket_sweep(connection, now_us);
        return;
    }
    if (connection->phase == PHASE_IDLE && home->is_draining && now_us >= home->drain_idle_us) {
        connection_close(connection);
        return;
    }
    if (now_us < connection->deadline_us) {
        return;
    }
    switch (connection->phase) {
    case PHASE_HEAD:
    case PHASE_BODY:
        connection_refuse(connection, E_SLOW_REQUEST);
        break;
    case PHASE_RUNNING:
        connection_refuse(connection, E_TIMEOUT);
        break;
    case PHASE_IDLE:
    case PHASE_SENDING:
    case PHASE_LINGER:
        connection_close(connection);
        break;
    case PHASE_SOCKET:
    case PHASE_CLOSED:
        break;
    }
}
