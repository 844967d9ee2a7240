/* http: streams and their listeners, and the goodbyes of sockets. */
#include "socket_rig.h"

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
    assert_int_equal((unsigned char)received.payload[1], CLOSE_RESTART & 0xff);
    expect_end(fd);
    rig_end(rig);
}

#define CASE(name) cmocka_unit_test(name)

int main(void)
{
    static const struct CMUnitTest tests[] = {
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
