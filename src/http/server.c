/* The server as a whole: made, started, stopped. */
#include "http/server.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/random.h"
#include "http/connection.h"
#include "run/fiber.h"

enum { LOOPS_MAX = 256, CONNECTIONS_DEFAULT = 20000, PER_ADDRESS_DEFAULT = 512 };

#define DEFAULT(field, value)                                                                      \
    do {                                                                                           \
        if (limits.field == 0) {                                                                   \
            limits.field = (value);                                                                \
        }                                                                                          \
    } while (0)

static struct server_limits with_defaults(struct server_limits limits)
{
    DEFAULT(connections, CONNECTIONS_DEFAULT);
    DEFAULT(connections_per_address, PER_ADDRESS_DEFAULT);
    DEFAULT(fibers, 1000);
    DEFAULT(body_bytes, 64 * 1024);
    DEFAULT(socket_unsent_bytes, 256 * 1024);
    DEFAULT(slowest_bytes_per_s, 16 * 1024);
    DEFAULT(idle_ms, 10000);
    DEFAULT(head_ms, 10000);
    DEFAULT(body_ms, 10000);
    DEFAULT(running_ms, 15000);
    DEFAULT(sending_ms, 30000);
    DEFAULT(linger_ms, 5000);
    DEFAULT(socket_ping_ms, 30000);
    DEFAULT(socket_idle_ms, 75000);
    DEFAULT(socket_close_ms, 5000);
    DEFAULT(drain_idle_ms, 500);
    DEFAULT(latest_ms, 250);
    DEFAULT(sweep_ms, 1000);
    CHECK(limits.fibers > FIBERS_OPS_SHARE);
    return limits;
}

static unsigned loops_wanted(unsigned said)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned loops = said != 0 ? said : cores > 2 ? (unsigned)cores : 2;
    return loops < LOOPS_MAX ? loops : LOOPS_MAX;
}

static enum error make_homes(struct server *server)
{
    server->homes = calloc(server->loops, sizeof(struct home));
    CHECK(server->homes != NULL);
    for (unsigned i = 0; i < server->loops; i++) {
        struct home *home = &server->homes[i];
        home->server = server;
        TRY(loop_new((struct loop_settings){ .index = i, .fibers_max = server->limits.fibers },
                     &home->loop));
        home_init(home);
    }
    return OK;
}

enum error server_new(const struct server_settings *settings, struct faults *faults,
                      struct server **ret_server)
{
    struct server *server = calloc(1, sizeof(*server));
    CHECK(server != NULL);
    server->settings = *settings;
    server->settings.log_fd = settings->log_fd == 0 ? STDERR_FILENO : settings->log_fd;
    server->is_log_file = request_log_is_file(server->settings.log_fd);
    server->limits = with_defaults(settings->limits);
    server->loops = loops_wanted(settings->loops);
    server->listen_fd = -1;
    server->is_held = settings->is_holding;
    arena_init(&server->arena);
    random_bytes(&server->address_seed, sizeof(server->address_seed));
    policies_make(server);
    struct faults own = { .arena = &server->arena };
    enum error error = router_new(settings->tables, settings->table_count, &own, &server->router);
    if (error == OK) {
        error = make_homes(server);
    }
    if (error != OK) {
        for (const struct fault *fault = own.first; fault != NULL; fault = fault->next) {
            fault_add(faults, arena_copy(faults->arena, fault->at), "%.*s", FMT(fault->message));
        }
        refuse(faults, error, "the server cannot be made: %.*s", FMT(own.detail));
        server_free(server);
        return error;
    }
    *ret_server = server;
    return OK;
}

static void *thread_main(void *thing)
{
    struct home *home = thing;
    loop_run(home->loop);
    return NULL;
}

enum error server_start(struct server *server, struct faults *faults)
{
    CHECK(!server->is_started);
    TRY(listener_open(server, faults));
    server->is_started = true;
    atomic_store(&server->still_listening, server->loops);
    /* Signals are the main thread's business. */
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (unsigned i = 0; i < server->loops; i++) {
        struct home *home = &server->homes[i];
        loop_post(home->loop, &home->start_mail);
        int failed = pthread_create(&home->thread, NULL, thread_main, home);
        CHECK(failed == 0);
        home->is_thread_started = true;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return OK;
}

void server_listen(struct server *server)
{
    if (!server->is_started || !server->settings.is_holding) {
        return;
    }
    server->settings.is_holding = false; /* read on this thread alone */
    unsigned told = server->settings.is_handing_over ? 1 : server->loops;
    for (unsigned i = 0; i < told; i++) {
        loop_post(server->homes[i].loop, &server->homes[i].listen_mail);
    }
}

bool server_stop(struct server *server, int64_t deadline_us)
{
    if (!server->is_started) {
        return true;
    }
    CHECK(loop_here() == NULL);
    server->is_started = false;
    server->drain_us = deadline_us;
    unsigned told = server->settings.is_handing_over ? 1 : server->loops;
    for (unsigned i = 0; i < told; i++) {
        loop_post(server->homes[i].loop, &server->homes[i].drain_mail);
    }
    for (unsigned i = 0; i < server->loops; i++) {
        pthread_join(server->homes[i].thread, NULL);
        server->homes[i].is_thread_started = false;
    }
    return !atomic_load(&server->is_cut_off);
}

void server_free(struct server *server)
{
    if (server == NULL) {
        return;
    }
    server_stop(server, 0);
    if (server->listen_fd >= 0) {
        close(server->listen_fd);
    }
    for (unsigned i = 0; server->homes != NULL && i < server->loops; i++) {
        struct home *home = &server->homes[i];
        if (home->loop != NULL) {
            home_settle(home);
            home_done(home);
            loop_free(home->loop);
        }
    }
    free(server->homes);
    arena_done(&server->arena);
    free(server);
}

unsigned server_port(const struct server *server)
{
    return server->port;
}

int server_listen_fd(const struct server *server)
{
    return server->listen_fd;
}

unsigned server_loops(const struct server *server)
{
    return server->loops;
}

struct loop *server_loop(const struct server *server, unsigned index)
{
    CHECK(index < server->loops);
    return server->homes[index].loop;
}

void *server_app(const struct server *server)
{
    return server->settings.app;
}

struct socket_meters *server_socket_meters(const struct server *server, unsigned index)
{
    CHECK(index < server->loops);
    return &server->homes[index].socket_meters;
}

struct server_figures server_figures(const struct server *server)
{
    /* Atomics cannot be read through a pointer to const in C17's generic functions everywhere. */
    struct server *shared = (struct server *)(uintptr_t)server;
    return (struct server_figures){ .connections = atomic_load(&shared->connections),
                                    .sockets = atomic_load(&shared->sockets),
                                    .requests = atomic_load(&shared->requests),
                                    .errors = atomic_load(&shared->errors) };
}
