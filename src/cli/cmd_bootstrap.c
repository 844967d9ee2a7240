/* `astralfield bootstrap`: from a bare machine to serving. Each step is a command that one can give by
 * hand; this one gives them in their order, and becomes `astralfield up` at the end. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/commands.h"
#include "ops/config.h"
#include "ops/process.h"
#include "ops/release.h"

enum { SETTINGS_BYTES_MAX = 65536, ARGUMENTS_MAX = 12 };
#define STEP_US (6 * INT64_C(3600) * 1000000)

struct bootstrap {
    struct cli *cli;
    const char *program, *conf, *beside;
    struct mono began;
    bool is_dry;
};

static void tell(const struct bootstrap *boot, const char *what)
{
    int64_t ms = (mono_now().us - boot->began.us) / US_PER_MS;
    dprintf(STDERR_FILENO, "  %6" PRId64 ".%03d s  %s\n", ms / 1000, (int)(ms % 1000), what);
}

/* ---- settings ---- */

static enum error read_whole(struct cli *cli, const char *path, struct slice *ret_text)
{
    char *text = arena_alloc(cli->arena, SETTINGS_BYTES_MAX);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, text, SETTINGS_BYTES_MAX) : -1;
    int why = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (got < 0 || got == SETTINGS_BYTES_MAX) {
        return refuse(&cli->faults, E_FILE, "cannot read %s: %s", path, strerror(why));
    }
    *ret_text = (struct slice){ .ptr = text, .len = (size_t)got };
    return OK;
}

