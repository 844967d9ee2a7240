/* http: the server as a whole: keep-alive, bodies, deadlines, limits, hooks, the stop. */
#include "http_rig.h"

static struct answer answer;

/* Every test has a server of its own, with the settings it needs. */
#define WITH(...) struct rig *rig = rig_start((struct server_settings){ __VA_ARGS__ })

#define ECHO_HEAD(length)                                                                          \
    "POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Type: "                                         \
    "application/json\r\nContent-Length: " length "\r\n"
#define ECHO(more) ECHO_HEAD("12") more "\r\n{\"text\":\"x\"}"

/* ---- keep-alive and order ---- */

static void a_connection_serves_one_request_after_the_other(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    for (int i = 0; i < 3; i++) {
        ASK(fd, &answer, 200, GET("/api/constant"));
        assert_string_equal(answer.body, "{\"is\":\"constant\"}");
        assert_string_equal(header_of(&answer, "Connection"), "");
        ASK(fd, &answer, 200, GET("/api/show"));
        ASK(fd, &answer, 404, GET("/api/none"));
    }
    assert_int_equal(server_figures(rig->server).connections, 1);
    close(fd);
    WAIT_UNTIL(server_figures(rig->server).connections == 0);
    rig_end(rig);
}

static void pipelined_requests_are_answered_in_their_order(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    for (int i = 0; i < 40; i++) {
        SAY(fd, GET("/api/show") ECHO("") GET("/api/constant") GET("/api/none"));
    }
    for (int i = 0; i < 40; i++) {
        read_answer(fd, &answer, true);
        assert_non_null(strstr(answer.body, "\"show\""));
        read_answer(fd, &answer, true);
        assert_string_equal(answer.body, "{\"text\":\"x\"}");
        read_answer(fd, &answer, true);
        assert_string_equal(answer.body, "{\"is\":\"constant\"}");
        read_answer(fd, &answer, true);
        assert_int_equal(answer.status, 404);
    }
    close(fd);
    rig_end(rig);
}

static void a_pipelined_request_waits_for_the_answer_before_it(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    SAY(fd, GET("/api/wait") GET("/api/constant"));
    WAIT_UNTIL(atomic_load(&rig->waiting) == 1);
    int other = client(rig);
    ASK(other, &answer, 200, GET("/api/constant")); /* the loop is free meanwhile */
    struct pollfd nothing = { .fd = fd, .events = POLLIN };
    assert_int_equal(poll(&nothing, 1, 0), 0);
    rig_open_gate(rig);
    read_answer(fd, &answer, true);
    assert_string_equal(answer.body, "{\"is\":\"waited\"}");
    read_answer(fd, &answer, true);
    assert_string_equal(answer.body, "{\"is\":\"constant\"}");
    close(fd);
    close(other);
    rig_end(rig);
}

static void a_request_may_come_byte_by_byte(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    const char *text = "\r\n" ECHO("X-Show: 1\r\n");
    for (size_t i = 0; text[i] != '\0'; i++) {
        say_bytes(fd, text + i, 1);
    }
    read_answer(fd, &answer, true);
    assert_int_equal(answer.status, 200);
    close(fd);
    rig_end(rig);
}

