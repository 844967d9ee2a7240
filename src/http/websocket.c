/* The WebSocket protocol (RFC 6455) on top of wslay's frame layer: frames, messages, the close.
 *
 * wslay's frame context is 4 kB, so it belongs to the exchange that is taken while bytes arrive, not
 * to the socket: between two frames it holds nothing and can serve any socket. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/check.h"
#include "http/socket.h"
#include "run/fiber.h"

enum {
    CONTROL_BYTES_MAX = 125,
    MESSAGES_PER_SECOND = 20,
    MESSAGES_BURST = 40,
    FRAMES_PER_TURN = 64,
};

/* A message under way, and the bytes of it wslay holds back. */
struct incoming {
    wslay_frame_context_ptr frames;
    uint64_t fed, consumed; /* bytes wslay got, bytes of the frames it gave */
    uint64_t frame_left;
    size_t control_len;
    enum opcode opcode; /* of the frame */
    bool is_fin;
    bool in_frame;
    bool in_message;
    bool is_eof;
    char control[CONTROL_BYTES_MAX];
};

/* ---- bytes in ---- */

/* What followed the handshake in its buffer comes first, then the descriptor. */
static ssize_t feed(uint8_t *into, size_t len, int flags, void *thing)
{
    (void)flags;
    struct exchange *exchange = thing;
    struct connection *connection = exchange->connection;
    struct incoming *incoming = exchange->incoming;
    size_t waiting = exchange->filled - exchange->parsed;
    if (waiting > 0) {
        size_t part = waiting < len ? waiting : len;
        memcpy(into, exchange->in + exchange->parsed, part);
        exchange->parsed += part;
        incoming->fed += part;
        return (ssize_t)part;
    }
    if (!connection->is_readable) {
        return -1;
    }
    ssize_t got = recv(connection->watch.fd, into, len, 0);
    if (got > 0) {
        connection->is_readable = (size_t)got == len || connection->is_half_closed;
        incoming->fed += (size_t)got;
        return got;
    }
    connection->is_readable = false;
    incoming->is_eof = got == 0 || (errno != EAGAIN && errno != EINTR);
    return -1;
}

void incoming_free(struct incoming *incoming)
{
    if (incoming != NULL) {
        wslay_frame_context_free(incoming->frames);
        free(incoming);
    }
}

static struct incoming *incoming_of(struct exchange *exchange)
{
    if (exchange->incoming == NULL) {
        struct wslay_frame_callbacks callbacks = { .recv_callback = feed };
        struct incoming *incoming = calloc(1, sizeof(*incoming));
        CHECK(incoming != NULL);
        int failed = wslay_frame_context_init(&incoming->frames, &callbacks, exchange);
        CHECK(failed == 0);
        exchange->incoming = incoming;
    }
    return exchange->incoming;
}

static bool is_at_rest(const struct incoming *incoming)
{
    return !incoming->in_frame && !incoming->in_message && incoming->fed == incoming->consumed;
}

/* A context in the middle of something is of no use to another socket. */
void websocket_clean(struct exchange *exchange)
{
    if (exchange->incoming != NULL &&
        (!is_at_rest(exchange->incoming) || exchange->incoming->is_eof)) {
        incoming_free(exchange->incoming);
        exchange->incoming = NULL;
    }
}

/* ---- messages ---- */

static void fail(struct connection *connection, unsigned code, struct slice reason)
{
    struct socket *socket = connection->socket;
    hub_close(socket, code, reason);
    socket->is_deaf = true;
    socket_flush(socket);
}

/* The generic cell rate algorithm (ITU-T I.371): allowance_us is when the bucket will be full again. */
static bool is_too_fast(struct socket *socket, int64_t now_us)
{
    const int64_t each_us = US_PER_S / MESSAGES_PER_SECOND;
    int64_t full_us = socket->allowance_us > now_us ? socket->allowance_us : now_us;
    if (full_us - now_us > each_us * (MESSAGES_BURST - 1)) {
        return true;
    }
    socket->allowance_us = full_us + each_us;
    return false;
}

