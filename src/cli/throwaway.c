#include "cli/throwaway.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "ops/process.h"

enum { WORDS_MAX = 12, ENV_MAX = 32, TAIL_BYTES = 1200 };
#define START_US (180 * US_PER_S) /* PostgreSQL's cluster is made meanwhile */
#define STOP_US (60 * US_PER_S)
#define COMMAND_US (300 * US_PER_S)
#define LOOK_US (50 * US_PER_MS)

/* What an environment says of another instance must not reach this one. */
static const char *const own_env[] = { "DATABASE_URL=",
                                       "REDIS_URL=",
                                       "ASTRALFIELD_DATA_DIR=",
                                       "ASTRALFIELD_URL=",
                                       "PUBLIC_URL=",
                                       "LISTEN_ADDRESS=127.0.0.1",
                                       "PORT=",
                                       "LISTEN_FD=",
                                       "TRUST_PROXY=off",
                                       "BACKUP_EVERY_HOURS=0",
                                       "BACKUP_COPY_DIR=",
                                       "REGISTRATION=open",
                                       "RATE_LIMITS=off",
                                       NULL };

static const char *log_of(const struct throwaway *instance)
{
    return arena_format(instance->cli->arena, "%s/throwaway.log", instance->data).ptr;
}

static struct slice log_end(const struct throwaway *instance)
{
    char *text = arena_alloc(instance->cli->arena, TAIL_BYTES);
    FILE *file = fopen(log_of(instance), "re");
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

/* The address, once `up` has written it. */
static const char *address_of(const struct throwaway *instance)
{
    char line[256] = { 0 };
    FILE *file =
        fopen(arena_format(instance->cli->arena, "%s/run/server.url", instance->data).ptr, "re");
    bool is_read = file != NULL && fgets(line, sizeof(line), file) != NULL;
    if (file != NULL) {
        fclose(file);
    }
    return is_read ? arena_cstr(instance->cli->arena, slice_trim(slice_from(line))) : NULL;
}

static const char *const *env_of(const struct throwaway *instance)
{
    const char **env = ARENA_ARRAY(instance->cli->arena, ENV_MAX, const char *);
    size_t count = 0;
    for (size_t i = 0; own_env[i] != NULL; i++) {
        env[count++] = own_env[i];
    }
    for (size_t i = 0; instance->env != NULL && instance->env[i] != NULL; i++) {
        CHECK(count < ENV_MAX - 1);
        env[count++] = instance->env[i];
    }
    return env;
}

static enum error make_folder(struct throwaway *instance, const char *base,
                              const struct unix_user *owner)
{
    struct cli *cli = instance->cli;
    base = base != NULL ? base : getenv("TMPDIR");
    char path[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
    CHECK(len > 0);
    instance->program = arena_cstr(cli->arena, (struct slice){ .ptr = path, .len = (size_t)len });
    char *made = (char *)(uintptr_t)arena_format(cli->arena, "%s/astralfield-XXXXXX",
                                                 base != NULL && base[0] == '/' ? base : "/tmp")
                     .ptr;
    if (mkdtemp(made) == NULL || chmod(made, 0755) != 0 ||
        (owner->uid != 0 && geteuid() == 0 && chown(made, owner->uid, owner->gid) != 0)) {
        return refuse(&cli->faults, E_FILE, "no folder can be made for it: %s", strerror(errno));
    }
    instance->data = made;
    return OK;
}

enum error throwaway_make(struct cli *cli, const char *base, const struct unix_user *owner,
                          struct throwaway *ret_instance)
{
    *ret_instance = (struct throwaway){ .cli = cli };
    return make_folder(ret_instance, base, owner);
}

enum error throwaway_start(struct cli *cli, struct throwaway *ret_instance)
{
    const struct unix_user ourselves = { 0 };
    TRY(throwaway_make(cli, NULL, &ourselves, ret_instance));
    return throwaway_up(ret_instance);
}

enum error throwaway_up(struct throwaway *instance)
{
    struct cli *cli = instance->cli;
    const char *const argv[] = { instance->program, "up",           "--no-sample", "--port", "0",
                                 "--data",          instance->data, NULL };
    const struct process_spec spec = { .name = "the instance",
                                       .argv = argv,
                                       .env = env_of(instance),
                                       .log = log_of(instance),
                                       .death_signal = SIGTERM };
    TRY(process_start(&spec, &cli->faults, &instance->pid));
    int64_t deadline = mono_now().us + START_US;
    while ((instance->url = address_of(instance)) == NULL) {
        int status = 0;
        if (process_ended(instance->pid, LOOK_US, &status)) {
            instance->pid = 0;
            return refuse(&cli->faults, E_UNAVAILABLE, "the instance did not start:\n%.*s",
                          FMT(log_end(instance)));
        }
        if (mono_now().us > deadline) {
            return refuse(&cli->faults, E_TIMEOUT, "the instance did not start in time:\n%.*s",
                          FMT(log_end(instance)));
        }
    }
    return OK;
}

enum error throwaway_run(struct throwaway *instance, const char *const *words)
{
    const char *argv[WORDS_MAX + 4] = { instance->program };
    size_t count = 1;
    for (size_t i = 0; words[i] != NULL; i++) {
        CHECK(i < WORDS_MAX);
        argv[count++] = words[i];
    }
    argv[count++] = "--data";
    argv[count++] = instance->data;
    const struct process_spec spec = { .name = words[0],
                                       .argv = argv,
                                       .env = env_of(instance),
                                       .log = log_of(instance),
                                       .death_signal = SIGTERM };
    struct faults *faults = &instance->cli->faults;
    enum error error = process_run(&spec, COMMAND_US, faults);
    return error == OK ? OK
                       : refuse(faults, error, "`astralfield %s` failed:\n%.*s", words[0],
                                FMT(log_end(instance)));
}

void throwaway_done(struct throwaway *instance)
{
    if (instance->pid != 0) {
        process_stop(instance->pid, SIGTERM, STOP_US);
        instance->pid = 0;
    }
    if (instance->data == NULL) {
        return;
    }
    /* A user who cannot reach the folder has his database where `home` points (ops/embedded.h). */
    char home[PATH_MAX];
    struct faults unsaid = { .arena = instance->cli->arena };
    const char *link = arena_format(instance->cli->arena, "%s/home", instance->data).ptr;
    ssize_t len = readlink(link, home, sizeof(home) - 1);
    home[len > 0 ? len : 0] = '\0';
    const char *const argv[] = { "rm", "-rf", "--", instance->data, len > 0 ? home : NULL, NULL };
    const struct process_spec spec = { .name = "rm", .argv = argv };
    if (process_run(&spec, STOP_US, &unsaid) != OK) {
        dprintf(STDERR_FILENO, "%s could not be removed\n", instance->data);
    }
    instance->data = NULL;
}
