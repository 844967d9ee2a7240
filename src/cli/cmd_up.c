/* `astralfield up`: everything on this machine, started, watched and stopped together.
 *
 * Order: lock, port, PostgreSQL and Redis, database, migrations, server, a league to look at. The
 * listening socket is ours and is handed to the server, so a server that is started again refuses
 * nobody meanwhile. A child that ends is started again, later each time. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/cli.h"
#include "cli/up_backup.h"
#include "cli/up_control.h"
#include "cli/up_sample.h"
#include "db/migrate.h"
#include "ops/config.h"
#include "ops/embedded.h"
#include "ops/outgoing.h"
#include "ops/probe.h"
#include "ops/release.h"

enum {
    READY_US = 120 * 1000000,     /* for a child to answer; PostgreSQL may have to recover */
    LOOK_US = 20 * 1000,          /* between two looks while starting */
    IDLE_US = 60 * 1000000,       /* between two looks at the size of the logs */
    BACK_OFF_MIN_US = 200 * 1000, /* before a child is started again */
    BACK_OFF_MAX_US = 2 * 1000000,
    STEADY_US = 30 * 1000000,      /* a child that lived this long starts from the minimum again */
    SERVER_EXTRA_US = 5 * 1000000, /* above STOP_MS */
    REDIS_STOP_US = 10 * 1000000,
    POSTGRES_STOP_US = 60 * 1000000,
    TAIL_BYTES = 1500,
};

struct up;

struct service {
    struct process_spec spec;
    bool (*answers)(const struct up *up);
    pid_t pid; /* 0 = not running */
    struct mono started, again_at;
    int64_t back_off_us;
};

enum { SERVICE_POSTGRES, SERVICE_REDIS, SERVICE_SERVER, SERVICE_COUNT };

struct up {
    struct cli *cli;
    struct config settings;
    struct embedded embedded;
    const char *data;    /* absolute, without links */
    const char *program; /* this one */
    const char *database_url, *redis_url;
    struct embedded_lock lock;
    int listen_fd;
    int signals; /* a signalfd */
    struct up_backup backup;
    struct up_switch switching; /* the server's generations */
    struct up_control control;
    bool is_ready;                          /* commands are listened to */
    bool is_stopping;                       /* Ctrl-C or SIGTERM came */
    struct service services[SERVICE_COUNT]; /* spec.name NULL = not ours to run */
};

static void tell(const char *line)
{
    cli_print("%s\n", line);
}

/* ---- waiting ---- */

static void awaited_signals(sigset_t *ret_set)
{
    sigemptyset(ret_set);
    sigaddset(ret_set, SIGCHLD);
    sigaddset(ret_set, SIGINT);
    sigaddset(ret_set, SIGTERM);
    sigaddset(ret_set, SIGHUP);
}

