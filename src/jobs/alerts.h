/* The watch: measures every few seconds, decides about alerts, escalates incidents and sends what is to
 * be told. Fibers of its own on one loop, so that a slow job delays no alert, and threads of its own, so
 * that a sink that hangs delays neither the other sinks nor anybody's password. */
#ifndef ASTRALFIELD_JOBS_ALERTS_H
#define ASTRALFIELD_JOBS_ALERTS_H

#include "base/error.h"
#include "ops/config.h"

struct loop;
struct alerts;

/* On the loop's thread; metrics_start comes before. `settings` outlives it. */
MUST_CHECK enum error alerts_start(struct loop *loop, const struct config *settings,
                                   struct alerts **ret_alerts);

/* Waits, in the calling fiber, for what is being sent; frees. Accepts NULL. */
void alerts_stop(struct alerts *alerts);

/* Reads which simulation is played, from the database; what cannot be read changes nothing. In a fiber
 * of any loop: on news. */
void alerts_read_simulation(void);

#endif
