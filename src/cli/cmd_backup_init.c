/* `astralfield backup init`. */
#include "base/check.h"
#include "cli/cmd_backup.h"
#include "cli/commands.h"
#include "ops/audit.h"
#include "ops/backup_second.h"

static enum error init(struct cli *cli, const struct config *settings, struct backup_store *store)
{
    struct faults *faults = &cli->faults;
    const char *copy = settings->backup_copy_dir;
    struct unix_user owner = backup_owner(cli->data, settings, cli->arena);
    if (copy[0] == '\0') {
        return refuse(faults, E_USAGE,
                      "BACKUP_COPY_DIR is empty: there is no second place to set up");
    }
    if (cli_has(cli, "dry-run")) {
        return OK;
    }
    TRY(backup_second_open(backup_home(cli->data, cli->arena), copy, &owner, true, faults));
    return cli_backup_store(cli, false, store);
}

static int init_run(struct cli *cli)
{
    struct config settings;
    struct backup_store store = { 0 };
    enum error error = config_read(cli->data, &cli->faults, &settings);
    if (error == OK) {
        error = init(cli, &settings, &store);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    bool is_dry = cli_has(cli, "dry-run");
    if (!is_dry) {
        cli_backup_tell(cli, &store,
                        &(struct audit_entry){ .action = "backup.init",
                                               .target_kind = "folder",
                                               .target_id = slice_from(settings.backup_copy_dir) });
    }
    if (cli->is_json) {
        cli_print("{\"secondPlace\":\"%s\",\"dryRun\":%s}\n", settings.backup_copy_dir,
                  is_dry ? "true" : "false");
    } else {
        cli_print(is_dry ? "would set up %s as the second place\n" : "the second place is %s\n",
                  settings.backup_copy_dir);
    }
    return EXIT_OK;
}

static const struct cli_option init_options[] = {
    { .name = "dry-run", .doc = "say what would be done, and change nothing" },
};

const struct command backup_init_command = {
    .name = "backup init",
    .summary = "set a new second place up (BACKUP_COPY_DIR)",
    .help =
        "The first time, AstralField does it by itself. Later it uses that folder only: one whose\n"
        "disk is not mounted is refused, and nothing is written under it. This command takes\n"
        "what BACKUP_COPY_DIR names now, for instance a new disk in the place of the old one;\n"
        "the next backup copies there what is missing.\n"
        "\n"
        "example: astralfield backup init",
    .options = init_options,
    .option_count = ARRAY_LEN(init_options),
    .run = init_run,
};
