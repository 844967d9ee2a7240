/* http: what the engine makes of bytes: framing, refusals, keep-alive. Most of what llhttp lets through
 * and we refuse could be understood differently by a proxy in front (request smuggling). */
#include "http_rig.h"

static struct rig *rig;
static struct answer answer;

static int start(void **state)
{
    (void)state;
    rig = rig_start((struct server_settings){ .limits.head_ms = 5000 });
    return 0;
}

static int end(void **state)
{
    (void)state;
    rig_end(rig);
    return 0;
}

/* A refusal: the status, a problem document, Connection: close, and then a clean end, although a
 * second request hides behind the first: it must never be read. */
static void expect_refusal(int status, const char *bytes, size_t len)
{
    int before = atomic_load(&rig->writes);
    int fd = client(rig);
    say_bytes(fd, bytes, len);
    SAY(fd, "POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            "Content-Length: 12\r\n\r\n{\"text\":\"x\"}");
    read_answer(fd, &answer, true);
    assert_int_equal(answer.status, status);
    assert_string_equal(header_of(&answer, "Connection"), "close");
    assert_string_equal(header_of(&answer, "Content-Type"), "application/problem+json");
    assert_non_null(strstr(answer.body, "\"requestId\""));
    expect_end(fd);
    assert_int_equal(atomic_load(&rig->writes), before);
}

#define REFUSED(name, status, literal)                                                             \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        expect_refusal((status), "" literal, sizeof(literal) - 1);                                 \
    }

#define HEAD(rest) "POST /api/echo HTTP/1.1\r\nHost: a\r\n" rest "\r\n"

REFUSED(a_folded_header_is_refused, 400, HEAD("X: a\r\n b\r\n"))
REFUSED(a_header_folded_with_a_tab_is_refused, 400, HEAD("X: a\r\n\tb\r\n"))
REFUSED(a_space_before_the_colon_is_refused, 400, HEAD("Content-Length : 5\r\n"))
REFUSED(a_coding_before_chunked_is_refused, 400, HEAD("Transfer-Encoding: gzip, chunked\r\n"))
REFUSED(a_coding_after_chunked_is_refused, 400, HEAD("Transfer-Encoding: chunked, gzip\r\n"))
REFUSED(chunked_in_quotes_is_refused, 400, HEAD("Transfer-Encoding: \"chunked\"\r\n"))
REFUSED(chunked_with_a_vertical_tab_is_refused, 400, HEAD("Transfer-Encoding:\vchunked\r\n"))
REFUSED(two_codings_are_refused, 400,
        HEAD("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"))
REFUSED(length_and_chunked_are_refused, 400,
        HEAD("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"))
REFUSED(chunked_and_length_are_refused, 400,
        HEAD("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"))
