/* What the commands about backups and the database share. */
#ifndef ASTRALFIELD_CLI_CMD_BACKUP_H
#define ASTRALFIELD_CLI_CMD_BACKUP_H

#include <libpq-fe.h>

#include "cli/cli.h"
#include "ops/backup.h"

/* Reads the settings and opens the backups of the instance; becomes their owner. The database has to
 * be reachable when wants_database. */
MUST_CHECK enum error cli_backup_store(struct cli *cli, bool wants_database,
                                       struct backup_store *ret_store);

/* Tells the database what lies on disk now, and the audit log who made it so (action NULL: nobody).
 * What is done is done: a database that is away, or older than this program, only gets a line in the
 * log. */
struct audit_entry;
void cli_backup_tell(struct cli *cli, const struct backup_store *store,
                     const struct audit_entry *entry);

/* Prints a result as a table, or its one row (is_one) as "name value" lines; with --json an array of
 * objects, or that object. Gives the exit code (a failed query is told). */
int cli_print_rows(struct cli *cli, const PGresult *result, bool is_one);

/* One question to the instance's database, printed as a table. Gives the exit code. */
int cli_ask_database(struct cli *cli, const char *question);

/* The same as JSON, into an open container. */
struct json;
void cli_json_rows(struct json *json, const PGresult *result);

#endif
