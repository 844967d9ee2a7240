/* `astralfield verify data|recovery`: is what is stored whole, and does what was restored serve? */
#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/call.h"
#include "cli/checks.h"
#include "cli/commands.h"
#include "db/db.h"
#include "league/verify.h"

enum { FOUND_SHOWN = 5, OK_STATUS = 200 };

struct verifying {
    struct checks checks;
    bool is_recovery;
};

/* The schema as the migrations left it: constraints, indexes, triggers. */
static void look_at_schema(struct checks *checks)
{
    struct cli *cli = checks->cli;
    struct rows rows = { 0 };
    check_add(checks, "migrations", CHECK_GOOD, "all applied, none changed");
    cli->faults.error = db_read(cli->arena, SQL_OPS_VERIFY_SCHEMA, NO_PARAMS, &rows);
    if (cli->faults.error != OK) {
        check_refused(checks, "schema");
        return;
    }
    for (size_t i = 0; i < rows.count && i < FOUND_SHOWN; i++) {
        check_add(checks, "schema", CHECK_BAD, "%.*s %.*s is %.*s",
                  FMT(rows_text(&rows, i, "check_name")), FMT(rows_text(&rows, i, "what")),
                  FMT(rows_text(&rows, i, "found")));
    }
    if (rows.count == 0) {
        check_add(checks, "schema", CHECK_GOOD,
                  "constraints checked, indexes usable, triggers enabled");
    }
}

/* Hash chains of ledgers and audit log, invariants, derived figures (league/verify.h). */
static void look_at_ledgers(struct checks *checks)
{
    struct cli *cli = checks->cli;
    struct verify_report report;
    struct mono began = mono_now();
    enum error error = verify_ledger(cli->arena, &cli->faults, 0, &report);
    const struct verify_fault *fault = &report.fault;
    if (error != OK) {
        cli->faults.error = error;
        check_refused(checks, "ledgers");
        return;
    }
    if (report.is_broken) {
        check_add(checks, "ledgers", CHECK_BAD,
                  "league %" PRId64 ", %.*s, seq %" PRId64 ": %.*s: expected %.*s, found %.*s",
                  fault->league_id, FMT(fault->check), fault->seq, FMT(fault->what),
                  FMT(fault->expected), FMT(fault->found));
    } else {
        check_add(checks, "ledgers", CHECK_GOOD,
                  "%" PRId64 " leagues, %" PRId64 " events, %" PRId64 " invariants, %" PRId64
                  " stat lines scored again; audit log whole",
                  report.leagues, report.events, report.checks, report.lines);
    }
    check_took(checks, mono_now().us - began.us);
}

/* ---- after a restore ---- */

static void look_at_counts(struct checks *checks)
{
    struct cli *cli = checks->cli;
    struct rows rows = { 0 };
    cli->faults.error = db_read(cli->arena, SQL_OPS_VERIFY_NEWEST, NO_PARAMS, &rows);
    if (cli->faults.error != OK) {
        check_refused(checks, "rows");
        return;
    }
    json_t *json = json_loadb(rows_json(&rows).ptr, rows_json(&rows).len, 0, NULL);
    check_add(checks, "rows", CHECK_GOOD,
              "%.*s users, %.*s leagues, %.*s teams, %.*s events, %.*s picks, %.*s audit rows",
              FMT(json_at(cli->arena, json, "users")), FMT(json_at(cli->arena, json, "leagues")),
              FMT(json_at(cli->arena, json, "teams")), FMT(json_at(cli->arena, json, "events")),
              FMT(json_at(cli->arena, json, "picks")), FMT(json_at(cli->arena, json, "auditRows")));
    struct slice newest = json_at(cli->arena, json, "newestEventAt");
    struct slice audit = json_at(cli->arena, json, "newestAuditAt");
    check_add(checks, "newest", CHECK_GOOD, "event %.*s, audit row %.*s",
              FMT(newest.len > 0 ? newest : S("none")), FMT(audit.len > 0 ? audit : S("none")));
    json_decref(json);
}

static void look_at_server(struct checks *checks)
{
    static const char *const paths[] = { "/api/health", "/api/leagues", "/api/draft",
                                         "/api/auth/session", "/api/players" };
    CLEANUP(call_done) struct call call = { 0 };
    if (call_open(checks->cli, &call) != OK) {
        check_refused(checks, "server");
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct call_reply reply = { 0 };
        if (call_send(&call, "GET", paths[i], S(""), &reply) != OK) {
            check_refused(checks, "server");
            return;
        }
        check_add(checks, paths[i], reply.status == OK_STATUS ? CHECK_GOOD : CHECK_BAD,
                  "answered with %d", reply.status);
        check_took(checks, reply.us);
    }
    int64_t us = 0;
    if (call_socket(&call, &us) != OK) {
        check_refused(checks, "socket");
    } else {
        check_add(checks, "socket", CHECK_GOOD, "opens");
        check_took(checks, us);
    }
}

static int verify_body(struct cli *cli, void *thing)
{
    struct verifying *verifying = thing;
    (void)cli;
    look_at_schema(&verifying->checks);
    look_at_ledgers(&verifying->checks);
    if (verifying->is_recovery) {
        look_at_counts(&verifying->checks);
    }
    return EXIT_OK;
}

static int verify(struct cli *cli, bool is_recovery)
{
    struct verifying verifying = {
        .checks = { .cli = cli, .title = is_recovery ? "recovery" : "data", .has_hints = true },
        .is_recovery = is_recovery
    };
    int code = cli_with_database(cli, verify_body, &verifying);
    if (code != EXIT_OK) {
        return code; /* told already: no database, or another schema */
    }
    if (is_recovery) {
        look_at_server(&verifying.checks);
    }
    return checks_print(&verifying.checks);
}

static int data_run(struct cli *cli)
{
    return verify(cli, false);
}

static int recovery_run(struct cli *cli)
{
    return verify(cli, true);
}

static const struct cli_option url_option[] = { CALL_URL_OPTION };

const struct command verify_data_command = {
    .name = "verify data",
    .summary = "schema, ledgers, invariants and audit log in one",
    .help =
        "The migrations are as this program knows them; constraints, indexes and triggers are in\n"
        "force; every hash chain is made again; every invariant and derived figure holds. Reads\n"
        "only, a league at a time. Exit code 0: whole; 1: not, with the first fault.\n"
        "\n"
        "example: astralfield verify data",
    .run = data_run,
};

const struct command verify_recovery_command = {
    .name = "verify recovery",
    .summary = "after a restore: is the data whole, and is it served?",
    .help =
        "What `verify data` does, then how much there is and when it was last written (compare it\n"
        "with what you expect), then the running server: health, public pages, the socket.\n"
        "\n"
        "example: astralfield verify recovery --url https://football.example.org",
    .options = url_option,
    .option_count = ARRAY_LEN(url_option),
    .run = recovery_run,
};
