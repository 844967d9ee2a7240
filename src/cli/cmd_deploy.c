/* `astralfield deploy` and `astralfield rollback`. */
#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/deploy.h"
#include "cli/deploy_unit.h"
#include "ops/config.h"
#include "ops/process.h"

enum { MIGRATE_US = 600 * 1000000, SPACE_BYTES_MIN = 256 * 1024 * 1024 };

struct deploy {
    struct cli *cli;
    struct config settings;
    const char *unit;
    bool is_hotfix, is_restart, is_dry;
    int64_t bake_s;
    struct release release;
    struct mono began;
    json_t *state;
};

/* "60s", "15m", "0" */
static enum error read_bake(struct cli *cli, int64_t *ret_seconds)
{
    struct slice text = cli_value(cli, "bake");
    int64_t number = BAKE_S;
    int64_t unit = 1;
    if (text.len > 0 && (text.ptr[text.len - 1] == 's' || text.ptr[text.len - 1] == 'm')) {
        unit = text.ptr[text.len - 1] == 'm' ? 60 : 1;
        text.len--;
    }
    if (text.ptr != NULL &&
        (slice_to_int(text, &number) != OK || number < 0 || number * unit > BAKE_MAX_S)) {
        return refuse(&cli->faults, E_USAGE, "--bake is a time such as 60s or 15m");
    }
    *ret_seconds = number * unit;
    return OK;
}

static enum error read_wish(struct deploy *deploy)
{
    struct cli *cli = deploy->cli;
    bool is_current = cli_has(cli, "current");
    deploy->is_hotfix = cli_has(cli, "hotfix");
    deploy->is_restart = cli_has(cli, "restart");
    deploy->is_dry = cli_has(cli, "dry-run");
    struct slice unit = cli_value(cli, "unit");
    deploy->unit = unit.ptr != NULL ? arena_cstr(cli->arena, unit) : NULL;
    TRY(read_bake(cli, &deploy->bake_s));
    if (is_current != deploy->is_restart || is_current == (cli->argument_count == 1) ||
        cli->argument_count > 1) {
        return refuse(&cli->faults, E_USAGE,
                      "name one artifact (or a release that is here), or give --current --restart");
    }
    return config_read(cli->data, &cli->faults, &deploy->settings);
}

/* ---- what must hold before anything is touched ---- */

/* The state directory of systemd's service is not there before its first start. */
static enum error make_folder(struct cli *cli, const char *path)
{
    return mkdir(path, 0755) == 0 || errno == EEXIST
               ? OK
               : refuse(&cli->faults, E_FORBIDDEN, "cannot make %s: %s", path, strerror(errno));
}

static enum error check_space(struct cli *cli)
{
    struct statvfs disk;
    if (statvfs(cli->data, &disk) != 0) {
        return refuse(&cli->faults, E_NOT_FOUND, "there is no data directory %s", cli->data);
    }
    uint64_t bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    return bytes >= SPACE_BYTES_MIN
               ? OK
               : refuse(&cli->faults, E_FORBIDDEN, "only %" PRIu64 " MB are free on the disk of %s",
                        bytes / 1000000, cli->data);
}

/* An artifact is unpacked and checked; the name of a release that is here finds it, and it is checked
 * again. */
static enum error bring_in(struct deploy *deploy)
{
    struct cli *cli = deploy->cli;
    const char *key = deploy->settings.release_public_key;
    struct slice wanted = cli->arguments[0];
    struct faults unsaid = { .arena = cli->arena };
    struct release here = { 0 };
    if (release_is_id(wanted) && release_find(cli->data, wanted, &unsaid, &here) == OK) {
        deploy_step(cli, arena_format(cli->arena, "release %.*s is here", FMT(here.id)));
        return release_check(here.folder, key, &cli->faults, &deploy->release);
    }
    TRY(release_unpack(cli->data, arena_cstr(cli->arena, wanted), key, &cli->faults,
                       &deploy->release));
    deploy_step(cli, arena_format(cli->arena, "release %.*s: unpacked, every file as it was made%s",
                                  FMT(deploy->release.id), key[0] != '\0' ? ", signed" : ""));
    return OK;
}

