/* `backup verify --restore`: a backup is restored, and what is in it is looked at. */
#ifndef ASTRALFIELD_CLI_BACKUP_RESTORE_CHECK_H
#define ASTRALFIELD_CLI_BACKUP_RESTORE_CHECK_H

#include "cli/cli.h"
#include "ops/restore.h"

struct restore_check {
    bool is_done;
    struct slice reached; /* commit time of the last transaction */
    struct state state;
    int64_t migrations;
    int64_t events, checks; /* of `verify ledger` */
    int64_t tables, rows;
    struct slice counts; /* JSON: {"users": 12, …} */
    bool is_compared;    /* with the running database: every ledger is the beginning of its own */
    int64_t missing;     /* events that the running one has beyond */
    int64_t recover_us;  /* until it took connections */
    int64_t us;
};

/* Replays all WAL on the unpacked cluster `scratch`; then pg_amcheck (every heap and index), the
 * level of the migrations, the ledgers, rows; and when one is running, whether each ledger is the
 * beginning of the running one's. E_LEDGER, E_DRIFT, E_INVALID say what does not hold. */
MUST_CHECK enum error restore_check(struct cli *cli, const struct backup_store *store,
                                    const char *scratch, struct restore_check *ret_check);

struct json;
void restore_check_json(struct json *json, const struct restore_check *check);
void restore_check_print(const struct restore_check *check);

/* Writes down beside the backup, in both places, and for the servers how its verification ended: what
 * was looked at, or, empty, that it failed as the faults say. */
void backup_note_seen(struct cli *cli, const struct backup_store *store,
                      const struct backup *backup, struct slice what);

/* Id of the newest backup, damaged or not: the one to look at when none is named. */
MUST_CHECK enum error newest_of(struct cli *cli, const struct backup_store *store,
                                struct slice *ret_id);

#endif
