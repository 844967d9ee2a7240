#include "jobs/jobs.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "db/db.h"
#include "jobs/archive.h"
#include "jobs/figures.h"
#include "jobs/imports.h"
#include "league/draft_clock.h"
#include "league/draft_freeze.h"
#include "ops/metrics.h"
#include "ops/switches.h"
#include "run/fiber.h"

enum { LOOK_US = 50 * 1000, FREEZES_MAX = 100 };

static bool jobs_are_stopping(const struct jobs *jobs);

/* ---- the jobs; each returns the time at which it wants to run next, or 0 ---- */

static enum error run_draft_clock(struct jobs *jobs, utime *ret_next)
{
    (void)jobs;
    unsigned picks = 0;
    return draft_tick(utime_now(), &picks, ret_next);
}

/* Clocks stop when users can change nothing, and go on afterwards: one draft after the other, each with
 * the present moment, so that a long list costs nobody his time. */
static enum error run_draft_freeze(struct jobs *jobs, utime *ret_next)
{
    bool is_changed = true;
    *ret_next = 0;
    for (int i = 0; i < FREEZES_MAX && is_changed && !jobs_are_stopping(jobs); i++) {
        TRY(draft_freeze_one(utime_now(), switches_stopped_here_since(), &is_changed));
    }
    *ret_next = is_changed ? utime_now() : 0;
    return OK;
}

static enum error run_tidy(struct jobs *jobs, utime *ret_next)
{
    (void)jobs;
    CLEANUP(arena_done) struct arena arena = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    *ret_next = 0;
    TRY(tx_begin(&arena, &tx));
    tx_send(&tx, SQL_AUTH_TIDY, NO_PARAMS);
    return tx_commit(&tx);
}

static enum error run_imports(struct jobs *jobs, utime *ret_next);

static enum error run_figures(struct jobs *jobs, utime *ret_next)
{
    (void)jobs;
    return figures_tick(ret_next);
}

static enum error run_archive(struct jobs *jobs, utime *ret_next)
{
    (void)jobs;
    return archive_tick(ret_next);
}

/* What operators may have switched off. */
enum pause {
    WITH_CHANGES, /* does what users could do: rests while they cannot */
    BUT_RECOVERY, /* rests while data is restored */
    ALWAYS,
};

static const struct {
    const char *name;
    int64_t every_us;
    enum error (*run)(struct jobs *jobs, utime *ret_next);
    enum pause pause;
} table[] = {
    { "draft_freeze", US_PER_S / 2, run_draft_freeze, ALWAYS },
    { "draft_clock", 1 * US_PER_S, run_draft_clock, WITH_CHANGES },
    { "imports", 1 * US_PER_S, run_imports, WITH_CHANGES },
    { "tidy_sign_ins", 3600 * US_PER_S, run_tidy, BUT_RECOVERY },
    { "figures", 1 * US_PER_S, run_figures, BUT_RECOVERY },
    { "archive", 10 * US_PER_S, run_archive, BUT_RECOVERY },
};

/* Before this node knows what is switched on, nothing runs. */
static bool is_resting(size_t index)
{
    enum mode mode = switches_mode();
    bool is_known = switches_are_loaded();
    switch (table[index].pause) {
    case WITH_CHANGES:
        return !is_known || switches_stopped_since() != 0;
    case BUT_RECOVERY:
        return !is_known || mode == MODE_RECOVERY;
    case ALWAYS:
        return !is_known;
    }
    return false;
}

enum { JOBS = sizeof(table) / sizeof(table[0]) };

struct jobs {
    struct job_info infos[JOBS];
    utime due[JOBS];
    struct imports *imports;
    bool is_stopping, is_running;
};

static bool jobs_are_stopping(const struct jobs *jobs)
{
    return jobs->is_stopping;
}

static enum error run_imports(struct jobs *jobs, utime *ret_next)
{
    return imports_tick(jobs->imports, ret_next);
}

static void run_one(struct jobs *jobs, size_t index)
{
    struct job_info *info = &jobs->infos[index];
    utime next = 0;
    struct mono began = mono_now();
    enum error error = table[index].run(jobs, &next);
    utime now = utime_now();
    utime latest = now + info->every_us;
    jobs->due[index] = next > 0 && next < latest ? next : latest;
    if (error != OK && error != info->last_error) {
        log_line(LOG_ERROR, "job_failed", "job=%s error=%s", info->name, error_info(error)->name);
    }
    info->runs++;
    info->failures += error != OK;
    info->last_error = error;
    info->last_at = now;
    info->last_us = mono_now().us - began.us;
    metrics_job(info->name, info->last_us, error == OK);
}

static void scheduler(void *thing)
{
    struct jobs *jobs = thing;
    while (!jobs->is_stopping && db_wait_ready(LOOK_US, NULL) != OK) {
        fiber_sleep(LOOK_US /
                    10); /* they are still being made; at the end nothing waits for them */
    }
    while (!jobs->is_stopping) {
        for (size_t i = 0; i < JOBS && !jobs->is_stopping; i++) {
            if (jobs->due[i] <= utime_now() && !is_resting(i)) {
                run_one(jobs, i);
            }
        }
        fiber_sleep(LOOK_US);
    }
    jobs->is_running = false;
}

enum error jobs_start(struct loop *loop, struct work_pool *pool, struct jobs **ret_jobs)
{
    struct jobs *jobs = calloc(1, sizeof(*jobs));
    CHECK(jobs != NULL);
    for (size_t i = 0; i < JOBS; i++) {
        jobs->infos[i] = (struct job_info){ .name = table[i].name, .every_us = table[i].every_us };
    }
    jobs->imports = imports_new(pool);
    enum error error = fiber_start(loop, scheduler, jobs);
    if (error != OK) {
        imports_stop(jobs->imports);
        free(jobs);
        return error;
    }
    jobs->is_running = true;
    *ret_jobs = jobs;
    return OK;
}

void jobs_stop(struct jobs *jobs)
{
    if (jobs == NULL) {
        return;
    }
    jobs->is_stopping = true;
    while (jobs->is_running) {
        fiber_sleep(LOOK_US / 10);
    }
    imports_stop(jobs->imports);
    figures_finish();
    free(jobs);
}

const struct job_info *jobs_info(const struct jobs *jobs, size_t index)
{
    return index < JOBS ? &jobs->infos[index] : NULL;
}
