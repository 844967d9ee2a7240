/* `astralfield backup run|list|latest|verify|prune`. */
#include "cli/cmd_backup.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/backup_restore_check.h"
#include "cli/commands.h"
#include "ops/backup_list.h"
#include "ops/facts.h"

enum { MEGA = 1000000 };

/* ---- what all of them need ---- */

enum error cli_backup_store(struct cli *cli, bool wants_database, struct backup_store *ret_store)
{
    struct config settings;
    const char *url = NULL;
    struct faults unsaid = { .arena = cli->arena };
    cli_forget_own_url(cli);
    TRY(config_read(cli->data, &cli->faults, &settings));
    const char *set = settings.database_url;
    struct cli probe = *cli;
    probe.faults = unsaid;
    enum error error = set[0] != '\0' ? OK : cli_database(&probe, &url);
    if (wants_database && error != OK) {
        return refuse(&cli->faults, error, "%.*s", FMT(probe.faults.detail));
    }
    return backup_store_open(cli->data, &settings, set[0] != '\0' ? set : url, &cli->faults,
                             ret_store);
}

static void put_backup(struct json *json, const struct backup *backup)
{
    json_open_object(json);
    json_member_text(json, S("id"), backup->id);
    json_member_bool(json, S("whole"), backup->is_whole);
    if (backup->is_whole) {
        json_member_time(json, S("started"), backup->started);
        json_member_time(json, S("finished"), backup->finished);
        json_member_text(json, S("file"), slice_from(backup->file));
        json_member_text(json, S("engine"), backup_engine_word(backup->engine));
        json_member_int(json, S("bytes"), backup->stored_bytes);
        json_member_int(json, S("databaseBytes"), backup->database_bytes);
        json_member_bool(json, S("encrypted"), backup->is_encrypted);
        json_member_int(json, S("timeline"), backup->timeline);
        json_member_text(json, S("startLsn"), slice_from(backup->start_lsn));
        json_member_text(json, S("endLsn"), slice_from(backup->end_lsn));
        json_member_text(json, S("startWal"), backup->start_wal);
        json_member_text(json, S("postgres"), slice_from(backup->version));
        json_member_text(json, S("sha256"), slice_from(backup->hash));
    }
    json_close_object(json);
}

static void print_backup(struct cli *cli, const struct backup *backup)
{
    char text[UTIME_TEXT_MAX];
    struct json json;
    if (cli->is_json) {
        json_init(&json, cli->arena);
        put_backup(&json, backup);
        cli_print("%.*s\n", FMT(json_done(&json)));
    } else if (!backup->is_whole) {
        cli_print("%.*s  damaged: its parts do not agree\n", FMT(backup->id));
    } else {
        cli_print("%.*s  ended %.*s  %" PRId64 " MB of %" PRId64
                  " MB%s  from %s on timeline %" PRId64 "\n",
                  FMT(backup->id), FMT(utime_print(backup->finished, text)),
                  (backup->stored_bytes + MEGA - 1) / MEGA,
                  (backup->database_bytes + MEGA - 1) / MEGA,
                  backup->is_encrypted ? ", encrypted" : "", backup->start_lsn, backup->timeline);
    }
}

void cli_backup_tell(struct cli *cli, const struct backup_store *store,
                     const struct audit_entry *entry)
{
    struct faults unsaid = { .arena = cli->arena };
    PGconn *pg = NULL;
    if (store->url == NULL) {
        return;
    }
    enum error error = backup_connect(store, NULL, &unsaid, &pg);
    if (error == OK) {
        error = facts_backups(pg, store->base, store->copy_base, &unsaid);
    }
    if (error == OK && entry->action != NULL) {
        const struct audit_entry whole = cli_audit_whole(cli, entry);
        error = facts_audit(pg, &whole, &unsaid);
    }
    PQfinish(pg);
    if (error != OK) {
        log_line(LOG_WARN, "backup_untold", "detail=%s", LOG_Q(unsaid.detail));
    }
}

/* Notes how it ended, tells it, and gives the exit code. */
static int finish(struct cli *cli, const struct backup_store *store, const char *what,
                  enum error error)
{
    struct faults unsaid = { .arena = cli->arena };
    if (store->folder != NULL && error != E_IN_USE &&
        backup_note(store, what, error, cli->faults.detail, &unsaid) != OK && error == OK) {
        cli->faults.detail = unsaid.detail;
        cli->faults.error = error = E_FILE;
    }
    return error == OK ? EXIT_OK : cli_fail(cli, error);
}

/* ---- run ---- */

static void step(void *thing, int64_t bytes, int64_t total)
{
    struct progress *progress = thing;
    progress->total = total / MEGA;
    progress_step(progress, bytes / MEGA);
}

static enum error run_locked(struct cli *cli, const struct backup_store *store,
                             struct backup *ret_backup)
{
    struct progress progress;
    struct backup_pruned pruned;
    TRY(backup_lock(store, &cli->faults));
    progress_start(&progress, cli, "backup (MB)", 0);
    TRY(backup_run(store, (struct backup_progress){ step, &progress }, &cli->faults, ret_backup));
    progress_end(&progress);
    return backup_prune(store, false, &cli->faults, &pruned);
}