static void message_body(void *thing)
{
    struct exchange *exchange = thing;
    struct socket *socket = exchange->message_socket;
    exchange->home->server->settings.hooks.socket_message(socket, &exchange->arena,
                                                          buffer_slice(&exchange->body));
    exchange->is_running = false;
    socket->is_busy = false;
    if (exchange->connection != NULL) {
        exchange_next(exchange);
        home_later(exchange->home, exchange->connection);
        return;
    }
    exchange_release(exchange);
    if (socket->is_orphan) {
        socket_free(socket);
    }
}

static void message_done(struct connection *connection)
{
    struct exchange *exchange = connection->exchange;
    struct socket *socket = connection->socket;
    exchange->incoming->in_message = false;
    if (socket->is_closing) {
        exchange_next(exchange);
    } else if (!slice_is_utf8(buffer_slice(&exchange->body))) {
        fail(connection, CLOSE_NOT_UTF8, S("text must be UTF-8"));
    } else if (exchange->home->server->settings.hooks.socket_message == NULL) {
        exchange_next(exchange);
    } else if (fiber_start(exchange->home->loop, message_body, exchange) == OK) {
        exchange->message_socket = socket;
        exchange->is_running = true;
        socket->is_busy = true;
    } else {
        fail(connection, CLOSE_TRY_LATER, S("the server is busy"));
    }
}

/* ---- frames ---- */

/* Codes an endpoint may send (RFC 6455, 7.4). */
static bool is_close_code(unsigned code)
{
    return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
           (code >= 3000 && code < 5000);
}

static void closed_by_client(struct connection *connection)
{
    const struct incoming *incoming = connection->exchange->incoming;
    struct slice payload = { .ptr = incoming->control, .len = incoming->control_len };
    unsigned code = 0;
    if (payload.len >= 2) {
        code = (unsigned)(unsigned char)payload.ptr[0] << 8 | (unsigned char)payload.ptr[1];
        if (!is_close_code(code)) {
            fail(connection, CLOSE_PROTOCOL, S("no such close code"));
            return;
        }
        if (payload.len > 2 && !slice_is_utf8(slice_from_to(payload, 2, payload.len))) {
            fail(connection, CLOSE_NOT_UTF8, S("a reason must be UTF-8"));
            return;
        }
    } else if (payload.len == 1) {
        fail(connection, CLOSE_PROTOCOL, S("half a close code"));
        return;
    }
    fail(connection, code, S("")); /* the answer to a close is a close */
}

static void control_done(struct connection *connection)
{
    struct incoming *incoming = connection->exchange->incoming;
    if (incoming->opcode == OPCODE_CLOSE) {
        closed_by_client(connection);
    } else if (incoming->opcode == OPCODE_PING) {
        socket_queue(connection->socket, OPCODE_PONG,
                     (struct slice){ .ptr = incoming->control, .len = incoming->control_len });
    }
}

/* What is wrong with a frame as announced; 0 when nothing is. */
static unsigned check_frame(const struct exchange *exchange, const struct wslay_frame_iocb *frame)
{
    const struct incoming *incoming = exchange->incoming;
    if (frame->rsv != 0 || frame->mask == 0) {
        return CLOSE_PROTOCOL;
    }
    switch (frame->opcode) {
    case OPCODE_CONTINUATION:
    case OPCODE_TEXT:
        if (incoming->in_message != (frame->opcode == OPCODE_CONTINUATION)) {
            return CLOSE_PROTOCOL;
        }
        return frame->payload_length > MESSAGE_BYTES_MAX - exchange->body.len ? CLOSE_TOO_BIG : 0;
    case OPCODE_BINARY:
        return CLOSE_UNSUPPORTED;
    case OPCODE_CLOSE:
    case OPCODE_PING:
    case OPCODE_PONG:
        return frame->fin == 0 || frame->payload_length > CONTROL_BYTES_MAX ? CLOSE_PROTOCOL : 0;
    default:
        return CLOSE_PROTOCOL;
    }
}