/* Sleeps until a signal, a word from the server or from a command, or the time is over. */
static void up_wait(struct up *up, int64_t timeout_us)
{
    bool is_open = up->is_ready && !up->switching.is_switching;
    int control = is_open ? up->control.listen : -1;
    struct pollfd fds[] = { { .fd = up->signals, .events = POLLIN },
                            { .fd = up->switching.channel, .events = POLLIN },
                            { .fd = control, .events = POLLIN } };
    struct signalfd_siginfo info = { 0 };
    int ready = poll(fds, ARRAY_LEN(fds), (int)((timeout_us + US_PER_MS - 1) / US_PER_MS));
    if (ready > 0 && fds[1].revents != 0) {
        up_switch_hear(&up->switching);
    }
    while (ready > 0 && read(up->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        if (info.ssi_signo != SIGCHLD && !up->is_stopping) {
            up->is_stopping = true;
            tell("stopping …");
        }
    }
}

/* The end of a log, for the person who wants to know why. */
static struct slice log_tail(struct arena *arena, const char *path)
{
    char *text = arena_alloc(arena, TAIL_BYTES);
    FILE *file = fopen(path, "re");
    size_t len = 0;
    if (file != NULL) {
        if (fseek(file, -TAIL_BYTES, SEEK_END) != 0) {
            rewind(file);
        }
        len = fread(text, 1, TAIL_BYTES, file);
        fclose(file);
    }
    return slice_trim((struct slice){ .ptr = text, .len = len });
}

/* ---- one service ---- */

static enum error service_start(struct up *up, struct service *service)
{
    service->started = mono_now();
    if (service == &up->services[SERVICE_SERVER]) {
        return up_switch_start(&up->switching);
    }
    return process_start(&service->spec, &up->cli->faults, &service->pid);
}

/* Until it answers, or we are told to stop. */
static enum error service_await(struct up *up, struct service *service)
{
    struct faults *faults = &up->cli->faults;
    int64_t deadline = mono_now().us + READY_US;
    while (!up->is_stopping && !service->answers(up)) {
        int status = 0;
        if (process_ended(service->pid, 0, &status)) {
            service->pid = 0;
            return refuse(faults, E_UNAVAILABLE,
                          "%s ended with %.*s while it started; %s says:\n%.*s", service->spec.name,
                          FMT(process_status_print(faults->arena, status)), service->spec.log,
                          FMT(log_tail(faults->arena, service->spec.log)));
        }
        if (mono_now().us > deadline) {
            return refuse(faults, E_TIMEOUT, "%s does not answer; see %s", service->spec.name,
                          service->spec.log);
        }
        up_wait(up, LOOK_US);
    }
    return OK;
}

/* Notes the end of a child and when it is to be started again. */
static void service_ended(struct up *up, struct service *service, int status)
{
    struct mono now = mono_now();
    kill(-service->pid, SIGKILL); /* what it left behind */
    service->pid = 0;
    bool was_steady = now.us - service->started.us > STEADY_US;
    int64_t longer =
        service->back_off_us * 2 > BACK_OFF_MAX_US ? BACK_OFF_MAX_US : service->back_off_us * 2;
    service->back_off_us = was_steady || longer == 0 ? BACK_OFF_MIN_US : longer;
    service->again_at.us = now.us + service->back_off_us;
    cli_print("%s ended with %.*s; starting it again (see %s)\n", service->spec.name,
              FMT(process_status_print(up->cli->arena, status)), service->spec.log);
    if (service == &up->services[SERVICE_SERVER]) {
        up_switch_ended(&up->switching);
    }
}

/* Starts again what is due; gives the time until the next one is. */
static int64_t services_tend(struct up *up)
{
    int64_t wait_us = IDLE_US;
    for (size_t i = 0; i < SERVICE_COUNT; i++) {
        struct service *service = &up->services[i];
        int status = 0;
        if (service->spec.name == NULL) {
            continue;
        }
        if (service->pid != 0 && process_ended(service->pid, 0, &status)) {
            service_ended(up, service, status);
        }
        int64_t left_us = service->again_at.us - mono_now().us;
        if (service->pid == 0 && left_us <= 0 && service_start(up, service) != OK) {
            service->again_at.us = mono_now().us + BACK_OFF_MAX_US;
            left_us = BACK_OFF_MAX_US;
        }
        if (service->pid == 0 && left_us < wait_us) {
            wait_us = left_us;
        }
        embedded_trim_log(service->spec.log);
    }
    int64_t switch_us = up_switch_tend(&up->switching);
    int64_t backup_us = up_backup_tend(&up->backup, up->services[SERVICE_POSTGRES].pid);
    wait_us = switch_us < wait_us ? switch_us : wait_us;
    return backup_us < wait_us ? backup_us : wait_us;
}

/* A moment of everything else, for what takes long. */
static bool carry_on(void *thing)
{
    struct up *up = thing;
    up_wait(up, LOOK_US);
    services_tend(up);
    return !up->is_stopping;
}

static void services_stop(struct up *up)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGTERM }; /* PostgreSQL: fast shutdown */
    const int64_t limits_us[] = { POSTGRES_STOP_US, REDIS_STOP_US,
                                  up->settings.stop_ms * US_PER_MS + SERVER_EXTRA_US };
    for (size_t i = SERVICE_COUNT; i-- > 0;) {
        struct service *service = &up->services[i];
        if (service->pid != 0 && !process_stop(service->pid, signals[i], limits_us[i])) {
            cli_print("%s did not stop in time and was killed\n", service->spec.name);
        }
        service->pid = 0;
        if (i == SERVICE_SERVER) {
            up_backup_stop(&up->backup);
        }
    }
}

/* ---- what the services are ---- */

