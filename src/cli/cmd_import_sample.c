/* astralfield import sample: a simulated season for an instance without real data. */
#include "base/check.h"
#include "cli/import.h"
#include "feeds/sample.h"

static int run(struct cli *cli)
{
    struct import import;
    int64_t season = 0;
    int64_t seed = 0;
    enum error error = cli_number(cli, "season", 1970, 2199, SAMPLE_SEASON, &season);
    if (error == OK) {
        error = cli_number(cli, "seed", 0, INT64_MAX, 1, &seed);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    import_init(cli, &import);
    season_data_init(&import.data, cli->arena, &cli->faults, season);
    sample_season(&import.data, (uint64_t)seed);
    return cli_with_database(cli, import_store, &import);
}

static const struct cli_option options[] = {
    { .name = "seed", .value = "N", .doc = "another season for another number (default: 1)" },
    { .name = "season",
      .value = "YEAR",
      .doc = "the year it is stored under (default: 1998, before every real season here)" },
    { .name = "dry-run", .doc = "count what would change, and change nothing" },
};

const struct command import_sample_command = {
    .name = "import sample",
    .summary = "make a simulated season with invented players",
    .help =
        "Invents players for the 32 clubs, a schedule with byes, 18 weeks of games with every\n"
        "player's statistics, projections and draft positions. All of it is marked as sample data\n"
        "and is never stored in a season that holds real data. The same seed gives the same\n"
        "season.\n\n"
        "example: astralfield import sample --seed 7",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .run = run,
};
