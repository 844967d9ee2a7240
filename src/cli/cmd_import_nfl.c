/* astralfield import nfl: one season of the real NFL into the database. */
#include "base/check.h"
#include "cli/import.h"
#include "feeds/read.h"
#include "ops/outgoing.h"

static void show_bytes(void *thing, int64_t bytes)
{
    progress_step(thing, bytes);
}

static enum error find_sources(struct cli *cli, struct feed_sources *sources)
{
    for (size_t i = 0; cli_value_at(cli, "from", i).ptr != NULL; i++) {
        TRY(sources_add(sources, cli_value_at(cli, "from", i)));
    }
    if (sources->count == 0) {
        sources_add_public(sources);
    }
    return OK;
}

static enum error read_season(struct cli *cli, struct import *import)
{
    int64_t season = 0;
    TRY(cli_number(cli, "season", 1999, 2199, 0, &season));
    season_data_init(&import->data, cli->arena, &cli->faults, season);
    struct feed_sources sources = {
        .arena = cli->arena,
        .faults = &cli->faults,
        .season = season,
        .watch = { .step = show_bytes, .thing = &import->progress },
    };
    TRY(outgoing_read(cli->data, &cli->faults));
    TRY(find_sources(cli, &sources));
    progress_start(&import->progress, cli, "reading files", 0);
    TRY(season_read(&import->data, &sources, cli_value(cli, "stats")));
    progress_end(&import->progress);
    return OK;
}

static int run(struct cli *cli)
{
    struct import import;
    import_init(cli, &import);
    enum error error = read_season(cli, &import);
    return error != OK ? cli_fail(cli, error) : cli_with_database(cli, import_store, &import);
}

static const struct cli_option options[] = {
    { .name = "season", .value = "YEAR", .is_required = true, .doc = "the season, from 1999 on" },
    { .name = "from",
      .value = "DIR|URL",
      .is_repeatable = true,
      .doc =
          "where to look for the files, in this order; without it nflverse's public releases and "
          "dynastyprocess' id map are downloaded" },
    { .name = "stats",
      .value = "FILE",
      .doc = "take the players' weekly statistics from this file" },
    { .name = "dry-run", .doc = "count what would change, and change nothing" },
};

const struct command import_nfl_command = {
    .name = "import nfl",
    .summary = "load a real NFL season: schedule, players, ids, weekly statistics",
    .help =
        "Reads the CSV files that nflverse publishes (also as .gz) and stores one season: clubs,\n"
        "players with their ids at other services, games with kickoffs, every player's and team\n"
        "defence's weekly statistics, and projections and draft positions where a place has them.\n"
        "Running it again changes nothing; a statistic that the source has corrected becomes a\n"
        "correction event. A broken file changes nothing and is named with line and column.\n\n"
        "example: astralfield import nfl --season 2024\n"
        "         astralfield import nfl --season 2025 --from ~/nfl --stats ~/nfl/week_9.csv.gz",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .run = run,
};
