/* A listener on loopback that answers from a script and counts who connected; and names of our own:
 * libcurl asks this program's getaddrinfo. */
#ifndef ASTRALFIELD_TESTS_OUT_RIG_H
#define ASTRALFIELD_TESTS_OUT_RIG_H

#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/slice.h"

enum { RIG_BYTES_MAX = 65536 };

struct listener {
    int fd;
    unsigned port;
    pthread_t thread;
    _Atomic unsigned connections;
    void (*serve)(struct listener *listener, int fd); /* NULL: closes at once */
    const char *answer;                               /* of rig_answer */
    char got[RIG_BYTES_MAX];                          /* what the last connection sent */
    size_t got_len;
};

static inline void *rig_listen(void *thing)
{
    struct listener *listener = thing;
    for (;;) {
        int fd = accept(listener->fd, NULL, NULL);
        if (fd < 0) {
            return NULL;
        }
        listener->connections++;
        if (listener->serve != NULL) {
            listener->serve(listener, fd);
        }
        close(fd);
    }
}

static inline void listener_start(struct listener *listener, const char *address)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
    bool is_v4 = inet_pton(AF_INET, address, &v4.sin_addr) == 1;
    if (!is_v4) {
        CHECK(inet_pton(AF_INET6, address, &v6.sin6_addr) == 1);
    }
    struct sockaddr *at = is_v4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
    socklen_t len = is_v4 ? sizeof(v4) : sizeof(v6);
    int yes = 1;
    listener->fd = socket(at->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (is_v4) {
        v4.sin_port = htons((uint16_t)listener->port);
    } else {
        v6.sin6_port = htons((uint16_t)listener->port);
        setsockopt(listener->fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes));
    }
    setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    CHECK(bind(listener->fd, at, len) == 0);
    CHECK(listen(listener->fd, 64) == 0);
    CHECK(getsockname(listener->fd, at, &len) == 0);
    listener->port = ntohs(is_v4 ? v4.sin_port : v6.sin6_port);
    CHECK(pthread_create(&listener->thread, NULL, rig_listen, listener) == 0);
}

static inline void listener_stop(struct listener *listener)
{
    shutdown(listener->fd, SHUT_RDWR);
    pthread_join(listener->thread, NULL);
    close(listener->fd);
}

/* Reads until `end` has come (or the other side closes). */
static inline void rig_read_until(struct listener *listener, int fd, const char *end)
{
    for (;;) {
        ssize_t len = recv(fd, listener->got + listener->got_len,
                           sizeof(listener->got) - 1 - listener->got_len, 0);
        if (len <= 0) {
            return;
        }
        listener->got_len += (size_t)len;
        listener->got[listener->got_len] = '\0';
        if (strstr(listener->got, end) != NULL) {
            return;
        }
    }
}

/* Reads a request, its body too, and sends `answer`. */
static inline void rig_answer(struct listener *listener, int fd)
{
    listener->got_len = 0;
    rig_read_until(listener, fd, "\r\n\r\n");
    const char *length = strstr(listener->got, "Content-Length: ");
    const char *body = strstr(listener->got, "\r\n\r\n");
    size_t want = length != NULL && body != NULL
                      ? (size_t)(body + 4 - listener->got) + strtoul(length + 16, NULL, 10)
                      : 0;
    while (listener->got_len < want) {
        ssize_t len = recv(fd, listener->got + listener->got_len,
                           sizeof(listener->got) - 1 - listener->got_len, 0);
        if (len <= 0) {
            return;
        }
        listener->got_len += (size_t)len;
        listener->got[listener->got_len] = '\0';
    }
    if (send(fd, listener->answer, strlen(listener->answer), MSG_NOSIGNAL) > 0) {
        shutdown(fd, SHUT_WR);
    }
}

#endif
