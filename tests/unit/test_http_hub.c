/* http: sockets: handshake, frames, messages, streams. */
#include "http_rig.h"

#include "http/hub.h"

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
    struct rig *rig = rig_start((struct server_settings){                                          \
        .loops = 2,                                                                                \
        .hooks = { .identify = by_cookie, .socket_opened = opened, .socket_closed = closed,        \
                   .socket_message = message },                                                    \
        __VA_ARGS__ })
#define PLAIN .limits.idle_ms = 0

/* ---- the client's side ---- */

#define UPGRADE(more)                                                                              \
    "GET /api/socket HTTP/1.1\r\nHost: a.b:1\r\nUpgrade: websocket\r\nConnection: keep-alive, "    \
    "Upgrade\r\n" more "\r\n"
#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"

static int socket_open_as(const struct rig *rig, const char *cookie)
{
    int fd = client(rig);
    char head[512];
    int len = snprintf(head, sizeof(head), UPGRADE(KEY VERSION "Cookie: %s\r\n"), cookie);
    say_bytes(fd, head, (size_t)len);
    read_answer(fd, &answer, false);
    assert_int_equal(answer.status, 101);
    return fd;
}

static int socket_open(const struct rig *rig)
{
    return socket_open_as(rig, "none=1");
}

/* first: FIN, RSV and opcode; masked with a fixed key. */
static void say_frame(int fd, unsigned first, const char *payload, size_t len)
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

static void say_text(int fd, const char *text)
{
    say_frame(fd, 0x81, text, strlen(text));
}

struct received {
    unsigned opcode;
    size_t len;
    char payload[70000]; /* NUL-terminated */
};

static struct received received;

static void read_frame(int fd)
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

static void expect_text(int fd, const char *text)
{
    read_frame(fd);
    assert_int_equal(received.opcode, 1);
    assert_string_equal(received.payload, text);
}

static void tell(int fd, const char *text)
{
    say_text(fd, text);
    expect_text(fd, text);
}

/* Reads until the close frame; answers it; then the end. */
static void expect_close(int fd, unsigned code)
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

/* ---- handshake ---- */

