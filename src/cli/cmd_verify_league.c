/* `astralfield verify league ID`: an imported league against its platform. */
#include <inttypes.h>

#include "base/check.h"
#include "cli/commands.h"
#include "imports/compare.h"

static int compare(struct cli *cli, void *thing)
{
    const int64_t *league_id = thing;
    struct compare_report report;
    enum error error = import_compare(cli->arena, &cli->faults, *league_id, &report);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    struct slice text =
        cli->is_json ? compare_json(cli->arena, &report) : compare_text(cli->arena, &report);
    cli_print("%.*s%s", FMT(text), cli->is_json ? "\n" : "");
    return report.unexplained == 0 ? EXIT_OK : EXIT_FAILED;
}

static int run(struct cli *cli)
{
    int64_t league_id = 0;
    if (cli->argument_count != 1 || slice_to_int(cli->arguments[0], &league_id) != OK ||
        league_id < 1) {
        return cli_fail(cli, refuse(&cli->faults, E_USAGE, "name one league by its id"));
    }
    return cli_with_database(cli, compare, &league_id);
}

const struct command verify_league_command = {
    .name = "verify league",
    .summary = "compare an imported league with what its platform said",
    .help =
        "Both sides of an imported league are stored: the platform's points and ours, which are\n"
        "made by our rules from statistics. Compares every player-week, every team's total, each\n"
        "team's record and points of the season, and the final ranks; says how many are equal and\n"
        "lists the others with the reason where it is known. Exit code 0: all is equal or\n"
        "explained; 1: it is not.\n\n"
        "example: astralfield verify league 12\n"
        "         astralfield verify league 12 --json",
    .arguments = "LEAGUE",
    .run = run,
};
