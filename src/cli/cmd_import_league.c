/* astralfield import sleeper, import espn: whole leagues from other platforms. */
#include <inttypes.h>

#include "base/check.h"
#include "cli/commands.h"
#include "db/db.h"
#include "imports/source.h"
#include "imports/store.h"
#include "ops/config.h"
#include "ops/outgoing.h"

struct importing {
    struct import_model model;
    struct progress progress;
    int64_t documents;
    struct mono started;
    int64_t read_us;
};

/* ---- reading ---- */

static void show_document(void *thing, struct slice document)
{
    struct importing *importing = thing;
    (void)document;
    progress_step(&importing->progress, ++importing->documents);
}

/* No place at all stands for the platform's public API. */
static enum error find_places(struct cli *cli, struct import_source *source)
{
    struct slice place = cli_value_at(cli, "from", 0);
    for (size_t i = 0; place.ptr != NULL; place = cli_value_at(cli, "from", ++i)) {
        if (source->count == IMPORT_PLACES_MAX) {
            return refuse(&cli->faults, E_USAGE, "at most %d places can be searched",
                          IMPORT_PLACES_MAX);
        }
        source->places[source->count++] = place;
    }
    return OK;
}

static enum error read_league(struct cli *cli, enum import_platform platform,
                              struct importing *importing)
{
    struct import_source source = {
        .arena = cli->arena, .faults = &cli->faults, .step = show_document, .thing = importing
    };
    struct slice league = cli_value(cli, "league");
    int64_t season = 0;
    TRY(outgoing_read(cli->data, &cli->faults));
    TRY(find_places(cli, &source));
    if (platform == PLATFORM_ESPN) {
        TRY(cli_number(cli, "season", 2000, 2199, 0, &season));
    }
    importing->model.arena = cli->arena;
    importing->started = mono_now();
    progress_start(&importing->progress, cli, "reading documents", 0);
    enum error error = platform == PLATFORM_SLEEPER
                           ? sleeper_read(&source, league, &importing->model)
                           : espn_read(&source, league, (int)season, &importing->model);
    progress_end(&importing->progress);
    importing->read_us = mono_now().us - importing->started.us;
    return error;
}

/* ---- storing ---- */

static enum error find_commissioner(struct cli *cli, int64_t *ret_user_id)
{
    struct slice email = cli_value(cli, "commissioner");
    struct rows rows;
    *ret_user_id = 0;
    if (email.ptr == NULL) {
        return OK;
    }
    TRY(db_read(cli->arena, SQL_AUTH_FIND_USER, PARAMS(P_TEXT(email), P_NULL), &rows));
    if (rows.count == 0) {
        return refuse(&cli->faults, E_NOT_FOUND,
                      "there is no account with the address %.*s: make one with `astralfield user "
                      "add`",
                      FMT(email));
    }
    *ret_user_id = rows_int(&rows, 0, "id");
    return OK;
}

static enum error find_address(struct cli *cli, struct slice *ret_address)
{
    struct config settings = { 0 };
    TRY(config_read(cli->data, &cli->faults, &settings));
    struct slice address = slice_from(settings.public_url);
    if (address.len == 0) {
        address = arena_format(cli->arena, "http://localhost:%" PRId64, settings.port);
    }
    while (slice_ends(address, S("/"))) {
        address.len--;
    }
    *ret_address = address;
    return OK;
}

static void show_step(void *thing, int64_t done, int64_t total)
{
    struct importing *importing = thing;
    (void)total;
    progress_step(&importing->progress, done);
}

static enum error store(struct cli *cli, struct importing *importing, struct import_report *report)
{
    struct import_options options = { .now = utime_now(), .step = show_step, .thing = importing };
    TRY(find_commissioner(cli, &options.commissioner_id));
    progress_start(&importing->progress, cli, "storing seasons", (int64_t)importing->model.count);
    enum error error = import_league_store(&importing->model, &options, &cli->faults, report);
    progress_end(&importing->progress);
    TRY(error);
    if (cli_has(cli, "invites") && report->count > 0) {
        TRY(import_invite_teams(cli->arena, &cli->faults, options.now, options.commissioner_id,
                                &report->leagues[report->count - 1]));
    }
    return OK;
}

