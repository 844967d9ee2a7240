#include "cli/import.h"

#include <inttypes.h>

#include "league/scoring_load.h"

static void print_json(struct cli *cli, const struct season_data *data, bool is_dry_run)
{
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_member_int(&json, S("season"), data->season);
    json_member_bool(&json, S("isSample"), data->is_sample);
    json_member_bool(&json, S("isDryRun"), is_dry_run);
    json_key(&json, S("rows"));
    json_open_array(&json);
    for (size_t i = 0; i < IMPORT_KIND_COUNT; i++) {
        const struct tally *tally = &data->report.tallies[i];
        json_open_object(&json);
        json_member_text(&json, S("kind"), import_kind_name((enum import_kind)i));
        json_member_text(&json, S("source"), tally->note);
        json_member_int(&json, S("read"), tally->read);
        json_member_int(&json, S("new"), tally->fresh);
        json_member_int(&json, S("changed"), tally->changed);
        json_member_int(&json, S("unchanged"), tally->unchanged);
        json_member_int(&json, S("rejected"), tally->rejected);
        json_key(&json, S("reasons"));
        json_open_array(&json);
        for (const struct reject *reject = tally->rejects; reject != NULL; reject = reject->next) {
            json_open_object(&json);
            json_member_text(&json, S("reason"), reject->reason);
            json_member_int(&json, S("rows"), reject->rows);
            json_member_text(&json, S("example"), reject->example);
            json_close_object(&json);
        }
        json_close_array(&json);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    cli_print("%.*s\n", FMT(json_done(&json)));
}

static void print_report(struct cli *cli, const struct season_data *data, bool is_dry_run)
{
    if (cli->is_json) {
        print_json(cli, data, is_dry_run);
        return;
    }
    cli_print("season %" PRId64 "%s\n%-14s %8s %8s %8s %10s %9s  %s\n", data->season,
              is_dry_run ? " (dry run: nothing was stored)" : "", "", "read", "new", "changed",
              "unchanged", "rejected", "from");
    for (size_t i = 0; i < IMPORT_KIND_COUNT; i++) {
        const struct tally *tally = &data->report.tallies[i];
        struct slice kind = import_kind_name((enum import_kind)i);
        cli_print("%-14.*s %8" PRId64 " %8" PRId64 " %8" PRId64 " %10" PRId64 " %9" PRId64
                  "  %.*s\n",
                  FMT(kind), tally->read, tally->fresh, tally->changed, tally->unchanged,
                  tally->rejected, FMT(tally->note));
    }
    for (size_t i = 0; i < IMPORT_KIND_COUNT; i++) {
        const struct reject *reject = data->report.tallies[i].rejects;
        for (; reject != NULL; reject = reject->next) {
            struct slice kind = import_kind_name((enum import_kind)i);
            cli_print("rejected %" PRId64 " of %.*s: %.*s (%.*s%s)\n", reject->rows, FMT(kind),
                      FMT(reject->reason), FMT(reject->example), reject->rows > 1 ? ", …" : "");
        }
    }
}

static void show_step(void *thing, int64_t done)
{
    progress_step(thing, done);
}

void import_init(struct cli *cli, struct import *import)
{
    *import = (struct import){
        .options = { .now = utime_now(),
                     .is_dry_run = cli_has(cli, "dry-run"),
                     .watch = { .step = show_step, .thing = &import->progress } },
    };
}

int import_store(struct cli *cli, void *thing)
{
    struct import *import = thing;
    progress_start(&import->progress, cli, "storing rows", store_rows(&import->data));
    enum error error = season_store(&import->data, &import->options);
    progress_end(&import->progress);
    if (error == OK && !import->options.is_dry_run) {
        size_t scored = 0; /* leagues of the season see the new lines at once */
        error = points_refresh_season(cli->arena, (int)import->data.season, &scored);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    print_report(cli, &import->data, import->options.is_dry_run);
    return EXIT_OK;
}
