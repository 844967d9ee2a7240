/* A real server on a loopback port and a client that writes bytes: for the tests of the engine.
 *
 * Every wait has a deadline of CLIENT_WAIT_S; nothing sleeps. */
#ifndef ASTRALFIELD_TESTS_HTTP_RIG_H
#define ASTRALFIELD_TESTS_HTTP_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "http/server.h"
#include "run/fiber.h"

enum { CLIENT_WAIT_S = 10, ANSWER_MAX = 64 * 1024, BIG_BYTES = 16 * 1024 * 1024 };

/* ---- the rows and what they share with the test ---- */

struct rig {
    struct server *server;
    struct arena arena;
    int log_fd;
    int gate;             /* an eventfd: /api/wait answers once it is readable */
    _Atomic int waiting;  /* fibers inside /api/wait */
    _Atomic int finished; /* answers given, by the hook */
    _Atomic int writes;   /* times POST /api/echo ran */
    char *big;
    /* test_http_hub.c */
    _Atomic int opened, closed, messages;
};

static inline struct rig *rig_of(const struct request *request)
{
    return server_app(request_server(request));
}

static enum error handle_constant(struct request *request)
{
    reply_json(request, S("{\"is\":\"constant\"}"));
    return OK;
}

/* What arrived, so that a test can see it: id, address, header X-Show, query, body. */
static enum error handle_show(struct request *request)
{
    struct slice show = request_header(request, S("x-show"));
    struct slice cookie = request_cookie(request, S("b"));
    reply_json(request, arena_format(request->arena,
                                     "{\"id\":\"%.*s\",\"address\":\"%.*s\",\"show\":\"%.*s\","
                                     "\"cookie\":\"%.*s\",\"body\":%zu,\"user\":%d}",
                                     FMT(request->id), FMT(request->address), FMT(show),
                                     FMT(cookie), request->body.len, (int)request->caller.user_id));
    return OK;
}

static enum error handle_tagged(struct request *request)
{
    reply_json(request, S("{\"is\":\"tagged\"}"));
    reply_etag(request, S("v7"));
    return OK;
}

static enum error handle_wait(struct request *request)
{
    struct rig *rig = rig_of(request);
    atomic_fetch_add(&rig->waiting, 1);
    int fd = dup(rig->gate); /* epoll knows a descriptor once: each fiber waits on its own */
    fiber_wait_fd(fd, EPOLLIN, CLIENT_WAIT_S * US_PER_S);
    close(fd);
    atomic_fetch_sub(&rig->waiting, 1);
    reply_json(request, S("{\"is\":\"waited\"}"));
    return OK;
}

static enum error handle_big(struct request *request)
{
    reply_body(request, (struct slice){ .ptr = rig_of(request)->big, .len = BIG_BYTES },
               "application/octet-stream");
    return OK;
}

static enum error handle_page(struct request *request)
{
    reply_body(request, S("<!doctype html>"), "text/html; charset=utf-8");
    return OK;
}

static enum error handle_failure(struct request *request)
{
    return refuse(&request->faults, E_INTERNAL, "the secret reason");
}

struct echo {
    struct slice text;
};

static enum error handle_echo(struct request *request)
{
    const struct echo *echo = request->input;
    atomic_fetch_add(&rig_of(request)->writes, 1);
    reply_json(request, arena_format(request->arena, "{\"text\":\"%.*s\"}", FMT(echo->text)));
    return OK;
}

static enum error handle_socket(struct request *request)
{
    (void)request;
    return OK;
}

static const struct field echo_fields[] = {
    FIELD(struct echo, text, "text", T_STRING, .required = true, .max = 140000),
};
static const struct schema echo_body = SCHEMA("Echo", struct echo, echo_fields, "Text.");
static const struct field is_fields[] = { REPLY("is", T_STRING, .doc = "Which row.") };
static const struct schema is_reply = REPLY_SCHEMA("Is", is_fields, "Which row.");

#define ROW(path_, name_, ...)                                                                     \
    {                                                                                              \
        .method = METHOD_GET, .path = (path_), .name = (name_), .summary = "A row.",               \
        .tag = "Test", .access = ACCESS_PUBLIC, .rate = RATE_READ, __VA_ARGS__                     \
    }

static const struct endpoint rig_rows[] = {
    ROW("/api/constant", "constant", .cache = CACHE_CONSTANT, .reply = &is_reply,
        .is_offline_ok = true, .handle = handle_constant),
    ROW("/api/show", "show", .reply = &is_reply, .handle = handle_show),
    ROW("/api/tagged", "tagged", .cache = CACHE_NFL, .reply = &is_reply, .handle = handle_tagged),
    ROW("/api/wait", "wait", .reply = &is_reply, .handle = handle_wait),
    ROW("/api/big", "big", .media = "application/octet-stream", .handle = handle_big),
    ROW("/api/page", "page", .media = "text/html; charset=utf-8", .handle = handle_page),
    ROW("/api/failure", "failure", .reply = &is_reply, .handle = handle_failure),
    { .method = METHOD_GET,
      .path = "/api/mine",
      .name = "mine",
      .summary = "A row.",
      .tag = "Test",
      .access = ACCESS_SIGNED_IN,
      .rate = RATE_READ,
      .reply = &is_reply,
      .handle = handle_show },
    { .method = METHOD_POST,
      .path = "/api/echo",
      .name = "echo",
      .summary = "A row.",
      .tag = "Test",
      .access = ACCESS_PUBLIC,
      .rate = RATE_WRITE,
      .body = &echo_body,
      .reply = &is_reply,
      .handle = handle_echo },
    { .method = METHOD_POST,
      .path = "/api/upload",
      .name = "upload",
      .summary = "A row with a limit of its own.",
      .tag = "Test",
      .access = ACCESS_PUBLIC,
      .rate = RATE_WRITE,
      .body = &echo_body,
      .body_bytes = 131072,
      .reply = &is_reply,
      .handle = handle_echo },
    ROW("/api/socket", "socket", .is_upgrade = true, .handle = handle_socket),
};
static const struct endpoint_table rig_table = { .rows = rig_rows, .count = ARRAY_LEN(rig_rows) };

