/* What the embedded PostgreSQL needs so that its WAL is archived: folders, a program its user can
 * run, and lines of configuration. */
#ifndef ASTRALFIELD_OPS_BACKUP_SETUP_H
#define ASTRALFIELD_OPS_BACKUP_SETUP_H

#include "ops/config.h"
#include "ops/process.h"
#include "ops/wal.h"

/* Makes <home>/backups with base/ and wal/, and the same in the second place. */
MUST_CHECK enum error backup_folders(const char *home, const struct config *settings,
                                     const struct unix_user *owner, struct faults *faults);

/* Where WAL goes; reads the key. */
MUST_CHECK enum error backup_places(const char *home, const struct config *settings,
                                    struct faults *faults, struct wal_places *ret_places);

/* The path of this program for `user` (uid 0: for us). When they cannot run it where it is, a copy
 * is made in <home>/backups/bin. */
MUST_CHECK enum error backup_own_program(const char *home, const struct unix_user *user,
                                         struct faults *faults, const char **ret_program);

/* "archive_mode = …" and the lines after it; BACKUP_EVERY_HOURS=0 turns archiving off. */
MUST_CHECK enum error backup_postgres_conf(const char *home, const struct config *settings,
                                           const struct unix_user *user, struct faults *faults,
                                           struct slice *ret_lines);

/* `astralfield wal fetch` as PostgreSQL wants it (restore_command). `live` as in wal_places. */
MUST_CHECK enum error backup_fetch_command(const struct wal_places *places, const char *program,
                                           const char *key_file, struct faults *faults,
                                           struct slice *ret_command);

/* A value between single quotes, as PostgreSQL's configuration wants it. */
struct slice backup_conf_quote(struct arena *arena, struct slice text);

#endif