static int run_run(struct cli *cli)
{
    struct backup_store store = { 0 };
    struct backup backup = { 0 };
    enum error error = cli_backup_store(cli, true, &store);
    if (error == OK && cli_has(cli, "dry-run")) {
        cli_print(cli->is_json ? "{\"to\":\"%s\",\"encrypted\":%s}\n"
                               : "would back up to %s (encrypted: %s)\n",
                  store.base, store.wal.key.is_set ? "true" : "false");
        return EXIT_OK;
    }
    if (error == OK) {
        error = run_locked(cli, &store, &backup);
    }
    if (error == OK) {
        cli_backup_tell(cli, &store,
                        &(struct audit_entry){ .action = "backup.run",
                                               .target_kind = "backup",
                                               .target_id = backup.id });
    }
    int code = finish(cli, &store, "backup", error);
    if (code == EXIT_OK) {
        print_backup(cli, &backup);
    }
    return code;
}

/* ---- list, latest ---- */

static int list_run(struct cli *cli)
{
    struct backup_store store = { 0 };
    struct backup_list list = { 0 };
    struct json json;
    bool has_damaged = false;
    enum error error = cli_backup_store(cli, false, &store);
    if (error == OK) {
        error = backup_list_read(store.base, &cli->faults, &list);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    json_init(&json, cli->arena);
    json_open_array(&json);
    for (size_t i = 0; i < list.count; i++) {
        has_damaged = has_damaged || !list.list[i].is_whole;
        put_backup(&json, &list.list[i]);
        if (!cli->is_json) {
            print_backup(cli, &list.list[i]);
        }
    }
    json_close_array(&json);
    if (cli->is_json) {
        cli_print("%.*s\n", FMT(json_done(&json)));
    } else {
        cli_print("%zu backups in %s\n", list.count, store.base);
    }
    return has_damaged ? EXIT_FAILED : EXIT_OK;
}

static int latest_run(struct cli *cli)
{
    struct backup_store store = { 0 };
    struct backup backup = { 0 };
    enum error error = cli_backup_store(cli, false, &store);
    if (error == OK) {
        error = backup_find(&store, S(""), 0, &cli->faults, &backup);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    print_backup(cli, &backup);
    return EXIT_OK;
}

/* ---- verify ---- */

static void put_wal(struct json *json, struct slice key, const struct wal_check *check)
{
    json_key(json, key);
    json_open_object(json);
    json_member_int(json, S("files"), check->files);
    json_member_int(json, S("bytes"), check->bytes);
    json_member_text(json, S("first"), check->first);
    json_member_text(json, S("last"), check->last);
    json_close_object(json);
}

static void print_verified(struct cli *cli, const struct backup *backup,
                           const struct backup_checked *checked,
                           const struct restore_check *restore)
{
    struct json json;
    if (cli->is_json) {
        json_init(&json, cli->arena);
        json_open_object(&json);
        json_member_text(&json, S("id"), backup->id);
        json_member_bool(&json, S("ok"), true);
        json_member_int(&json, S("files"), checked->files);
        json_member_bool(&json, S("manifest"), checked->is_unpacked);
        put_wal(&json, S("wal"), &checked->wal);
        put_wal(&json, S("walCopy"), &checked->wal_copy);
        if (restore->is_done) {
            json_key(&json, S("restored"));
            restore_check_json(&json, restore);
        }
        json_close_object(&json);
        cli_print("%.*s\n", FMT(json_done(&json)));
        return;
    }
    cli_print("backup %.*s is whole: %" PRId64 " files, %" PRId64 " WAL files (%" PRId64
              " in the second place)%s\n",
              FMT(backup->id), checked->files, checked->wal.files, checked->wal_copy.files,
              checked->is_unpacked ? ", every file as in its manifest" : "");
    if (restore->is_done) {
        restore_check_print(restore);
    }
}

static enum error verify_one(struct cli *cli, const struct backup_store *store,
                             const struct backup *backup, struct restore_check *restore)
{
    struct backup_checked checked = { 0 };
    struct faults *faults = &cli->faults;
    TRY(backup_verify(store, backup, cli_has(cli, "quick"), faults, &checked));
    enum error error = OK;
    if (faults->count == 0 && cli_has(cli, "restore")) {
        error = restore_check(cli, store, checked.scratch, restore);
    }
    if (checked.scratch[0] != '\0') {
        struct faults unsaid = { .arena = cli->arena };
        enum error removed = backup_remove(store, checked.scratch, &unsaid);
        error = error != OK ? error : removed;
    }
    if (error == OK && faults->count > 0) {
        return refuse(faults, E_INVALID, "backup %.*s is damaged (%zu faults)", FMT(backup->id),
                      faults->count);
    }
    if (error == OK) {
        print_verified(cli, backup, &checked, restore);
    }
    return error;
}

static struct slice what_was_seen(const struct cli *cli, enum error error)
{
    return error != OK               ? S("")
           : cli_has(cli, "restore") ? S("restored, pages, indexes, ledgers, rows")
           : cli_has(cli, "quick")   ? S("hashes")
                                     : S("hashes, manifest");
}

static int verify_run(struct cli *cli)
{
    struct backup_store store = { 0 };
    struct backup backup = { 0 };
    struct restore_check restore = { 0 };
    struct slice id = cli->argument_count > 0 ? cli->arguments[0] : S("");
    if (cli_has(cli, "quick") && cli_has(cli, "restore")) {
        return cli_fail(cli, refuse(&cli->faults, E_USAGE, "--quick does not go with --restore"));
    }
    enum error error = cli_backup_store(cli, false, &store);
    if (error == OK) {
        error = backup_lock(&store, &cli->faults);
    }
    if (error == OK && id.len == 0) {
        error = newest_of(cli, &store, &id);
    }
    if (error == OK) {
        error = backup_find(&store, id, 0, &cli->faults, &backup);
    }
    if (error == OK) {
        error = verify_one(cli, &store, &backup, &restore);
        backup_note_seen(cli, &store, &backup, what_was_seen(cli, error));
    }
    return finish(cli, &store, "verify", error);
}

/* ---- prune ---- */

static int prune_run(struct cli *cli)
{
    struct backup_store store = { 0 };
    struct backup_pruned pruned = { 0 };
    bool is_dry = cli_has(cli, "dry-run");
    enum error error = cli_backup_store(cli, false, &store);
    if (error == OK) {
        error = cli_number(cli, "keep", 1, 1000, store.keep, &store.keep);
    }
    if (error == OK) {
        error = backup_lock(&store, &cli->faults);
    }
    if (error == OK) {
        error = backup_prune(&store, is_dry, &cli->faults, &pruned);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (!is_dry) {
        cli_backup_tell(cli, &store, &(struct audit_entry){ .action = "backup.prune" });
    }
    cli_print(cli->is_json ? "{\"backups\":%" PRId64 ",\"segments\":%" PRId64 ",\"dryRun\":%s}\n"
                           : "%" PRId64 " backups and %" PRId64 " WAL files removed%s\n",
              pruned.backups, pruned.segments,
              cli->is_json ? (is_dry ? "true" : "false") : (is_dry ? " (not really)" : ""));
    return EXIT_OK;
}

/* ---- rows ---- */

static const struct cli_option dry_option[] = {
    { .name = "dry-run", .doc = "say what would be done, and change nothing" },
};

static const struct cli_option verify_options[] = {
    { .name = "restore", .doc = "restore it into a private cluster and check the data" },
    { .name = "quick", .doc = "hashes only; do not unpack it" },
};

static const struct cli_option prune_options[] = {
    { .name = "keep", .value = "N", .doc = "newest backups that stay (default: BACKUP_KEEP)" },
    { .name = "dry-run", .doc = "say what would be done, and change nothing" },
};

const struct command backup_run_command = {
    .name = "backup run",
    .summary = "back the database up now",
    .help =
        "Makes a base backup with pg_basebackup (or pgBackRest: BACKUP_ENGINE), compressed, under\n"
        "backups/base in the data directory, copies it to BACKUP_COPY_DIR, and removes what\n"
        "BACKUP_KEEP no longer keeps. `astralfield up` does it every BACKUP_EVERY_HOURS.\n"
        "Exit code 4: another backup is running.\n"
        "\n"
        "example: astralfield backup run",
    .options = dry_option,
    .option_count = ARRAY_LEN(dry_option),
    .run = run_run,
};

const struct command backup_list_command = {
    .name = "backup list",
    .summary = "list the backups",
    .help = "Oldest first. Exit code 1: one of them is damaged.\n"
            "\n"
            "example: astralfield backup list --json",
    .run = list_run,
};

const struct command backup_latest_command = {
    .name = "backup latest",
    .summary = "show the newest whole backup",
    .help = "Exit code 1: there is none.\n"
            "\n"
            "example: astralfield backup latest --json",
    .run = latest_run,
};

const struct command backup_verify_command = {
    .name = "backup verify",
    .summary = "is a backup whole, and can it be restored?",
    .help =
        "Reads every file of the backup and the WAL after it, in both places, and compares them\n"
        "with their hashes; then unpacks it and lets pg_verifybackup compare it with its\n"
        "manifest. With --restore a private PostgreSQL replays the whole archive on it, and\n"
        "pg_amcheck, the migrations, the ledgers and the rows are checked. Names what is\n"
        "damaged. Exit code 0: whole; 1: not. Without an ID: the newest.\n"
        "\n"
        "example: astralfield backup verify --restore",
    .arguments = "[ID]",
    .options = verify_options,
    .option_count = ARRAY_LEN(verify_options),
    .run = verify_run,
};

const struct command backup_prune_command = {
    .name = "backup prune",
    .summary = "remove old backups and the WAL that only they need",
    .help =
        "Keeps the newest whole backups and all WAL from the oldest of them on, in both places.\n"
        "Damaged ones are neither counted nor removed.\n"
        "\n"
        "example: astralfield backup prune --keep 14 --dry-run",
    .options = prune_options,
    .option_count = ARRAY_LEN(prune_options),
    .run = prune_run,
};