static void rig_finished(const struct request *request, size_t route, int status, size_t bytes,
                         int64_t us)
{
    (void)route;
    (void)status;
    (void)bytes;
    (void)us;
    atomic_fetch_add(&rig_of(request)->finished, 1);
}

/* ---- its life ---- */

/* Deadlines are looked at every 5 ms. */
static inline struct rig *rig_start(struct server_settings settings)
{
    struct rig *rig = calloc(1, sizeof(*rig));
    CHECK(rig != NULL);
    rig->gate = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    rig->log_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    rig->big = malloc(BIG_BYTES);
    CHECK(rig->big != NULL);
    for (size_t i = 0; i < BIG_BYTES; i++) {
        rig->big[i] = (char)('a' + i % 23);
    }
    settings.tables = &rig_table;
    settings.table_count = 1;
    settings.loops = settings.loops == 0 ? 2 : settings.loops;
    settings.log_fd = settings.log_fd == 0 ? rig->log_fd : settings.log_fd;
    settings.app = rig;
    settings.limits.sweep_ms = 5;
    if (settings.hooks.finished == NULL) {
        settings.hooks.finished = rig_finished;
    }
    struct faults faults = { .arena = &rig->arena };
    assert_int_equal(server_new(&settings, &faults, &rig->server), OK);
    assert_int_equal(server_start(rig->server, &faults), OK);
    return rig;
}

static inline void rig_open_gate(struct rig *rig)
{
    uint64_t one = 1;
    assert_int_equal(write(rig->gate, &one, sizeof(one)), sizeof(one));
}

static inline void rig_end(struct rig *rig)
{
    rig_open_gate(rig);
    server_free(rig->server);
    arena_done(&rig->arena);
    close(rig->gate);
    close(rig->log_fd);
    free(rig->big);
    free(rig);
}

/* ---- waiting ---- */

#define WAIT_UNTIL(condition)                                                                      \
    do {                                                                                           \
        int64_t give_up_us = mono_now().us + CLIENT_WAIT_S * US_PER_S;                             \
        while (!(condition)) {                                                                     \
            assert_true(mono_now().us < give_up_us);                                               \
            poll(NULL, 0, 1);                                                                      \
        }                                                                                          \
    } while (0)

/* ---- the client ---- */

static inline int client_to(unsigned port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct timeval wait = { .tv_sec = CLIENT_WAIT_S };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    return fd;
}

static inline int client(const struct rig *rig)
{
    return client_to(server_port(rig->server));
}

static inline void say_bytes(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
        assert_true(sent > 0);
        bytes += sent;
        len -= (size_t)sent;
    }
}

#define SAY(fd, literal) say_bytes((fd), "" literal, sizeof(literal) - 1)
#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

struct answer {
    int status;
    size_t len;      /* of head and body as far as kept */
    size_t body_len; /* as announced */
    const char *body;
    char text[ANSWER_MAX]; /* NUL-terminated */
};

/* Value of a header, in a buffer of the answer's own; "" when absent. */
static inline const char *header_of(const struct answer *answer, const char *name)
{
    static _Thread_local char value[1024];
    char wanted[64];
    snprintf(wanted, sizeof(wanted), "\r\n%s: ", name);
    const char *found = strcasestr(answer->text, wanted);
    if (found == NULL || (answer->body != NULL && found > answer->body)) {
        return "";
    }
    found += strlen(wanted);
    snprintf(value, sizeof(value), "%.*s", (int)strcspn(found, "\r"), found);
    return value;
}

static inline void read_bytes(int fd, char *into, size_t len)
{
    while (len > 0) {
        ssize_t got = recv(fd, into, len, 0);
        assert_true(got > 0);
        into += got;
        len -= (size_t)got;
    }
}

/* Reads one answer and not a byte more. The body's end is cut when it is very long. */
static inline void read_answer(int fd, struct answer *answer, bool has_body)
{
    answer->len = 0;
    answer->body = NULL;
    do {
        assert_true(answer->len + 1 < sizeof(answer->text));
        read_bytes(fd, answer->text + answer->len++, 1);
        answer->text[answer->len] = '\0';
    } while (strstr(answer->text, "\r\n\r\n") == NULL);
    answer->status = atoi(answer->text + 9);
    answer->body = answer->text + answer->len;
    answer->body_len = (size_t)atol(header_of(answer, "Content-Length"));
    size_t left = has_body ? answer->body_len : 0;
    size_t room = sizeof(answer->text) - 1 - answer->len;
    size_t kept = left < room ? left : room;
    read_bytes(fd, answer->text + answer->len, kept);
    answer->len += kept;
    answer->text[answer->len] = '\0';
    for (left -= kept; left > 0;) {
        char sink[4096];
        size_t part = left < sizeof(sink) ? left : sizeof(sink);
        read_bytes(fd, sink, part);
        left -= part;
    }
}

/* Nothing more comes, and the connection ends without a reset. */
static inline void expect_end(int fd)
{
    char byte = 0;
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    close(fd);
}

/* Says something, reads the one answer, checks its status. */
#define ASK(fd, answer, status_, literal)                                                          \
    do {                                                                                           \
        SAY((fd), literal);                                                                        \
        read_answer((fd), (answer), true);                                                         \
        assert_int_equal((answer)->status, (status_));                                             \
    } while (0)

#endif
