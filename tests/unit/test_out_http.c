/* HTTP behind the guard: nothing that should not be reached is, by whatever way it is asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "out/guard.h"
#include "out/out.h"
#include "out_rig.h"

static struct arena arena;
static struct listener canary4, canary6, friend4;
static _Atomic unsigned look_ups;

/* ---- names of our own ---- */

struct name {
    const char *name, *first, *later; /* later: from the second look-up on */
};

static const struct name names[] = {
    { "private.test", "10.0.0.1", "10.0.0.1" },
    { "here.test", "127.0.0.1", "127.0.0.1" },
    { "here6.test", "::1", "::1" },
    { "mapped.test", "::ffff:127.0.0.1", "::ffff:127.0.0.1" },
    { "zero.test", "0.0.0.0", "0.0.0.0" },
    { "metadata.test", "169.254.169.254", "169.254.169.254" },
    { "localhost", "127.0.0.1", "127.0.0.1" },
    { "friend.test", "127.0.0.7", "127.0.0.7" },
    { "turns.test", "127.0.0.7", "127.0.0.1" },
    { "ula.test", "fd00::1", "fd00::1" },
};

static struct addrinfo *address_info(const char *text, unsigned port)
{
    struct {
        struct addrinfo info;
        struct sockaddr_in6 address;
    } *made = calloc(1, sizeof(*made));
    CHECK(made != NULL);
    struct sockaddr_in *v4 = (struct sockaddr_in *)&made->address;
    bool is_v4 = inet_pton(AF_INET, text, &v4->sin_addr) == 1;
    if (is_v4) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
    } else {
        CHECK(inet_pton(AF_INET6, text, &made->address.sin6_addr) == 1);
        made->address.sin6_family = AF_INET6;
        made->address.sin6_port = htons((uint16_t)port);
    }
    made->info = (struct addrinfo){
        .ai_family = is_v4 ? AF_INET : AF_INET6,
        .ai_socktype = SOCK_STREAM,
        .ai_addrlen = is_v4 ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6),
        .ai_addr = (struct sockaddr *)&made->address,
    };
    return &made->info;
}

/* libcurl's look-ups end here, because a program's own function goes before the library's. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **ret_list)
{
    unsigned port = service != NULL ? (unsigned)strtoul(service, NULL, 10) : 0;
    unsigned turn = look_ups++;
    (void)hints;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(node, names[i].name) == 0) {
            *ret_list = address_info(turn == 0 ? names[i].first : names[i].later, port);
            return 0;
        }
    }
    struct in6_addr number;
    if (inet_pton(AF_INET, node, &number) == 1 || inet_pton(AF_INET6, node, &number) == 1) {
        *ret_list = address_info(node, port);
        return 0;
    }
    return EAI_NONAME;
}

void freeaddrinfo(struct addrinfo *list)
{
    free(list);
}

/* ---- calls ---- */

static enum error get(const char *url, unsigned redirects, struct out_reply *reply)
{
    look_ups = 0;
    return out_get(&(struct out_request){ .arena = &arena,
                                          .url = slice_from(url),
                                          .redirects_max = redirects,
                                          .connect_ms = 1000,
                                          .total_ms = 3000 },
                   reply);
}

static const char *with_port(const char *format, unsigned port)
{
    static char text[512];
    const char *mark = strstr(format, "PORT");
    CHECK(mark != NULL);
    snprintf(text, sizeof(text), "%.*s%u%s", (int)(mark - format), format, port, mark + 4);
    return text;
}

static void expect_untouched(void)
{
    assert_int_equal(canary4.connections, 0);
    assert_int_equal(canary6.connections, 0);
}

