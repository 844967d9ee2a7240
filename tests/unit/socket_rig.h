/* Sockets for the tests of the engine: a server whose hook knows a few words, and a client that writes
 * and reads frames. */
#ifndef ASTRALFIELD_TESTS_SOCKET_RIG_H
#define ASTRALFIELD_TESTS_SOCKET_RIG_H

#include "http_rig.h"

static struct answer answer;

/* ---- the server's side: "sub X", "unsub X", "wait", anything else is sent back ---- */

static void opened(struct socket *socket, const struct request *request)
{
    (void)request;
    struct rig *rig = server_app(socket_server(socket));
    atomic_fetch_add(&rig->opened, 1);
    socket_state_set(socket, rig);
}

static void closed(struct socket *socket)
{
    struct rig *rig = socket_state(socket);
    atomic_fetch_add(&rig->closed, 1);
}

static void message(struct socket *socket, struct arena *arena, struct slice text)
{
    struct rig *rig = socket_state(socket);
    atomic_fetch_add(&rig->messages, 1);
    struct slice rest = text;
    struct slice verb = slice_cut(&rest, ' ');
    enum error error = OK;
    if (slice_eq(verb, S("sub"))) {
        error = hub_subscribe(socket, rest);
    } else if (slice_eq(verb, S("unsub"))) {
        hub_unsubscribe(socket, rest);
    } else if (slice_eq(verb, S("wait"))) {
        atomic_fetch_add(&rig->waiting, 1);
        int fd = dup(rig->gate);
        fiber_wait_fd(fd, EPOLLIN, CLIENT_WAIT_S * US_PER_S);
        close(fd);
        atomic_fetch_sub(&rig->waiting, 1);
    }
    hub_send(socket, error == OK ? arena_format(arena, "%.*s", FMT(text)) : S("refused"));
}

static enum error by_cookie(struct request *request)
{
    struct slice user = request_cookie(request, S("user"));
    request->caller.user_id = user.ptr == NULL ? 0 : user.ptr[0] - '0';
    return OK;
}

#define WITH(...)                                                                                  \
    struct rig *rig = rig_start((struct server_settings){ .loops = 2,                              \
                                                          .hooks = { .identify = by_cookie,        \
                                                                     .socket_opened = opened,      \
                                                                     .socket_closed = closed,      \
                                                                     .socket_message = message },  \
                                                          __VA_ARGS__ })
#define PLAIN .limits.idle_ms = 0

/* ---- the client's side ---- */

#define UPGRADE(more)                                                                              \
    "GET /api/socket HTTP/1.1\r\nHost: a.b:1\r\nUpgrade: websocket\r\nConnection: keep-alive, "    \
    "Upgrade\r\n" more "\r\n"
#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"

static inline int socket_open_as(const struct rig *rig, const char *cookie)
{
    int fd = client(rig);
    char head[512];
    int len = snprintf(head, sizeof(head), UPGRADE(KEY VERSION "Cookie: %s\r\n"), cookie);
    say_bytes(fd, head, (size_t)len);
    read_answer(fd, &answer, false);
    assert_int_equal(answer.status, 101);
    return fd;
}

static inline int socket_open(const struct rig *rig)
{
    return socket_open_as(rig, "none=1");
}

/* first: FIN, RSV and opcode; masked with a fixed key. */
static inline void say_frame(int fd, unsigned first, const char *payload, size_t len)
{
    static unsigned char frame[20 * 1024];
    size_t at = 0;
    frame[at++] = (unsigned char)first;
    if (len < 126) {
        frame[at++] = (unsigned char)(0x80 | len);
    } else {
        frame[at++] = 0x80 | 126;
        frame[at++] = (unsigned char)(len >> 8);
        frame[at++] = (unsigned char)len;
    }
    const unsigned char key[4] = { 1, 2, 3, 4 };
    memcpy(frame + at, key, 4);
    at += 4;
    for (size_t i = 0; i < len; i++) {
        frame[at++] = (unsigned char)(payload[i] ^ key[i % 4]);
    }
    say_bytes(fd, (const char *)frame, at);
}

static inline void say_text(int fd, const char *text)
{
    say_frame(fd, 0x81, text, strlen(text));
}

struct received {
    unsigned opcode;
    size_t len;
    char payload[70000]; /* NUL-terminated */
};

static struct received received;

static inline void read_frame(int fd)
{
    unsigned char head[2];
    read_bytes(fd, (char *)head, 2);
    assert_int_equal(head[0] & 0xf0, 0x80); /* whole, no extension */
    assert_int_equal(head[1] & 0x80, 0);    /* not masked */
    size_t len = head[1];
    if (len >= 126) {
        unsigned char wide[8];
        size_t width = len == 126 ? 2 : 8;
        read_bytes(fd, (char *)wide, width);
        len = 0;
        for (size_t i = 0; i < width; i++) {
            len = len << 8 | wide[i];
        }
    }
    assert_true(len < sizeof(received.payload));
    read_bytes(fd, received.payload, len);
    received.payload[len] = '\0';
    received.len = len;
    received.opcode = head[0] & 0xf;
}

static inline void expect_text(int fd, const char *text)
{
    read_frame(fd);
    assert_int_equal(received.opcode, 1);
    assert_string_equal(received.payload, text);
}

static inline void tell(int fd, const char *text)
{
    say_text(fd, text);
    expect_text(fd, text);
}

/* Reads until the close frame; answers it; then the end. */
static inline void expect_close(int fd, unsigned code)
{
    do {
        read_frame(fd);
    } while (received.opcode != 8);
    unsigned said = received.len < 2 ? 0
                                     : (unsigned)(unsigned char)received.payload[0] << 8 |
                                           (unsigned char)received.payload[1];
    assert_int_equal(said, code);
    say_frame(fd, 0x88, received.payload, received.len < 2 ? 0 : 2);
    expect_end(fd);
}

#endif
