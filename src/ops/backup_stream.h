/* Commits to the second place as they come: pg_receivewal --synchronous writes the WAL there, and
 * PostgreSQL acknowledges a commit when it is synced there too. Lost, it is done without: commits
 * wait only until that is noticed. */
#ifndef ASTRALFIELD_OPS_BACKUP_STREAM_H
#define ASTRALFIELD_OPS_BACKUP_STREAM_H

#include "ops/config.h"
#include "ops/embedded.h"

struct backup_stream {
    const struct embedded *embedded;
    const char *copy;   /* BACKUP_COPY_DIR */
    const char *folder; /* its stream/ */
    const char *cluster;
};

/* What the settings ask for; .folder NULL: nothing. */
struct backup_stream backup_stream_of(const struct embedded *embedded,
                                      const struct config *settings, struct arena *arena);

/* Before pg_receivewal is started: makes the slot that holds WAL back for it. When there was none, or
 * it had fallen too far behind, what the folder holds belongs to another time and is put aside. */
MUST_CHECK enum error backup_stream_prepare(const struct backup_stream *stream,
                                            struct faults *faults);
struct process_spec backup_stream_spec(const struct backup_stream *stream, struct arena *arena);

enum backup_stream_state { STREAM_DOWN, STREAM_RUNS, STREAM_STUCK };

/* Stuck: a commit has been waiting for more than five seconds. */
enum backup_stream_state backup_stream_look(const struct backup_stream *stream);

/* Whether commits wait for it; `postgres` is the postmaster's pid, 0 when it does not run. */
MUST_CHECK enum error backup_stream_wait(const struct backup_stream *stream, bool is_on,
                                         pid_t postgres, struct faults *faults);

#endif
