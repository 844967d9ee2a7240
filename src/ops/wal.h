/* The archive of write-ahead log: what PostgreSQL wrote, segment by segment, kept beside the base
 * backups so that any moment after one can be made again.
 *
 * A segment lies there as <name>.gz (or <name>.gz.enc, see backup_file.h). A last, empty member of
 * the gzip file carries the SHA-256 of what is before it in its comment: any changed byte is
 * noticed, and `gunzip` still reads the file.
 *
 * The second place (BACKUP_COPY_DIR) gets the same files in wal/; its stream/ is written by
 * pg_receivewal as the commits come, and holds what is not archived yet. */
#ifndef ASTRALFIELD_OPS_WAL_H
#define ASTRALFIELD_OPS_WAL_H

#include "ops/backup_file.h"

enum { WAL_NAME_LEN = 24 }; /* of a segment: timeline, log, segment in hexadecimal */

struct wal_places {
    const char *main;   /* the archive */
    const char *copy;   /* the second place, NULL = none */
    const char *stream; /* pg_receivewal's folder, NULL = none */
    const char *live;   /* pg_wal of a cluster that is stopped, NULL = none */
    struct backup_key key;
};

/* Whether it names a segment, and not a timeline's history or the mark of a base backup. */
bool wal_is_segment(struct slice name);

/* Puts the file `path` into the archive as `name`. Once it is there it may be put there again, but
 * nothing else under its name (E_CONFLICT). A second place that cannot be written is noted
 * (wal_is_copy_behind) and does not stop PostgreSQL: wal_sync makes good. */
MUST_CHECK enum error wal_archive(const struct wal_places *places, const char *path,
                                  struct slice name, struct faults *faults);

/* Finds `name` in the archive, its copy, the stream and the live cluster, in that order, and writes
 * it to `path`. E_NOT_FOUND: nowhere; E_INVALID: only damaged ones. */
MUST_CHECK enum error wal_fetch(const struct wal_places *places, struct slice name,
                                const char *path, struct faults *faults);

struct wal_list {
    struct slice *names; /* without ".gz", ".gz.enc"; sorted; timelines one after the other */
    size_t count;
};

MUST_CHECK enum error wal_list(const char *folder, struct faults *faults,
                               struct wal_list *ret_list);

struct wal_check {
    int64_t files;
    int64_t bytes;
    struct slice first, last; /* segments looked at; empty when there were none */
};

struct wal_range {
    struct slice from;     /* the first segment that counts */
    int64_t segment_bytes; /* size of a segment */
};

/* Reads every file of one place from there on, and adds a fault for each that is damaged and for each
 * gap between two segments of a timeline. */
MUST_CHECK enum error wal_check(const char *folder, const struct backup_key *key,
                                struct wal_range range, struct faults *faults,
                                struct wal_check *ret_check);

/* Removes what is older than segment `keep` (or only counts it). Histories of timelines stay. */
MUST_CHECK enum error wal_prune(const char *folder, struct slice keep, bool is_dry,
                                struct faults *faults, int64_t *ret_count);

/* Copies to the second place what it does not have. */
MUST_CHECK enum error wal_sync(const struct wal_places *places, struct faults *faults,
                               int64_t *ret_count);
bool wal_is_copy_behind(const struct wal_places *places, struct arena *arena);

/* The segment that holds a position ("0/2000028") of a timeline. */
struct slice wal_segment_of(struct arena *arena, int64_t timeline, const char *lsn,
                            int64_t segment_bytes);

#endif
