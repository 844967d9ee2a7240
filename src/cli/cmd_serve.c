/* astralfield serve: the server alone, on a database and a Redis that somebody else runs. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/app.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/serve_reports.h"
#include "cli/serve_turn.h"
#include "db/migrate.h"
#include "ops/outgoing.h"
#include "ops/process.h"
#include "ops/switches.h"

static const struct cli_option options[] = {
    { .name = "port", .value = "N", .doc = "TCP port (default: PORT, else 3007; 0 = any free)" },
};

/* web/dist beside the folder of the program. */
static const char *default_web_dir(struct arena *arena)
{
    char path[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
    if (len <= 0) {
        return "web/dist";
    }
    struct slice program = { path, (size_t)len };
    for (int up = 0; up < 2; up++) {
        while (program.len > 1 && program.ptr[program.len - 1] != '/') {
            program.len--;
        }
        program.len -= program.len > 1;
    }
    return arena_format(arena, "%.*s/web/dist", FMT(program)).ptr;
}

static enum error load_files(struct cli *cli, const struct config *settings,
                             struct static_files **ret_files)
{
    bool is_said = settings->web_dir[0] != '\0';
    const char *dir = is_said ? settings->web_dir : default_web_dir(cli->arena);
    if (!is_said && access(dir, R_OK) != 0) {
        log_line(LOG_WARN, "no_web_client", "dir=%s hint=\"npm run build in web/\"", dir);
        return OK;
    }
    return static_load(cli->arena, slice_from(dir), &cli->faults, ret_files);
}

static enum error check_database(struct cli *cli, struct config *settings)
{
    const char *url = settings->database_url;
    if (url[0] == '\0') {
        TRY(cli_database(cli, &url));
        settings->database_url = url;
    }
    struct migration_list migrations = { 0 };
    enum error error = migrate_status(url, &cli->faults, &migrations);
    if (error == E_UNAVAILABLE) {
        log_line(LOG_WARN, "database_unreachable", "why=%s", LOG_Q(cli->faults.detail));
        return OK; /* the server starts, answers 503, and serves as soon as the database is there */
    }
    TRY(error);
    return migrate_check(&migrations, &cli->faults);
}

static struct server_settings server_settings(const struct config *settings, struct app *app,
                                              struct arena *arena)
{
    struct server_settings server = {
        .limits = { .connections = (unsigned)settings->connections,
                    .connections_per_address = (unsigned)settings->connections_per_address,
                    .fibers = (unsigned)settings->fibers,
                    .body_bytes = (size_t)settings->body_bytes,
                    .socket_unsent_bytes = (size_t)settings->socket_unsent_bytes,
                    .idle_ms = (int)settings->idle_ms,
                    .head_ms = (int)settings->head_ms,
                    .body_ms = (int)settings->body_ms,
                    .running_ms = (int)settings->running_ms,
                    .sending_ms = (int)settings->sending_ms,
                    .socket_ping_ms = (int)settings->socket_ping_ms,
                    .socket_idle_ms = (int)settings->socket_idle_ms },
        .app = app,
        .work = app->work,
        .loops = (unsigned)settings->loops,
        .address = settings->listen_address,
        .port = (unsigned)settings->port,
        .listen_fd = settings->listen_fd != 0 ? (int)settings->listen_fd : serve_systemd_fd(),
        .is_tls_in_front = settings->trust_proxy,
        .is_holding = serve_is_held(),
        .log_requests = (enum log_requests)settings->log_requests,
    };
    app_tables(arena, &server.tables, &server.table_count);
    app_hooks(&server.hooks);
    return server;
}

/* Root starts the server only to be given up: everything that needs it was read by now. */
static enum error give_up_root(struct cli *cli, const struct config *settings)
{
    struct unix_user user;
    if (settings->run_as[0] == '\0') {
        return OK;
    }
    if (unix_user_find(cli->arena, settings->run_as, &user) != OK) {
        return refuse(&cli->faults, E_INVALID, "RUN_AS: there is no user %s", settings->run_as);
    }
    return process_become(&user, &cli->faults);
}

/* Runs until SIGTERM or Ctrl-C; a second one ends at once. */
static int run_until_told(struct app *app, const struct config *settings)
{
    cli_print("listening on http://%s:%u\n", settings->listen_address, server_port(app->server));
    log_line(LOG_INFO, "ready", "address=%s port=%u loops=%u", settings->listen_address,
             server_port(app->server), server_loops(app->server));
    int got = serve_turn(app->server);
    log_line(LOG_INFO, "stopping", "signal=%d", got);
    serve_stopping();
    bool is_clean = server_stop(app->server, settings->stop_ms * US_PER_MS);
    log_line(LOG_INFO, "stopped", "clean=%d", is_clean);
    return is_clean ? EXIT_OK : EXIT_DEGRADED;
}

static int run_server(struct cli *cli)
{
    struct config settings;
    struct app app = { 0 };
    struct serve_reports reports = { .count = 0 };
    enum error error = config_read(cli->data, &cli->faults, &settings);
    if (error == OK && cli_has(cli, "port")) {
        config_set(&settings, CONFIG_ID_port, cli_value(cli, "port"), CONFIG_FROM_OPTION,
                   &cli->faults);
        error = cli->faults.count > 0 ? E_USAGE : OK;
    }
    if (error == OK) {
        error = outgoing_setup(&settings, &cli->faults);
    }
    if (error == OK) {
        error = switches_start(&cli->faults);
    }
    if (error == OK) {
        log_threshold((enum log_level)settings.log_level);
        error = check_database(cli, &settings);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    /* Signals are waited for here; the server's threads inherit the mask and never see them. */
    serve_block_signals();
    serve_reports_open(cli, &reports);
    error = app_init(&app, &settings);
    struct server_settings server = server_settings(&settings, &app, cli->arena);
    struct static_files *files = NULL;
    if (error == OK) {
        error = load_files(cli, &settings, &files);
        server.files = files;
    }
    if (error == OK) {
        error = give_up_root(cli, &settings);
    }
    if (error == OK) {
        error = serve_reports_start(cli, &settings, &reports);
    }
    if (error == OK) {
        error = server_new(&server, &cli->faults, &app.server);
    }
    if (error == OK) {
        app_attach(&app);
        error = server_start(app.server, &cli->faults);
    }
    int code = error == OK ? run_until_told(&app, &settings) : cli_fail(cli, error);
    server_free(app.server);
    app_done(&app);
    serve_reports_end();
    return code;
}

const struct command serve_command = {
    .name = "serve",
    .summary = "run the server alone",
    .help =
        "Answers HTTP and WebSocket on PORT with the database of DATABASE_URL and the Redis of\n"
        "REDIS_URL (or the running instance's own, see --data). Settings: astralfield config.\n"
        "Stops gracefully on SIGTERM: what is in flight is answered first.\n\n"
        "example: DATABASE_URL=postgresql:///league astralfield serve --port 8080",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .run = run_server,
};
