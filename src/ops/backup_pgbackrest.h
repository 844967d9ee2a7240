/* The second engine for base backups (BACKUP_ENGINE=pgbackrest): pgBackRest reads the files of the
 * cluster in parallel, checks every page, compresses and encrypts; the archive of WAL stays ours.
 *
 * A backup is a pgBackRest repository of its own, base/<id>/repo, with one full backup, so that it is
 * copied, kept and removed as a whole, like one of the core engine. Its `file` is files.sha256, which
 * names every file of the repository with its hash. By hand:
 *   pgbackrest --no-config --stanza=astralfield --repo1-path=<folder>/repo info */
#ifndef ASTRALFIELD_OPS_BACKUP_PGBACKREST_H
#define ASTRALFIELD_OPS_BACKUP_PGBACKREST_H

#include "ops/backup.h"

/* Makes one in `folder` and fills in what it is. `timeline` and segment size are known already. */
MUST_CHECK enum error pgbackrest_fill(const struct backup_store *store, const char *folder,
                                      struct backup *backup, struct faults *faults);

/* Reads every file of the repository again; a fault for each that differs or is missing. */
MUST_CHECK enum error pgbackrest_check(const struct backup *backup, struct faults *faults,
                                       int64_t *ret_files);

/* The repository's files into `to`, a folder that is there. */
MUST_CHECK enum error pgbackrest_copy(const struct backup *backup, const char *to,
                                      struct faults *faults);

/* Restores into `to`, an empty folder; pgBackRest compares each file with its checksum. */
MUST_CHECK enum error pgbackrest_unpack(const struct backup_store *store,
                                        const struct backup *backup, const char *to,
                                        struct faults *faults);

#endif