static bool postgres_answers(const struct up *up)
{
    return probe_postgres(up->embedded.admin_url);
}

static bool redis_answers(const struct up *up)
{
    return probe_redis(up->embedded.redis_socket);
}

static bool server_answers(const struct up *up)
{
    return probe_http(up->listen_fd, "/api/health") == 200;
}

/* Server, commands: where everything is. */
static const char *const *child_env(const struct up *up)
{
    struct arena *arena = up->cli->arena;
    const char **env = ARENA_ARRAY(arena, 7, const char *);
    size_t count = 0;
    env[count++] = arena_format(arena, "DATABASE_URL=%s", up->database_url).ptr;
    env[count++] = arena_format(arena, "REDIS_URL=%s", up->redis_url).ptr;
    env[count++] = arena_format(arena, "ASTRALFIELD_DATA_DIR=%s", up->data).ptr;
    env[count++] = arena_format(arena, "PORT=%" PRId64, probe_port(up->listen_fd)).ptr;
    env[count++] = arena_format(arena, "LISTEN_FD=%d", PROCESS_PASSED_FD).ptr;
    if (up->embedded.user.uid != 0) {
        env[count++] = arena_format(arena, "RUN_AS=%s", up->embedded.user.name).ptr;
    }
    return env;
}

static struct process_spec own_command(const struct up *up, const char *command)
{
    const char **argv = ARENA_ARRAY(up->cli->arena, 3, const char *);
    argv[0] = up->program;
    argv[1] = command;
    return (struct process_spec){
        .name = command,
        .argv = argv,
        .env = child_env(up),
        .death_signal = SIGKILL,
    };
}

/* Sockets that each server may open to PostgreSQL; twice, because two serve during a restart. */
static int64_t connections_of(const struct config *settings)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t loops = settings->loops > 0 ? settings->loops : cores < 2 ? 2 : cores;
    return 2 * loops * (settings->db_read_connections + settings->db_tx_connections + 1);
}

/* ---- starting ---- */

static enum error read_settings(struct up *up)
{
    struct cli *cli = up->cli;
    TRY(config_read(cli->data, &cli->faults, &up->settings));
    TRY(outgoing_setup(&up->settings, &cli->faults));
    struct slice port = cli_value(cli, "port");
    if (port.ptr != NULL) {
        config_set(&up->settings, CONFIG_ID_port, port, CONFIG_FROM_OPTION, &cli->faults);
    }
    return cli->faults.count == 0 ? OK
                                  : refuse(&cli->faults, E_USAGE, "the port is not acceptable");
}

/* The server of an `up` that was killed finishes what is in flight: that port will be free. */
static enum error take_port(struct up *up)
{
    struct faults *faults = &up->cli->faults;
    const char *address = up->settings.listen_address;
    int64_t deadline = mono_now().us + up->settings.stop_ms * US_PER_MS + SERVER_EXTRA_US;
    while (up->lock.was_killed && !up->is_stopping && mono_now().us < deadline) {
        struct faults unsaid = { .arena = faults->arena };
        if (probe_listen(address, up->settings.port, &unsaid, &up->listen_fd) != E_IN_USE) {
            break;
        }
        up_wait(up, LOOK_US);
    }
    return up->listen_fd >= 0 ? OK
                              : probe_listen(address, up->settings.port, faults, &up->listen_fd);
}

