/* `astralfield smoke`: does a running server answer what people and operators ask first? Reads only.
 * `astralfield smoke --critical` plays the way of a league instead (see smoke_critical.c). */
#include <inttypes.h>

#include "base/check.h"
#include "cli/call.h"
#include "cli/checks.h"
#include "cli/commands.h"
#include "cli/smoke_critical.h"

enum { SLOW_US = 2 * 1000000, OK_STATUS = 200 };

/* What must be there, and for JSON a member that it must have. */
static const struct {
    const char *name, *path, *member;
    bool is_ops;
} pages[] = {
    { .name = "health", .path = "/api/health", .member = "status" },
    { .name = "leagues", .path = "/api/leagues", .member = "leagues" },
    { .name = "drafts", .path = "/api/draft", .member = "drafts" },
    { .name = "session", .path = "/api/auth/session", .member = "authenticated" },
    { .name = "players", .path = "/api/players", .member = "players" },
    { .name = "API document", .path = "/api/docs/openapi.json", .member = "openapi" },
    { .name = "web client", .path = "/", .member = NULL },
    { .name = "web manifest", .path = "/manifest.json", .member = "icons" },
    { .name = "service worker", .path = "/sw.js", .member = NULL },
    { .name = "database", .path = "/api/health/db", .member = "status", .is_ops = true },
    { .name = "cache", .path = "/api/health/cache", .member = "status", .is_ops = true },
    { .name = "performance",
      .path = "/api/metrics/performance",
      .member = "summary",
      .is_ops = true },
    { .name = "errors", .path = "/api/metrics/errors", .member = "errorRate", .is_ops = true },
    { .name = "users", .path = "/api/analytics/realtime", .member = "activeUsers", .is_ops = true },
};

static void look_at(struct checks *checks, struct call *call, size_t i)
{
    struct call_reply reply = { 0 };
    json_t *json = NULL;
    if (call_send(call, "GET", pages[i].path, S(""), &reply) != OK) {
        check_refused(checks, pages[i].name);
        return;
    }
    if (pages[i].is_ops && reply.status == 401) {
        check_add(checks, pages[i].name, CHECK_SKIPPED, "%s needs an operator's token",
                  pages[i].path);
    } else if (reply.status != OK_STATUS) {
        check_add(checks, pages[i].name, CHECK_BAD, "%s is answered with %d", pages[i].path,
                  reply.status);
    } else if (pages[i].member != NULL &&
               (call_json(call, &reply, &json) != OK || json_find(json, pages[i].member) == NULL)) {
        check_add(checks, pages[i].name, CHECK_BAD, "%s has no member \"%s\"", pages[i].path,
                  pages[i].member);
    } else {
        bool is_slow = reply.us > SLOW_US;
        check_add(checks, pages[i].name, is_slow ? CHECK_WARNING : CHECK_GOOD,
                  "%s %" PRId64 ".%03" PRId64 "ms, %zu bytes", pages[i].path, reply.us / US_PER_MS,
                  reply.us % US_PER_MS, reply.body.len);
    }
    check_took(checks, reply.us);
}

static void look_at_socket(struct checks *checks, struct call *call)
{
    int64_t us = 0;
    if (call_socket(call, &us) != OK) {
        check_refused(checks, "socket");
        return;
    }
    check_add(checks, "socket", CHECK_GOOD, "/api/socket opens");
    check_took(checks, us);
}

/* What is not there must be said so, and what is closed must be closed. */
static void look_at_refusals(struct checks *checks, struct call *call)
{
    static const struct {
        const char *name, *method, *path;
        int status;
    } refusals[] = {
        { "unknown address", "GET", "/api/no-such-thing", 404 },
        { "closed to strangers", "GET", "/api/dashboard", 401 },
    };
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        struct call_reply reply = { 0 };
        if (call_send(call, refusals[i].method, refusals[i].path, S(""), &reply) != OK) {
            check_refused(checks, refusals[i].name);
        } else {
            check_add(checks, refusals[i].name,
                      reply.status == refusals[i].status ? CHECK_GOOD : CHECK_BAD,
                      "%s is answered with %d", refusals[i].path, reply.status);
        }
    }
}

static int smoke_run(struct cli *cli)
{
    struct checks checks = { .cli = cli, .title = "smoke", .has_hints = true };
    CLEANUP(call_done) struct call call = { 0 };
    if (cli_has(cli, "critical")) {
        return smoke_critical(cli);
    }
    enum error error = call_open(cli, &call);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        look_at(&checks, &call, i);
    }
    look_at_socket(&checks, &call);
    look_at_refusals(&checks, &call);
    return checks_print(&checks);
}

static const struct cli_option smoke_options[] = {
    CALL_URL_OPTION,
    { .name = "critical", .doc = "play the critical path, on an instance made for it" },
};

const struct command smoke_command = {
    .name = "smoke",
    .summary = "does the running server answer what is asked first?",
    .help =
        "Reads only, so it may be run on production at any time: pages, public addresses,\n"
        "operators' figures where we may see them, the socket, and that strangers are refused.\n"
        "\n"
        "With --critical it plays the critical path instead: accounts, sign-in, a league of four,\n"
        "its draft, lineups, a free agent, sign-out. A league's ledger never forgets, so that\n"
        "league must not be made in production: the path is played with this program on an\n"
        "instance of its own (own data directory, own PostgreSQL and Redis), which is removed.\n"
        "Exit code 0: all well; 3: something is slow; 1: something failed.\n"
        "\n"
        "example: astralfield smoke --url https://football.example.org\n"
        "         astralfield smoke --critical",
    .options = smoke_options,
    .option_count = ARRAY_LEN(smoke_options),
    .run = smoke_run,
};
