/* `astralfield manual`, `astralfield completion`: the commands, for man(1) and for the shell. */
#include "base/check.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/help.h"

static int manual_run(struct cli *cli)
{
    if (cli->is_json) {
        cli_print("%.*s\n", FMT(help_json(cli->arena)));
    } else if (cli_has(cli, "man")) {
        help_man(cli->arena);
    } else {
        help_text();
    }
    return EXIT_OK;
}

static int completion_run(struct cli *cli)
{
    struct slice shell = cli->argument_count == 1 ? cli->arguments[0] : S("");
    bool is_zsh = slice_eq(shell, S("zsh"));
    if (!is_zsh && !slice_eq(shell, S("bash"))) {
        return cli_fail(cli, refuse(&cli->faults, E_USAGE, "name the shell: bash or zsh"));
    }
    if (cli->is_json) {
        cli_print("%.*s\n", FMT(help_json(cli->arena)));
    } else {
        help_completion(is_zsh);
    }
    return EXIT_OK;
}

static const struct cli_option manual_options[] = {
    { .name = "man", .doc = "as a manual page for man(1)" },
};

const struct command manual_command = {
    .name = "manual",
    .summary = "all commands in one text, or as a manual page",
    .help = "Made from the table of commands. Needs no running instance.\n\n"
            "example: astralfield manual --man > astralfield.1 && man ./astralfield.1",
    .options = manual_options,
    .option_count = ARRAY_LEN(manual_options),
    .run = manual_run,
};

const struct command completion_command = {
    .name = "completion",
    .summary = "a script that completes commands and options in the shell",
    .help = "Made from the table of commands; --json gives the table itself.\n\n"
            "example: astralfield completion bash > /etc/bash_completion.d/astralfield",
    .arguments = "bash|zsh",
    .run = completion_run,
};
