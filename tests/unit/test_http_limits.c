/* http: what the engine does when somebody is slow, many, or a stranger, and when it is to stop. */
#include "http_rig.h"

#include <pthread.h>

static struct answer answer;

#define WITH(...) struct rig *rig = rig_start((struct server_settings){ .loops = 1, __VA_ARGS__ })

/* ---- deadlines ---- */

static void a_slow_head_is_told_so(void **state)
{
    (void)state;
    WITH(.limits.head_ms = 30);
    int fd = client(rig);
    ASK(fd, &answer, 408, "GET /api/constant HTTP/1.1\r\nHost:");
    expect_end(fd);
    rig_end(rig);
}

static void a_slow_body_is_told_so(void **state)
{
    (void)state;
    WITH(.limits = { .body_ms = 30, .slowest_bytes_per_s = INT32_MAX });
    int fd = client(rig);
    ASK(fd, &answer, 408,
        "POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        "Content-Length: 12\r\n\r\n{\"te");
    expect_end(fd);
    rig_end(rig);
}

static void an_idle_connection_is_closed_without_a_word(void **state)
{
    (void)state;
    WITH(.limits.idle_ms = 30);
    int fd = client(rig);
    ASK(fd, &answer, 200, GET("/api/constant"));
    expect_end(fd);
    int silent = client(rig);
    expect_end(silent);
    rig_end(rig);
}

static void a_handler_that_takes_too_long_is_not_waited_for(void **state)
{
    (void)state;
    WITH(.limits.running_ms = 30);
    int fd = client(rig);
    ASK(fd, &answer, 503, "GET /api/wait HTTP/1.1\r\nHost: a\r\nX-Request-Id: the-same-id\r\n\r\n");
    assert_non_null(strstr(answer.body, "/problems/timeout"));
    assert_string_equal(header_of(&answer, "X-Request-Id"), "the-same-id");
    expect_end(fd);
    assert_int_equal(atomic_load(&rig->waiting), 1); /* it goes on alone */
    rig_open_gate(rig);
    WAIT_UNTIL(atomic_load(&rig->waiting) == 0);
    int other = client(rig);
    ASK(other, &answer, 200, GET("/api/show"));
    close(other);
    WAIT_UNTIL(atomic_load(&rig->finished) == 2); /* the late answer counts no third time */
    rig_end(rig);
}

static void a_reader_that_does_not_read_is_cut_off(void **state)
{
    (void)state;
    WITH(.limits = { .sending_ms = 30, .slowest_bytes_per_s = INT32_MAX });
    int fd = client(rig);
    SAY(fd, GET("/api/big"));
    WAIT_UNTIL(atomic_load(&rig->finished) == 1);
    WAIT_UNTIL(server_figures(rig->server).connections == 0);
    close(fd);
    rig_end(rig);
}

static void who_lingers_after_a_refusal_is_cut_off(void **state)
{
    (void)state;
    WITH(.limits.linger_ms = 30);
    int fd = client(rig);
    ASK(fd, &answer, 400, "nonsense\r\n\r\n");
    WAIT_UNTIL(server_figures(rig->server).connections == 0); /* though we hold it open */
    close(fd);
    rig_end(rig);
}

/* ---- leaving early ---- */

static void a_client_that_leaves_does_no_harm_to_its_fiber(void **state)
{
    (void)state;
    WITH(.limits.idle_ms = 0);
    int fd = client(rig);
    SAY(fd, GET("/api/wait"));
    WAIT_UNTIL(atomic_load(&rig->waiting) == 1);
    struct linger at_once = { .l_onoff = 1 };
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(fd); /* with a reset */
    WAIT_UNTIL(server_figures(rig->server).connections == 0);
    rig_open_gate(rig);
    WAIT_UNTIL(atomic_load(&rig->waiting) == 0);
    WAIT_UNTIL(atomic_load(&rig->finished) == 1);
    rig_end(rig);
}

static void a_client_that_only_stops_sending_still_gets_its_answer(void **state)
{
    (void)state;
    WITH(.limits.idle_ms = 0);
    int fd = client(rig);
    SAY(fd, GET("/api/show"));
    shutdown(fd, SHUT_WR);
    read_answer(fd, &answer, true);
    assert_int_equal(answer.status, 200);
    expect_end(fd);
    rig_end(rig);
}

/* ---- too many ---- */

static void connections_over_the_limit_are_told_to_come_back(void **state)
{
    (void)state;
    WITH(.limits.connections = 2);
    int one = client(rig);
    int two = client(rig);
    WAIT_UNTIL(server_figures(rig->server).connections == 2);
    int three = client(rig);
    ASK(three, &answer, 503, GET("/api/constant"));
    assert_string_equal(header_of(&answer, "Retry-After"), "1");
    expect_end(three);
    ASK(one, &answer, 200, GET("/api/constant"));
    close(one);
    close(two);
    WAIT_UNTIL(server_figures(rig->server).connections == 0);
    int four = client(rig);
    ASK(four, &answer, 200, GET("/api/constant"));
    close(four);
    rig_end(rig);
}

static void connections_of_one_address_are_limited(void **state)
{
    (void)state;
    WITH(.limits.connections_per_address = 1);
    int one = client(rig);
    WAIT_UNTIL(server_figures(rig->server).connections == 1);
    int two = client(rig);
    ASK(two, &answer, 429, GET("/api/constant"));
    expect_end(two);
    close(one);
    rig_end(rig);
}

static void fibers_over_the_limit_are_refused_and_constants_are_not(void **state)
{
    (void)state;
    WITH(.limits.fibers = 52); /* 50 are kept for operators */
    int constant = client(rig);
    ASK(constant, &answer, 200, GET("/api/constant")); /* now in the stock */
    int one = client(rig);
    int two = client(rig);
    SAY(one, GET("/api/wait"));
    SAY(two, GET("/api/wait"));
    WAIT_UNTIL(atomic_load(&rig->waiting) == 2);
    ASK(constant, &answer, 503, GET("/api/show"));
    ASK(constant, &answer, 200, GET("/api/constant"));
    rig_open_gate(rig);
    ASK(one, &answer, 200, "");
    ASK(two, &answer, 200, "");
    ASK(constant, &answer, 200, GET("/api/show"));
    close(one);
    close(two);
    close(constant);
    rig_end(rig);
}

/* ---- hooks ---- */

static enum error identify(struct request *request)
{
    struct slice cookie = request_cookie(request, S("session"));
    if (slice_eq(cookie, S("good"))) {
        request->caller =
            (struct caller){ .kind = CALLER_SESSION, .user_id = 7, .csrf_token = S("proof") };
    } else if (slice_eq(request_header(request, S("authorization")), S("Bearer good"))) {
        request->caller = (struct caller){ .kind = CALLER_TOKEN, .user_id = 8 };
    }
    return OK;
}

static enum error authorize(struct request *request)
{
    bool is_public = request->endpoint->access == ACCESS_PUBLIC;
    return is_public || request->caller.kind != CALLER_ANONYMOUS ? OK : E_SIGN_IN;
}

static enum error limit(struct request *request)
{
    reply_header(request, S("RateLimit"), S("r=0;t=9"));
    if (request_header(request, S("x-greedy")).ptr != NULL) {
        reply_header(request, S("Retry-After"), S("9"));
        return E_RATE;
    }
    return OK;
}

static enum error admit(struct request *request)
{
    return request_header(request, S("x-flood")).ptr != NULL ? E_RATE : OK;
}

static bool cached(struct request *request, struct slice *ret_document, struct slice *ret_etag)
{
    if (request_header(request, S("x-miss")).ptr != NULL) {
        return false;
    }
    *ret_document = S("{\"is\":\"cached\"}");
    *ret_etag = S("v8");
    return true;
}

#define HOOKS                                                                                      \
    .hooks = { .identify = identify,                                                               \
               .authorize = authorize,                                                             \
               .limit = limit,                                                                     \
               .admit = admit,                                                                     \
               .cached = cached }

#define WRITE(headers)                                                                             \
    "POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" headers             \
    "Content-Length: 12\r\n\r\n{\"text\":\"x\"}"

static void a_write_by_session_needs_the_token_of_that_session(void **state)
{
    (void)state;
    WITH(HOOKS);
    int fd = client(rig);
#define COOKIE "Cookie: session=good\r\n"
    ASK(fd, &answer, 403, WRITE(COOKIE));
    assert_non_null(strstr(answer.body, "/problems/csrf"));
    ASK(fd, &answer, 403, WRITE(COOKIE "X-CSRF-Token: prooF\r\n"));
    ASK(fd, &answer, 403, WRITE(COOKIE "X-CSRF-Token:\r\n"));
    ASK(fd, &answer, 403, WRITE(COOKIE "X-CSRF-Token: proof\r\nSec-Fetch-Site: cross-site\r\n"));
    assert_int_equal(atomic_load(&rig->writes), 0);
    ASK(fd, &answer, 200, WRITE(COOKIE "X-CSRF-Token: proof\r\nSec-Fetch-Site: same-origin\r\n"));
    ASK(fd, &answer, 200, WRITE("Authorization: Bearer good\r\n"));
    ASK(fd, &answer, 200, WRITE("")); /* nobody's cookie, nothing to misuse */
    ASK(fd, &answer, 403, WRITE("Sec-Fetch-Site: cross-site\r\n"));
    close(fd);
    rig_end(rig);
}

static void a_row_that_is_not_public_asks_who_is_there(void **state)
{
    (void)state;
    WITH(HOOKS);
    int fd = client(rig);
    ASK(fd, &answer, 401, GET("/api/mine"));
    ASK(fd, &answer, 200, "GET /api/mine HTTP/1.1\r\nHost: a\r\n" COOKIE "\r\n");
    assert_non_null(strstr(answer.body, "\"user\":7"));
    ASK(fd, &answer, 401, GET("/api/mine")); /* the caller before is forgotten */
    close(fd);
    rig_end(rig);
}

static void without_hooks_only_public_rows_answer(void **state)
{
    (void)state;
    WITH(.limits.idle_ms = 0);
    int fd = client(rig);
    ASK(fd, &answer, 403, GET("/api/mine"));
    ASK(fd, &answer, 200, GET("/api/show"));
    close(fd);
    rig_end(rig);
}

static void a_limit_says_when_to_come_back(void **state)
{
    (void)state;
    WITH(HOOKS);
    int fd = client(rig);
    ASK(fd, &answer, 429, "GET /api/show HTTP/1.1\r\nHost: a\r\nX-Greedy: 1\r\n\r\n");
    assert_string_equal(header_of(&answer, "Retry-After"), "9");
    assert_string_equal(header_of(&answer, "RateLimit"), "r=0;t=9");
    ASK(fd, &answer, 200, GET("/api/show"));
    ASK(fd, &answer, 429, WRITE("X-Flood: 1\r\n")); /* before its body was read */
    expect_end(fd);
    rig_end(rig);
}

static void a_cached_answer_needs_no_handler(void **state)
{
    (void)state;
    WITH(HOOKS);
    int fd = client(rig);
    ASK(fd, &answer, 200, GET("/api/tagged"));
    assert_string_equal(answer.body, "{\"is\":\"cached\"}");
    assert_string_equal(header_of(&answer, "ETag"), "\"v8\"");
    ASK(fd, &answer, 200, "GET /api/tagged HTTP/1.1\r\nHost: a\r\nX-Miss: 1\r\n\r\n");
    assert_string_equal(answer.body, "{\"is\":\"tagged\"}");
    close(fd);
    rig_end(rig);
}

static void every_request_leaves_one_line_in_the_log(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    WITH(HOOKS, .log_fd = ends[1]);
    int fd = client(rig);
    ASK(fd, &answer, 200,
        "GET /api/mine HTTP/1.1\r\nHost: a\r\nX-Request-Id: test-id-1\r\n" COOKIE "\r\n");
    close(fd);
    char line[512] = "";
    size_t len = 0;
    while (strchr(line, '\n') == NULL) {
        ssize_t got = read(ends[0], line + len, sizeof(line) - 1 - len);
        assert_true(got > 0);
        len += (size_t)got;
        line[len] = '\0';
    }
    assert_non_null(strstr(line, " level=info event=request id=test-id-1 method=GET "
                                 "route=/api/mine status=200 bytes="));
    assert_non_null(strstr(line, " user=7 address=127.0.0.1\n"));
    rig_end(rig);
    close(ends[0]);
    close(ends[1]);
}

/* Other loops write there, too. */
static void lines_of_the_log_are_never_torn(void **state)
{
    (void)state;
    enum { REQUESTS = 200 };
    int ends[2]; /* keeps writes apart */
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    WITH(HOOKS, .log_fd = ends[1]);
    int fd = client(rig);
    for (int i = 0; i < REQUESTS; i++) {
        SAY(fd, "GET /api/mine HTTP/1.1\r\nHost: a\r\n" COOKIE "\r\n");
    }
    size_t lines = 0;
    while (lines < REQUESTS) {
        static char text[8192];
        ssize_t got = read(ends[0], text, sizeof(text));
        assert_in_range(got, 1, 4096);
        assert_int_equal(text[got - 1], '\n');
        for (ssize_t i = 0; i < got; i++) {
            lines += text[i] == '\n';
        }
    }
    assert_int_equal(lines, REQUESTS);
    close(fd);
    rig_end(rig);
    close(ends[0]);
    close(ends[1]);
}

/* ---- the stop ---- */

struct stopping {
    struct server *server;
    int64_t deadline_us;
    bool is_clean;
    _Atomic bool is_over;
    pthread_t thread;
};

static void *stop_body(void *thing)
{
    struct stopping *stopping = thing;
    stopping->is_clean = server_stop(stopping->server, stopping->deadline_us);
    atomic_store(&stopping->is_over, true);
    return NULL;
}

static void stop_begin(struct stopping *stopping)
{
    assert_int_equal(pthread_create(&stopping->thread, NULL, stop_body, stopping), 0);
}

static void the_stop_finishes_what_is_in_flight(void **state)
{
    (void)state;
    WITH(.limits.drain_idle_ms = 30);
    int busy = client(rig);
    int idle = client(rig);
    SAY(busy, GET("/api/wait"));
    WAIT_UNTIL(atomic_load(&rig->waiting) == 1);
    ASK(idle, &answer, 200, GET("/api/constant"));
    struct stopping stopping = { .server = rig->server, .deadline_us = 60 * US_PER_S };
    stop_begin(&stopping);
    expect_end(idle);
    assert_false(atomic_load(&stopping.is_over));
    rig_open_gate(rig);
    read_answer(busy, &answer, true);
    assert_string_equal(answer.body, "{\"is\":\"waited\"}");
    assert_string_equal(header_of(&answer, "Connection"), "close");
    expect_end(busy);
    pthread_join(stopping.thread, NULL);
    assert_true(stopping.is_clean);
    rig_end(rig);
}

static void a_request_during_the_stop_is_answered_with_close(void **state)
{
    (void)state;
    WITH(.limits.drain_idle_ms = 60000);
    int fd = client(rig);
    ASK(fd, &answer, 200, GET("/api/constant"));
    struct stopping stopping = { .server = rig->server, .deadline_us = 60 * US_PER_S };
    unsigned port = server_port(rig->server);
    stop_begin(&stopping);
    /* Nobody listens any more: then the stop has begun. */
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int probe = -1;
    do {
        close(probe);
        probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    } while (connect(probe, (struct sockaddr *)&to, sizeof(to)) == 0);
    close(probe);
    ASK(fd, &answer, 200, GET("/api/constant"));
    assert_string_equal(header_of(&answer, "Connection"), "close");
    expect_end(fd);
    pthread_join(stopping.thread, NULL);
    assert_true(stopping.is_clean);
    rig_end(rig);
}

static void the_stop_does_not_wait_for_ever(void **state)
{
    (void)state;
    WITH(.limits.idle_ms = 0);
    int fd = client(rig);
    SAY(fd, GET("/api/big")); /* and nobody reads it */
    WAIT_UNTIL(server_figures(rig->server).connections == 1);
    struct stopping stopping = { .server = rig->server, .deadline_us = 30 * US_PER_MS };
    stop_begin(&stopping);
    pthread_join(stopping.thread, NULL);
    assert_false(stopping.is_clean);
    close(fd);
    rig_end(rig);
}

static void one_acceptor_serves_all_loops(void **state)
{
    (void)state;
    struct rig *rig = rig_start((struct server_settings){ .loops = 3, .is_handing_over = true });
    int fds[9];
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = client(rig);
        ASK(fds[i], &answer, 200, GET("/api/constant"));
    }
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        close(fds[i]);
    }
    assert_true(server_stop(rig->server, 60 * US_PER_S));
    rig_end(rig);
}