/* The new program knows its own migrations; ours may not. */
static enum error migrate(struct deploy *deploy)
{
    struct cli *cli = deploy->cli;
    struct arena *arena = cli->arena;
    const char *url = NULL;
    TRY(cli_database(cli, &url));
    const char *const up[] = {
        deploy->release.program, "migrate", "up", "--data", cli->data, NULL
    };
    const char *const plan[] = {
        deploy->release.program, "migrate", "status", "--data", cli->data, NULL
    };
    const char *const env[] = { arena_format(arena, "DATABASE_URL=%s", url).ptr, NULL };
    const char *folder = arena_format(arena, "%s/log", cli->data).ptr;
    const char *log = arena_format(arena, "%s/deploy.log", folder).ptr;
    TRY(make_folder(cli, folder));
    struct process_spec spec = {
        .name = "its `migrate up`", .argv = deploy->is_dry ? plan : up, .env = env, .log = log
    };
    if (deploy->is_dry) {
        /* Exit code 3 tells that some are pending: that is what a deploy is for. */
        spec.name = "its `migrate status`";
        pid_t pid = 0;
        int status = 0;
        TRY(process_start(&spec, &cli->faults, &pid));
        return process_ended(pid, MIGRATE_US, &status)
                   ? OK
                   : refuse(&cli->faults, E_TIMEOUT, "the new program does not answer");
    }
    TRY(process_run(&spec, MIGRATE_US, &cli->faults));
    deploy_step(cli, S("the schema is at the release's (nothing was taken away)"));
    return OK;
}

/* ---- deploy ---- */

static const char *kind_of(const struct deploy *deploy)
{
    return deploy->is_restart ? "restart" : deploy->is_hotfix ? "hotfix" : "deploy";
}

static struct slice text_of(const json_t *state, const char *key)
{
    return slice_from(json_string_value(json_object_get(state, key)));
}

static enum error change_over(struct deploy *deploy)
{
    struct cli *cli = deploy->cli;
    const struct deploy_switch wish = {
        .release = deploy->is_restart ? S("current") : deploy->release.id,
        .mark =
            arena_format(cli->arena, "before %s %.*s", kind_of(deploy), FMT(deploy->release.id)),
        .watch_s = deploy->is_restart  ? 0
                   : deploy->is_hotfix ? HOTFIX_WATCH_S
                                       : deploy->bake_s,
        .unit = deploy->unit,
    };
    return deploy_switch(cli, &wish, &deploy->state);
}

static enum error bake(struct deploy *deploy)
{
    struct cli *cli = deploy->cli;
    struct deploy_switch watched = { .release = deploy->release.id,
                                     .unit = deploy->unit,
                                     .watch_s =
                                         deploy->is_hotfix ? HOTFIX_WATCH_S : deploy->bake_s };
    if (deploy->is_restart || watched.watch_s == 0) {
        return OK;
    }
    if (deploy->unit != NULL) {
        deploy_step(cli, arena_format(cli->arena, "watched for %" PRId64 " s", watched.watch_s));
        return unit_watch(cli, &watched);
    }
    if (deploy->is_hotfix) {
        deploy_step(cli, S("astralfield up watches it for 15 minutes, and goes back by itself when "
                           "more than 1 % of its answers are errors"));
        return OK;
    }
    deploy_step(cli, arena_format(cli->arena, "watched for %" PRId64 " s", deploy->bake_s));
    return deploy_bake(cli, deploy->release.id, deploy->bake_s);
}

static enum error work(struct deploy *deploy)
{
    struct cli *cli = deploy->cli;
    if (deploy->unit != NULL) {
        TRY(make_folder(cli, cli->data));
    }
    TRY(check_space(cli));
    TRY(release_lock(cli->data, &cli->faults));
    if (!deploy->is_restart) {
        TRY(bring_in(deploy));
        TRY(deploy_check_schema(cli, &deploy->release));
        if (!cli_has(cli, "no-migrate")) {
            TRY(migrate(deploy));
        }
    }
    return deploy->is_dry ? OK : change_over(deploy);
}

static int64_t number_of(const json_t *state, const char *key)
{
    return json_integer_value(json_object_get(state, key));
}