static enum error prepare(struct up *up)
{
    struct cli *cli = up->cli;
    char path[PATH_MAX];
    TRY(read_settings(up));
    TRY(embedded_lock(cli->data, &cli->faults, &up->lock));
    CHECK(realpath(cli->data, path) != NULL);
    up->data = arena_cstr(cli->arena, slice_from(path));
    ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
    CHECK(len > 0);
    up->program = arena_cstr(cli->arena, (struct slice){ .ptr = path, .len = (size_t)len });
    TRY(take_port(up));
    const struct embedded_wish wish = {
        .data = up->data,
        .run_as = up->settings.run_as,
        .wants_postgres = up->settings.database_url[0] == '\0',
        .wants_redis = up->settings.redis_url[0] == '\0',
        .settings = &up->settings,
        .connections = connections_of(&up->settings),
        .tell = tell,
    };
    TRY(embedded_prepare(&wish, &cli->faults, &up->embedded));
    up->backup = (struct up_backup){
        .cli = cli, .settings = &up->settings, .program = up->program, .data = up->data
    };
    TRY(up_backup_init(&up->backup, &up->embedded, &cli->faults));
    up->database_url = wish.wants_postgres ? up->embedded.database_url : up->settings.database_url;
    up->redis_url = wish.wants_redis ? up->embedded.redis_url : up->settings.redis_url;
    up->services[SERVICE_POSTGRES] =
        (struct service){ .spec = up->embedded.postgres, .answers = postgres_answers };
    up->services[SERVICE_REDIS] =
        (struct service){ .spec = up->embedded.redis, .answers = redis_answers };
    up->services[SERVICE_SERVER] =
        (struct service){ .spec = own_command(up, "serve"), .answers = server_answers };
    struct process_spec *server = &up->services[SERVICE_SERVER].spec;
    server->name = "the server";
    server->log = arena_format(cli->arena, "%s/server.log", up->embedded.logs).ptr;
    server->pass_fd = up->listen_fd;
    up->switching = (struct up_switch){ .cli = cli,
                                        .spec = server,
                                        .pid = &up->services[SERVICE_SERVER].pid,
                                        .carry_on = carry_on,
                                        .up = up,
                                        .data = up->data,
                                        .program = up->program,
                                        .admin_url = up->embedded.admin_url };
    up_switch_init(&up->switching);
    up->control.switching = &up->switching;
    return up_control_open(&up->control, up->data, &cli->faults);
}

static enum error start_engines(struct up *up)
{
    for (size_t i = 0; i < SERVICE_SERVER; i++) {
        if (up->services[i].spec.name != NULL) {
            TRY(service_start(up, &up->services[i]));
        }
    }
    for (size_t i = 0; i < SERVICE_SERVER; i++) {
        if (up->services[i].spec.name != NULL) {
            TRY(service_await(up, &up->services[i]));
        }
    }
    return OK;
}

static enum error start(struct up *up)
{
    struct faults *faults = &up->cli->faults;
    size_t applied = 0;
    TRY(start_engines(up));
    if (up->is_stopping) {
        return OK;
    }
    if (up->services[SERVICE_POSTGRES].spec.name != NULL) {
        TRY(embedded_database(&up->embedded, faults));
    }
    TRY(migrate_up(up->database_url, 0, faults, &applied));
    if (applied > 0) {
        cli_print("the database is at this program's schema: %zu migrations\n", applied);
    }
    TRY(embedded_announce(&up->embedded, up->database_url, up->redis_url, faults));
    TRY(service_start(up, &up->services[SERVICE_SERVER]));
    return service_await(up, &up->services[SERVICE_SERVER]);
}

/* ---- a league to look at ---- */

/* Its sign-ins are no secret, so it is for an instance that only this machine can reach. */
static void load_sample(struct up *up)
{
    struct slice at = slice_from(up->settings.listen_address);
    bool is_local = slice_starts(at, S("127.")) || slice_eq(at, S("::1"));
    if (up->is_stopping || !is_local || up->settings.public_url[0] != '\0' ||
        cli_has(up->cli, "no-sample")) {
        return;
    }
    const struct up_sample sample = { .cli = up->cli,
                                      .program = up->program,
                                      .env = child_env(up),
                                      .database_url = up->database_url,
                                      .carry_on = carry_on,
                                      .up = up };
    up_sample_load(&sample);
}

/* ---- the command ---- */

/* Where we listen, as this machine reaches it. */
static struct slice address_here(const struct up *up)
{
    struct slice at = slice_from(up->settings.listen_address);
    bool is_here = slice_starts(at, S("127.")) || slice_eq(at, S("0.0.0.0")) ||
                   slice_eq(at, S("::")) || slice_eq(at, S("::1"));
    bool is_v6 = slice_find(at, ':', 0) < at.len;
    return arena_format(up->cli->arena,
                        is_v6 && !is_here ? "http://[%.*s]:%" PRId64 : "http://%.*s:%" PRId64,
                        FMT(is_here ? S("localhost") : at), probe_port(up->listen_fd));
}

/* The address to type: PUBLIC_URL, or where we listen. */
static struct slice address_to_type(const struct up *up)
{
    return up->settings.public_url[0] != '\0' ? slice_from(up->settings.public_url)
                                              : address_here(up);
}