/* Each of them names this machine, something private, or a way around the check. */
static const char *const vectors[] = {
    "http://127.0.0.1:PORT/",
    "http://127.0.0.2:PORT/",
    "http://127.1:PORT/",
    "http://127.0.1:PORT/",
    "http://2130706433:PORT/",
    "http://0x7f000001:PORT/",
    "http://0x7f.0.0.1:PORT/",
    "http://0x7f.1:PORT/",
    "http://017700000001:PORT/",
    "http://0177.0.0.1:PORT/",
    "http://0177.0.0.01:PORT/",
    "http://127.0.0.1.:PORT/",
    "http://0.0.0.0:PORT/",
    "http://0:PORT/",
    "http://0x0:PORT/",
    "http://[::1]:PORT/",
    "http://[0:0:0:0:0:0:0:1]:PORT/",
    "http://[::]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://[::ffff:7f00:1]:PORT/",
    "http://[::127.0.0.1]:PORT/",
    "http://[64:ff9b::7f00:1]:PORT/",
    "http://[64:ff9b:1::7f00:1]:PORT/",
    "http://[2002:7f00:1::]:PORT/",
    "http://[2001:0:7f00:1::]:PORT/",
    "http://[fe80::1]:PORT/",
    "http://[fe80::1%25lo]:PORT/",
    "http://[fd00::1]:PORT/",
    "http://10.0.0.1:PORT/",
    "http://172.16.0.1:PORT/",
    "http://192.168.1.1:PORT/",
    "http://169.254.169.254:PORT/latest/meta-data/",
    "http://100.64.0.1:PORT/",
    "http://224.0.0.1:PORT/",
    "http://255.255.255.255:PORT/",
    "http://localhost:PORT/",
    "http://LOCALHOST:PORT/",
    "http://localhost.:PORT/",
    "http://a.localhost:PORT/",
    "http://here.test:PORT/",
    "http://here6.test:PORT/",
    "http://mapped.test:PORT/",
    "http://zero.test:PORT/",
    "http://private.test:PORT/",
    "http://metadata.test:PORT/",
    "http://ula.test:PORT/",
    "https://127.0.0.1:PORT/",
    "https://here.test:PORT/",
    "http://user@127.0.0.1:PORT/",
    "http://user:word@127.0.0.1:PORT/",
    "http://example.org@127.0.0.1:PORT/",
    "http://example.org:80@127.0.0.1:PORT/",
    "http://example.org%40127.0.0.1:PORT/",
    "http://127.0.0.1:PORT\\@example.org/",
    "http://example.org\\@127.0.0.1:PORT/",
    "http://127.0.0.1:PORT#@example.org/",
    "http://127.0.0.1:PORT?@example.org/",
    "http://%31%32%37.0.0.1:PORT/",
    "http:127.0.0.1:PORT/",
    "http:///127.0.0.1:PORT/",
    "//127.0.0.1:PORT/",
    "127.0.0.1:PORT",
    "file://127.0.0.1:PORT/etc/passwd",
    "ftp://127.0.0.1:PORT/",
    "gopher://127.0.0.1:PORT/_x",
    "dict://127.0.0.1:PORT/x",
    "ldap://127.0.0.1:PORT/",
    "smtp://127.0.0.1:PORT/",
    "telnet://127.0.0.1:PORT/",
    "tftp://127.0.0.1:PORT/x",
    "unix://127.0.0.1:PORT/x",
    " http://127.0.0.1:PORT/",
    "http://127.0.0.1:PORT/ HTTP/1.1\r\nHost: x",
    "http://127.0.0.1:PORT/\tx",
    "http://\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa6.0.0.1:PORT/",
};

_Static_assert(ARRAY_LEN(vectors) >= 40, "at least forty ways are tried");

static void no_way_leads_to_an_address_that_is_not_public(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        struct out_reply reply;
        enum error error = get(with_port(vectors[i], canary4.port), OUT_REDIRECTS_MAX, &reply);
        if (error == OK || reply.why.len == 0) {
            fail_msg("%s is called", vectors[i]);
        }
        expect_untouched();
    }
}

static void a_proxy_of_the_environment_is_not_used(void **state)
{
    (void)state;
    struct out_reply reply;
    char proxy[64];
    snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%u", canary4.port);
    setenv("http_proxy", proxy, 1);
    setenv("ALL_PROXY", proxy, 1);
    assert_int_equal(get("http://10.0.0.1/", 0, &reply), E_OUT_REFUSED);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
    expect_untouched();
}

static void what_the_operator_allows_is_reached_whole(void **state)
{
    (void)state;
    struct out_reply reply;
    const struct out_header headers[] = { { S_INIT("X-One"), S_INIT("1") },
                                          { S_INIT("Content-Type"), S_INIT("application/json") } };
    assert_int_equal(out_allow(S("127.0.0.7")), OK);
    friend4.answer = "HTTP/1.1 429 No\r\nRetry-After: 17\r\nContent-Length: 5\r\n\r\nhello";
    look_ups = 0;
    assert_int_equal(
        out_post(&(struct out_request){ .arena = &arena,
                                        .url = slice_from(with_port("http://friend.test:PORT/a?b=c",
                                                                    friend4.port)),
                                        .headers = headers,
                                        .header_count = 2,
                                        .body = S("{\"a\":1}") },
                 &reply),
        OK);
    assert_int_equal(reply.status, 429);
    assert_int_equal(reply.retry_after_s, 17);
    assert_true(slice_eq(reply.body, S("hello")));
    assert_non_null(strstr(friend4.got, "POST /a?b=c HTTP/1.1\r\n"));
    assert_non_null(strstr(friend4.got, "\r\nX-One: 1\r\n"));
    assert_null(strstr(friend4.got, "Expect"));
    expect_untouched();
}

