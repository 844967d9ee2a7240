/* `astralfield migrate status|up|down`. */
#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/cli.h"
#include "db/migrate.h"

enum { VERSION_MAX = 9999 };

static const char *const state_names[] = { [MIGRATION_PENDING] = "pending",
                                           [MIGRATION_APPLIED] = "applied",
                                           [MIGRATION_DRIFTED] = "drifted",
                                           [MIGRATION_NEWER] = "newer",
                                           [MIGRATION_UNKNOWN] = "unknown" };

static void print_json(struct cli *cli, const struct migration_list *list)
{
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_member_int(&json, S("pending"), (int64_t)list->pending);
    json_member_int(&json, S("drifted"), (int64_t)list->drifted);
    json_key(&json, S("migrations"));
    json_open_array(&json);
    for (size_t i = 0; i < list->count; i++) {
        const struct migration_status *status = &list->list[i];
        json_open_object(&json);
        json_member_int(&json, S("version"), status->version);
        json_member_text(&json, S("name"), status->name);
        json_member_text(&json, S("state"), slice_from(state_names[status->state]));
        if (status->applied_at.len > 0) {
            json_member_text(&json, S("appliedAt"), status->applied_at);
        } else {
            json_member_null(&json, S("appliedAt"));
        }
        json_close_object(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    cli_print("%.*s\n", FMT(json_done(&json)));
}

static int status_run(struct cli *cli)
{
    const char *url = NULL;
    struct migration_list list = { 0 };
    enum error error = cli_database(cli, &url);
    if (error == OK) {
        error = migrate_status(url, &cli->faults, &list);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        print_json(cli, &list);
    } else {
        for (size_t i = 0; i < list.count; i++) {
            const struct migration_status *status = &list.list[i];
            cli_print("%04d  %-9s %-22.*s %.*s\n", status->version, state_names[status->state],
                      FMT(status->applied_at), FMT(status->name));
        }
        cli_print("%zu migrations, %zu pending, %zu drifted\n", list.count, list.pending,
                  list.drifted);
    }
    return list.drifted > 0 ? EXIT_FAILED : list.pending > 0 ? EXIT_DEGRADED : EXIT_OK;
}

/* Both directions: `move` takes the version and gives how many migrations it moved. */
static int move_run(struct cli *cli,
                    enum error (*move)(const char *url, int to, struct faults *faults,
                                       size_t *ret_count),
                    const char *word)
{
    const char *url = NULL;
    int64_t to = 0;
    size_t count = 0;
    enum error error = cli_number(cli, "to", 0, VERSION_MAX, 0, &to);
    if (error == OK) {
        error = cli_database(cli, &url);
    }
    if (error == OK) {
        error = cli_refuse_in_recovery(cli, url);
    }
    if (error == OK) {
        error = move(url, (int)to, &cli->faults, &count);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    cli_print(cli->is_json ? "{\"%s\":%zu}\n" : "%s: %zu migrations\n", word, count);
    return EXIT_OK;
}

static int up_run(struct cli *cli)
{
    return move_run(cli, migrate_up, "applied");
}

static int down_run(struct cli *cli)
{
    return move_run(cli, migrate_down, "undone");
}

static const struct cli_option up_options[] = {
    { .name = "to", .value = "N", .doc = "up to this version (default: all)" },
};

static const struct cli_option down_options[] = {
    { .name = "to", .value = "N", .is_required = true, .doc = "the version that remains" },
};

const struct command migrate_status_command = {
    .name = "migrate status",
    .summary = "is the database at this program's schema?",
    .help = "Lists the migrations. Exit code 0: all applied and unchanged; 3: some are pending;\n"
            "1: the database holds a migration with another text, or one that we do not know.\n"
            "\n"
            "example: astralfield migrate status --json",
    .run = status_run,
};

const struct command migrate_up_command = {
    .name = "migrate up",
    .summary = "bring the database to this program's schema",
    .help =
        "Applies what is pending, each migration in one transaction, under a lock. `astralfield\n"
        "up` does this by itself.\n"
        "\n"
        "example: astralfield migrate up",
    .options = up_options,
    .option_count = ARRAY_LEN(up_options),
    .run = up_run,
};

const struct command migrate_down_command = {
    .name = "migrate down",
    .summary = "take migrations back",
    .help =
        "Undoes the migrations above a version, newest first. What only they can hold is lost:\n"
        "make a backup first.\n"
        "\n"
        "example: astralfield migrate down --to 8",
    .options = down_options,
    .option_count = ARRAY_LEN(down_options),
    .run = down_run,
};