static void print_done(const struct deploy *deploy, int64_t ms)
{
    struct cli *cli = deploy->cli;
    struct slice release = text_of(deploy->state, "release");
    struct slice before = text_of(deploy->state, "before");
    if (!cli->is_json) {
        cli_print("%.*s serves after %" PRId64 " ms; all done after %" PRId64 " ms\n", FMT(release),
                  number_of(deploy->state, "readyMs"), ms);
        return;
    }
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_member_text(&json, S("kind"), slice_from(kind_of(deploy)));
    json_member_text(&json, S("release"), release);
    json_member_text(&json, S("before"), before);
    json_member_int(&json, S("readyMs"), number_of(deploy->state, "readyMs"));
    json_member_int(&json, S("changedMs"), number_of(deploy->state, "wholeMs"));
    json_member_int(&json, S("milliseconds"), ms);
    json_member_bool(&json, S("clean"), json_is_true(json_object_get(deploy->state, "clean")));
    json_close_object(&json);
    cli_print("%.*s\n", FMT(json_done(&json)));
}

static int dry(const struct deploy *deploy)
{
    struct cli *cli = deploy->cli;
    const struct release *release = &deploy->release;
    if (cli->is_json) {
        cli_print("{\"dryRun\":true,\"release\":\"%.*s\",\"schema\":%" PRId64 "}\n",
                  FMT(release->id), release->schema);
    } else if (deploy->is_restart) {
        cli_print("the release that serves would be started anew\n");
    } else {
        cli_print("release %.*s of schema %" PRId64
                  " could be deployed; it is unpacked, nothing else was changed\n",
                  FMT(release->id), release->schema);
    }
    return EXIT_OK;
}

/* A deploy that failed is noted too, unless even its name is not known. */
static int finish(struct deploy *deploy, enum error error)
{
    struct cli *cli = deploy->cli;
    int64_t ms = (mono_now().us - deploy->began.us) / US_PER_MS;
    struct slice detail = error == OK ? S("") : cli->faults.detail;
    struct deploy_note note = {
        .kind = kind_of(deploy),
        .is_ok = error == OK,
        .release = deploy->state != NULL && deploy->is_restart ? text_of(deploy->state, "release")
                                                               : deploy->release.id,
        .from = text_of(deploy->state, "before"),
        .facts = deploy->release,
        .milliseconds = ms,
        .detail = detail,
    };
    if (note.release.len > 0 && deploy_note(cli, &note) != EXIT_OK) {
        deploy_step(cli, S("the table of releases could not be written"));
    }
    if (error != OK) {
        cli->faults.detail = detail;
        cli->faults.error = error;
        return cli_fail(cli, error);
    }
    size_t pruned = 0;
    const char *used = json_string_value(json_object_get(deploy->state, "supervisor"));
    error = release_prune(cli->data, RELEASES_KEPT, used, false, &cli->faults, &pruned);
    print_done(deploy, ms);
    return error == OK ? EXIT_OK : cli_fail(cli, error);
}

static int deploy_run(struct cli *cli)
{
    struct deploy deploy = { .cli = cli, .began = mono_now() };
    enum error error = read_wish(&deploy);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    error = work(&deploy);
    if (deploy.is_dry) {
        return error == OK ? dry(&deploy) : cli_fail(cli, error);
    }
    if (error == OK) {
        error = bake(&deploy);
    }
    int code = finish(&deploy, error);
    json_decref(deploy.state);
    return code;
}

/* ---- rollback ---- */

/* What served before may have been no release: then only `up` knows it. */
static enum error find_target(struct cli *cli, struct release *ret_release)
{
    struct slice to = cli_value(cli, "to");
    struct faults unsaid = { .arena = cli->arena };
    struct slice id = to.ptr == NULL ? S("previous") : to;
    bool may_be_none = to.ptr == NULL || slice_eq(to, S("built-in"));
    enum error error =
        release_find(cli->data, id, may_be_none ? &unsaid : &cli->faults, ret_release);
    if (error != OK && may_be_none) {
        *ret_release = (struct release){ .id = id };
        return OK;
    }
    return error;
}

static enum error roll_back(struct deploy *rollback)
{
    struct cli *cli = rollback->cli;
    TRY(release_lock(cli->data, &cli->faults));
    TRY(find_target(cli, &rollback->release));
    if (rollback->release.folder != NULL) {
        TRY(deploy_check_schema(cli, &rollback->release));
    }
    if (rollback->is_dry) {
        return OK;
    }
    const struct deploy_switch wish = { .release = rollback->release.id, .unit = rollback->unit };
    return deploy_switch(cli, &wish, &rollback->state);
}

