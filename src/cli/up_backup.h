/* What `astralfield up` does for backups while it runs: base backups when they are due, the stream to
 * the second place, and what that place missed. */
#ifndef ASTRALFIELD_CLI_UP_BACKUP_H
#define ASTRALFIELD_CLI_UP_BACKUP_H

#include "cli/cli.h"
#include "cli/up_facts.h"
#include "ops/backup_stream.h"

struct up_backup {
    struct cli *cli;
    const struct config *settings;
    const struct embedded *embedded;
    const char *program, *data;
    struct backup_stream stream; /* .folder NULL: none */
    pid_t receiver;              /* pg_receivewal; 0 = not running */
    pid_t work;                  /* `backup run` or `wal sync` */
    const char *work_name;
    bool has_failed;          /* and that was told */
    bool is_receiver_refused; /* and that was told */
    bool is_waiting;          /* commits wait for the second place */
    struct mono receiver_at, look_at, work_at, started;
    struct up_facts facts;
};

/* Before PostgreSQL starts: nobody waits for a second place that is not there yet. */
MUST_CHECK enum error up_backup_init(struct up_backup *backup, const struct embedded *embedded,
                                     struct faults *faults);

/* Starts what is due and notes what ended; `postgres` is the postmaster's pid. Gives the time until
 * it wants to look again. */
int64_t up_backup_tend(struct up_backup *backup, pid_t postgres);

void up_backup_stop(struct up_backup *backup);

#endif
