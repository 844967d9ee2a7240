/* `astralfield releases list|show|prune|note|sign|key`. */
#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/deploy.h"
#include "ops/config.h"

static void put_release(struct json *json, const struct release *release)
{
    json_open_object(json);
    json_member_text(json, S("release"), release->id);
    json_member_text(json, S("version"), release->version);
    json_member_text(json, S("commit"), release->commit);
    json_member_int(json, S("schema"), release->schema);
    json_member_time(json, S("built"), release->built);
    json_member_time(json, S("arrived"), release->arrived_s * US_PER_S);
    json_member_bool(json, S("signed"), release->is_signed);
    json_member_bool(json, S("current"), release->is_current);
    json_member_bool(json, S("previous"), release->is_previous);
    json_member_text(json, S("folder"), slice_from(release->folder));
    json_close_object(json);
}

static int list_run(struct cli *cli)
{
    struct release_list list = { 0 };
    enum error error = release_list_read(cli->data, &cli->faults, &list);
    struct json json;
    char at[UTIME_TEXT_MAX];
    if (error != OK) {
        return cli_fail(cli, error);
    }
    json_init(&json, cli->arena);
    json_open_array(&json);
    for (size_t i = 0; i < list.count; i++) {
        const struct release *release = &list.list[i];
        put_release(&json, release);
        if (!cli->is_json) {
            cli_print("%-10s %-32.*s schema %-4" PRId64 " %.*s%s\n",
                      release->is_current    ? "current"
                      : release->is_previous ? "previous"
                                             : "",
                      FMT(release->id), release->schema,
                      FMT(utime_print(release->arrived_s * US_PER_S, at)),
                      release->is_signed ? "  signed" : "");
        }
    }
    json_close_array(&json);
    if (cli->is_json) {
        cli_print("%.*s\n", FMT(json_done(&json)));
    } else if (list.count == 0) {
        cli_print("no release was deployed here: the program itself serves\n");
    }
    return EXIT_OK;
}

