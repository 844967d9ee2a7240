/* The second place (BACKUP_COPY_DIR) is used only when it is the one that was set up: a disk that is
 * not mounted leaves an empty folder, and what went there would fill the first disk and be worth
 * nothing. A file with a random name in both places tells. */
#ifndef ASTRALFIELD_OPS_BACKUP_SECOND_H
#define ASTRALFIELD_OPS_BACKUP_SECOND_H

#include "base/faults.h"
#include "ops/process.h"

/* Whether `copy` is the second place of the instance at `home`. */
bool backup_second_is_there(const char *home, const char *copy, struct arena *arena);

/* Makes its folders when it is there. One that was never set up from here is set up: with the name it
 * has (of an instance that was lost), or a new one. is_new: in any case. E_NOT_FOUND: it is another
 * folder than the one that was set up; nothing is made. */
MUST_CHECK enum error backup_second_open(const char *home, const char *copy,
                                         const struct unix_user *owner, bool is_new,
                                         struct faults *faults);

#endif