REFUSED(two_lengths_are_refused, 400, HEAD("Content-Length: 5\r\nContent-Length: 6\r\n"))
REFUSED(a_list_of_lengths_is_refused, 400, HEAD("Content-Length: 5, 5\r\n"))
REFUSED(a_length_with_a_sign_is_refused, 400, HEAD("Content-Length: +5\r\n"))
REFUSED(a_negative_length_is_refused, 400, HEAD("Content-Length: -5\r\n"))
REFUSED(a_length_in_hexadecimal_is_refused, 400, HEAD("Content-Length: 0x5\r\n"))
REFUSED(an_overflowing_length_is_refused, 400, HEAD("Content-Length: 99999999999999999999\r\n"))
REFUSED(two_spaces_in_the_request_line_are_refused, 400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n")
REFUSED(a_space_after_the_version_is_refused, 505, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n")
REFUSED(a_space_in_the_target_is_refused, 400, "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n")
REFUSED(a_request_without_host_is_refused, 400, "GET /api/constant HTTP/1.1\r\n\r\n")
REFUSED(a_repeated_host_is_refused, 400, HEAD("Host: a\r\n"))
REFUSED(an_empty_host_is_refused, 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n")
REFUSED(a_host_with_a_path_is_refused, 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n")
REFUSED(a_host_with_a_user_is_refused, 400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n")
REFUSED(an_absolute_target_is_refused, 400, "GET http://b/api/constant HTTP/1.1\r\nHost: a\r\n\r\n")
REFUSED(an_asterisk_is_refused, 400, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
REFUSED(connect_is_refused, 400, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n")
REFUSED(a_fragment_is_refused, 400, "GET /api/constant#x HTTP/1.1\r\nHost: a\r\n\r\n")
REFUSED(an_escaped_nul_is_refused, 400, "GET /api/%00 HTTP/1.1\r\nHost: a\r\n\r\n")
REFUSED(a_broken_escape_is_refused, 400, "GET /api/%4 HTTP/1.1\r\nHost: a\r\n\r\n")
REFUSED(an_escape_of_no_digits_is_refused, 400, "GET /api/%zz HTTP/1.1\r\nHost: a\r\n\r\n")
REFUSED(a_backslash_in_the_target_is_refused, 400, "GET /api\\x HTTP/1.1\r\nHost: a\r\n\r\n")
REFUSED(bytes_beyond_ascii_in_the_target_are_refused, 400,
        "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n")
REFUSED(a_chunked_body_in_http_1_0_is_refused, 400,
        "POST /api/echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
REFUSED(a_bare_line_feed_is_refused, 400, "GET / HTTP/1.1\nHost: a\n\n")
REFUSED(a_bare_line_feed_after_the_first_line_is_refused, 400, "GET / HTTP/1.1\nHost: a\r\n\r\n")
REFUSED(a_bare_line_feed_at_the_end_is_refused, 400, "GET / HTTP/1.1\r\nHost: a\r\n\n")
REFUSED(a_bare_carriage_return_is_refused, 400, "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n")
REFUSED(a_nul_in_a_header_is_refused, 400, HEAD("X: a\0b\r\n"))
REFUSED(an_empty_header_name_is_refused, 400, HEAD(": v\r\n"))
REFUSED(a_header_without_colon_is_refused, 400, HEAD("Broken\r\n"))
REFUSED(an_unknown_method_is_refused, 400, "FOO / HTTP/1.1\r\nHost: a\r\n\r\n")
REFUSED(a_lower_case_method_is_refused, 400, "get / HTTP/1.1\r\nHost: a\r\n\r\n")
REFUSED(http_0_9_is_refused, 400, "GET /\r\n\r\n")
REFUSED(another_major_version_is_refused, 505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n")
REFUSED(a_version_that_never_was_is_refused, 505, "GET / HTTP/1.7\r\nHost: a\r\n\r\n")
REFUSED(the_preface_of_http_2_is_refused, 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
REFUSED(the_beginning_of_tls_is_refused, 400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
REFUSED(a_bad_chunk_size_is_refused, 400, HEAD("Transfer-Encoding: chunked\r\n") "xyz\r\n")
REFUSED(a_chunk_without_its_end_is_refused, 400,
        HEAD("Transfer-Encoding: chunked\r\n") "3\r\nabcd\r\n0\r\n\r\n")
REFUSED(a_chunk_size_beyond_64_bits_is_refused, 400,
        HEAD("Transfer-Encoding: chunked\r\n") "fffffffffffffffff\r\n")
REFUSED(two_authorizations_are_refused, 400, HEAD("Authorization: a\r\nAuthorization: b\r\n"))
REFUSED(a_length_over_the_limit_is_refused, 413, HEAD("Content-Length: 65537\r\n"))
REFUSED(a_body_for_no_row_is_refused_unread, 404,
        "POST /api/none HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n")

#define CASE(name) cmocka_unit_test(name)

static const struct CMUnitTest tests[] = {
    CASE(a_folded_header_is_refused),
    CASE(a_header_folded_with_a_tab_is_refused),
    CASE(a_space_before_the_colon_is_refused),
    CASE(a_coding_before_chunked_is_refused),
    CASE(a_coding_after_chunked_is_refused),
    CASE(chunked_in_quotes_is_refused),
    CASE(chunked_with_a_vertical_tab_is_refused),
    CASE(two_codings_are_refused),
    CASE(length_and_chunked_are_refused),
    CASE(chunked_and_length_are_refused),
    CASE(two_lengths_are_refused),
    CASE(a_list_of_lengths_is_refused),
    CASE(a_length_with_a_sign_is_refused),
    CASE(a_negative_length_is_refused),
    CASE(a_length_in_hexadecimal_is_refused),
    CASE(an_overflowing_length_is_refused),
    CASE(two_spaces_in_the_request_line_are_refused),
    CASE(a_space_after_the_version_is_refused),
    CASE(a_space_in_the_target_is_refused),
    CASE(a_request_without_host_is_refused),
    CASE(a_repeated_host_is_refused),
    CASE(an_empty_host_is_refused),
    CASE(a_host_with_a_path_is_refused),
    CASE(a_host_with_a_user_is_refused),
    CASE(an_absolute_target_is_refused),
    CASE(an_asterisk_is_refused),
    CASE(connect_is_refused),
    CASE(a_fragment_is_refused),
    CASE(an_escaped_nul_is_refused),
    CASE(a_broken_escape_is_refused),
    CASE(an_escape_of_no_digits_is_refused),
    CASE(a_backslash_in_the_target_is_refused),
    CASE(bytes_beyond_ascii_in_the_target_are_refused),
    CASE(a_chunked_body_in_http_1_0_is_refused),
    CASE(a_bare_line_feed_is_refused),
    CASE(a_bare_line_feed_after_the_first_line_is_refused),
    CASE(a_bare_line_feed_at_the_end_is_refused),
    CASE(a_bare_carriage_return_is_refused),
    CASE(a_nul_in_a_header_is_refused),
    CASE(an_empty_header_name_is_refused),
    CASE(a_header_without_colon_is_refused),
    CASE(an_unknown_method_is_refused),
    CASE(a_lower_case_method_is_refused),
    CASE(http_0_9_is_refused),
    CASE(another_major_version_is_refused),
    CASE(a_version_that_never_was_is_refused),
    CASE(the_preface_of_http_2_is_refused),
    CASE(the_beginning_of_tls_is_refused),
    CASE(a_bad_chunk_size_is_refused),
    CASE(a_chunk_without_its_end_is_refused),
    CASE(a_chunk_size_beyond_64_bits_is_refused),
    CASE(two_authorizations_are_refused),
    CASE(a_length_over_the_limit_is_refused),
    CASE(a_body_for_no_row_is_refused_unread),
};

int main(void)
{
    return cmocka_run_group_tests(tests, start, end);
}