static struct slice reason_of(unsigned code)
{
    return code == CLOSE_TOO_BIG       ? S("a message may have 16 kB")
           : code == CLOSE_UNSUPPORTED ? S("messages are text")
                                       : S("not a frame a client may send");
}

static unsigned begin_frame(struct connection *connection, const struct wslay_frame_iocb *frame)
{
    struct exchange *exchange = connection->exchange;
    struct incoming *incoming = exchange->incoming;
    unsigned code = check_frame(exchange, frame);
    if (code != 0) {
        return code;
    }
    size_t wide = frame->payload_length < 126 ? 0 : frame->payload_length < 65536 ? 2 : 8;
    incoming->consumed += 2 + wide + 4;
    incoming->frame_left = frame->payload_length;
    incoming->in_frame = true;
    incoming->is_fin = frame->fin != 0;
    incoming->opcode = frame->opcode;
    incoming->control_len = 0;
    bool is_data = frame->opcode <= OPCODE_BINARY;
    incoming->in_message |= is_data;
    /* Fragments and control frames count as well: all of them cost us something. */
    bool is_counted = frame->opcode != OPCODE_CLOSE;
    return is_counted && is_too_fast(connection->socket, loop_now(exchange->home->loop).us)
               ? CLOSE_POLICY
               : 0;
}

static void take_part(struct connection *connection, const struct wslay_frame_iocb *frame)
{
    struct exchange *exchange = connection->exchange;
    struct incoming *incoming = exchange->incoming;
    bool is_control = incoming->opcode >= OPCODE_CLOSE;
    struct slice part = { .ptr = (const char *)frame->data, .len = frame->data_length };
    incoming->consumed += part.len;
    incoming->frame_left -= part.len;
    if (!is_control) {
        buffer_add(&exchange->body, part);
    } else if (part.len > 0) {
        CHECK(incoming->control_len + part.len <= sizeof(incoming->control));
        memcpy(incoming->control + incoming->control_len, part.ptr, part.len);
        incoming->control_len += part.len;
    }
    if (incoming->frame_left > 0) {
        return;
    }
    incoming->in_frame = false;
    if (is_control) {
        control_done(connection);
    } else if (incoming->is_fin) {
        message_done(connection);
    }
}

/* One step of reading. False: nothing more to do now. */
static bool read_frame(struct connection *connection)
{
    struct exchange *exchange = connection->exchange;
    struct incoming *incoming = incoming_of(exchange);
    struct socket *socket = connection->socket;
    struct wslay_frame_iocb frame = { 0 };
    ssize_t got = wslay_frame_recv(incoming->frames, &frame);
    if (got == WSLAY_ERR_WANT_READ) {
        if (incoming->is_eof) {
            connection_close(connection);
        } else if (is_at_rest(incoming)) {
            exchange_release(exchange);
        }
        return false;
    }
    if (got < 0) {
        incoming->in_frame = true; /* never at rest again */
        fail(connection, CLOSE_PROTOCOL, S("not a frame"));
        return false;
    }
    socket->heard_us = loop_now(exchange->home->loop).us;
    socket->is_pinged = false;
    if (!incoming->in_frame) {
        unsigned code = begin_frame(connection, &frame);
        if (code != 0) {
            incoming->in_frame = true;
            fail(connection, code, code == CLOSE_POLICY ? S("too many messages") : reason_of(code));
            return false;
        }
    }
    take_part(connection, &frame);
    return true;
}

