/* `astralfield backup dump`: one file that pg_restore reads. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/cmd_backup.h"
#include "cli/commands.h"
#include "ops/audit.h"

enum { DUMP_LIMIT_S = 6 * 3600, MEGA = 1000000 };
#define LATEST "backup_latest.dump"

struct dump {
    const char *path, *part;
    const char *link; /* <home>/backups/backup_latest.dump; NULL: none */
    bool is_sql;
    int fd;
    int64_t bytes;
};

static enum error open_part(struct cli *cli, struct dump *dump)
{
    dump->fd = open(dump->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return dump->fd >= 0
               ? OK
               : refuse(&cli->faults, E_FILE, "cannot write %s: %s", dump->part, strerror(errno));
}

/* Opened while we are still who we are: the file may be where PostgreSQL's user cannot write. */
static enum error open_file(struct cli *cli, struct dump *dump)
{
    struct slice to = cli_value(cli, "to");
    if (to.len == 0) {
        return OK;
    }
    dump->path = arena_cstr(cli->arena, to);
    dump->part = dump->path; /* whom we become may not rename it there */
    return open_part(cli, dump);
}

static enum error choose_file(struct cli *cli, const struct backup_store *store, struct dump *dump)
{
    char text[UTIME_TEXT_MAX]; /* 2025-09-07T12:59:59.000Z */
    const char *at = utime_print(utime_now(), text).ptr;
    const char *folder = arena_format(cli->arena, "%s/dumps", store->folder).ptr;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        return refuse(&cli->faults, E_FILE, "cannot make %s: %s", folder, strerror(errno));
    }
    dump->path =
        arena_format(cli->arena, "%s/backup_%.4s%.2s%.2s_%.2s%.2s%.2s.%s", folder, at, at + 5,
                     at + 8, at + 11, at + 14, at + 17, dump->is_sql ? "sql" : "dump")
            .ptr;
    dump->part = arena_format(cli->arena, "%s.part", dump->path).ptr;
    dump->link = dump->is_sql ? NULL : arena_format(cli->arena, "%s/" LATEST, store->folder).ptr;
    return open_part(cli, dump);
}

static enum error run_tool(struct cli *cli, const struct backup_store *store,
                           const struct dump *dump)
{
    struct arena *arena = cli->arena;
    const char *const argv[] = { "/bin/sh", "-c", "exec \"$0\" \"$@\" >&3",
                                 arena_format(arena, "%s/pg_dump", store->bin).ptr,
                                 dump->is_sql ? "--format=plain" : "--format=custom",
                                 "--no-password", "--no-owner",
                                 /* What only a superuser can make: each database has its own. */
                                 "--exclude-schema=runbook",
                                 "--exclude-table=public.pg_stat_statements", "--extension=plpgsql",
                                 NULL };
    struct process_spec spec = {
        .name = "pg_dump",
        .argv = argv,
        .env = backup_server_env(store, &cli->faults),
        .directory = "/",
        .death_signal = SIGKILL,
        .pass_fd = dump->fd,
    };
    return process_run(&spec, DUMP_LIMIT_S * US_PER_S, &cli->faults);
}

/* Whole and synced before it has its name; the link is turned last. */
static enum error give_name(struct cli *cli, struct dump *dump)
{
    struct stat facts;
    if (fsync(dump->fd) != 0 || fstat(dump->fd, &facts) != 0 ||
        (dump->part != dump->path && rename(dump->part, dump->path) != 0)) {
        return refuse(&cli->faults, E_FILE, "cannot make %s: %s", dump->path, strerror(errno));
    }
    dump->bytes = facts.st_size;
    if (dump->link == NULL) {
        return OK;
    }
    const char *fresh = arena_format(cli->arena, "%s.new", dump->link).ptr;
    unlink(fresh);
    if (symlink(dump->path, fresh) != 0 || rename(fresh, dump->link) != 0) {
        return refuse(&cli->faults, E_FILE, "cannot make the link %s: %s", dump->link,
                      strerror(errno));
    }
    return OK;
}

static enum error dump_to(struct cli *cli, struct dump *dump)
{
    struct backup_store store = { 0 };
    struct config settings;
    bool is_dry = cli_has(cli, "dry-run");
    TRY(config_read(cli->data, &cli->faults, &settings));
    if (settings.backup_key_file[0] != '\0' && !cli_has(cli, "unencrypted")) {
        return refuse(&cli->faults, E_FORBIDDEN,
                      "backups are encrypted here (BACKUP_KEY_FILE), and a dump is not: say "
                      "--unencrypted if you want it so");
    }
    if (!is_dry) {
        TRY(open_file(cli, dump));
    }
    TRY(cli_backup_store(cli, true, &store));
    if (is_dry) {
        dump->path = store.folder;
        return OK;
    }
    if (dump->path == NULL) {
        TRY(choose_file(cli, &store, dump));
    }
    enum error error = run_tool(cli, &store, dump);
    if (error == OK) {
        error = give_name(cli, dump);
    } else if (unlink(dump->part) != 0 && ftruncate(dump->fd, 0) != 0) {
        cli_print("%s is only a part: remove it\n", dump->part);
    }
    close(dump->fd);
    TRY(error);
    cli_backup_tell(cli, &store,
                    &(struct audit_entry){ .action = "backup.dump",
                                           .target_kind = "file",
                                           .target_id = slice_from(dump->path) });
    return OK;
}

static int dump_run(struct cli *cli)
{
    struct dump dump = { .is_sql = cli_has(cli, "sql"), .fd = -1 };
    struct json json;
    enum error error = dump_to(cli, &dump);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_member_text(&json, S("file"), slice_from(dump.path));
    json_member_int(&json, S("bytes"), dump.bytes);
    if (dump.link != NULL) {
        json_member_text(&json, S("latest"), slice_from(dump.link));
    }
    json_member_bool(&json, S("dryRun"), cli_has(cli, "dry-run"));
    json_close_object(&json);
    struct slice document = json_done(&json);
    if (cli->is_json) {
        cli_print("%.*s\n", FMT(document));
    } else if (cli_has(cli, "dry-run")) {
        cli_print("would write a dump into %s\n", dump.path);
    } else {
        cli_print("%s: %" PRId64 " kB%s%s\n", dump.path, (dump.bytes + 999) / 1000,
                  dump.link != NULL ? "; newest: " : "", dump.link != NULL ? dump.link : "");
    }
    return EXIT_OK;
}

static const struct cli_option dump_options[] = {
    { .name = "to", .value = "FILE", .doc = "where it goes (default: backups/dumps, and a link)" },
    { .name = "sql", .doc = "SQL text for psql instead of the format of pg_restore" },
    { .name = "unencrypted", .doc = "also where backups are encrypted" },
    { .name = "dry-run", .doc = "say what would be done, and change nothing" },
};

const struct command backup_dump_command = {
    .name = "backup dump",
    .summary = "write the database into one file for pg_restore or psql",
    .help =
        "Makes a dump with pg_dump: to look into, to take elsewhere, or for a staging database.\n"
        "Without --to it lies in backups/dumps, and the link backups/" LATEST " points to the\n"
        "newest one. It holds the database as it was when it began; to lose nothing, use\n"
        "`backup run` and `restore`.\n"
        "\n"
        "example: astralfield backup dump --to " LATEST " && pg_restore --list " LATEST,
    .options = dump_options,
    .option_count = ARRAY_LEN(dump_options),
    .run = dump_run,
};
