/* The listening socket and who takes from it. */
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "http/connection.h"

enum { BACKLOG = 4096, USER_TIMEOUT_MS = 30000, ACCEPT_PAUSE_MS = 100 };

static void set_option(int fd, int level, int name, int value)
{
    /* A socket that is no TCP socket refuses some of these; it works without. */
    int said = setsockopt(fd, level, name, &value, sizeof(value));
    (void)said;
}

static enum error bind_socket(const struct server_settings *settings, struct faults *faults,
                              int *ret_fd)
{
    const char *address = settings->address == NULL ? "127.0.0.1" : settings->address;
    char port[8];
    snprintf(port, sizeof(port), "%u", settings->port % 65536);
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                              .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    if (settings->port > 65535 || getaddrinfo(address, port, &hints, &found) != 0) {
        return refuse(faults, E_USAGE, "%s port %u is no address to listen at", address,
                      settings->port);
    }
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    bool is_bound =
        fd >= 0 && bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
    int why = errno;
    freeaddrinfo(found);
    if (!is_bound) {
        if (fd >= 0) {
            close(fd);
        }
        return refuse(faults, why == EADDRINUSE ? E_IN_USE : E_USAGE,
                      "cannot listen at %s port %s: %s", address, port, strerror(why));
    }
    *ret_fd = fd;
    return OK;
}

enum error listener_open(struct server *server, struct faults *faults)
{
    int fd = server->settings.listen_fd;
    if (fd == 0) {
        TRY(bind_socket(&server->settings, faults, &fd));
    }
    /* Connections inherit these from their listener. */
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, USER_TIMEOUT_MS);
    struct sockaddr_in6 bound = { 0 };
    socklen_t len = sizeof(bound);
    if (getsockname(fd, (struct sockaddr *)&bound, &len) == 0) {
        server->port = ntohs(bound.sin6_port); /* at the same place for IPv4 */
    }
    server->listen_fd = fd;
    return OK;
}

/* IPv4 as ::ffff:a.b.c.d; a Unix socket as ::. */
static struct in6_addr address_of(const struct sockaddr_storage *peer)
{
    struct in6_addr address = { 0 };
    if (peer->ss_family == AF_INET6) {
        address = ((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr;
    } else if (peer->ss_family == AF_INET) {
        address.s6_addr[10] = address.s6_addr[11] = 0xff;
        memcpy(&address.s6_addr[12], &((const struct sockaddr_in *)(const void *)peer)->sin_addr,
               4);
    }
    return address;
}

struct handed_over {
    struct mail mail;
    struct home *home;
    int fd;
    struct in6_addr address;
};

static void deliver_handed_over(struct mail *mail)
{
    struct handed_over *handed = OUTER_OF(mail, struct handed_over, mail);
    connection_new(handed->home, handed->fd, &handed->address);
    free(handed);
}

static void hand_over(struct server *server, int fd, const struct in6_addr *address)
{
    struct home *least = &server->homes[0];
    for (unsigned i = 1; i < server->loops; i++) {
        if (atomic_load_explicit(&server->homes[i].load, memory_order_relaxed) <
            atomic_load_explicit(&least->load, memory_order_relaxed)) {
            least = &server->homes[i];
        }
    }
    struct handed_over *handed = malloc(sizeof(*handed));
    CHECK(handed != NULL);
    *handed = (struct handed_over){
        .mail.deliver = deliver_handed_over, .home = least, .fd = fd, .address = *address
    };
    loop_post(least->loop, &handed->mail);
}

void server_adopt(struct server *server, int fd)
{
    struct in6_addr nobody = { 0 };
    hand_over(server, fd, &nobody);
}

static void accept_again(struct timer *timer)
{
    listener_watch(OUTER_OF(timer, struct home, accept_timer));
}

/* Out of descriptors: the listener stays readable, so look away for a while instead of spinning. */
static void pause_accepting(struct home *home)
{
    log_line(LOG_ERROR, "accept", "cause=%s", LOG_Q(slice_from(strerror(errno))));
    listener_unwatch(home);
    home->is_listening = false;
    home->accept_timer.expired = accept_again;
    timer_set(home->loop, &home->accept_timer, ms_to_us(ACCEPT_PAUSE_MS));
}

static void listener_ready(struct watch *watch, uint32_t events)
{
    (void)events;
    struct home *home = OUTER_OF(watch, struct home, listener);
    for (int i = 0; i < ACCEPT_BATCH_MAX; i++) {
        struct sockaddr_storage peer = { 0 };
        socklen_t len = sizeof(peer);
        int fd = accept4(watch->fd, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
                pause_accepting(home);
            }
            return; /* nobody waits, or somebody left before we came */
        }
        struct in6_addr address = address_of(&peer);
        if (home->server->settings.is_handing_over) {
            hand_over(home->server, fd, &address);
        } else {
            connection_new(home, fd, &address);
        }
    }
}

void listener_watch(struct home *home)
{
    if (home->is_draining || home->is_listening) {
        return;
    }
    home->listener = (struct watch){ .fd = home->server->listen_fd, .ready = listener_ready };
    bool is_shared = !home->server->settings.is_handing_over;
    enum error error =
        loop_watch(home->loop, &home->listener, EPOLLIN | (is_shared ? EPOLLEXCLUSIVE : 0u));
    CHECK(error == OK);
    home->is_listening = true;
}

void listener_unwatch(struct home *home)
{
    if (home->is_listening) {
        home->is_listening = false;
        loop_unwatch(home->loop, &home->listener);
    }
}