static int rollback_run(struct cli *cli)
{
    struct deploy rollback = { .cli = cli, .began = mono_now(), .is_dry = cli_has(cli, "dry-run") };
    struct slice unit = cli_value(cli, "unit");
    rollback.unit = unit.ptr != NULL ? arena_cstr(cli->arena, unit) : NULL;
    enum error error = roll_back(&rollback);
    int64_t ms = (mono_now().us - rollback.began.us) / US_PER_MS;
    struct slice detail = error == OK ? S("") : cli->faults.detail;
    if (error == OK && rollback.is_dry) {
        cli_print(cli->is_json ? "{\"dryRun\":true,\"release\":\"%.*s\"}\n"
                               : "release %.*s would serve again\n",
                  FMT(rollback.release.id));
        return EXIT_OK;
    }
    bool is_known = error == OK || rollback.release.folder != NULL;
    const struct deploy_note note = {
        .kind = "rollback",
        .is_ok = error == OK,
        .release = error == OK ? text_of(rollback.state, "release") : rollback.release.id,
        .from = text_of(rollback.state, "before"),
        .facts = rollback.release,
        .milliseconds = ms,
        .detail = detail,
    };
    if (is_known && !rollback.is_dry && deploy_note(cli, &note) != EXIT_OK) {
        deploy_step(cli, S("the table of releases could not be written"));
    }
    if (error != OK) {
        cli->faults.detail = detail;
        cli->faults.error = error;
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        cli_print(
            "{\"kind\":\"rollback\",\"release\":\"%.*s\",\"before\":\"%.*s\",\"readyMs\":%" PRId64
            ",\"milliseconds\":%" PRId64 "}\n",
            FMT(note.release), FMT(note.from), number_of(rollback.state, "readyMs"), ms);
    } else {
        cli_print("%.*s serves again after %" PRId64 " ms\n", FMT(note.release),
                  number_of(rollback.state, "readyMs"));
    }
    json_decref(rollback.state);
    return EXIT_OK;
}

/* ---- the commands ---- */

static const struct cli_option deploy_options[] = {
    { .name = "hotfix",
      .doc = "no waiting: watched for 15 minutes, taken back above 1 % errors; sets HOTFIX_MODE" },
    { .name = "bake", .value = "TIME", .doc = "how long it is watched before it is done (15s)" },
    { .name = "no-migrate", .doc = "leave the schema as it is" },
    { .name = "current", .doc = "with --restart: the release that serves" },
    { .name = "restart", .doc = "with --current: start it anew without downtime; reads settings" },
    { .name = "unit", .value = "NAME", .doc = "the server is this service of systemd" },
    { .name = "dry-run", .doc = "check everything, change nothing that serves" },
};

const struct command deploy_command = {
    .name = "deploy",
    .summary = "put a release in service without downtime",
    .help =
        "Unpacks an artifact of `make release` into DATA/releases, checks every file (and its\n"
        "signature, with RELEASE_PUBLIC_KEY), makes a restore point, lets the new program add\n"
        "what its schema needs, starts it beside the old one on the same listening socket, and\n"
        "changes over when it has said three times that it is ready. The old one answers what\n"
        "it has and goes. What fails before leaves the old one serving; when the new one dies or\n"
        "fails in its first seconds, the old one comes back by itself. The last five stay.\n"
        "\n"
        "Exit codes: 1 it failed or was taken back, 4 another deploy runs, 5 refused (altered,\n"
        "unsigned, schema), 6 it was not ready in time.\n"
        "\n"
        "example: astralfield deploy dist/astralfield-0.2.0-1a2b3c4d5e6f.tar.gz\n"
        "         astralfield deploy --current --restart",
    .arguments = "[ARTIFACT]",
    .options = deploy_options,
    .option_count = ARRAY_LEN(deploy_options),
    .run = deploy_run,
};

static const struct cli_option rollback_options[] = {
    { .name = "to", .value = "RELEASE", .doc = "which one (default: what served before)" },
    { .name = "unit", .value = "NAME", .doc = "the server is this service of systemd" },
    { .name = "dry-run", .doc = "only look" },
};

const struct command rollback_command = {
    .name = "rollback",
    .summary = "put the release before in service again",
    .help = "Changes back to the release that served before, as `deploy` does, and leaves the\n"
            "database alone: a schema is never taken back by it. Refused (exit code 5) when the\n"
            "schema has lost what the older program uses; the message says what to do then.\n"
            "\n"
            "example: astralfield rollback\n"
            "         astralfield rollback --to 0.1.0-1a2b3c4d5e6f",
    .options = rollback_options,
    .option_count = ARRAY_LEN(rollback_options),
    .run = rollback_run,
};