static int store_and_print(struct cli *cli, void *thing)
{
    struct importing *importing = thing;
    struct import_report *report = ARENA_NEW(cli->arena, struct import_report);
    struct slice address = S("");
    enum error error = find_address(cli, &address);
    if (error == OK) {
        error = store(cli, importing, report);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        struct slice json = report_json(cli->arena, report, address);
        cli_print("%.*s\n", FMT(json));
        return EXIT_OK;
    }
    int64_t us = mono_now().us - importing->started.us;
    struct slice text = report_text(cli->arena, report, address);
    cli_print("%.*s%zu %s in %.1f s, %.1f s of them reading %" PRId64 " documents\n", FMT(text),
              report->count, report->count == 1 ? "season" : "seasons", (double)us / 1e6,
              (double)importing->read_us / 1e6, importing->documents);
    return EXIT_OK;
}

static int run(struct cli *cli, enum import_platform platform)
{
    struct importing *importing = ARENA_NEW(cli->arena, struct importing);
    enum error error = read_league(cli, platform, importing);
    return error != OK ? cli_fail(cli, error) : cli_with_database(cli, store_and_print, importing);
}

static int run_sleeper(struct cli *cli)
{
    return run(cli, PLATFORM_SLEEPER);
}

static int run_espn(struct cli *cli)
{
    return run(cli, PLATFORM_ESPN);
}

/* ---- rows ---- */

#define LEAGUE_OPTION                                                                              \
    {                                                                                              \
        .name = "league", .value = "ID", .is_required = true,                                      \
        .doc = "the platform's id of the league"                                                   \
    }
#define OTHER_OPTIONS                                                                              \
    { .name = "from",                                                                              \
      .value = "DIR|URL",                                                                          \
      .is_repeatable = true,                                                                       \
      .doc = "where to look for the documents, in this order; without it the platform's public "   \
             "API" },                                                                              \
        { .name = "commissioner",                                                                  \
          .value = "EMAIL",                                                                        \
          .doc = "the account that gets the league; without it the platform's commissioner, who "  \
                 "can claim his team like everybody else" },                                       \
    {                                                                                              \
        .name = "invites",                                                                         \
        .doc = "make and print an invitation for every team whose manager has no account yet"      \
    }

static const struct cli_option sleeper_options[] = { LEAGUE_OPTION, OTHER_OPTIONS };
static const struct cli_option espn_options[] = { LEAGUE_OPTION,
                                                  { .name = "season",
                                                    .value = "YEAR",
                                                    .is_required = true,
                                                    .doc = "the newest season to import" },
                                                  OTHER_OPTIONS };

const struct command import_sleeper_command = {
    .name = "import sleeper",
    .summary = "move a league in from Sleeper, with its earlier seasons",
    .help =
        "Reads a league of Sleeper and the seasons it links to: settings, scoring, rosters, every\n"
        "week's lineups and results, transactions, bids, trades, drafts, traded picks, brackets.\n"
        "Points are made by our rules from Sleeper's statistics; Sleeper's own stand beside them\n"
        "(`astralfield verify league` compares them). Managers become placeholders; whoever "
        "accepts\n"
        "the invitation to a team is its manager in all seasons. What could not be carried over\n"
        "exactly is listed. All of it is stored or nothing; running it again updates what has\n"
        "changed and nothing else.\n\n"
        "Folders are laid out like the API's paths (league/ID.json, league/ID/matchups/1.json, "
        "…),\n"
        "with or without v1/ before them, also as .gz.\n\n"
        "example: astralfield import sleeper --league 123456789012345678\n"
        "         astralfield import sleeper --league 123456789012345678 --from ~/sleeper "
        "--invites "
        "\\\n"
        "             --commissioner anna@example.org",
    .options = sleeper_options,
    .option_count = ARRAY_LEN(sleeper_options),
    .run = run_sleeper,
};

const struct command import_espn_command = {
    .name = "import espn",
    .summary = "move a league in from ESPN, one season with its earlier ones",
    .help =
        "Reads a league of ESPN Fantasy: settings, scoring, rosters, every week's box scores,\n"
        "matchups, transactions, draft, standings; the season that is named and the earlier ones\n"
        "that are found. Points are made by our rules from the statistics in the box scores; a\n"
        "commissioner's adjustment stays what it is. Everything else is as in `astralfield import\n"
        "sleeper --help`.\n\n"
        "Folders are league_ID/season_YEAR/core.json, box_scores/week_NN.json,\n"
        "transactions/period_NN.json, also as .gz. A private league has to be downloaded first.\n\n"
        "example: astralfield import espn --league 18254195 --season 2024\n"
        "         astralfield import espn --league 18254195 --season 2024 --from ~/espn --json",
    .options = espn_options,
    .option_count = ARRAY_LEN(espn_options),
    .run = run_espn,
};
