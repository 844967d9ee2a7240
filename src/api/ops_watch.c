/* What an announcement missed: once a second every node looks which sign-ins have ended lately, and
 * whether all must be looked up again. So a lost announcement costs a second, not a session. */
#include <stdlib.h>

#include "api/access.h"
#include "api/ops.h"
#include "base/check.h"
#include "run/fiber.h"

enum { WATCH_WINDOW_S = 4 };
#define WATCH_EVERY_US (1 * US_PER_S)
#define WATCH_TURN_US (50 * US_PER_MS)

struct session_watch {
    struct app *app;
    int64_t generation;
    bool is_stopping, is_running;
};

static void ended(void *thing, enum identity_kind kind, int64_t id)
{
    session_over(thing, kind, id);
}

static enum error look(struct session_watch *watch)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct rows rows = { 0 };
    struct app *app = watch->app;
    TRY(auth_ended_lately(app->auth, &arena, WATCH_WINDOW_S, ended, app));
    TRY(db_read(&arena, SQL_OPS_GENERATION, NO_PARAMS, &rows));
    int64_t generation = rows_int(&rows, 0, "generation");
    if (generation != watch->generation) {
        watch->generation = generation;
        auth_forget_all(app->auth, generation);
        access_cache_clear(app->access);
    }
    return OK;
}

static void run(void *thing)
{
    struct session_watch *watch = thing;
    int64_t left = 0;
    while (!watch->is_stopping) {
        if (left <= 0) {
            enum error error = look(watch);
            (void)error; /* without a database nobody is let in; the next turn looks again */
            left = WATCH_EVERY_US;
        }
        fiber_sleep(WATCH_TURN_US);
        left -= WATCH_TURN_US;
    }
    watch->is_running = false;
}

enum error session_watch_start(struct loop *loop, struct app *app, struct session_watch **ret_watch)
{
    struct session_watch *watch = calloc(1, sizeof(*watch));
    CHECK(watch != NULL);
    *watch = (struct session_watch){ .app = app, .is_running = true };
    enum error error = fiber_start(loop, run, watch);
    if (error != OK) {
        free(watch);
        return error;
    }
    *ret_watch = watch;
    return OK;
}

void session_watch_stop(struct session_watch *watch)
{
    watch->is_stopping = true;
    while (watch->is_running) {
        fiber_sleep(5 * US_PER_MS);
    }
    free(watch);
}
