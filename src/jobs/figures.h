/* Writes down what was counted and noted: notes every second, a look at the machine every five, the
 * minute's figures when it is over, and hours and days from them. */
#ifndef ASTRALFIELD_JOBS_FIGURES_H
#define ASTRALFIELD_JOBS_FIGURES_H

#include "base/error.h"
#include "base/time.h"

MUST_CHECK enum error figures_tick(utime *ret_next);

/* The rest, when the server stops. */
void figures_finish(void);

#endif
