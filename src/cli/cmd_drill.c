/* `astralfield drill restore|deploy|chaos|full|list|show`. */
#include <inttypes.h>

#include "base/check.h"
#include "cli/commands.h"
#include "cli/drill.h"
#include "db/db.h"
#include <jansson.h>

enum { SHOWN_DEFAULT = 20, SHOWN_MAX = 1000 };

/* ---- what was done ---- */

static int list_body(struct cli *cli, void *thing)
{
    const int64_t *count = thing;
    struct rows rows = { 0 };
    enum error error = db_read(cli->arena, SQL_OPS_DRILLS_LIST, PARAMS(P_INT(*count)), &rows);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        cli_print("%.*s\n", FMT(rows_json(&rows)));
        return EXIT_OK;
    }
    json_t *list = json_loadb(rows_json(&rows).ptr, rows_json(&rows).len, 0, NULL);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *drill = json_array_get(list, i);
        const char *failure = json_string_value(json_object_get(drill, "failure"));
        cli_print("%-5" JSON_INTEGER_FORMAT " %-8s %s  %7.1f s  %s%s\n",
                  json_integer_value(json_object_get(drill, "id")),
                  json_string_value(json_object_get(drill, "kind")),
                  json_string_value(json_object_get(drill, "started")),
                  json_number_value(json_object_get(drill, "seconds")),
                  failure == NULL ? "passed" : "FAILED: ", failure == NULL ? "" : failure);
    }
    cli_print("%zu drills\n", json_array_size(list));
    json_decref(list);
    return EXIT_OK;
}

static int list_run(struct cli *cli)
{
    int64_t count = 0;
    enum error error = cli_number(cli, "last", 1, SHOWN_MAX, SHOWN_DEFAULT, &count);
    return error == OK ? cli_with_database(cli, list_body, &count) : cli_fail(cli, error);
}

static int show_body(struct cli *cli, void *thing)
{
    const int64_t *id = thing;
    struct rows rows = { 0 };
    enum error error = db_read(cli->arena, SQL_OPS_DRILL_REPORT, PARAMS(P_INT(*id)), &rows);
    if (error == OK && rows.count == 0) {
        error = refuse(&cli->faults, E_NOT_FOUND, "there is no drill %" PRId64, *id);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    struct slice report = rows_text(&rows, 0, "report");
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_member_int(&json, S("id"), *id);
    json_member_text(&json, S("report"), report);
    json_close_object(&json);
    struct slice document = json_done(&json);
    cli_print(cli->is_json ? "%.*s\n" : "%.*s", FMT(cli->is_json ? document : report));
    return EXIT_OK;
}

static int show_run(struct cli *cli)
{
    int64_t id = 0;
    bool is_good = cli->argument_count == 1 && slice_to_int(cli->arguments[0], &id) == OK && id > 0;
    return is_good ? cli_with_database(cli, show_body, &id)
                   : cli_fail(cli, refuse(&cli->faults, E_USAGE,
                                          "name one drill by its number: `drill list` has them"));
}

/* ---- rows ---- */

#define REPORT_OPTION                                                                              \
    {                                                                                              \
        .name = "report", .value = "FILE", .doc = "write the report there too (Markdown)"          \
    }
#define DRY_OPTION                                                                                 \
    {                                                                                              \
        .name = "dry-run", .doc = "say what would be done, and do nothing"                         \
    }

static const struct cli_option drill_options[] = { REPORT_OPTION, DRY_OPTION };

static const struct cli_option chaos_options[] = {
    REPORT_OPTION,
    { .name = "kills", .value = "N", .doc = "how many processes are killed (default: 12)" },
    { .name = "seed", .value = "N", .doc = "choose the same victims again (default: random)" },
    DRY_OPTION,
};

static const struct cli_option list_options[] = {
    { .name = "last", .value = "N", .doc = "how many (default: 20)" },
};

const struct command drill_restore_command = {
    .name = "drill restore",
    .summary = "exercise: restore the newest backup beside and look at everything in it",
    .help =
        "Checks the newest backup against its hashes and manifest, replays all WAL on it in a\n"
        "private PostgreSQL, and looks at pages, indexes, migrations, ledgers and rows; each\n"
        "ledger must be the beginning of the running one's. Measures how long a restore takes\n"
        "and how much the newest restorable point is behind. The report is kept (`drill list`)\n"
        "and in backups/drills. `astralfield up` does it every DRILL_RESTORE_DAYS.\n"
        "Exit code 1: it failed, or missed an objective; 4: a backup is running.\n"
        "\n"
        "example: astralfield drill restore --report restore.md",
    .options = drill_options,
    .option_count = ARRAY_LEN(drill_options),
    .run = drill_restore,
};

const struct command drill_full_command = {
    .name = "drill full",
    .summary = "exercise: from an empty directory and the backups to an instance that serves",
    .help = "As after the loss of the machine: an empty data directory, the backups in the second\n"
            "place (BACKUP_COPY_DIR; without one, the first), restore, start, and `verify\n"
            "recovery`. It happens beside the running instance, on a port of its own, and is\n"
            "removed afterwards; it takes the disk space of one more database.\n"
            "`astralfield up` does it every DRILL_EVERY_DAYS.\n"
            "\n"
            "example: astralfield drill full --json",
    .options = drill_options,
    .option_count = ARRAY_LEN(drill_options),
    .run = drill_full,
};

const struct command drill_chaos_command = {
    .name = "drill chaos",
    .summary = "exercise: kill -9 of server, PostgreSQL and Redis under load",
    .help =
        "On an instance made for it and removed afterwards, never on the running one: writers\n"
        "send changes and note on disk what was acknowledged, while one process after the other\n"
        "is killed. Then nothing that was acknowledged may be missing or there twice, and all\n"
        "ledgers must hold. `astralfield up` does it every DRILL_EVERY_DAYS.\n"
        "\n"
        "example: astralfield drill chaos --kills 200",
    .options = chaos_options,
    .option_count = ARRAY_LEN(chaos_options),
    .run = drill_chaos,
};

const struct command drill_deploy_command = {
    .name = "drill deploy",
    .summary = "exercise: restart the running server without downtime, and count failures",
    .help = "Calls `astralfield deploy --current --restart` on the running instance, asks it all\n"
            "the while, and counts what is not answered.\n"
            "\n"
            "example: astralfield drill deploy",
    .options = drill_options,
    .option_count = ARRAY_LEN(drill_options),
    .run = drill_deploy,
};

const struct command drill_list_command = {
    .name = "drill list",
    .summary = "what was exercised, and how it went",
    .help = "The newest first.\n"
            "\n"
            "example: astralfield drill list --last 5",
    .options = list_options,
    .option_count = ARRAY_LEN(list_options),
    .run = list_run,
};

const struct command drill_show_command = {
    .name = "drill show",
    .summary = "the report of one drill",
    .help = "As Markdown.\n"
            "\n"
            "example: astralfield drill show 12",
    .arguments = "ID",
    .run = show_run,
};