void websocket_advance(struct connection *connection)
{
    struct socket *socket = connection->socket;
    for (int i = 0; connection->phase == PHASE_SOCKET && !socket->is_busy && !socket->is_deaf;
         i++) {
        if (connection->exchange == NULL) {
            if (!connection->is_readable) {
                return;
            }
            exchange_take(connection);
            if (!socket->is_closing) {
                connection->deadline_us = loop_now(connection->home->loop).us +
                                          ms_to_us(connection->home->server->limits.body_ms);
            }
        }
        if (!read_frame(connection)) {
            return;
        }
        if (i == FRAMES_PER_TURN) {
            home_later(connection->home, connection);
            return;
        }
    }
}

/* ---- coming and going ---- */

void websocket_open(struct connection *connection)
{
    struct exchange *exchange = connection->exchange;
    struct home *home = connection->home;
    struct socket *socket = calloc(1, sizeof(*socket));
    CHECK(socket != NULL);
    *socket = (struct socket){ .connection = connection,
                               .home = home,
                               .caller = exchange->request.caller,
                               .heard_us = loop_now(home->loop).us };
    socket->caller.csrf_token = (struct slice){ 0 };
    struct slice address = exchange->request.address;
    CHECK(address.len < sizeof(socket->address));
    memcpy(socket->address, address.ptr, address.len);
    connection->socket = socket;
    atomic_fetch_add(&home->server->sockets, 1u);
    if (home->server->settings.hooks.socket_opened != NULL) {
        home->server->settings.hooks.socket_opened(socket, &exchange->request);
    }
    if (home->is_draining) {
        hub_close(socket, CLOSE_RESTART, HUB_RESTARTS);
    }
    if (exchange->parsed < exchange->filled) {
        exchange_next(exchange); /* the client did not wait for the 101 */
    } else {
        exchange_release(exchange);
    }
    home_later(home, connection);
}

void socket_free(struct socket *socket)
{
    if (socket->home->server->settings.hooks.socket_closed != NULL) {
        socket->home->server->settings.hooks.socket_closed(socket);
    }
    free(socket);
}

void websocket_gone(struct connection *connection)
{
    struct socket *socket = connection->socket;
    if (socket != NULL && socket->connection != NULL) {
        socket_detach(socket);
        socket->connection = NULL;
        atomic_fetch_sub(&connection->home->server->sockets, 1u);
    }
}

void websocket_free(struct connection *connection)
{
    struct socket *socket = connection->socket;
    if (socket == NULL) {
        return;
    }
    if (socket->is_busy) {
        socket->is_orphan = true;
    } else {
        socket_free(socket);
    }
}

void websocket_sweep(struct connection *connection, int64_t now_us)
{
    struct socket *socket = connection->socket;
    const struct server_limits *limits = &connection->home->server->limits;
    int64_t silent_us = now_us - socket->heard_us;
    bool is_mid_message = connection->exchange != NULL && !socket->is_busy;
    if (socket->is_closing) {
        if (now_us >= connection->deadline_us) {
            connection_close(connection); /* the other side does not answer our close */
        }
    } else if (silent_us >= ms_to_us(limits->socket_idle_ms)) {
        connection_close(connection);
    } else if (is_mid_message && now_us >= connection->deadline_us) {
        fail(connection, CLOSE_POLICY, S("the message took too long"));
    } else if (silent_us >= ms_to_us(limits->socket_ping_ms) && !socket->is_pinged) {
        socket->is_pinged = true;
        socket_queue(socket, OPCODE_PING, S(""));
    }
}

/* ---- for the socket's owner ---- */

const struct caller *socket_caller(const struct socket *socket)
{
    return &socket->caller;
}

struct server *socket_server(const struct socket *socket)
{
    return socket->home->server;
}

bool socket_is_open(const struct socket *socket)
{
    return socket->connection != NULL && !socket->is_closing;
}

void *socket_state(const struct socket *socket)
{
    return socket->state;
}

void socket_state_set(struct socket *socket, void *state)
{
    socket->state = state;
}
