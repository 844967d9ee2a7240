#include "jobs/figures.h"

#include "base/check.h"
#include "base/log.h"
#include "db/db.h"
#include "ops/figures.h"
#include "ops/machine.h"
#include "ops/metrics.h"
#include "ops/notes.h"

#define MINUTE_US (60 * US_PER_S)
#define LOOK_US (5 * US_PER_S)

enum { ROLL_MINUTES = 5, TIDY_MINUTES = 60 };

/* Of the one scheduler fiber. */
static struct {
    utime looked_at, minute;
    uint64_t minutes;
} state;

static void gauge(enum metric metric, int64_t value)
{
    if (value >= 0) {
        metrics_gauge(metric, (uint64_t)value);
    }
}

static void look(void)
{
    struct machine machine = machine_look();
    struct pool_figures pool = metrics_pool();
    gauge(GAUGE_CPU_PERMILLE, machine.cpu_permille);
    gauge(GAUGE_BUSY_PERMILLE, machine.busy_permille);
    gauge(GAUGE_RSS_KB, machine.rss_bytes < 0 ? -1 : machine.rss_bytes / 1024);
    gauge(GAUGE_DESCRIPTORS, machine.descriptors);
    if (machine.memory_bytes > 0 && machine.memory_used_bytes >= 0) {
        gauge(GAUGE_MEMORY_PERMILLE, machine.memory_used_bytes * 1000 / machine.memory_bytes);
    }
    if (pool.connections > 0) {
        gauge(GAUGE_POOL_PERMILLE, (int64_t)pool.in_use * 1000 / pool.connections);
    }
}

/* Once a minute: what only the database knows. */
static enum error look_at_database(void)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct rows rows = { 0 };
    TRY(db_read(&arena, SQL_OPS_MINUTE_FACTS, NO_PARAMS, &rows));
    gauge(GAUGE_ACTIVE_USERS, rows_int(&rows, 0, "users"));
    gauge(GAUGE_DATABASE_BYTES, rows_int(&rows, 0, "bytes"));
    return OK;
}

static enum error end_minute(utime minute)
{
    TRY(look_at_database());
    TRY(figures_write(minute));
    state.minutes++;
    bool is_tidying = state.minutes % TIDY_MINUTES == 1;
    return state.minutes % ROLL_MINUTES == 1 ? figures_roll(utime_now(), is_tidying) : OK;
}

enum error figures_tick(utime *ret_next)
{
    utime now = utime_now();
    utime minute = now / MINUTE_US * MINUTE_US;
    *ret_next = now + US_PER_S;
    if (!metrics_is_started()) {
        return OK;
    }
    if (now - state.looked_at >= LOOK_US || now < state.looked_at) {
        state.looked_at = now;
        look();
    }
    TRY(notes_write());
    if (state.minute != 0 && minute != state.minute) {
        TRY(end_minute(state.minute));
    }
    state.minute = minute;
    return OK;
}

void figures_finish(void)
{
    if (!metrics_is_started()) {
        return;
    }
    enum error error = notes_write();
    if (error == OK) {
        error = figures_write(utime_now());
    }
    if (error != OK) {
        log_line(LOG_WARN, "figures_lost", "error=%s", error_info(error)->name);
    }
}
