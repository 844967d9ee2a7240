/* What embedded.c and engines.c share; nobody else includes this. */
#ifndef ASTRALFIELD_OPS_INTERNAL_H
#define ASTRALFIELD_OPS_INTERNAL_H

#include <sys/stat.h>

#include "ops/embedded.h"

/* Makes a folder, or takes the one that is there, and gives it owner and mode. */
MUST_CHECK enum error folder_make(const char *path, mode_t mode, const struct unix_user *owner,
                                  struct faults *faults);

/* Writes a file whole or not at all, whoever may own the folder it is in. Mode 0600. */
MUST_CHECK enum error file_write(const char *path, struct slice text, const struct unix_user *owner,
                                 struct faults *faults);

/* Fill the parts of *embedded that belong to one engine; folders and user are chosen already. */
MUST_CHECK enum error postgres_prepare(const struct embedded_wish *wish, struct faults *faults,
                                       struct embedded *embedded);
MUST_CHECK enum error redis_prepare(struct faults *faults, struct embedded *embedded);

/* The folder of PostgreSQL's programs that fit a cluster, or the newest when there is none. */
MUST_CHECK enum error postgres_programs(const char *cluster, struct faults *faults,
                                        const char **ret_bin);

#endif
