/* `astralfield drill deploy`: the running server is restarted in the way of a deploy, and asked all the
 * while. */
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/call.h"
#include "cli/cmd_backup.h"
#include "cli/drill.h"
#include "ops/process.h"

enum { LIMIT_US = 300 * 1000000, PAUSE_US = 2000, DEPLOY_MS = 60 * 1000 };

#define ASKED "/api/health" /* needs the database, and no limit of requests holds for it */

/* Asks again and again, on a thread of its own. */
struct asker {
    struct cli cli;
    struct arena kept, passing;
    struct call call;
    pthread_t thread;
    pthread_mutex_t lock; /* guards is_over */
    bool is_over;
    int64_t asked, failed, worst_us; /* read after it was joined */
};

static bool is_over(struct asker *asker)
{
    pthread_mutex_lock(&asker->lock);
    bool is = asker->is_over;
    pthread_mutex_unlock(&asker->lock);
    return is;
}

static void *ask_on(void *thing)
{
    struct asker *asker = thing;
    while (!is_over(asker)) {
        struct call_reply reply = { 0 };
        asker->cli.arena = &asker->passing;
        asker->cli.faults = (struct faults){ .arena = &asker->passing };
        enum error error = call_send(&asker->call, "GET", ASKED, S(""), &reply);
        asker->asked++;
        asker->failed += error != OK || reply.status != 200;
        asker->worst_us = reply.us > asker->worst_us ? reply.us : asker->worst_us;
        asker->cli.arena = &asker->kept;
        arena_done(&asker->passing);
        nanosleep(&(struct timespec){ .tv_nsec = PAUSE_US * 1000 }, NULL);
    }
    return NULL;
}

static enum error asker_start(struct cli *cli, struct asker *asker)
{
    asker->cli = *cli;
    asker->cli.arena = &asker->kept;
    asker->cli.faults = (struct faults){ .arena = &asker->kept };
    CHECK(pthread_mutex_init(&asker->lock, NULL) == 0);
    enum error error = call_open(&asker->cli, &asker->call);
    struct call_reply reply = { 0 };
    if (error == OK) {
        error = call_send(&asker->call, "GET", ASKED, S(""), &reply);
    }
    if (error != OK) {
        return refuse(&cli->faults, error, "%.*s", FMT(asker->cli.faults.detail));
    }
    return pthread_create(&asker->thread, NULL, ask_on, asker) == 0
               ? OK
               : refuse(&cli->faults, E_INTERNAL, "no thread to ask with");
}

static void asker_stop(struct asker *asker)
{
    pthread_mutex_lock(&asker->lock);
    asker->is_over = true;
    pthread_mutex_unlock(&asker->lock);
    pthread_join(asker->thread, NULL);
}

static void asker_done(struct asker *asker)
{
    call_done(&asker->call);
    arena_done(&asker->passing);
    arena_done(&asker->kept);
}

static enum error deploy(struct cli *cli)
{
    char path[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
    CHECK(len > 0);
    path[len] = '\0';
    const char *log = arena_format(cli->arena, "%s/log/drill.log", cli->data).ptr;
    const char *const argv[] = {
        path, "deploy", "--current", "--restart", "--data", cli->data, NULL
    };
    const struct process_spec spec = {
        .name = "deploy", .argv = argv, .log = log, .death_signal = SIGTERM
    };
    enum error error = process_run(&spec, LIMIT_US, &cli->faults);
    return error == OK ? OK
                       : refuse(&cli->faults, error,
                                "`astralfield deploy --current --restart` failed; see %s", log);
}

static enum error play(struct cli *cli, struct drill *drill, struct asker *asker)
{
    TRY(asker_start(cli, asker));
    drill_step(drill, "ask", "the server answers at %s", asker->call.base);
    struct mono began = mono_now();
    enum error error = deploy(cli);
    asker_stop(asker);
    TRY(error);
    int64_t ms = (mono_now().us - began.us) / US_PER_MS;
    drill_step(drill, "restart", "%" PRId64 " requests meanwhile, %" PRId64 " failed", asker->asked,
               asker->failed);
    drill_figure(drill,
                 (struct drill_figure){ "requests", "requests", asker->asked * 1000, -1, NULL });
    drill_figure(drill, (struct drill_figure){ "failedRequests", "requests", asker->failed * 1000,
                                               0, "a deploy is not noticed" });
    drill_figure(drill, (struct drill_figure){ "slowestSeconds", "s", asker->worst_us / US_PER_MS,
                                               -1, NULL });
    drill_figure(drill, (struct drill_figure){ "deploySeconds", "s", ms, DEPLOY_MS,
                                               "a deploy takes a minute" });
    return OK;
}

int drill_deploy(struct cli *cli)
{
    struct drill drill;
    struct asker asker = { 0 };
    enum error error = drill_begin(cli, "deploy", &drill);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli_has(cli, "dry-run")) {
        cli_print(cli->is_json ? "{\"kind\":\"deploy\",\"dryRun\":true}\n"
                               : "would restart the running server without downtime\n");
        return EXIT_OK;
    }
    struct cli probe = *cli;
    probe.faults = (struct faults){ .arena = cli->arena };
    drill.url = cli_database(&probe, &drill.url) == OK ? drill.url : NULL;
    drill.folder =
        arena_format(cli->arena, "%s/backups/drills", backup_home(cli->data, cli->arena)).ptr;
    error = play(cli, &drill, &asker);
    if (error != OK) {
        drill_failed(&drill, "deploy", error);
    }
    asker_done(&asker);
    return drill_end(&drill);
}