/* The file of settings becomes the instance's. Another one that is there already is not touched. */
static enum error take_settings(struct bootstrap *boot)
{
    struct cli *cli = boot->cli;
    struct slice text = S("");
    struct slice old = S("");
    struct config settings;
    TRY(read_whole(cli, arena_cstr(cli->arena, cli_value(cli, "env")), &text));
    if (access(boot->conf, F_OK) == 0) {
        TRY(read_whole(cli, boot->conf, &old));
        if (!slice_eq(old, text)) {
            return refuse(&cli->faults, E_FORBIDDEN,
                          "%s is there already and says something else: this machine is not bare",
                          boot->conf);
        }
    } else if (!boot->is_dry) {
        mkdir(cli->data, 0755);
        int fd = open(boot->conf, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        bool is_good = fd >= 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len;
        if (fd >= 0) {
            close(fd);
        }
        if (!is_good) {
            return refuse(&cli->faults, E_FILE, "cannot write %s", boot->conf);
        }
    }
    if (boot->is_dry) {
        return OK;
    }
    TRY(config_read(cli->data, &cli->faults, &settings));
    if (cli_has(cli, "restore") && settings.database_url[0] != '\0') {
        return refuse(
            &cli->faults, E_FORBIDDEN,
            "DATABASE_URL is set: --restore makes the private database again, not that one");
    }
    tell(boot, "the settings are in place");
    return OK;
}

/* ---- steps that are commands ---- */

static enum error step(struct bootstrap *boot, const char *const *words, const char *what)
{
    const char *argv[ARGUMENTS_MAX] = { boot->program };
    size_t count = 1;
    while (words[count - 1] != NULL) {
        CHECK(count < ARGUMENTS_MAX - 3);
        argv[count] = words[count - 1];
        count++;
    }
    argv[count++] = "--data";
    argv[count++] = boot->cli->data;
    struct process_spec spec = { .name = what, .argv = argv };
    if (boot->cli->is_json) { /* the document on standard output is ours */
        spec.log = arena_format(boot->cli->arena, "%s/bootstrap.log", boot->cli->data).ptr;
    }
    if (!boot->is_dry) {
        TRY(process_run(&spec, STEP_US, &boot->cli->faults));
    }
    tell(boot, what);
    return OK;
}

static enum error restore(struct bootstrap *boot)
{
    struct cli *cli = boot->cli;
    struct slice at = cli_value(cli, "restore");
    if (at.ptr == NULL) {
        return OK;
    }
    const char *there[] = { arena_format(cli->arena, "%s/postgres", cli->data).ptr,
                            arena_format(cli->arena, "%s/home/postgres", cli->data).ptr };
    if (access(there[0], F_OK) == 0 || access(there[1], F_OK) == 0) {
        return refuse(&cli->faults, E_FORBIDDEN,
                      "there is a database in %s: this machine is not bare. `astralfield restore` "
                      "makes one beside it",
                      cli->data);
    }
    const char *const make[] = { "restore", "--at",       arena_cstr(cli->arena, at),
                                 "--to",    boot->beside, NULL };
    const char *const swap[] = { "restore", "--swap", "--to", boot->beside, NULL };
    TRY(step(boot, make, "the database is made again"));
    return step(boot, swap, "it is in its place");
}

/* An artifact is unpacked, checked, and what `up` starts. */
static enum error take_release(struct bootstrap *boot)
{
    struct cli *cli = boot->cli;
    struct slice artifact = cli_value(cli, "release");
    struct config settings;
    struct release release = { 0 };
    if (artifact.ptr == NULL || boot->is_dry) {
        return OK;
    }
    TRY(config_read(cli->data, &cli->faults, &settings));
    TRY(release_unpack(cli->data, arena_cstr(cli->arena, artifact), settings.release_public_key,
                       &cli->faults, &release));
    TRY(release_make_current(cli->data, release.id, &cli->faults));
    tell(boot, "the release is unpacked and checked");
    return OK;
}

static enum error work(struct bootstrap *boot)
{
    struct cli *cli = boot->cli;
    TRY(take_settings(boot));
    TRY(restore(boot));
    TRY(take_release(boot));
    if (boot->is_dry || cli_has(cli, "no-start")) {
        return OK;
    }
    tell(boot, "astralfield up takes over; Ctrl-C stops everything");
    const char *const argv[] = { boot->program, "up", "--no-sample", "--data", cli->data, NULL };
    execv(boot->program, (char *const *)(uintptr_t)argv);
    return refuse(&cli->faults, E_FILE, "cannot start %s: %s", boot->program, strerror(errno));
}

static int run(struct cli *cli)
{
    char path[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
    CHECK(len > 0);
    struct bootstrap boot = {
        .cli = cli,
        .program = arena_cstr(cli->arena, (struct slice){ .ptr = path, .len = (size_t)len }),
        .conf = arena_format(cli->arena, "%s/astralfield.conf", cli->data).ptr,
        .beside = arena_format(cli->arena, "%s.restored", cli->data).ptr,
        .began = mono_now(),
        .is_dry = cli_has(cli, "dry-run"),
    };
    enum error error = work(&boot);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        cli_print("{\"ready\":%s,\"milliseconds\":%" PRId64 "}\n", boot.is_dry ? "false" : "true",
                  (mono_now().us - boot.began.us) / US_PER_MS);
    }
    return EXIT_OK;
}

static const struct cli_option options[] = {
    { .name = "env",
      .value = "FILE",
      .is_required = true,
      .doc = "the settings, NAME=value in lines; becomes astralfield.conf" },
    { .name = "restore",
      .value = "TIME",
      .doc = "make the database again from BACKUP_COPY_DIR: latest, or a time" },
    { .name = "release", .value = "ARTIFACT", .doc = "serve this release (default: this program)" },
    { .name = "no-start",
      .doc = "prepare everything, and leave `astralfield up` to somebody else" },
    { .name = "dry-run", .doc = "only tell the steps" },
};

const struct command bootstrap_command = {
    .name = "bootstrap",
    .summary = "from a bare machine to serving",
    .help = "Puts the settings in place, makes the database again from its second place, takes a\n"
            "release, and starts `astralfield up`. Needs PostgreSQL's and Redis's programs, one\n"
            "file of settings, and the folder that BACKUP_COPY_DIR names. Refused (exit code 5)\n"
            "where there is a database already.\n"
            "\n"
            "example: astralfield bootstrap --env astralfield.env --restore latest --data "
            "/srv/football",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .run = run,
};