static int show_run(struct cli *cli)
{
    struct release release = { 0 };
    struct config settings;
    struct slice id = cli->argument_count > 0 ? cli->arguments[0] : S("current");
    enum error error = config_read(cli->data, &cli->faults, &settings);
    if (error == OK) {
        error = release_find(cli->data, id, &cli->faults, &release);
    }
    if (error == OK) {
        struct release checked = { 0 };
        error = release_check(release.folder, settings.release_public_key, &cli->faults, &checked);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    struct json json;
    json_init(&json, cli->arena);
    put_release(&json, &release);
    if (cli->is_json) {
        cli_print("%.*s\n", FMT(json_done(&json)));
        return EXIT_OK;
    }
    char at[UTIME_TEXT_MAX];
    cli_print("release   %.*s%s\nversion   %.*s\ncommit    %.*s\nschema    %" PRId64
              " (and newer ones, as long as nothing was taken away)\nbuilt     %.*s\nsigned    %s\n"
              "folder    %s\nfiles     as they were made\n",
              FMT(release.id),
              release.is_current    ? " (current)"
              : release.is_previous ? " (previous)"
                                    : "",
              FMT(release.version), FMT(release.commit), release.schema,
              FMT(utime_print(release.built, at)), release.is_signed ? "yes" : "no",
              release.folder);
    return EXIT_OK;
}

static int prune_run(struct cli *cli)
{
    int64_t keep = 0;
    size_t count = 0;
    bool is_dry = cli_has(cli, "dry-run");
    enum error error = cli_number(cli, "keep", 1, 1000, RELEASES_KEPT, &keep);
    if (error == OK) {
        error = release_lock(cli->data, &cli->faults);
    }
    if (error == OK) {
        error = release_prune(cli->data, (size_t)keep, NULL, is_dry, &cli->faults, &count);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    cli_print(cli->is_json ? "{\"removed\":%zu,\"dryRun\":%s}\n" : "%zu releases %s\n", count,
              cli->is_json ? (is_dry ? "true" : "false")
              : is_dry     ? "would go"
                           : "removed");
    return EXIT_OK;
}

/* ---- for `astralfield up` ---- */

static int note_run(struct cli *cli)
{
    int64_t ms = 0;
    struct faults unsaid = { .arena = cli->arena };
    enum error error = cli_number(cli, "milliseconds", 0, INT64_C(86400000), 0, &ms);
    struct deploy_note note = { .kind = arena_cstr(cli->arena, cli_value(cli, "kind")),
                                .is_ok = !cli_has(cli, "failed"),
                                .release = cli_value(cli, "release"),
                                .from = cli_value(cli, "from"),
                                .milliseconds = ms,
                                .detail = cli_value(cli, "detail") };
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (release_find(cli->data, note.release, &unsaid, &note.facts) != OK) {
        note.facts = (struct release){ 0 };
    }
    int code = deploy_note(cli, &note);
    if (code == EXIT_OK) {
        cli_print(cli->is_json ? "{\"noted\":true}\n" : "noted\n");
    }
    return code;
}

/* ---- signing ---- */

static const char *argument(const struct cli *cli)
{
    return cli->argument_count == 1 ? arena_cstr(cli->arena, cli->arguments[0]) : NULL;
}

static int sign_run(struct cli *cli)
{
    struct slice key = cli_value(cli, "key");
    const char *folder = argument(cli);
    enum error error = folder != NULL
                           ? release_sign(folder, arena_cstr(cli->arena, key), &cli->faults)
                           : refuse(&cli->faults, E_USAGE, "name the folder of the release");
    if (error != OK) {
        return cli_fail(cli, error);
    }
    cli_print(cli->is_json ? "{\"signed\":true}\n" : "signed\n");
    return EXIT_OK;
}

static int key_run(struct cli *cli)
{
    struct slice public_key = S("");
    const char *path = argument(cli);
    enum error error = path != NULL
                           ? release_make_key(path, &cli->faults, &public_key)
                           : refuse(&cli->faults, E_USAGE, "name the file for the secret key");
    if (error != OK) {
        return cli_fail(cli, error);
    }
    cli_print(cli->is_json ? "{\"RELEASE_PUBLIC_KEY\":\"%.*s\"}\n" : "RELEASE_PUBLIC_KEY=%.*s\n",
              FMT(public_key));
    return EXIT_OK;
}

/* ---- the commands ---- */

const struct command releases_list_command = {
    .name = "releases list",
    .summary = "the releases that lie here, the newest first",
    .help = "Those that were deployed lately; `rollback --to` takes any of them.\n\n"
            "example: astralfield releases list",
    .run = list_run,
};

const struct command releases_show_command = {
    .name = "releases show",
    .summary = "one release, with every file checked",
    .help = "What it is and whether its files are as they were made (default: current).\n\n"
            "example: astralfield releases show previous",
    .arguments = "[RELEASE]",
    .run = show_run,
};

static const struct cli_option prune_options[] = {
    { .name = "keep", .value = "N", .doc = "how many stay (5)" },
    { .name = "dry-run", .doc = "only count" },
};

const struct command releases_prune_command = {
    .name = "releases prune",
    .summary = "remove old releases",
    .help =
        "Keeps the newest, and always the current and the previous one. `deploy` does it too.\n\n"
        "example: astralfield releases prune --keep 3",
    .options = prune_options,
    .option_count = ARRAY_LEN(prune_options),
    .run = prune_run,
};

static const struct cli_option note_options[] = {
    { .name = "kind",
      .value = "KIND",
      .is_required = true,
      .doc = "deploy, hotfix, restart, rollback or auto_rollback" },
    { .name = "release", .value = "RELEASE", .is_required = true, .doc = "which one serves" },
    { .name = "from", .value = "RELEASE", .doc = "which one served before" },
    { .name = "detail", .value = "TEXT", .doc = "why" },
    { .name = "milliseconds", .value = "N", .doc = "how long it took" },
    { .name = "failed", .doc = "it did not work" },
};

const struct command releases_note_command = {
    .name = "releases note",
    .summary = "write down what was deployed by other means",
    .help =
        "Adds a line to the table of releases and to the audit log. `astralfield up` notes its\n"
        "own rollbacks with it.\n\n"
        "example: astralfield releases note --kind deploy --release 0.2.0-1a2b3c4d5e6f",
    .options = note_options,
    .option_count = ARRAY_LEN(note_options),
    .run = note_run,
};

static const struct cli_option sign_options[] = {
    { .name = "key", .value = "FILE", .is_required = true, .doc = "the secret key" },
};

const struct command releases_sign_command = {
    .name = "releases sign",
    .summary = "sign the folder of a release",
    .help = "Writes SHA256SUMS.sig (Ed25519). `make release KEY=FILE` does it.\n\n"
            "example: astralfield releases sign dist/astralfield-0.2.0 --key release.key",
    .arguments = "FOLDER",
    .options = sign_options,
    .option_count = ARRAY_LEN(sign_options),
    .run = sign_run,
};

const struct command releases_key_command = {
    .name = "releases key",
    .summary = "make a pair of keys to sign releases with",
    .help = "Writes the secret key into a new file and prints the setting for those who deploy.\n\n"
            "example: astralfield releases key release.key",
    .arguments = "FILE",
    .run = key_run,
};
