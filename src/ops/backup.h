/* Backups: base backups by pg_basebackup (or pgBackRest, see backup_pgbackrest.h) and the archive of WAL (wal.h), in one folder.
 *
 *   <home>/backups/base/<id>/   base.tar.gz (or .enc), backup.json, SHA256SUMS; <id> is its UTC time
 *   <home>/backups/wal/         the archive
 *   <home>/backups/status.json  how the last tries ended
 *   <BACKUP_COPY_DIR>           the same base/ and wal/, and stream/ (see wal.h)
 *
 * <home> is the data directory, or where <data>/home points (embedded.h). Everything is done as the
 * user who owns it. A backup has its name only when it is whole and synced. */
#ifndef ASTRALFIELD_OPS_BACKUP_H
#define ASTRALFIELD_OPS_BACKUP_H

#include <libpq-fe.h>

#include "base/time.h"
#include "ops/config.h"
#include "ops/process.h"
#include "ops/wal.h"

enum backup_engine { ENGINE_CORE, ENGINE_PGBACKREST }; /* as BACKUP_ENGINE's words */

struct backup_store {
    const char *home;
    const char *folder;
    const char *base;
    const char *copy_base; /* NULL: no second place */
    const char *cluster;   /* the embedded PostgreSQL's data, there or not */
    const char *bin;       /* PostgreSQL's programs */
    const char *program;   /* this one, where its user can run it */
    const char *url;       /* of the database; NULL when none is running */
    const char *key_file;  /* "" = none */
    bool is_embedded;
    enum backup_engine engine; /* of new backups; each says of itself which made it */
    int64_t keep;
    struct unix_user user; /* whom we became; uid 0: nobody else */
    struct wal_places wal;
};

/* Finds the folders of the instance on `data`, makes them where they are missing, reads the key and
 * becomes their owner. `url` may be NULL. */
MUST_CHECK enum error backup_store_open(const char *data, const struct config *settings,
                                        const char *url, struct faults *faults,
                                        struct backup_store *ret_store);

/* Who owns an instance's data, or the second place when the data is lost; uid 0: nobody else than we
 * are. */
struct unix_user backup_owner(const char *data, const struct config *settings, struct arena *arena);

/* Where <data>/home points, or <data>. */
const char *backup_home(const char *data, struct arena *arena);

/* One of backup, prune, restore at a time: E_IN_USE (exit code 4) otherwise. Held until we end. */
MUST_CHECK enum error backup_lock(const struct backup_store *store, struct faults *faults);

struct slice backup_engine_word(enum backup_engine engine);

/* How its last verification ended. */
struct backup_seen {
    utime at; /* 0 = never */
    bool is_good;
    struct slice detail; /* what was found */
};

struct backup {
    struct slice id;
    const char *folder; /* base/<id> */
    enum backup_engine engine;
    const char *file; /* the tar's path; pgBackRest: the list of its files */
    utime started, finished;
    int64_t bytes;          /* of `file` */
    int64_t stored_bytes;   /* on disk, all of it */
    int64_t database_bytes; /* of all databases when it began */
    int64_t timeline;
    int64_t segment_bytes;
    const char *start_lsn, *end_lsn;
    struct slice start_wal; /* the first segment it needs */
    const char *system_id;
    const char *version; /* of PostgreSQL */
    const char *hash;
    bool is_encrypted;
    bool is_whole; /* its parts are there, of the right size, and say the same */
    struct backup_seen seen;
};

struct backup_list {
    struct backup *list; /* oldest first */
    size_t count;
};

/* What lies in a folder of base backups; what is not whole is listed too. */
MUST_CHECK enum error backup_list_read(const char *base, struct faults *faults,
                                       struct backup_list *ret_list);

/* By id, or for an empty id the newest whole one that ended at or before `until` (0: any). Looks in
 * the second place when the first has none. E_NOT_FOUND. */
MUST_CHECK enum error backup_find(const struct backup_store *store, struct slice id, utime until,
                                  struct faults *faults, struct backup *ret_backup);

struct backup_progress {
    void (*step)(void *thing, int64_t bytes, int64_t total);
    void *thing;
};

/* Makes one, copies it to the second place. */
MUST_CHECK enum error backup_run(const struct backup_store *store, struct backup_progress progress,
                                 struct faults *faults, struct backup *ret_backup);

struct backup_pruned {
    int64_t backups, segments;
};

/* Keeps the newest `keep` whole backups and the WAL from the oldest of them on, in both places. What
 * is not whole is neither counted nor removed, except parts of a backup that was killed. */
MUST_CHECK enum error backup_prune(const struct backup_store *store, bool is_dry,
                                   struct faults *faults, struct backup_pruned *ret_pruned);

struct backup_checked {
    struct wal_check wal, wal_copy;
    int64_t files;       /* of base backups */
    bool is_unpacked;    /* pg_verifybackup saw it */
    const char *scratch; /* the unpacked cluster; empty when it was not wanted */
};

/* Hashes of its files and of the WAL from it on, in both places; then unpacks it and lets
 * pg_verifybackup compare every file with the manifest. Adds a fault per damaged file. */
MUST_CHECK enum error backup_verify(const struct backup_store *store, const struct backup *backup,
                                    bool is_quick, struct faults *faults,
                                    struct backup_checked *ret_checked);

/* Writes down beside the backup how a verification ended; it is told by backup_list_read again. */
MUST_CHECK enum error backup_seen_write(const struct backup *backup, const struct backup_seen *seen,
                                        struct faults *faults);

void backup_seen_remove(const struct backup *backup, struct arena *arena);

/* Unpacks a backup into a new folder. */
MUST_CHECK enum error backup_unpack(const struct backup_store *store, const struct backup *backup,
                                    const char *to, struct faults *faults);

/* Notes in status.json how `what` ("backup", "verify", "copy") ended now. */
MUST_CHECK enum error backup_note(const struct backup_store *store, const char *what,
                                  enum error error, struct slice detail, struct faults *faults);

/* For the programs of PostgreSQL: where the database is, as environment; for ourselves: a connection
 * (the superuser's for an embedded one). `database` NULL: the one in the address. */
const char *const *backup_server_env(const struct backup_store *store, struct faults *faults);
MUST_CHECK enum error backup_connect(const struct backup_store *store, const char *database,
                                     struct faults *faults, PGconn **ret_pg);

/* Runs a program and lets its output go to `log`; removes a folder and what is in it. */
MUST_CHECK enum error backup_program(const struct backup_store *store, const char *const *argv,
                                     const char *log, struct faults *faults);
MUST_CHECK enum error backup_remove(const struct backup_store *store, const char *folder,
                                    struct faults *faults);

#endif
