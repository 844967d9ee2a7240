/* A loop's share of the server: what it does at the end of each turn, each second, and when the
 * server stops. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <utlist.h>

#include "base/check.h"
#include "base/random.h"
#include "http/connection.h"
#include "run/fiber.h"

enum { DRAIN_SWEEP_MS = 10, STUCK_MS = 5000 };

void home_later(struct home *home, struct connection *connection)
{
    if (!connection->is_later && connection->phase != PHASE_CLOSED) {
        connection->is_later = true;
        connection->later = NULL;
        *home->later_end = connection;
        home->later_end = &connection->later;
    }
}

static void free_closed(struct home *home)
{
    while (home->closed != NULL) {
        struct connection *connection = home->closed;
        home->closed = connection->later;
        connection_free(connection);
    }
}

/* Nobody is left: the fibers that still wait for the database are told, then the loop ends. */
static void finish(struct home *home)
{
    const struct server_hooks *hooks = &home->server->settings.hooks;
    if (!home->is_stopping) {
        home->is_stopping = true;
        home->drain_deadline_us = loop_now(home->loop).us + ms_to_us(STUCK_MS);
        if (hooks->loop_stopping != NULL) {
            hooks->loop_stopping(home->loop, home->server->settings.app);
        }
    }
    bool is_stuck = loop_now(home->loop).us > home->drain_deadline_us;
    if (fiber_count(home->loop) == 0 || is_stuck) {
        loop_stop(home->loop);
    }
}

/* The turn's answers go out here, on the scheduler's stack, and what was closed is freed. */
static void home_turn(struct turn_hook *hook)
{
    struct home *home = OUTER_OF(hook, struct home, turn);
    struct connection *connection = home->later;
    home->later = NULL;
    home->later_end = &home->later;
    while (connection != NULL) {
        struct connection *next = connection->later;
        connection->is_later = false;
        if (connection->phase == PHASE_CLOSED) {
            LL_PREPEND2(home->closed, connection, later);
        } else {
            connection_advance(connection);
        }
        connection = next;
    }
    sockets_flush(home);
    free_closed(home);
    if (home->later != NULL) {
        timer_set(home->loop, &home->again_timer, 0);
    }
    if (home->is_stopping) {
        finish(home);
    }
}

static void again_expired(struct timer *timer)
{
    (void)timer; /* the loop turned once more: that is all */
}

static void home_sweep(struct timer *timer)
{
    struct home *home = OUTER_OF(timer, struct home, sweep_timer);
    int64_t now_us = loop_now(home->loop).us;
    bool is_over = home->is_draining && now_us > home->drain_deadline_us;
    struct connection *connection = NULL;
    struct connection *next = NULL;
    DL_FOREACH_SAFE(home->connections, connection, next)
    {
        if (is_over) {
            atomic_store(&home->server->is_cut_off, true);
            connection_close(connection);
        } else {
            connection_sweep(connection, now_us);
        }
    }
    if (home->is_draining && home->connections == NULL) {
        finish(home);
    }
    int sweep_ms = home->server->limits.sweep_ms;
    timer_set(home->loop, timer,
              ms_to_us(home->is_draining && sweep_ms > DRAIN_SWEEP_MS ? DRAIN_SWEEP_MS : sweep_ms));
}

void home_init(struct home *home)
{
    home->sweep_timer.expired = home_sweep;
    home->again_timer.expired = again_expired;
    home->latest_timer.expired = hub_latest_expired;
    home->log_timer.expired = request_log_expired;
    home->turn.turn = home_turn;
    home->start_mail.deliver = home_start;
    home->listen_mail.deliver = home_listen;
    home->drain_mail.deliver = home_drain;
    home->later_end = &home->later;
    home->date_second = -1;
    home->stamp_ms = -1;
    size_t routes = router_count(home->server->router);
    home->constants = calloc(routes + 1, sizeof(struct constant));
    CHECK(home->constants != NULL);
    random_bytes(&home->ids, sizeof(home->ids));
    loop_slot_set(home->loop, LOOP_SLOT_HTTP, home);
    loop_each_turn(home->loop, &home->turn);
}

void home_settle(struct home *home)
{
    loop_stop(home->loop);
    loop_run(home->loop);
    while (home->connections != NULL) {
        connection_close(home->connections);
    }
    free_closed(home);
    request_log_flush(home);
}

void home_done(struct home *home)
{
    for (size_t i = 0; home->constants != NULL && i < router_count(home->server->router); i++) {
        free((char *)(uintptr_t)home->constants[i].body.ptr);
    }
    free(home->constants);
    while (home->spare != NULL) {
        struct exchange *exchange = home->spare;
        home->spare = exchange->next;
        exchange_free(exchange);
    }
}

void home_start(struct mail *mail)
{
    struct home *home = OUTER_OF(mail, struct home, start_mail);
    const struct server_settings *settings = &home->server->settings;
    timer_set(home->loop, &home->sweep_timer, ms_to_us(home->server->limits.sweep_ms));
    if (settings->hooks.loop_started != NULL) {
        settings->hooks.loop_started(home->loop, settings->app);
    }
    bool is_accepting = !settings->is_handing_over || loop_index(home->loop) == 0;
    if (is_accepting && !home->server->is_held) {
        listener_watch(home);
    }
}

void home_listen(struct mail *mail)
{
    listener_watch(OUTER_OF(mail, struct home, listen_mail));
}

void home_drain(struct mail *mail)
{
    struct home *home = OUTER_OF(mail, struct home, drain_mail);
    int64_t now_us = loop_now(home->loop).us;
    struct server *server = home->server;
    listener_unwatch(home);
    if (server->settings.is_handing_over && loop_index(home->loop) == 0) {
        for (unsigned i = 1; i < server->loops; i++) {
            /* Behind the connections that were handed over. */
            loop_post(server->homes[i].loop, &server->homes[i].drain_mail);
        }
    }
    if (atomic_fetch_sub(&server->still_listening, 1u) == 1) {
        close(server->listen_fd); /* who inherited it goes on accepting */
        server->listen_fd = -1;
    }
    home->is_draining = true;
    home->drain_idle_us = now_us + ms_to_us(server->limits.drain_idle_ms);
    home->drain_deadline_us = now_us + server->drain_us;
    struct connection *connection = NULL;
    struct connection *next = NULL;
    DL_FOREACH_SAFE(home->connections, connection, next)
    {
        if (connection->socket != NULL) {
            hub_close(connection->socket, CLOSE_RESTART, HUB_RESTARTS);
        }
    }
    timer_set(home->loop, &home->sweep_timer, 0);
}

const char *home_date(struct home *home)
{
    struct timespec now = { 0 };
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec != home->date_second) {
        static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
        static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
        struct tm tm = { 0 };
        gmtime_r(&now.tv_sec, &tm);
        snprintf(home->date, sizeof(home->date), "%s, %02u %s %04u %02u:%02u:%02u GMT",
                 days[tm.tm_wday], (unsigned)tm.tm_mday % 100, months[tm.tm_mon],
                 (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)tm.tm_hour % 100,
                 (unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100);
        home->date_second = now.tv_sec;
    }
    return home->date;
}
