/* What happens by itself: one scheduler fiber per process, on the first loop.
 *
 * Every job may run on every node at once: what it does is fenced by row locks and numbers (a draft's
 * pick is made once, whoever's clock rings), so no leader has to be chosen for it to be right. */
#ifndef ASTRALFIELD_JOBS_JOBS_H
#define ASTRALFIELD_JOBS_JOBS_H

#include "base/error.h"
#include "base/time.h"

struct loop;
struct work_pool;
struct jobs;

struct job_info {
    const char *name;
    int64_t every_us; /* at the latest */
    uint64_t runs, failures;
    utime last_at;   /* 0 = not yet */
    int64_t last_us; /* how long the last run took */
    enum error last_error;
};

/* `pool` reads imports' documents. */
MUST_CHECK enum error jobs_start(struct loop *loop, struct work_pool *pool, struct jobs **ret_jobs);

/* Waits, in the calling fiber, for the job under way; frees. Accepts NULL. */
void jobs_stop(struct jobs *jobs);

/* Job `index`, or NULL past the last. On the first loop's thread. */
const struct job_info *jobs_info(const struct jobs *jobs, size_t index);

#endif