/* They are read from a descriptor, so that one wait hears signals and sockets. */
static int block_signals(void)
{
    sigset_t ours;
    awaited_signals(&ours);
    sigprocmask(SIG_BLOCK, &ours, NULL);
    signal(SIGPIPE, SIG_IGN);
    int fd = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
    CHECK(fd >= 0);
    return fd;
}

static enum error run_until_told(struct up *up)
{
    TRY(start(up));
    TRY(embedded_announce_server(&up->embedded, address_here(up).ptr, &up->cli->faults));
    load_sample(up);
    if (!up->is_stopping) {
        cli_print("AstralField is ready at %.*s\n", FMT(address_to_type(up)));
        cli_print("data: %s, logs: %s; Ctrl-C stops it\n", up->data, up->embedded.logs);
    }
    up->is_ready = true;
    while (!up->is_stopping) {
        up_wait(up, services_tend(up));
        up_control_tend(&up->control);
    }
    return OK;
}

/* The release that was deployed last is what starts, not the program that happens to be called. */
static enum error become_current(struct cli *cli)
{
    struct release current = { 0 };
    struct faults unsaid = { .arena = cli->arena };
    if (cli_has(cli, "this-program") ||
        release_find(cli->data, S("current"), &unsaid, &current) != OK ||
        slice_eq(release_own(cli->arena).id, current.id)) {
        return OK;
    }
    struct slice port = cli_value(cli, "port");
    const char *argv[9] = { current.program, "up", "--data", cli->data };
    size_t count = 4;
    if (port.ptr != NULL) {
        argv[count++] = "--port";
        argv[count++] = arena_cstr(cli->arena, port);
    }
    if (cli_has(cli, "no-sample")) {
        argv[count++] = "--no-sample";
    }
    argv[count++] = "--this-program"; /* no circle, whatever the link says by then */
    cli_print("release %.*s was deployed here and starts (--this-program starts this one)\n",
              FMT(current.id));
    execv(current.program, (char *const *)(uintptr_t)argv);
    return refuse(&cli->faults, E_FILE, "cannot start %s: %s", current.program, strerror(errno));
}

static int up_run(struct cli *cli)
{
    struct up up = {
        .cli = cli, .lock.fd = -1, .listen_fd = -1, .switching.channel = -1, .control.listen = -1
    };
    up.signals = block_signals();
    enum error error = become_current(cli);
    if (error == OK) {
        error = prepare(&up);
    }
    if (error == OK) {
        error = run_until_told(&up);
        up_control_close(&up.control, up.data);
        services_stop(&up);
        embedded_done(&up.embedded);
        if (error == OK) {
            error = embedded_announce(&up.embedded, NULL, NULL, &cli->faults);
        }
        if (error == OK) {
            error = embedded_announce_server(&up.embedded, NULL, &cli->faults);
        }
    }
    if (up.lock.fd >= 0) {
        embedded_unlock(&up.lock);
    }
    return error == OK ? EXIT_OK : cli_fail(cli, error);
}

static const struct cli_option up_options[] = {
    { .name = "port", .value = "N", .doc = "TCP port (default: PORT, or 3007)" },
    { .name = "no-sample", .doc = "start empty, without a league to look at" },
    { .name = "this-program", .doc = "start this program, whatever release was deployed" },
};

const struct command up_command = {
    .name = "up",
    .summary = "start everything here: database, cache, server, a league to look at",
    .help =
        "Runs AstralField on this machine without configuration: a private PostgreSQL and a\n"
        "private Redis under the data directory (on Unix sockets, as an unprivileged user even\n"
        "when root starts it), the server, and the first time a league to look at. With\n"
        "DATABASE_URL or REDIS_URL it uses those instead. Ctrl-C stops everything it started.\n"
        "\n"
        "It answers on 127.0.0.1 only. For other machines, put a proxy that speaks TLS before\n"
        "it, and set PUBLIC_URL and TRUST_PROXY=on, in the environment or in the file\n"
        "astralfield.conf in the data directory (`astralfield config` lists all settings).\n"
        "\n"
        "example: astralfield up --port 8080 --data /srv/astralfield",
    .options = up_options,
    .option_count = ARRAY_LEN(up_options),
    .run = up_run,
};
