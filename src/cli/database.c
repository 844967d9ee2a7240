/* A command that works on the database: one loop, one fiber, the same db_* as in the server. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "db/db.h"
#include "db/migrate.h"
#include "run/fiber.h"

enum { CLI_STACK_BYTES = 1024 * 1024, CLI_READY_US = 10 * 1000000 };

struct job {
    struct cli *cli;
    struct loop *loop;
    int (*body)(struct cli *cli, void *thing);
    void *thing;
    int code;
};

/* The embedded instance writes its address there (see ops/embedded.h); empty when none runs. */
static struct slice own_url(const struct cli *cli)
{
    const char *path = arena_format(cli->arena, "%s/run/database.url", cli->data).ptr;
    FILE *file = fopen(path, "re");
    char line[512] = { 0 };
    bool is_read = file != NULL && fgets(line, sizeof(line), file) != NULL;
    if (file != NULL) {
        fclose(file);
    }
    return is_read ? arena_copy(cli->arena, slice_trim(slice_from(line))) : S("");
}

void cli_forget_own_url(const struct cli *cli)
{
    struct slice own = own_url(cli);
    if (own.len > 0 && slice_eq(own, slice_from(getenv("DATABASE_URL")))) {
        unsetenv("DATABASE_URL");
    }
}

enum error cli_database(struct cli *cli, const char **ret_url)
{
    const char *url = getenv("DATABASE_URL");
    if (url != NULL && url[0] != '\0') {
        *ret_url = url;
        return OK;
    }
    struct slice own = own_url(cli);
    if (own.len == 0) {
        return refuse(&cli->faults, E_UNAVAILABLE,
                      "no instance is running on %s: start one with `astralfield up`, name its "
                      "data directory with --data DIR, or set DATABASE_URL",
                      cli->data);
    }
    *ret_url = own.ptr;
    return OK;
}

static void run_job(void *thing)
{
    struct job *job = thing;
    struct slice why = S("");
    enum error error = db_wait_ready(CLI_READY_US, &why);
    if (error != OK) {
        job->code = cli_fail(job->cli, refuse(&job->cli->faults, error,
                                              "the database cannot be used: %.*s", FMT(why)));
    } else {
        job->code = job->body(job->cli, job->thing);
    }
    db_loop_stop(job->loop);
    loop_stop(job->loop);
}

int cli_with_database(struct cli *cli, int (*body)(struct cli *cli, void *thing), void *thing)
{
    struct job job = { .cli = cli, .body = body, .thing = thing, .code = EXIT_FAILED };
    struct migration_list migrations = { 0 };
    struct db_settings settings = { .read_connections = 1,
                                    .tx_connections = 2,
                                    .read_timeout_ms = 60000,
                                    .tx_timeout_ms = 600000,
                                    .acquire_timeout_ms = 60000,
                                    .is_bulk = true };
    enum error error = cli_database(cli, &settings.url);
    if (error == OK) {
        error = migrate_status(settings.url, &cli->faults, &migrations);
    }
    if (error == OK) {
        error = migrate_check(&migrations, &cli->faults);
    }
    if (error == OK) {
        error = loop_new((struct loop_settings){ .stack_bytes = CLI_STACK_BYTES }, &job.loop);
    }
    if (error == OK) {
        error = db_loop_start(job.loop, &settings);
    }
    if (error == OK) {
        error = fiber_start(job.loop, run_job, &job);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    loop_run(job.loop);
    loop_free(job.loop);
    return job.code;
}
