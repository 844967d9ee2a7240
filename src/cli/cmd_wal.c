/* `astralfield wal archive|fetch|status|sync`: the archive of write-ahead log. PostgreSQL calls the
 * first two (archive_command, restore_command) as its own user, so they read no configuration. */
#include <inttypes.h>
#include <libpq-fe.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/cmd_backup.h"
#include "cli/commands.h"
#include "ops/backup.h"

/* PostgreSQL takes 1 to 125 as "there is no such file" and ends its recovery there; a damaged file
 * must stop it instead. */
enum { EXIT_DAMAGED = 126 };

static const char *path_option(struct cli *cli, const char *name)
{
    struct slice value = cli_value(cli, name);
    return value.ptr == NULL ? NULL : arena_cstr(cli->arena, value);
}

static enum error read_places(struct cli *cli, struct wal_places *ret_places)
{
    const char *key = path_option(cli, "key-file");
    if (cli->argument_count != 2) {
        return refuse(&cli->faults, E_USAGE, "two words are wanted: %s", cli->command->arguments);
    }
    *ret_places = (struct wal_places){ .main = path_option(cli, "in"),
                                       .copy = path_option(cli, "copy"),
                                       .stream = path_option(cli, "stream"),
                                       .live = path_option(cli, "live") };
    return backup_key_read(key == NULL ? "" : key, &cli->faults, &ret_places->key);
}

static int archive_run(struct cli *cli)
{
    struct wal_places places = { 0 };
    enum error error = read_places(cli, &places);
    if (error == OK) {
        error = wal_archive(&places, arena_cstr(cli->arena, cli->arguments[0]), cli->arguments[1],
                            &cli->faults);
    }
    return error == OK ? EXIT_OK : cli_fail(cli, error);
}

static int fetch_run(struct cli *cli)
{
    struct wal_places places = { 0 };
    enum error error = read_places(cli, &places);
    if (error != OK) {
        cli_fail(cli, error);
        return EXIT_DAMAGED;
    }
    error = wal_fetch(&places, cli->arguments[0], arena_cstr(cli->arena, cli->arguments[1]),
                      &cli->faults);
    if (error == OK || error == E_NOT_FOUND) {
        return error == OK ? EXIT_OK : EXIT_FAILED;
    }
    cli_fail(cli, error);
    return EXIT_DAMAGED;
}

/* ---- status ---- */

static void connection_done(PGconn **pg)
{
    PQfinish(*pg);
}

static int status_run(struct cli *cli)
{
    struct backup_store store = { 0 };
    CLEANUP(connection_done) PGconn *pg = NULL;
    enum error error = cli_backup_store(cli, true, &store);
    if (error == OK) {
        error = backup_connect(&store, NULL, &cli->faults, &pg);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    PGresult *result = PQexec(
        pg,
        "select current_setting('archive_mode') as \"archiveMode\", "
        "archived_count as archived, last_archived_wal as \"lastArchived\", "
        "extract(epoch from clock_timestamp() - last_archived_time)::bigint as \"secondsAgo\", "
        "failed_count as failed, "
        "coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) "
        "as \"isFailing\", "
        "(select count(*) from pg_ls_archive_statusdir() where name like '%.ready') as waiting, "
        "(select count(*) from pg_stat_replication where sync_state = 'sync') as \"inStep\" "
        "from pg_stat_archiver");
    int code = cli_print_rows(cli, result, true);
    if (code == EXIT_OK) {
        bool is_behind = wal_is_copy_behind(&store.wal, cli->arena);
        bool is_failing = *PQgetvalue(result, 0, 5) == 't';
        bool is_off = *PQgetvalue(result, 0, 0) != 'o' || PQgetvalue(result, 0, 0)[1] != 'n';
        if (is_behind && !cli->is_json) {
            cli_print("the second place lacks files: `astralfield wal sync`\n");
        }
        code = is_behind || is_failing || is_off ? EXIT_DEGRADED : EXIT_OK;
    }
    PQclear(result);
    return code;
}

static int sync_run(struct cli *cli)
{
    struct backup_store store = { 0 };
    int64_t count = 0;
    enum error error = cli_backup_store(cli, false, &store);
    if (error == OK) {
        error = wal_sync(&store.wal, &cli->faults, &count);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    cli_print(cli->is_json ? "{\"copied\":%" PRId64 "}\n" : "%" PRId64 " files copied\n", count);
    return EXIT_OK;
}

/* ---- rows ---- */

static const struct cli_option place_options[] = {
    { .name = "in", .value = "DIR", .is_required = true, .doc = "the archive" },
    { .name = "copy", .value = "DIR", .doc = "the same in the second place" },
    { .name = "stream", .value = "DIR", .doc = "pg_receivewal's folder" },
    { .name = "live", .value = "DIR", .doc = "pg_wal of a stopped cluster" },
    { .name = "key-file", .value = "FILE", .doc = "64 hexadecimal digits" },
};

const struct command wal_archive_command = {
    .name = "wal archive",
    .summary = "put one WAL file into the archive (for PostgreSQL)",
    .help = "What archive_command calls: compresses the file, writes it to the archive and to the\n"
            "second place, syncs it, and gives it its name. Putting the same file there again is\n"
            "fine; another one under its name is refused. `astralfield up` sets this up; for a\n"
            "PostgreSQL of your own:\n"
            "\n"
            "example: archive_command = 'astralfield wal archive %p %f --in /srv/backups/wal'",
    .arguments = "PATH NAME",
    .options = place_options,
    .option_count = ARRAY_LEN(place_options),
    .run = archive_run,
};

const struct command wal_fetch_command = {
    .name = "wal fetch",
    .summary = "take one WAL file out of the archive (for PostgreSQL)",
    .help = "What restore_command calls: looks in the archive, the second place, the stream and a\n"
            "stopped cluster. Exit code 1: it is nowhere; 126: only damaged ones, which stops a\n"
            "recovery instead of ending it early.\n"
            "\n"
            "example: restore_command = 'astralfield wal fetch %f %p --in /srv/backups/wal'",
    .arguments = "NAME PATH",
    .options = place_options,
    .option_count = ARRAY_LEN(place_options),
    .run = fetch_run,
};

const struct command wal_status_command = {
    .name = "wal status",
    .summary = "is the write-ahead log archived?",
    .help = "What PostgreSQL's archiver did, how many files wait, and whether the second place is\n"
            "in step. Exit code 3: archiving fails, is off, or the second place lacks files.\n"
            "\n"
            "example: astralfield wal status --json",
    .run = status_run,
};

const struct command wal_sync_command = {
    .name = "wal sync",
    .summary = "copy to the second place what it lacks",
    .help =
        "After BACKUP_COPY_DIR could not be written for a while. `astralfield up` does this by\n"
        "itself every minute that something is missing.\n"
        "\n"
        "example: astralfield wal sync",
    .run = sync_run,
};