static void a_redirect_is_followed_only_when_asked_for_and_checked_again(void **state)
{
    (void)state;
    struct out_reply reply;
    char answer[256];
    char url[128];
    static const char *const targets[] = {
        "http://127.0.0.1:%u/",  "http://here.test:%u/",     "http://[::1]:%u/",
        "//127.0.0.1:%u/",       "http://2130706433:%u",     "gopher://127.0.0.1:%u/",
        "file:///etc/passwd#%u", "http://u:p@127.0.0.1:%u/",
    };
    snprintf(url, sizeof(url), "http://friend.test:%u/", friend4.port);
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        char target[128];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(target, sizeof(target), targets[i], canary4.port);
#pragma GCC diagnostic pop
        snprintf(answer, sizeof(answer),
                 "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", target);
        friend4.answer = answer;
        assert_int_equal(get(url, 0, &reply), OK);
        assert_int_equal(reply.status, 302);
        assert_int_not_equal(get(url, OUT_REDIRECTS_MAX, &reply), OK);
        expect_untouched();
    }
}

static void a_name_that_changes_its_address_gains_nothing(void **state)
{
    (void)state;
    struct out_reply reply;
    char url[128];
    friend4.answer = "HTTP/1.1 302 Found\r\nLocation: /again\r\nConnection: close\r\n"
                     "Content-Length: 0\r\n\r\n";
    snprintf(url, sizeof(url), "http://turns.test:%u/", friend4.port);
    /* The canary listens on the friend's port too, at the address that the name turns to. */
    static struct listener waiting;
    waiting.port = friend4.port;
    listener_start(&waiting, "127.0.0.1");
    (void)get(url, OUT_REDIRECTS_MAX, &reply);
    look_ups = 1;
    struct out_request again = { .arena = &arena, .url = slice_from(url), .connect_ms = 1000 };
    assert_int_equal(out_get(&again, &reply), E_OUT_REFUSED);
    assert_int_equal(waiting.connections, 0);
    listener_stop(&waiting);
}

static void a_reply_that_is_too_large_or_too_slow_is_given_up(void **state)
{
    (void)state;
    struct out_reply reply;
    struct out_request request = { .arena = &arena,
                                   .url = slice_from(
                                       with_port("http://friend.test:PORT/", friend4.port)),
                                   .reply_bytes_max = 4 };
    friend4.answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    look_ups = 0;
    assert_int_equal(out_get(&request, &reply), E_TOO_LARGE);
    friend4.answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhell";
    assert_int_equal(out_get(&request, &reply), OK);
    static struct listener silent = { .serve = NULL };
    silent.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000007) };
    socklen_t len = sizeof(at);
    assert_int_equal(bind(silent.fd, (struct sockaddr *)&at, len), 0);
    assert_int_equal(listen(silent.fd, 8), 0);
    assert_int_equal(getsockname(silent.fd, (struct sockaddr *)&at, &len), 0);
    request.url = slice_from(with_port("http://friend.test:PORT/", ntohs(at.sin_port)));
    request.total_ms = 200;
    assert_int_equal(out_get(&request, &reply), E_TIMEOUT);
    assert_true(reply.took_us >= 150000);
    close(silent.fd);
}

static void header_lines_cannot_be_split(void **state)
{
    (void)state;
    static const struct out_header bad[] = {
        { S_INIT("X-A"), S_INIT("1\r\nX-B: 2") },
        { S_INIT("X-A"), S_INIT("1\n2") },
        { S_INIT("X-A: 1\r\nX-B"), S_INIT("2") },
        { S_INIT("X A"), S_INIT("1") },
        { S_INIT(""), S_INIT("1") },
        { S_INIT("X-A"), { .ptr = "a\0b", .len = 3 } },
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct out_reply reply;
        struct out_request request = { .arena = &arena,
                                       .url = slice_from(
                                           with_port("http://friend.test:PORT/", friend4.port)),
                                       .headers = &bad[i],
                                       .header_count = 1 };
        unsigned before = friend4.connections;
        assert_int_equal(out_get(&request, &reply), E_INVALID);
        assert_int_equal(friend4.connections, before);
    }
}

static int start(void **state)
{
    (void)state;
    listener_start(&canary4, "0.0.0.0");
    canary6.port = canary4.port;
    listener_start(&canary6, "::");
    friend4.serve = rig_answer;
    listener_start(&friend4, "127.0.0.7");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    listener_stop(&canary4);
    listener_stop(&canary6);
    listener_stop(&friend4);
    arena_done(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_way_leads_to_an_address_that_is_not_public),
        cmocka_unit_test(a_proxy_of_the_environment_is_not_used),
        cmocka_unit_test(what_the_operator_allows_is_reached_whole),
        cmocka_unit_test(a_redirect_is_followed_only_when_asked_for_and_checked_again),
        cmocka_unit_test(a_name_that_changes_its_address_gains_nothing),
        cmocka_unit_test(a_reply_that_is_too_large_or_too_slow_is_given_up),
        cmocka_unit_test(header_lines_cannot_be_split),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