static void the_handshake_is_the_one_of_the_standard(void **state)
{
    (void)state;
    WITH(PLAIN);
    int fd = client(rig);
    SAY(fd, UPGRADE(KEY VERSION "Sec-WebSocket-Protocol: other, astralfield.1\r\n"
                                "Origin: http://A.b:1\r\n"));
    read_answer(fd, &answer, false);
    assert_int_equal(answer.status, 101);
    assert_string_equal(header_of(&answer, "Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assert_string_equal(header_of(&answer, "Sec-WebSocket-Protocol"), "astralfield.1");
    assert_string_equal(header_of(&answer, "Connection"), "Upgrade");
    tell(fd, "hello");
    close(fd);
    WAIT_UNTIL(atomic_load(&rig->closed) == 1);
    rig_end(rig);
}

static void a_handshake_that_is_none_is_refused(void **state)
{
    (void)state;
    WITH(PLAIN);
    int fd = client(rig);
    ASK(fd, &answer, 426, GET("/api/socket"));
    assert_string_equal(header_of(&answer, "Upgrade"), "websocket");
    ASK(fd, &answer, 426, UPGRADE(KEY "Sec-WebSocket-Version: 12\r\n"));
    assert_string_equal(header_of(&answer, "Sec-WebSocket-Version"), "13");
    ASK(fd, &answer, 400, UPGRADE(VERSION));
    ASK(fd, &answer, 400, UPGRADE(VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZQ==\r\n"));
    ASK(fd, &answer, 400, UPGRADE(VERSION "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ!=\r\n"));
    ASK(fd, &answer, 403, UPGRADE(KEY VERSION "Origin: http://evil.b:1\r\n"));
    ASK(fd, &answer, 403, UPGRADE(KEY VERSION "Origin: null\r\n"));
    ASK(fd, &answer, 403, UPGRADE(KEY VERSION "Origin: http://a.b:1.evil\r\n"));
    ASK(fd, &answer, 403, UPGRADE(KEY VERSION "Origin: http://a.b\r\n"));
    assert_int_equal(atomic_load(&rig->opened), 0);
    close(fd);
    rig_end(rig);
}

static void the_probe_with_the_key_test_gets_an_idle_socket(void **state)
{
    (void)state;
    WITH(PLAIN);
    int fd = client(rig);
    ASK(fd, &answer, 400, UPGRADE("Sec-WebSocket-Key: test\r\n" VERSION "Origin: http://a.b:1\r\n"));
    SAY(fd, UPGRADE("Sec-WebSocket-Key: test\r\n" VERSION));
    read_answer(fd, &answer, false);
    assert_int_equal(answer.status, 101);
    WAIT_UNTIL(server_figures(rig->server).sockets == 1);
    close(fd);
    WAIT_UNTIL(server_figures(rig->server).sockets == 0);
    rig_end(rig);
}

/* ---- messages ---- */

static void a_message_may_come_in_fragments_with_a_ping_between(void **state)
{
    (void)state;
    WITH(PLAIN);
    int fd = socket_open(rig);
    say_frame(fd, 0x01, "a mess", 6);
    say_frame(fd, 0x89, "ping!", 5);
    say_frame(fd, 0x00, "", 0);
    say_frame(fd, 0x80, "age", 3);
    read_frame(fd);
    assert_int_equal(received.opcode, 10);
    assert_string_equal(received.payload, "ping!");
    expect_text(fd, "a message");
    assert_int_equal(atomic_load(&rig->messages), 1);
    close(fd);
    rig_end(rig);
}

static void a_message_may_come_byte_by_byte_or_right_behind_the_handshake(void **state)
{
    (void)state;
    WITH(PLAIN);
    int fd = client(rig);
    const char text[] = UPGRADE(KEY VERSION) "\x81\x82\x01\x02\x03\x04hg\x81\x82\x01\x02\x03\x04ij";
    for (size_t i = 0; i < sizeof(text) - 8; i++) {
        say_bytes(fd, text + i, 1);
    }
    say_bytes(fd, text + sizeof(text) - 8, 7);
    read_answer(fd, &answer, false);
    assert_int_equal(answer.status, 101);
    expect_text(fd, "ie");
    expect_text(fd, "hh");
    close(fd);
    rig_end(rig);
}

static void messages_wait_while_the_hook_of_one_before_runs(void **state)
{
    (void)state;
    WITH(PLAIN);
    int fd = socket_open(rig);
    say_text(fd, "wait");
    say_text(fd, "second");
    say_text(fd, "third");
    WAIT_UNTIL(atomic_load(&rig->waiting) == 1);
    assert_int_equal(atomic_load(&rig->messages), 1);
    rig_open_gate(rig);
    expect_text(fd, "wait");
    expect_text(fd, "second");
    expect_text(fd, "third");
    close(fd);
    rig_end(rig);
}

static void a_socket_that_leaves_while_its_hook_runs_is_let_go_afterwards(void **state)
{
    (void)state;
    WITH(PLAIN);
    int fd = socket_open(rig);
    tell(fd, "sub league:1");
    say_text(fd, "wait");
    WAIT_UNTIL(atomic_load(&rig->waiting) == 1);
    struct linger at_once = { .l_onoff = 1 };
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(fd); /* with a reset */
    WAIT_UNTIL(server_figures(rig->server).sockets == 0);
    assert_int_equal(atomic_load(&rig->closed), 0);
    hub_publish(rig->server, S("league:1"), S("nobody"));
    rig_open_gate(rig);
    WAIT_UNTIL(atomic_load(&rig->closed) == 1);
    rig_end(rig);
}

static void the_largest_message_passes_and_one_byte_more_does_not(void **state)
{
    (void)state;
    WITH(PLAIN);
    static char text[16385];
    memset(text, 'x', sizeof(text));
    int fd = socket_open(rig);
    say_frame(fd, 0x81, text, 16384);
    read_frame(fd);
    assert_int_equal(received.len, 16384);
    say_frame(fd, 0x01, text, 16000);
    say_frame(fd, 0x80, text, 385);
    expect_close(fd, CLOSE_TOO_BIG);
    rig_end(rig);
}

/* ---- what a client may not send ---- */

static void expect_failure(const char *bytes, size_t len, unsigned code)
{
    WITH(PLAIN);
    int fd = socket_open(rig);
    say_bytes(fd, bytes, len);
    do {
        read_frame(fd);
    } while (received.opcode != 8);
    assert_int_equal((unsigned char)received.payload[0] << 8 | (unsigned char)received.payload[1],
                     code);
    expect_end(fd);
    assert_int_equal(atomic_load(&rig->messages), 0);
    rig_end(rig);
}

#define FAILS(name, code, literal)                                                                 \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        expect_failure("" literal, sizeof(literal) - 1, (code));                                   \
    }

FAILS(a_frame_without_mask_fails, 1002, "\x81\x01x")
FAILS(a_reserved_bit_fails, 1002, "\xc1\x81\1\2\3\4x")
FAILS(a_reserved_opcode_fails, 1002, "\x83\x81\1\2\3\4x")
FAILS(a_reserved_control_opcode_fails, 1002, "\x8b\x80\1\2\3\4")
FAILS(a_ping_in_fragments_fails, 1002, "\x09\x80\1\2\3\4")
FAILS(a_long_ping_fails, 1002, "\x89\xfe\x00\x7e\1\2\3\4")
FAILS(a_continuation_of_nothing_fails, 1002, "\x80\x81\1\2\3\4x")
FAILS(a_message_inside_another_fails, 1002, "\x01\x81\1\2\3\4x\x81\x81\1\2\3\4x")
FAILS(a_length_in_more_bytes_than_needed_fails, 1002, "\x81\xfe\x00\x05\1\2\3\4xxxxx")
FAILS(a_length_of_63_bits_fails, 1009, "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\1\2\3\4x")
FAILS(binary_fails, 1003, "\x82\x81\1\2\3\4x")
FAILS(text_that_is_not_utf8_fails, 1007, "\x81\x82\0\0\0\0\xc0\x80")
FAILS(a_close_code_that_may_not_be_sent_fails, 1002, "\x88\x82\0\0\0\0\x03\xed")
FAILS(half_a_close_code_fails, 1002, "\x88\x81\0\0\0\0\x03")
FAILS(a_close_reason_that_is_not_utf8_fails, 1007, "\x88\x83\0\0\0\0\x03\xe8\xff")

static void a_close_is_answered_with_its_code(void **state)
{
    (void)state;
    WITH(PLAIN);
    int fd = socket_open(rig);
    say_frame(fd, 0x88, "\x0f\xa1"
                        "bye",
              5);
    read_frame(fd);
    assert_int_equal(received.opcode, 8);
    assert_memory_equal(received.payload, "\x0f\xa1", 2);
    expect_end(fd);
    WAIT_UNTIL(atomic_load(&rig->closed) == 1);
    rig_end(rig);
}

static void who_sends_too_fast_is_closed(void **state)
{
    (void)state;
    WITH(PLAIN);
    int fd = socket_open(rig);
    for (int i = 0; i < 100; i++) {
        unsigned char ping[6] = { 0x89, 0x80 };
        if (send(fd, ping, sizeof(ping), MSG_NOSIGNAL) < 0) {
            break;
        }
    }
    expect_close(fd, CLOSE_POLICY);
    rig_end(rig);
}

static void a_silent_socket_is_pinged_and_then_closed(void **state)
{
    (void)state;
    WITH(.limits = { .socket_ping_ms = 30, .socket_idle_ms = 90 });
    int fd = socket_open(rig);
    read_frame(fd);
    assert_int_equal(received.opcode, 9);
    say_frame(fd, 0x8a, "", 0);
    read_frame(fd); /* the pong counted: it is asked again */
    assert_int_equal(received.opcode, 9);
    expect_end(fd);
    rig_end(rig);
}

static void a_message_that_does_not_end_is_given_up(void **state)
{
    (void)state;
    WITH(.limits.body_ms = 30);
    int fd = socket_open(rig);
    say_bytes(fd, "\x81\x85\1\2\3\4he", 8);
    expect_close(fd, CLOSE_POLICY);
    rig_end(rig);
}

/* ---- streams ---- */

enum { LISTENERS = 24, PUBLICATIONS = 200 };

static void a_publication_reaches_every_listener_in_order(void **state)
{
    (void)state;
    WITH(PLAIN);
    int fds[LISTENERS];
    for (int i = 0; i < LISTENERS; i++) {
        fds[i] = socket_open(rig);
        tell(fds[i], "sub league:1");
        tell(fds[i], i % 2 == 0 ? "sub league:2" : "sub league:1"); /* twice is once */
    }
    for (int i = 0; i < PUBLICATIONS; i++) {
        char text[32];
        int len = snprintf(text, sizeof(text), "{\"seq\":%d}", i);
        hub_publish(rig->server, i % 10 == 0 ? S("league:2") : S("league:1"),
                    (struct slice){ .ptr = text, .len = (size_t)len });
    }
    for (int i = 0; i < LISTENERS; i++) {
        for (int j = 0; j < PUBLICATIONS; j++) {
            if (i % 2 != 0 && j % 10 == 0) {
                continue; /* does not listen to league:2 */
            }
            char text[32];
            snprintf(text, sizeof(text), "{\"seq\":%d}", j);
            expect_text(fds[i], text);
        }
        close(fds[i]);
    }
    WAIT_UNTIL(atomic_load(&rig->closed) == LISTENERS);
    rig_end(rig);
}

static void who_unsubscribed_hears_no_more(void **state)
{
    (void)state;
    WITH(PLAIN);
    int fd = socket_open(rig);
    tell(fd, "sub a");
    tell(fd, "sub b");
    tell(fd, "unsub a");
    tell(fd, "unsub never");
    hub_publish(rig->server, S("a"), S("not for you"));
    hub_publish(rig->server, S("b"), S("for you"));
    expect_text(fd, "for you");
    close(fd);
    rig_end(rig);
}

static void a_socket_has_so_many_streams_and_no_more(void **state)
{
    (void)state;
    WITH(PLAIN);
    int fd = socket_open(rig);
    say_text(fd, "sub ");
    expect_text(fd, "refused");
    for (int i = 0; i < 30; i++) { /* within the burst of the rate limit */
        char text[16];
        snprintf(text, sizeof(text), "sub s%d", i);
        tell(fd, text);
    }
    char longer[80] = "sub ";
    memset(longer + 4, 'n', 65);
    say_text(fd, longer);
    expect_text(fd, "refused");
    close(fd);
    rig_end(rig);
}

static void of_states_only_the_newest_is_sent(void **state)
{
    (void)state;
    WITH(.limits.latest_ms = 60);
    int fd = socket_open(rig);
    tell(fd, "sub nfl");
    hub_publish_latest(rig->server, S("nfl"), S("game:1"), S("first"));
    expect_text(fd, "first"); /* at once */
    hub_publish_latest(rig->server, S("nfl"), S("game:1"), S("old"));
    hub_publish_latest(rig->server, S("nfl"), S("game:2"), S("other"));
    hub_publish_latest(rig->server, S("nfl"), S("game:1"), S("new"));
    expect_text(fd, "new");
    expect_text(fd, "other");
    hub_publish_latest(rig->server, S("nfl"), S("game:1"), S("left behind"));
    close(fd);
    WAIT_UNTIL(atomic_load(&rig->closed) == 1);
    rig_end(rig);
}

static void who_falls_behind_is_closed_and_told_why(void **state)
{
    (void)state;
    WITH(PLAIN);
    static char text[60000];
    memset(text, 'x', sizeof(text));
    int slow = socket_open(rig);
    int quick = socket_open(rig);
    tell(slow, "sub a");
    tell(quick, "sub a");
    int sent = 0;
    for (; sent < 500; sent++) { /* 30 MB: more than the kernel and the limit hold */
        hub_publish(rig->server, S("a"), (struct slice){ .ptr = text, .len = sizeof(text) });
        read_frame(quick);
        assert_int_equal(received.len, sizeof(text));
    }
    int got = 0;
    do {
        read_frame(slow);
        got += received.opcode == 1 ? 1 : 0;
    } while (received.opcode != 8);
    assert_int_equal((unsigned char)received.payload[1], CLOSE_TRY_LATER & 0xff);
    assert_string_equal(received.payload + 2, "fell behind");
    assert_true(got < sent);
    close(slow);
    tell(quick, "still here");
    close(quick);
    rig_end(rig);
}

/* ---- goodbyes ---- */

static void a_users_sockets_can_be_closed(void **state)
{
    (void)state;
    WITH(PLAIN);
    int one = socket_open_as(rig, "user=1");
    int two = socket_open_as(rig, "user=2");
    WAIT_UNTIL(atomic_load(&rig->opened) == 2);
    hub_close_user(rig->server, 1, 4401, S("signed out"));
    expect_close(one, 4401);
    tell(two, "still here");
    hub_close_user(rig->server, 0, CLOSE_RESTART, S("restart"));
    expect_close(two, CLOSE_RESTART);
    rig_end(rig);
}

static void a_socket_that_does_not_answer_our_close_is_cut_off(void **state)
{
    (void)state;
    WITH(.limits.socket_close_ms = 30);
    int fd = socket_open(rig);
    tell(fd, "hello");
    hub_close_user(rig->server, 0, CLOSE_RESTART, S(""));
    read_frame(fd);
    assert_int_equal(received.opcode, 8);
    expect_end(fd);
    WAIT_UNTIL(atomic_load(&rig->closed) == 1);
    rig_end(rig);
}

static void the_stop_says_goodbye_to_sockets(void **state)
{
    (void)state;
    WITH(.limits.socket_close_ms = 30);
    int fd = socket_open(rig);
    tell(fd, "sub a");
    assert_true(server_stop(rig->server, 60 * US_PER_S));
    hub_publish(rig->server, S("a"), S("too late")); /* harmless */
    read_frame(fd);
    assert_int_equal(received.opcode, 8);
    assert_int_equal((unsigned char)received.payload[1], CLOSE_GOING_AWAY & 0xff);
    expect_end(fd);
    rig_end(rig);
}

#define CASE(name) cmocka_unit_test(name)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CASE(the_handshake_is_the_one_of_the_standard),
        CASE(a_handshake_that_is_none_is_refused),
        CASE(the_probe_with_the_key_test_gets_an_idle_socket),
        CASE(a_message_may_come_in_fragments_with_a_ping_between),
        CASE(a_message_may_come_byte_by_byte_or_right_behind_the_handshake),
        CASE(messages_wait_while_the_hook_of_one_before_runs),
        CASE(a_socket_that_leaves_while_its_hook_runs_is_let_go_afterwards),
        CASE(the_largest_message_passes_and_one_byte_more_does_not),
        CASE(a_frame_without_mask_fails),
        CASE(a_reserved_bit_fails),
        CASE(a_reserved_opcode_fails),
        CASE(a_reserved_control_opcode_fails),
        CASE(a_ping_in_fragments_fails),
        CASE(a_long_ping_fails),
        CASE(a_continuation_of_nothing_fails),
        CASE(a_message_inside_another_fails),
        CASE(a_length_in_more_bytes_than_needed_fails),
        CASE(a_length_of_63_bits_fails),
        CASE(binary_fails),
        CASE(text_that_is_not_utf8_fails),
        CASE(a_close_code_that_may_not_be_sent_fails),
        CASE(half_a_close_code_fails),
        CASE(a_close_reason_that_is_not_utf8_fails),
        CASE(a_close_is_answered_with_its_code),
        CASE(who_sends_too_fast_is_closed),
        CASE(a_silent_socket_is_pinged_and_then_closed),
        CASE(a_message_that_does_not_end_is_given_up),
        CASE(a_publication_reaches_every_listener_in_order),
        CASE(who_unsubscribed_hears_no_more),
        CASE(a_socket_has_so_many_streams_and_no_more),
        CASE(of_states_only_the_newest_is_sent),
        CASE(who_falls_behind_is_closed_and_told_why),
        CASE(a_users_sockets_can_be_closed),
        CASE(a_socket_that_does_not_answer_our_close_is_cut_off),
        CASE(the_stop_says_goodbye_to_sockets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
