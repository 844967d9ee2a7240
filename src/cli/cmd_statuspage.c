/* astralfield statuspage: the public status page, written from outside the server, and shown here. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "base/check.h"
#include "cli/call.h"
#include "cli/commands.h"
#include "cli/status_site.h"

enum { PROBE_MS = 5000, EVERY_MIN_S = 1, EVERY_MAX_S = 3600, OK_STATUS = 200 };

static int exit_of(const struct status_view *view)
{
    enum status_state state = status_overall(view);
    return state == STATUS_GOOD ? EXIT_OK : state == STATUS_BAD ? EXIT_FAILED : EXIT_DEGRADED;
}

/* ---- publish ---- */

static void tell(struct cli *cli, const struct status_view *view, const char *dir, bool is_dry)
{
    const char *word = status_state_word(status_overall(view));
    json_t *document = json_pack("{s:s, s:s, s:b, s:b}", "status", word, "to", dir, "answered",
                                 view->parts[STATUS_WEB].state != STATUS_BAD, "isDryRun", is_dry);
    if (cli->is_json) {
        char *text = json_dumps(document, JSON_COMPACT);
        cli_print("%s\n", text);
        free(text);
    } else {
        cli_print("%s: %s/index.html, %s/status.json%s\n", word, dir, dir,
                  is_dry ? " (dry run: nothing was written)" : "");
    }
    json_decref(document);
}

/* One probe; what it takes is gone afterwards. */
static enum error publish_once(struct cli *cli, const char *dir, int *ret_code)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct cli round = *cli;
    round.arena = &arena;
    round.faults = (struct faults){ .arena = &arena };
    CLEANUP(call_done) struct call call = { 0 };
    struct call_reply reply = { 0 };
    json_t *answer = NULL;
    enum error error = call_open(&round, &call);
    if (error != OK) {
        return refuse(&cli->faults, error, "%.*s", FMT(round.faults.detail));
    }
    call.timeout_ms = PROBE_MS;
    bool answers = call_send(&call, "GET", "/api/status", S(""), &reply) == OK &&
                   reply.status == OK_STATUS && call_json(&call, &reply, &answer) == OK;
    struct status_view *view = ARENA_NEW(&arena, struct status_view);
    bool is_dry = cli_has(cli, "dry-run");
    round.faults = (struct faults){ .arena = &arena };
    error = status_site_write(&round, dir, answers ? answer : NULL, utime_now(), is_dry, view);
    if (error != OK) {
        return refuse(&cli->faults, error, "%.*s",
                      FMT(arena_copy(cli->arena, round.faults.detail)));
    }
    tell(cli, view, dir, is_dry);
    *ret_code = exit_of(view);
    return OK;
}

/* True when we were told to end. */
static bool rest(int64_t seconds)
{
    sigset_t awaited;
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGINT);
    sigaddset(&awaited, SIGTERM);
    struct timespec limit = { .tv_sec = seconds };
    return sigtimedwait(&awaited, NULL, &limit) > 0;
}

static int publish(struct cli *cli)
{
    const char *dir = arena_cstr(cli->arena, cli_value(cli, "to"));
    int64_t every_s = 0;
    int code = EXIT_OK;
    enum error error = cli_number(cli, "every", EVERY_MIN_S, EVERY_MAX_S, 0, &every_s);
    if (error == OK && !cli_has(cli, "dry-run") && mkdir(dir, 0755) != 0 && errno != EEXIST) {
        error = refuse(&cli->faults, E_FILE, "%s cannot be made: %s", dir, strerror(errno));
    }
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGTERM);
    if (every_s > 0) {
        sigprocmask(SIG_BLOCK, &ours, NULL);
    }
    do {
        error = error == OK ? publish_once(cli, dir, &code) : error;
    } while (error == OK && every_s > 0 && !rest(every_s));
    if (error != OK) {
        return cli_fail(cli, error);
    }
    return every_s > 0 ? EXIT_OK : code;
}

static const struct cli_option publish_options[] = {
    { .name = "to", .value = "DIR", .is_required = true, .doc = "the folder to write into" },
    { .name = "every", .value = "S", .doc = "go on, with a probe every S seconds" },
    { .name = "dry-run", .doc = "probe, and write nothing" },
    CALL_URL_OPTION,
};

const struct command statuspage_publish_command = {
    .name = "statuspage publish",
    .summary = "ask the server from outside and write the status page as files",
    .help =
        "Writes index.html and status.json (and state.json, what is to be remembered) into a\n"
        "folder that any web server can show, best on another machine: when AstralField does not\n"
        "answer, the page says so. Each file is replaced whole. The share of answered probes\n"
        "becomes the history of the website. Exit code 0: all is well, 3: something is not,\n"
        "1: the server does not answer; with --every it runs until it is told to end.\n"
        "\n"
        "example: astralfield statuspage publish --to /srv/status --every 30 \\\n"
        "             --url "
        "https://football.example.org",
    .options = publish_options,
    .option_count = ARRAY_LEN(publish_options),
    .run = publish,
};

/* ---- show ---- */

static void show_part(const struct status_part *part, enum status_part_id id)
{
    int64_t uptime = status_uptime(part);
    cli_print("  %-16s %-12s", status_part_name(id), status_state_word(part->state));
    if (uptime >= 0) {
        cli_print(" %3" PRId64 ".%02d %%", uptime / 100, (int)(uptime % 100));
    } else {
        cli_print(" %8s", "-");
    }
    cli_print("  %.*s\n", FMT(part->note));
}

static void show_text(const struct status_view *view)
{
    char stamp[UTIME_TEXT_MAX];
    cli_print("%s, measured at %.*s, seen from %.*s\n\n", status_state_word(status_overall(view)),
              FMT(view->at == 0 ? S("no time yet") : utime_print(view->at, stamp)),
              FMT(view->seen_from));
    for (size_t i = 0; i < STATUS_PART_COUNT; i++) {
        show_part(&view->parts[i], (enum status_part_id)i);
    }
    for (size_t i = 0; i < view->incident_count; i++) {
        const struct status_incident *incident = &view->incidents[i];
        cli_print("%s  %.*s %.*s since %.*s%s\n", i == 0 ? "\n" : "", FMT(incident->severity),
                  FMT(incident->title), FMT(utime_print(incident->since, stamp)),
                  incident->is_over ? ", resolved" : "");
    }
}

static int show(struct cli *cli)
{
    CLEANUP(call_done) struct call call = { 0 };
    struct call_reply reply = { 0 };
    json_t *json = NULL;
    struct status_view *view = ARENA_NEW(cli->arena, struct status_view);
    enum error error = call_open(cli, &call);
    if (error == OK) {
        call.timeout_ms = PROBE_MS;
        error = call_expect(&call, "GET", "/api/status", S(""), &reply, &json);
    }
    if (error == OK && status_read(cli->arena, json, view) != OK) {
        error = refuse(&cli->faults, E_INVALID, "the server's status cannot be read");
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        cli_print("%.*s\n", FMT(reply.body));
    } else {
        show_text(view);
    }
    return exit_of(view);
}

static const struct cli_option show_options[] = { CALL_URL_OPTION };

const struct command statuspage_show_command = {
    .name = "statuspage show",
    .summary = "what the status page says now",
    .help =
        "Components with their share of good looks in 90 days, and incidents. Exit code 0: all is\n"
        "well, 3: something is not, 1: it is down.\n"
        "\n"
        "example: astralfield statuspage show --url https://football.example.org",
    .options = show_options,
    .option_count = ARRAY_LEN(show_options),
    .run = show,
};
