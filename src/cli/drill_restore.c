/* `astralfield drill restore`: what `backup verify --restore` does, timed, and held to objectives. */
#include <inttypes.h>

#include "base/check.h"
#include "cli/backup_restore_check.h"
#include "cli/cmd_backup.h"
#include "cli/drill.h"
#include "ops/audit.h"
#include "ops/facts.h"

/* The runbook's objectives: the database in 15 minutes, losing at most 5 minutes of critical data. */
enum { RTO_MS = 15 * 60 * 1000, RPO_MS = 5 * 60 * 1000 };

struct exercise {
    struct drill drill;
    struct backup_store store;
    struct backup backup;
    struct backup_checked checked;
    struct restore_check check;
    utime began; /* what was committed by then should come back */
};

static enum error find(struct cli *cli, struct exercise *exercise)
{
    TRY(cli_backup_store(cli, false, &exercise->store));
    exercise->drill.url = exercise->store.url;
    exercise->drill.folder = arena_format(cli->arena, "%s/drills", exercise->store.folder).ptr;
    TRY(backup_lock(&exercise->store, &cli->faults));
    return backup_find(&exercise->store, S(""), 0, &cli->faults, &exercise->backup);
}

static enum error read_backup(struct cli *cli, struct exercise *exercise)
{
    TRY(backup_verify(&exercise->store, &exercise->backup, false, &cli->faults,
                      &exercise->checked));
    return cli->faults.count == 0 ? OK
                                  : refuse(&cli->faults, E_INVALID, "backup %.*s is damaged",
                                           FMT(exercise->backup.id));
}

/* Time from the end of what came back to the beginning of the drill, when anything is missing. */
static int64_t behind_ms(const struct exercise *exercise)
{
    utime reached = 0;
    struct slice at = exercise->check.reached;
    struct arena arena = { 0 };
    struct slice whole = at.len > 3 && at.ptr[at.len - 3] == '+' ? arena_copy(&arena, at) : S("");
    bool is_known = whole.len > 0 && utime_parse(whole, &reached) == OK;
    arena_done(&arena);
    if (exercise->check.missing == 0 || !is_known || reached > exercise->began) {
        return 0;
    }
    return (exercise->began - reached) / US_PER_MS;
}

static void measure(struct exercise *exercise, int64_t us)
{
    struct drill *drill = &exercise->drill;
    int64_t ms = us / US_PER_MS;
    int64_t bytes = exercise->backup.database_bytes;
    drill_figure(
        drill, (struct drill_figure){ "recoverySeconds", "s", ms, RTO_MS, "RTO of the database" });
    if (exercise->check.is_compared) {
        drill_figure(drill, (struct drill_figure){ "behindSeconds", "s", behind_ms(exercise),
                                                   RPO_MS, "RPO of critical data" });
        drill_figure(drill, (struct drill_figure){ "eventsBehind", "events",
                                                   exercise->check.missing * 1000, -1, NULL });
    }
    drill_figure(drill, (struct drill_figure){ "databaseMegabytes", "MB", bytes / 1000, -1, NULL });
    if (ms > 0) {
        drill_figure(drill,
                     (struct drill_figure){ "megabytesPerSecond", "MB/s", bytes / ms, -1, NULL });
    }
}

static void remove_scratch(struct cli *cli, struct exercise *exercise)
{
    struct faults unsaid = { .arena = cli->arena };
    if (exercise->checked.scratch != NULL && exercise->checked.scratch[0] != '\0' &&
        backup_remove(&exercise->store, exercise->checked.scratch, &unsaid) != OK) {
        cli_print("%s could not be removed\n", exercise->checked.scratch);
    }
}

static void play(struct cli *cli, struct exercise *exercise)
{
    struct drill *drill = &exercise->drill;
    enum error error = find(cli, exercise);
    if (error != OK) {
        drill_failed(drill, "find", error);
        return;
    }
    drill_step(drill, "find", "backup %.*s", FMT(exercise->backup.id));
    struct mono began = mono_now();
    exercise->began = utime_now();
    error = read_backup(cli, exercise);
    if (error != OK) {
        drill_failed(drill, "read", error);
        return;
    }
    drill_step(drill, "read", "%" PRId64 " files and %" PRId64 " WAL files as they were written",
               exercise->checked.files, exercise->checked.wal.files);
    int64_t read_us = mono_now().us - began.us;
    error = restore_check(cli, &exercise->store, exercise->checked.scratch, &exercise->check);
    if (error != OK) {
        drill_failed(drill, "restore", error);
        return;
    }
    const struct restore_check *check = &exercise->check;
    drill_step(drill, "restore",
               "pages and indexes sound; %" PRId64 " leagues, %" PRId64 " events, %" PRId64
               " checks%s; %" PRId64 " tables, %" PRId64 " rows",
               check->state.leagues, check->state.events, check->checks,
               check->is_compared ? ", ledgers begin as the running ones" : "", check->tables,
               check->rows);
    measure(exercise, read_us + check->recover_us);
}

int drill_restore(struct cli *cli)
{
    struct exercise exercise = { .checked.scratch = "" };
    enum error error = drill_begin(cli, "restore", &exercise.drill);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli_has(cli, "dry-run")) {
        cli_print(cli->is_json ? "{\"kind\":\"restore\",\"dryRun\":true}\n"
                               : "would restore the newest backup beside and look at it\n");
        return EXIT_OK;
    }
    play(cli, &exercise);
    remove_scratch(cli, &exercise);
    if (exercise.backup.folder != NULL) {
        backup_note_seen(
            cli, &exercise.store, &exercise.backup,
            exercise.check.is_done ? S("restored, pages, indexes, ledgers, rows") : S(""));
    }
    return drill_end(&exercise.drill);
}
