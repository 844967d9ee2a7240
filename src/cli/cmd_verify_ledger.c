/* `astralfield verify ledger`: does what is stored follow from what happened? */
#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/commands.h"
#include "league/verify.h"

static void print_text(const struct verify_report *report)
{
    const struct verify_fault *fault = &report->fault;
    if (!report->is_broken) {
        cli_print("The ledger holds: %" PRId64 " %s, %" PRId64 " events, %" PRId64
                  " checks, %" PRId64 " stat lines scored again.\n",
                  report->leagues, report->leagues == 1 ? "league" : "leagues", report->events,
                  report->checks, report->lines);
        return;
    }
    cli_print("The ledger does not hold.\n");
    if (fault->league_id != 0) {
        cli_print("  league    %" PRId64 " %.*s\n", fault->league_id, FMT(fault->league));
    }
    cli_print("  check     %.*s\n", FMT(fault->check));
    if (fault->seq != 0) {
        cli_print("  seq       %" PRId64 "\n", fault->seq);
    }
    cli_print("  what      %.*s\n  expected  %.*s\n  found     %.*s\n", FMT(fault->what),
              FMT(fault->expected), FMT(fault->found));
}

static void put_fault(struct json *json, const struct verify_fault *fault)
{
    json_open_object(json);
    json_member_int(json, S("leagueId"), fault->league_id);
    json_member_text(json, S("check"), fault->check);
    json_member_int(json, S("seq"), fault->seq);
    json_member_text(json, S("what"), fault->what);
    json_member_text(json, S("expected"), fault->expected);
    json_member_text(json, S("found"), fault->found);
    json_close_object(json);
}

static void print_json(struct cli *cli, const struct verify_report *report)
{
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_member_bool(&json, S("holds"), !report->is_broken);
    json_member_int(&json, S("leagues"), report->leagues);
    json_member_int(&json, S("events"), report->events);
    json_member_int(&json, S("checks"), report->checks);
    json_member_int(&json, S("lines"), report->lines);
    if (report->is_broken) {
        json_key(&json, S("fault"));
        put_fault(&json, &report->fault);
    }
    json_close_object(&json);
    cli_print("%.*s\n", FMT(json_done(&json)));
}

static int verify(struct cli *cli, void *thing)
{
    const int64_t *league_id = thing;
    struct verify_report report;
    enum error error = verify_ledger(cli->arena, &cli->faults, *league_id, &report);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        print_json(cli, &report);
    } else {
        print_text(&report);
    }
    return report.is_broken ? EXIT_FAILED : EXIT_OK;
}

static int run(struct cli *cli)
{
    int64_t league_id = 0;
    enum error error = cli_number(cli, "league", 1, INT64_MAX, 0, &league_id);
    return error != OK ? cli_fail(cli, error) : cli_with_database(cli, verify, &league_id);
}

static const struct cli_option options[] = {
    { .name = "league", .value = "ID", .doc = "this league only (default: all)" },
};

const struct command verify_ledger_command = {
    .name = "verify ledger",
    .summary = "check hash chains, invariants and derived figures",
    .help =
        "Makes every event's hash again, looks for rows that break an invariant (a player on two\n"
        "teams, a score that is not the sum of its lineup, a budget that does not add up …), and\n"
        "makes standings and points again from results and statistics. Names the first thing that\n"
        "breaks: league, seq, what, expected, found. Exit code 0: the ledger holds; 1: it does "
        "not.\n\n"
        "example: astralfield verify ledger\n"
        "         astralfield verify ledger --league 1 --json",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .run = run,
};
