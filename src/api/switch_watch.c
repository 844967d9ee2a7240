#include "api/switch_watch.h"

#include <inttypes.h>
#include <stdatomic.h>

#include "base/check.h"
#include "base/log.h"
#include "cache/redis.h"
#include "db/db.h"
#include "ops/switch_store.h"
#include "run/fiber.h"

enum { LOOK_MS = 500, NAP_MS = 20, AGAIN_MS = 1000 };

/* Of the one watching fiber, but for the flags. */
static struct {
    atomic_bool is_running, is_stopping, is_wanted;
    atomic_flag is_busy; /* one look at a time: each change is acted upon once */
    bool has_loaded;
    bool was_deaf; /* sockets are closed since the last look but this one */
    int64_t close_again_us;
} watch = { .is_busy = ATOMIC_FLAG_INIT };

/* ---- what a change asks for ---- */

static unsigned at_least(int64_t wanted, int64_t least)
{
    return (unsigned)(wanted < least ? least : wanted);
}

/* The whole node's connections, spread evenly; the first loops get what is left over. Reads keep their
 * number, at least one connection per loop is for transactions. */
static void tune_database(struct app *app)
{
    const struct config *settings = app->settings;
    unsigned loops = server_loops(app->server);
    int64_t size = switch_number(SWITCH_DATABASE_POOL_SIZE);
    int64_t statement_ms = switch_number(SWITCH_DATABASE_STATEMENT_TIMEOUT);
    int64_t wait_ms = switch_number(SWITCH_DATABASE_POOL_TIMEOUT);
    for (unsigned i = 0; i < loops; i++) {
        int64_t rest = size - settings->db_read_connections * (int64_t)loops;
        int64_t share = size == 0 ? settings->db_tx_connections
                                  : (rest > 0 ? rest / loops + (i < rest % loops) : 1);
        share = share > DB_TX_CONNECTIONS_MAX ? DB_TX_CONNECTIONS_MAX : share;
        db_tune(server_loop(app->server, i),
                &(struct db_tuning){
                    .tx_connections = at_least(share, 1),
                    .read_timeout_ms =
                        (unsigned)(statement_ms > 0 ? statement_ms : settings->db_read_timeout_ms),
                    .tx_timeout_ms =
                        (unsigned)(statement_ms > 0 ? statement_ms : settings->db_tx_timeout_ms),
                    .acquire_timeout_ms =
                        (unsigned)(wait_ms > 0 ? wait_ms : settings->db_acquire_timeout_ms) });
    }
}

static void tune_cache(struct app *app)
{
    unsigned loops = server_loops(app->server);
    int64_t size = switch_number(SWITCH_CACHE_POOL_SIZE);
    for (unsigned i = 0; i < loops; i++) {
        int64_t share = size / loops + (i < size % loops);
        share = share > REDIS_LINKS_MAX ? REDIS_LINKS_MAX : share;
        redis_tune(server_loop(app->server, i), at_least(share, 1));
    }
}

/* Sockets go when their owners may listen no more. One that was let in by the last look and opened only
 * now is caught by a second time, a moment later. */
static void close_for_mode(struct app *app)
{
    bool is_deaf = switches_stop_reading() || switches_mode() == MODE_LOCKDOWN;
    int64_t now_us = mono_now().us;
    bool is_due = watch.close_again_us != 0 && now_us >= watch.close_again_us;
    if (is_deaf && (!watch.was_deaf || is_due)) {
        hub_close_user(app->server, 0, CLOSE_TRY_LATER, slice_from(mode_name(switches_mode())));
        watch.close_again_us = watch.was_deaf ? 0 : now_us + AGAIN_MS * US_PER_MS;
    }
    watch.was_deaf = is_deaf;
}

static void tell(uint64_t changed)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    for (size_t i = 0; i < SWITCH_COUNT; i++) {
        if ((changed >> i & 1) == 0) {
            continue;
        }
        enum switch_id id = (enum switch_id)i;
        struct switch_state state = switch_state(&arena, id);
        log_line(LOG_WARN, "switch", "name=%s value=%.*s from=%s by=%s reason=%s",
                 switch_info(id)->name, FMT(switch_print(&arena, id, state.value)),
                 switch_source_name(state.source), LOG_Q(state.by), LOG_Q(state.reason));
    }
}

static bool has(uint64_t changed, enum switch_id id)
{
    return (changed >> id & 1) != 0;
}

static void act(struct app *app, uint64_t changed)
{
    if (changed != 0) {
        tell(changed);
    }
    if (has(changed, SWITCH_DATABASE_POOL_SIZE) || has(changed, SWITCH_DATABASE_POOL_TIMEOUT) ||
        has(changed, SWITCH_DATABASE_STATEMENT_TIMEOUT)) {
        tune_database(app);
    }
    if (has(changed, SWITCH_CACHE_POOL_SIZE)) {
        tune_cache(app);
    }
    if (has(changed, SWITCH_WEBSOCKET_RESTART) && switch_on(SWITCH_WEBSOCKET_RESTART)) {
        hub_close_user(app->server, 0, CLOSE_RESTART, S("restart"));
    }
    close_for_mode(app);
}

/* ---- looking ---- */

/* The look itself, by whoever holds the flag. */
static void look(struct app *app)
{
    uint64_t changed = 0;
    bool has_expired = false;
    enum error error = switches_load(utime_now(), &changed, &has_expired);
    if (error == OK && !watch.has_loaded) {
        watch.has_loaded = true;
        tune_database(app); /* what the environment says is no change */
        tune_cache(app);
    }
    act(app, changed);
    atomic_flag_clear(&watch.is_busy);
    if (has_expired && !switch_on(SWITCH_RECOVERY_MODE) && switch_store_expire(utime_now()) != OK) {
        log_line(LOG_WARN, "switches_not_cleared", "hint=%s", "the next look tries again");
    }
}

void switch_watch_now(struct app *app)
{
    for (int waited_ms = 0; waited_ms < LOOK_MS; waited_ms += NAP_MS) {
        if (!atomic_flag_test_and_set(&watch.is_busy)) {
            look(app);
            return;
        }
        fiber_sleep(NAP_MS * US_PER_MS); /* a look that began before may not have seen it */
    }
    atomic_store(&watch.is_wanted, true);
}

static void look_for_ever(void *thing)
{
    struct app *app = thing;
    while (!atomic_load(&watch.is_stopping)) {
        atomic_store(&watch.is_wanted, false);
        if (!atomic_flag_test_and_set(&watch.is_busy)) {
            look(app);
        }
        int ms = 0;
        do { /* at least once: whoever looks just now may be a fiber of this loop */
            fiber_sleep(NAP_MS * US_PER_MS);
            ms += NAP_MS;
        } while (ms < LOOK_MS && !atomic_load(&watch.is_wanted) &&
                 !atomic_load(&watch.is_stopping));
    }
    atomic_store(&watch.is_running, false);
}

void switch_watch_look(struct app *app)
{
    (void)app;
    atomic_store(&watch.is_wanted, true);
}

enum error switch_watch_start(struct app *app, struct loop *loop)
{
    watch.has_loaded = false;
    watch.was_deaf = false;
    watch.close_again_us = 0;
    atomic_store(&watch.is_stopping, false);
    TRY(fiber_start(loop, look_for_ever, app));
    atomic_store(&watch.is_running, true);
    return OK;
}

void switch_watch_stop(struct app *app)
{
    (void)app;
    atomic_store(&watch.is_stopping, true);
    while (atomic_load(&watch.is_running)) {
        fiber_sleep(NAP_MS * US_PER_MS);
    }
}
