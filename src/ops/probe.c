#include "ops/probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/check.h"

enum { BACKLOG = 4096, PORTS_TRIED = 20, ANSWER_BYTES = 256 };

/* ---- listening ---- */

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_storage space;
};

static bool address_parse(const char *text, int64_t port, union address *ret_address,
                          socklen_t *ret_len)
{
    union address address = { 0 };
    if (inet_pton(AF_INET, text, &address.v4.sin_addr) == 1) {
        address.v4.sin_family = AF_INET;
        address.v4.sin_port = htons((uint16_t)port);
        *ret_len = sizeof(address.v4);
    } else if (inet_pton(AF_INET6, text, &address.v6.sin6_addr) == 1) {
        address.v6.sin6_family = AF_INET6;
        address.v6.sin6_port = htons((uint16_t)port);
        *ret_len = sizeof(address.v6);
    } else {
        return false;
    }
    *ret_address = address;
    return true;
}

/* A bound and listening socket, or -1 with errno. */
static int try_listen(const char *text, int64_t port)
{
    union address address;
    socklen_t len = 0;
    if (!address_parse(text, port, &address, &len)) {
        errno = EINVAL;
        return -1;
    }
    int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
    if (bind(fd, &address.any, len) != 0 || listen(fd, BACKLOG) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/* A port above `port` that can be had just now, or one above 1023 when there is none near. */
static int64_t next_free_port(const char *address, int64_t port)
{
    for (int64_t next = port + 1; next <= 65535 && next <= port + PORTS_TRIED; next++) {
        int fd = try_listen(address, next);
        if (fd >= 0) {
            close(fd);
            return next;
        }
    }
    return port > 32768 ? port - 1024 : port + 1024;
}

enum error probe_listen(const char *address, int64_t port, struct faults *faults, int *ret_fd)
{
    int fd = try_listen(address, port);
    if (fd >= 0) {
        *ret_fd = fd;
        return OK;
    }
    if (errno == EADDRINUSE) {
        int64_t free_port = next_free_port(address, port);
        return refuse(faults, E_IN_USE,
                      "port %" PRId64 " is taken by another program. Stop that one, or use another "
                      "port, such as %" PRId64 ": `PORT=%" PRId64 " make run`, or `astralfield up "
                      "--port %" PRId64 "`",
                      port, free_port, free_port, free_port);
    }
    if (errno == EACCES) {
        return refuse(faults, E_FORBIDDEN,
                      "port %" PRId64 " is for root alone; use one above 1023 with --port", port);
    }
    return refuse(faults, E_USAGE, "cannot listen on %s: %s (LISTEN_ADDRESS is a numeric address)",
                  address, strerror(errno));
}

int64_t probe_port(int fd)
{
    union address address = { 0 };
    socklen_t len = sizeof(address);
    CHECK(getsockname(fd, &address.any, &len) == 0);
    return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

/* ---- asking ---- */

/* Sends and reads the beginning of the answer; its length, 0 for none. */
static size_t ask_on(int fd, struct slice question, char answer[ANSWER_BYTES])
{
    struct timeval limit = { .tv_sec = 1 };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    bool is_sent = send(fd, question.ptr, question.len, MSG_NOSIGNAL) == (ssize_t)question.len;
    ssize_t got = is_sent ? recv(fd, answer, ANSWER_BYTES - 1, 0) : 0;
    return got > 0 ? (size_t)got : 0;
}

/* Connects, sends, and reads the beginning of the answer; its length, 0 for none. */
static size_t ask(const struct sockaddr *address, socklen_t len, struct slice question,
                  char answer[ANSWER_BYTES])
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return 0;
    }
    struct timeval limit = { .tv_sec = 1 };
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    size_t got = connect(fd, address, len) == 0 ? ask_on(fd, question, answer) : 0;
    close(fd);
    return got;
}

static struct slice http_question(const char *path, int64_t port, char text[ANSWER_BYTES])
{
    int size = snprintf(text, ANSWER_BYTES,
                        "GET %s HTTP/1.1\r\nHost: localhost:%" PRId64 "\r\n"
                        "Connection: close\r\n\r\n",
                        path, port);
    return (struct slice){ .ptr = text, .len = (size_t)size };
}

static int http_status(struct slice line)
{
    int64_t status = 0;
    bool is_http = slice_starts(line, S("HTTP/1.1 ")) && line.len >= 12;
    return is_http && slice_to_int(slice_from_to(line, 9, 12), &status) == OK ? (int)status : 0;
}

int probe_http_on(int fd, const char *path)
{
    char question[ANSWER_BYTES];
    char answer[ANSWER_BYTES] = { 0 };
    size_t got = ask_on(fd, http_question(path, 0, question), answer);
    return http_status((struct slice){ .ptr = answer, .len = got });
}

int probe_http(int listen_fd, const char *path)
{
    union address address = { 0 };
    socklen_t len = sizeof(address);
    CHECK(getsockname(listen_fd, &address.any, &len) == 0);
    if (address.any.sa_family == AF_INET && address.v4.sin_addr.s_addr == htonl(INADDR_ANY)) {
        address.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else if (address.any.sa_family == AF_INET6 &&
               IN6_IS_ADDR_UNSPECIFIED(&address.v6.sin6_addr)) {
        address.v6.sin6_addr = in6addr_loopback;
    }
    char question[ANSWER_BYTES];
    char answer[ANSWER_BYTES] = { 0 };
    size_t got =
        ask(&address.any, len, http_question(path, probe_port(listen_fd), question), answer);
    return http_status((struct slice){ .ptr = answer, .len = got });
}

bool probe_redis(const char *socket_path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char answer[ANSWER_BYTES] = { 0 };
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", socket_path);
    size_t got = ask((const struct sockaddr *)&address, sizeof(address), S("PING\r\n"), answer);
    return slice_starts((struct slice){ .ptr = answer, .len = got }, S("+PONG"));
}

bool probe_postgres(const char *url)
{
    return PQping(url) == PQPING_OK;
}
