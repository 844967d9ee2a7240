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

struct direction {
    enum error (*move)(const char *url, int to, struct faults *faults, size_t *ret_count);
    const char *word; /* "applied" */
    bool is_down;
};

/* How many would be moved. */
static enum error count_moves(struct cli *cli, const char *url, const struct direction *direction,
                              int64_t to, size_t *ret_count)
{
    struct migration_list list = { 0 };
    size_t count = 0;
    TRY(migrate_status(url, &cli->faults, &list));
    for (size_t i = 0; i < list.count; i++) {
        bool is_pending = list.list[i].state == MIGRATION_PENDING;
        bool is_above = list.list[i].version > to;
        count +=
            direction->is_down ? !is_pending && is_above : is_pending && (to == 0 || !is_above);
    }
    *ret_count = count;
    return OK;
}

/* What undoing loses cannot be brought back: the version that remains is typed once more. */
static enum error confirm(struct cli *cli, const struct direction *direction, int64_t to)
{
    if (!direction->is_down) {
        return OK;
    }
    return cli_confirmed(cli, arena_format(cli->arena, "%" PRId64, to).ptr);
}

static int move_run(struct cli *cli, const struct direction *direction)
{
    const char *url = NULL;
    int64_t to = 0;
    size_t count = 0;
    bool is_dry = cli_has(cli, "dry-run");
    enum error error = cli_number(cli, "to", 0, VERSION_MAX, 0, &to);
    if (error == OK) {
        error = cli_database(cli, &url);
    }
    if (error == OK && !is_dry) {
        error = confirm(cli, direction, to);
    }
    if (error == OK) {
        error = cli_refuse_in_recovery(cli, url);
    }
    if (error == OK) {
        error = is_dry ? count_moves(cli, url, direction, to, &count)
                       : direction->move(url, (int)to, &cli->faults, &count);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        cli_print("{\"%s\":%zu,\"dryRun\":%s}\n", direction->word, count,
                  is_dry ? "true" : "false");
    } else {
        cli_print(is_dry ? "would be %s: %zu migrations\n" : "%s: %zu migrations\n",
                  direction->word, count);
    }
    return EXIT_OK;
}

/* Only what adds, unless it is said that everything may go. */
static enum error up_expand(const char *url, int to, struct faults *faults, size_t *ret_applied)
{
    const struct migrate_wish wish = { .to = to };
    return migrate_up_with(url, &wish, faults, ret_applied);
}

static int up_run(struct cli *cli)
{
    bool may_contract = cli_has(cli, "contract");
    return move_run(cli, &(struct direction){ .move = may_contract ? migrate_up : up_expand,
                                              .word = "applied" });
}

static int down_run(struct cli *cli)
{
    return move_run(cli,
                    &(struct direction){ .move = migrate_down, .word = "undone", .is_down = true });
}

static const struct cli_option up_options[] = {
    { .name = "to", .value = "N", .doc = "up to this version (default: all)" },
    { .name = "dry-run", .doc = "count them, and change nothing" },
    { .name = "contract", .doc = "also what takes away something that older programs use" },
};

static const struct cli_option down_options[] = {
    { .name = "to", .value = "N", .is_required = true, .doc = "the version that remains" },
    { .name = "dry-run", .doc = "count them, and change nothing" },
    CLI_CONFIRM_OPTIONS,
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
        "make a backup first. --confirm repeats the version that remains.\n"
        "\n"
        "example: astralfield migrate down --to 8 --dry-run\n"
        "         astralfield migrate down --to 8 --yes --confirm 8",
    .options = down_options,
    .option_count = ARRAY_LEN(down_options),
    .run = down_run,
};