static void a_taken_port_is_told_apart(void **state)
{
    (void)state;
    WITH(.limits.idle_ms = 0);
    struct server_settings settings = { .tables = &rig_table,
                                        .table_count = 1,
                                        .loops = 1,
                                        .app = rig,
                                        .port = server_port(rig->server) };
    struct faults faults = { .arena = &rig->arena };
    struct server *second = NULL;
    assert_int_equal(server_new(&settings, &faults, &second), OK);
    assert_int_equal(server_start(second, &faults), E_IN_USE);
    server_free(second);
    rig_end(rig);
}

#define CASE(name) cmocka_unit_test(name)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CASE(a_slow_head_is_told_so),
        CASE(a_slow_body_is_told_so),
        CASE(an_idle_connection_is_closed_without_a_word),
        CASE(a_handler_that_takes_too_long_is_not_waited_for),
        CASE(a_reader_that_does_not_read_is_cut_off),
        CASE(who_lingers_after_a_refusal_is_cut_off),
        CASE(a_client_that_leaves_does_no_harm_to_its_fiber),
        CASE(a_client_that_only_stops_sending_still_gets_its_answer),
        CASE(connections_over_the_limit_are_told_to_come_back),
        CASE(connections_of_one_address_are_limited),
        CASE(fibers_over_the_limit_are_refused_and_constants_are_not),
        CASE(a_write_by_session_needs_the_token_of_that_session),
        CASE(a_row_that_is_not_public_asks_who_is_there),
        CASE(without_hooks_only_public_rows_answer),
        CASE(a_limit_says_when_to_come_back),
        CASE(a_cached_answer_needs_no_handler),
        CASE(every_request_leaves_one_line_in_the_log),
        CASE(lines_of_the_log_are_never_torn),
        CASE(the_stop_finishes_what_is_in_flight),
        CASE(a_request_during_the_stop_is_answered_with_close),
        CASE(the_stop_does_not_wait_for_ever),
        CASE(one_acceptor_serves_all_loops),
        CASE(a_taken_port_is_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
