/* The papers of a base backup: backup.json and SHA256SUMS. */
#ifndef ASTRALFIELD_OPS_BACKUP_LIST_H
#define ASTRALFIELD_OPS_BACKUP_LIST_H

#include "ops/backup.h"

#define BACKUP_PAPER "backup.json"
#define BACKUP_SUMS "SHA256SUMS"
#define BACKUP_SCRATCH ".verify-" /* a folder of that name is a verification's, and can go */

/* Both, from *backup (file, hash and figures), into `folder`. */
MUST_CHECK enum error backup_papers_write(const char *folder, const struct backup *backup,
                                          struct faults *faults);

/* Reads them back; says in is_whole whether all parts are there and agree. */
struct backup backup_papers_read(const char *base, struct slice id, struct arena *arena);

#endif
