/* http: the WebSocket protocol: handshake, frames, messages, the close. */
#include "socket_rig.h"

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
    ASK(fd, &answer, 400,
        UPGRADE("Sec-WebSocket-Key: test\r\n" VERSION "Origin: http://a.b:1\r\n"));
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
    say_frame(fd, 0x88,
              "\x0f\xa1"
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
