/* Leagues that people asked to be imported, one at a time per process.
 *
 * Whoever finds a waiting import takes it (row lock), reads the platform's documents on the worker
 * pool, stores the leagues in one transaction and writes down the report or the problem. A server
 * that dies leaves it "running" and silent; another takes it over, and because importing twice
 * changes nothing, nothing is doubled. */
#ifndef ASTRALFIELD_JOBS_IMPORTS_H
#define ASTRALFIELD_JOBS_IMPORTS_H

#include "base/error.h"
#include "base/time.h"

struct work_pool;
struct imports;

struct imports *imports_new(struct work_pool *pool);

/* Starts the next waiting import in a fiber of its own, when none is under way here. */
MUST_CHECK enum error imports_tick(struct imports *imports, utime *ret_next);

/* Waits, in the calling fiber, for the one under way; frees. Accepts NULL. */
void imports_stop(struct imports *imports);

#endif