static void close_is_obeyed_and_said(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    ASK(fd, &answer, 200, "GET /api/show HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_string_equal(header_of(&answer, "Connection"), "close");
    expect_end(fd);
    rig_end(rig);
}

static void http_1_0_closes_unless_asked_to_keep_alive(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    ASK(fd, &answer, 200, "GET /api/constant HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assert_string_equal(header_of(&answer, "Connection"), "keep-alive");
    ASK(fd, &answer, 200, "GET /api/constant HTTP/1.0\r\n\r\n");
    assert_string_equal(header_of(&answer, "Connection"), "close");
    expect_end(fd);
    rig_end(rig);
}

static void head_has_the_length_but_no_body(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    for (int i = 0; i < 2; i++) {
        SAY(fd, "HEAD /api/constant HTTP/1.1\r\nHost: a\r\n\r\n");
        read_answer(fd, &answer, false);
        assert_int_equal(answer.status, 200);
        assert_int_equal(answer.body_len, 17);
    }
    ASK(fd, &answer, 200, GET("/api/show"));
    close(fd);
    rig_end(rig);
}

static void an_offer_to_upgrade_is_ignored_where_nothing_upgrades(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    ASK(fd, &answer, 200,
        "GET /api/show HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
    ASK(fd, &answer, 200, GET("/api/constant"));
    close(fd);
    rig_end(rig);
}

static void options_and_other_methods_are_told_what_is_allowed(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    ASK(fd, &answer, 204, "OPTIONS /api/echo HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_string_equal(header_of(&answer, "Allow"), "POST, OPTIONS");
    ASK(fd, &answer, 405, "DELETE /api/show HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_string_equal(header_of(&answer, "Allow"), "GET, HEAD, OPTIONS");
    close(fd);
    rig_end(rig);
}

/* ---- bodies ---- */

static void a_chunked_body_is_read_and_its_trailers_are_not(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    SAY(fd,
        "POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json; charset=utf-8\r\n"
        "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\n{\"tex\r\n7\r\nt\":\"x\"}\r\n"
        "0\r\nHost: b\r\nX-Show: trailer\r\n\r\n" GET("/api/show"));
    read_answer(fd, &answer, true);
    assert_string_equal(answer.body, "{\"text\":\"x\"}");
    read_answer(fd, &answer, true);
    assert_null(strstr(answer.body, "trailer"));
    close(fd);
    rig_end(rig);
}

static void who_expects_100_gets_it_only_when_the_body_is_wanted(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    SAY(fd, ECHO_HEAD("12") "Expect: 100-continue\r\n\r\n");
    read_answer(fd, &answer, false);
    assert_int_equal(answer.status, 100);
    ASK(fd, &answer, 200, "{\"text\":\"x\"}");
    SAY(fd, ECHO_HEAD("70000") "Expect: 100-continue\r\n\r\n");
    read_answer(fd, &answer, true);
    assert_int_equal(answer.status, 413);
    expect_end(fd);
    rig_end(rig);
}

/* The client is still sending when the answer comes: closing at once would reset it away. */
static void who_sends_too_much_can_read_that_it_was_too_much(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    SAY(fd, ECHO_HEAD("1000000") "\r\n");
    static char megabyte[1000000];
    say_bytes(fd, megabyte, sizeof(megabyte));
    read_answer(fd, &answer, true);
    assert_int_equal(answer.status, 413);
    expect_end(fd);
    rig_end(rig);
}

static void a_chunked_body_over_the_limit_is_refused(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    SAY(fd, "POST /api/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    static char chunk[8192];
    for (int i = 0; i < 9; i++) {
        SAY(fd, "2000\r\n");
        say_bytes(fd, chunk, sizeof(chunk));
        SAY(fd, "\r\n");
    }
    read_answer(fd, &answer, true);
    assert_int_equal(answer.status, 413);
    expect_end(fd);
    rig_end(rig);
}

static void chunk_extensions_count_against_the_limit(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    SAY(fd, "POST /api/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    static char extension[8192];
    memset(extension, 'e', sizeof(extension));
    for (int i = 0; i < 40; i++) {
        SAY(fd, "1;");
        say_bytes(fd, extension, sizeof(extension));
        SAY(fd, "\r\nx\r\n");
    }
    read_answer(fd, &answer, true);
    assert_int_equal(answer.status, 413);
    expect_end(fd);
    rig_end(rig);
}

static void a_body_of_the_largest_size_arrives_whole(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    static char text[65536];
    memset(text, 'x', sizeof(text));
    SAY(fd, ECHO_HEAD("65536") "\r\n{\"text\":\"");
    say_bytes(fd, text, 65536 - 11);
    ASK(fd, &answer, 200, "\"}");
    assert_int_equal(answer.body_len, 65536);
    close(fd);
    rig_end(rig);
}

static void a_row_may_take_longer_bodies_than_others(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    static char text[131072];
    memset(text, 'x', sizeof(text));
#define UPLOAD(length)                                                                             \
    "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"                   \
    "Content-Length: " length "\r\n\r\n"
    SAY(fd, UPLOAD("131072") "{\"text\":\"");
    say_bytes(fd, text, 131072 - 11);
    ASK(fd, &answer, 200, "\"}");
    assert_int_equal(answer.body_len, 131072);
    SAY(fd, ECHO_HEAD("65537") "\r\n"); /* the row after it has the common limit again */
    read_answer(fd, &answer, true);
    assert_int_equal(answer.status, 413);
    expect_end(fd);
    close(fd);
    fd = client(rig);
    SAY(fd, UPLOAD("131073"));
    read_answer(fd, &answer, true);
    assert_int_equal(answer.status, 413);
    expect_end(fd);
    rig_end(rig);
}

static void bodies_must_be_json_of_the_right_shape(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    ASK(fd, &answer, 415,
        "POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: "
        "12\r\n\r\n"
        "{\"text\":\"x\"}");
    ASK(fd, &answer, 400, ECHO_HEAD("5") "\r\n{\"te\"");
    ASK(fd, &answer, 422, ECHO_HEAD("8") "\r\n{\"u\":42}");
    assert_non_null(strstr(answer.body, "\"/text\""));
    assert_int_equal(atomic_load(&rig->writes), 0);
    ASK(fd, &answer, 200, ECHO(""));
    close(fd);
    rig_end(rig);
}

static void a_big_answer_arrives_whole_although_the_socket_is_smaller(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    SAY(fd, GET("/api/big") GET("/api/constant"));
    ASK(fd, &answer, 200, "");
    assert_int_equal(answer.body_len, BIG_BYTES);
    for (size_t i = 0; i < 60000; i++) {
        assert_int_equal(answer.body[i], 'a' + i % 23);
    }
    ASK(fd, &answer, 200, "");
    close(fd);
    rig_end(rig);
}

/* ---- heads of answers ---- */

static void a_tag_that_matches_spares_the_body(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    for (int i = 0; i < 2; i++) { /* made by the handler, then from the stock */
        ASK(fd, &answer, 200, GET("/api/constant"));
        assert_string_equal(header_of(&answer, "Cache-Control"), "no-cache");
        assert_int_equal(strlen(header_of(&answer, "ETag")), 18);
        assert_string_equal(header_of(&answer, "X-Offline"), "ok");
    }
#define IF(tags) "GET /api/tagged HTTP/1.1\r\nHost: a\r\nIf-None-Match: " tags "\r\n\r\n"
    ASK(fd, &answer, 200, IF("\"v6\", \"v71\""));
    SAY(fd, IF("\"v6\", W/\"v7\""));
    read_answer(fd, &answer, false);
    assert_int_equal(answer.status, 304);
    assert_string_equal(header_of(&answer, "ETag"), "\"v7\"");
    SAY(fd, IF("*"));
    read_answer(fd, &answer, false);
    assert_int_equal(answer.status, 304);
    ASK(fd, &answer, 200, GET("/api/show"));
    assert_string_equal(header_of(&answer, "Cache-Control"), "no-store");
    close(fd);
    rig_end(rig);
}

static void every_answer_carries_the_security_headers(void **state)
{
    (void)state;
    WITH(.loops = 1);
    static const char *const questions[] = { GET("/api/constant"), GET("/api/none"),
                                             GET("/api/failure"), "GET / HTTP/9\r\n\r\n" };
    for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
        int fd = client(rig);
        say_bytes(fd, questions[i], strlen(questions[i]));
        read_answer(fd, &answer, true);
        assert_string_equal(header_of(&answer, "Content-Security-Policy"),
                            "default-src 'none'; script-src 'self'; style-src 'self'; "
                            "img-src 'self' data:; connect-src 'self'; font-src 'self'; "
                            "manifest-src 'self'; worker-src 'self'; form-action 'self'; "
                            "base-uri 'none'; frame-ancestors 'none'");
        assert_string_equal(header_of(&answer, "X-Content-Type-Options"), "nosniff");
        assert_string_equal(header_of(&answer, "Referrer-Policy"), "same-origin");
        assert_string_equal(header_of(&answer, "Cross-Origin-Resource-Policy"), "same-origin");
        assert_string_equal(header_of(&answer, "X-Frame-Options"), "DENY");
        assert_string_equal(header_of(&answer, "Strict-Transport-Security"), "");
        assert_int_equal(strlen(header_of(&answer, "Date")), 29);
        close(fd);
    }
    int fd = client(rig);
    ASK(fd, &answer, 200, GET("/api/page"));
    assert_non_null(strstr(header_of(&answer, "Content-Security-Policy"), "script-src 'self'"));
    close(fd);
    rig_end(rig);
}

static void behind_tls_the_client_is_whom_the_proxy_names(void **state)
{
    (void)state;
    WITH(.is_tls_in_front = true);
    int fd = client(rig);
#define FORWARDED(list) "GET /api/show HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: " list "\r\n\r\n"
    ASK(fd, &answer, 200, FORWARDED("1.2.3.4, 10.0.0.7"));
    assert_non_null(strstr(answer.body, "\"address\":\"10.0.0.7\""));
    assert_non_null(strstr(header_of(&answer, "Strict-Transport-Security"), "max-age=63072000"));
    ASK(fd, &answer, 200, FORWARDED("evil text"));
    assert_non_null(strstr(answer.body, "\"address\":\"127.0.0.1\""));
    close(fd);
    rig_end(rig);
}

static void a_request_id_is_kept_when_it_is_harmless(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
#define WITH_ID(id) "GET /api/show HTTP/1.1\r\nHost: a\r\nX-Request-Id: " id "\r\n\r\n"
    ASK(fd, &answer, 200, WITH_ID("abc.DEF-12_3"));
    assert_string_equal(header_of(&answer, "X-Request-Id"), "abc.DEF-12_3");
    ASK(fd, &answer, 200, WITH_ID("short"));
    assert_int_equal(strlen(header_of(&answer, "X-Request-Id")), 16);
    ASK(fd, &answer, 200, WITH_ID("no spaces; no quotes\""));
    assert_int_equal(strlen(header_of(&answer, "X-Request-Id")), 16);
    close(fd);
    rig_end(rig);
}

static void the_reason_of_a_failure_stays_inside(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    ASK(fd, &answer, 500, GET("/api/failure"));
    assert_null(strstr(answer.text, "secret"));
    assert_non_null(strstr(answer.body, header_of(&answer, "X-Request-Id")));
    close(fd);
    rig_end(rig);
}

static void one_cookie_is_found_among_others(void **state)
{
    (void)state;
    WITH(.loops = 1);
    int fd = client(rig);
    ASK(fd, &answer, 200, "GET /api/show HTTP/1.1\r\nHost: a\r\nCookie: ab=1; b=2=3; c=4\r\n\r\n");
    assert_non_null(strstr(answer.body, "\"cookie\":\"2=3\""));
    close(fd);
    rig_end(rig);
}

#define CASE(name) cmocka_unit_test(name)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CASE(a_connection_serves_one_request_after_the_other),
        CASE(pipelined_requests_are_answered_in_their_order),
        CASE(a_pipelined_request_waits_for_the_answer_before_it),
        CASE(a_request_may_come_byte_by_byte),
        CASE(close_is_obeyed_and_said),
        CASE(http_1_0_closes_unless_asked_to_keep_alive),
        CASE(head_has_the_length_but_no_body),
        CASE(an_offer_to_upgrade_is_ignored_where_nothing_upgrades),
        CASE(options_and_other_methods_are_told_what_is_allowed),
        CASE(a_chunked_body_is_read_and_its_trailers_are_not),
        CASE(who_expects_100_gets_it_only_when_the_body_is_wanted),
        CASE(who_sends_too_much_can_read_that_it_was_too_much),
        CASE(a_chunked_body_over_the_limit_is_refused),
        CASE(chunk_extensions_count_against_the_limit),
        CASE(a_body_of_the_largest_size_arrives_whole),
        CASE(a_row_may_take_longer_bodies_than_others),
        CASE(bodies_must_be_json_of_the_right_shape),
        CASE(a_big_answer_arrives_whole_although_the_socket_is_smaller),
        CASE(a_tag_that_matches_spares_the_body),
        CASE(every_answer_carries_the_security_headers),
        CASE(behind_tls_the_client_is_whom_the_proxy_names),
        CASE(a_request_id_is_kept_when_it_is_harmless),
        CASE(the_reason_of_a_failure_stays_inside),
        CASE(one_cookie_is_found_among_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
