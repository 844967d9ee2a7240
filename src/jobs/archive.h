/* Every ten seconds: how far the archive of the log is, as facts (archive_lag_seconds,
 * restorable_until). Every node does it: they all read the same. */
#ifndef ASTRALFIELD_JOBS_ARCHIVE_H
#define ASTRALFIELD_JOBS_ARCHIVE_H

#include "base/error.h"
#include "base/time.h"

MUST_CHECK enum error archive_tick(utime *ret_next);

#endif
