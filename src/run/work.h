/* A bounded pool of threads for what blocks: hashing passwords, files, other hosts. */
#ifndef ASTRALFIELD_RUN_WORK_H
#define ASTRALFIELD_RUN_WORK_H

#include "base/error.h"

struct work_pool;

MUST_CHECK enum error work_pool_new(unsigned threads, unsigned queue_max,
                                    struct work_pool **ret_pool);

/* Waits for the jobs under way, drops none, joins the threads. */
void work_pool_free(struct work_pool *pool);

/* Runs body(thing) on a pool thread while the calling fiber waits. E_OVERLOADED when the queue is
 * full. `thing` stays untouched by the fiber until this returns. */
MUST_CHECK enum error work_run(struct work_pool *pool, void (*body)(void *thing), void *thing);

/* Jobs waiting now. Any thread. */
unsigned work_waiting(struct work_pool *pool);

#endif
