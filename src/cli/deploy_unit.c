#include "cli/deploy_unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "ops/mark.h"
#include "ops/process.h"

enum { RESTART_US = 180 * 1000000, ASK_US = 10 * 1000000, LOOK_MS = 1000, ANSWER_BYTES_MAX = 4096 };

static enum error systemctl(struct cli *cli, const char *verb, const char *unit)
{
    const char *const argv[] = { "systemctl", verb, unit, NULL };
    struct process_spec spec = { .name = "systemctl", .argv = argv, .directory = "/" };
    return process_run(&spec, RESTART_US, &cli->faults);
}

/* A property of the unit; empty when it cannot be told. */
static struct slice property(struct cli *cli, const char *unit, const char *name)
{
    char path[] = "/tmp/astralfield-unit-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0) {
        return S("");
    }
    const char *const argv[] = { "systemctl", "show", "--value", "--property", name, unit, NULL };
    struct process_spec spec = { .name = "systemctl", .argv = argv, .directory = "/", .log = path };
    struct faults unsaid = { .arena = cli->arena };
    char *text = arena_alloc(cli->arena, ANSWER_BYTES_MAX);
    enum error error = process_run(&spec, ASK_US, &unsaid);
    ssize_t got = error == OK ? pread(fd, text, ANSWER_BYTES_MAX, 0) : 0;
    close(fd);
    unlink(path);
    return slice_trim((struct slice){ .ptr = text, .len = got > 0 ? (size_t)got : 0 });
}

static enum error restart(struct cli *cli, const char *unit)
{
    TRY(systemctl(cli, "restart", unit));
    return slice_eq(property(cli, unit, "ActiveState"), S("active"))
               ? OK
               : refuse(&cli->faults, E_UNAVAILABLE,
                        "%s is not active after its restart: journalctl -u %s says why", unit,
                        unit);
}

static void make_mark(struct cli *cli, struct slice name)
{
    struct faults unsaid = { .arena = cli->arena };
    const char *url = NULL;
    struct slice at = S("");
    struct cli probe = *cli;
    if (name.len == 0) {
        return;
    }
    if (cli_database(&probe, &url) == OK && mark_restore_point(url, name, &unsaid, &at) == OK) {
        deploy_step(cli, arena_format(cli->arena, "restore point at %.*s", FMT(at)));
    } else {
        deploy_step(cli, arena_format(cli->arena, "no restore point: %.*s", FMT(unsaid.detail)));
    }
}

enum error unit_switch(struct cli *cli, const struct deploy_switch *wish, json_t **ret_state)
{
    struct faults unsaid = { .arena = cli->arena };
    struct release before = { 0 };
    struct release to = { 0 };
    struct mono began = mono_now();
    bool had_one = release_find(cli->data, S("current"), &unsaid, &before) == OK;
    TRY(release_find(cli->data, wish->release, &cli->faults, &to));
    make_mark(cli, wish->mark);
    TRY(release_make_current(cli->data, to.id, &cli->faults));
    enum error error = restart(cli, wish->unit);
    if (error != OK && had_one && !slice_eq(before.id, to.id)) {
        enum error back = release_make_current(cli->data, before.id, &unsaid);
        back = back == OK ? restart(cli, wish->unit) : back;
        deploy_step(cli, arena_format(cli->arena, "back to release %.*s: %s", FMT(before.id),
                                      back == OK ? "it serves" : "it does not start either"));
        return refuse(&cli->faults, error, "%s did not start with release %.*s: journalctl -u %s",
                      wish->unit, FMT(to.id), wish->unit);
    }
    TRY(error);
    int64_t ms = (mono_now().us - began.us) / US_PER_MS;
    *ret_state = json_pack("{s:s, s:s?, s:I, s:I, s:b}", "release", arena_cstr(cli->arena, to.id),
                           "before", had_one ? arena_cstr(cli->arena, before.id) : NULL, "readyMs",
                           (json_int_t)ms, "wholeMs", (json_int_t)ms, "clean", 1);
    return OK;
}

/* "12 connections, 3 sockets, 4711 requests, 5 errors" (serve_turn.c) */
static bool read_status(struct slice text, int64_t *ret_requests, int64_t *ret_errors)
{
    int64_t numbers[4] = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        struct slice part = slice_trim(slice_cut(&text, ','));
        if (slice_to_int(slice_cut(&part, ' '), &numbers[i]) != OK) {
            return false;
        }
    }
    *ret_requests = numbers[2];
    *ret_errors = numbers[3];
    return true;
}

enum error unit_watch(struct cli *cli, const struct deploy_switch *wish)
{
    int64_t deadline = mono_now().us + wish->watch_s * US_PER_S;
    struct slice pid = property(cli, wish->unit, "MainPID");
    const char *why = NULL;
    while (mono_now().us < deadline && why == NULL) {
        int64_t requests = 0;
        int64_t errors = 0;
        nanosleep(&(struct timespec){ .tv_sec = LOOK_MS / 1000 }, NULL);
        struct slice status = property(cli, wish->unit, "StatusText");
        if (!slice_eq(property(cli, wish->unit, "MainPID"), pid)) {
            why = "it ended by itself while it was watched";
        } else if (read_status(status, &requests, &errors) && requests >= WATCHED_REQUESTS_MIN &&
                   errors * 100 > requests) {
            why = "more than 1 % of its answers were errors";
        }
    }
    if (why == NULL) {
        return OK;
    }
    struct release before = { 0 };
    struct faults unsaid = { .arena = cli->arena };
    enum error back = release_find(cli->data, S("previous"), &unsaid, &before);
    back = back == OK ? release_make_current(cli->data, before.id, &unsaid) : back;
    back = back == OK ? restart(cli, wish->unit) : back;
    return refuse(&cli->faults, E_UNAVAILABLE, "%s: %s%.*s", why,
                  back == OK ? "taken back; it serves again: release " : "and could not go back: ",
                  FMT(back == OK ? before.id : unsaid.detail));
}
