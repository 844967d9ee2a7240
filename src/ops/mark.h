/* A named point in the write-ahead log, to restore to (`restore --at` takes its time). */
#ifndef ASTRALFIELD_OPS_MARK_H
#define ASTRALFIELD_OPS_MARK_H

#include "base/faults.h"

/* Makes a restore point (pg_create_restore_point; at most 63 bytes of name) and gives its position.
 * Blocking, for the command line. E_FORBIDDEN: the role may not. */
MUST_CHECK enum error mark_restore_point(const char *url, struct slice name, struct faults *faults,
                                         struct slice *ret_lsn);

#endif
