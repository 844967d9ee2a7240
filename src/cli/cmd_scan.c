/* `astralfield scan`: what could be attacked, looked at without network beyond the own server. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"
#include "base/time.h"
#include "cli/call.h"
#include "cli/commands.h"
#include "cli/scan.h"

/* ---- reports ---- */

static enum error write_file(struct arena *arena, const char *folder, const char *name,
                             struct slice text)
{
    FILE *file = fopen(arena_format(arena, "%s/%s", folder, name).ptr, "we");
    if (file == NULL) {
        return E_FILE;
    }
    bool is_whole = fwrite(text.ptr, 1, text.len, file) == text.len;
    return fclose(file) == 0 && is_whole ? OK : E_FILE;
}

static const char *level_of(enum check_state state)
{
    switch (state) {
    case CHECK_BAD:
        return "error";
    case CHECK_WARNING:
        return "warning";
    case CHECK_GOOD:
    case CHECK_SKIPPED:
        break;
    }
    return "none";
}

/* SARIF 2.1.0 (OASIS): one result per check; what is well has kind "pass". */
static struct slice sarif_of(const struct checks *checks, struct arena *arena)
{
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    json_member_text(&json, S("version"), S("2.1.0"));
    json_member_text(&json, S("$schema"), S("https://json.schemastore.org/sarif-2.1.0.json"));
    json_key(&json, S("runs"));
    json_open_array(&json);
    json_open_object(&json);
    json_member_raw(
        &json, S("tool"),
        S("{\"driver\":{\"name\":\"astralfield scan\",\"version\":\"" ASTRALFIELD_VERSION "\"}}"));
    json_key(&json, S("results"));
    json_open_array(&json);
    for (size_t i = 0; i < checks->count; i++) {
        const struct check_result *result = &checks->list[i];
        bool is_pass = result->state == CHECK_GOOD;
        json_open_object(&json);
        json_member_text(&json, S("ruleId"), slice_from(result->name));
        json_member_text(&json, S("kind"),
                         is_pass                          ? S("pass")
                         : result->state == CHECK_SKIPPED ? S("notApplicable")
                                                          : S("fail"));
        json_member_text(&json, S("level"), slice_from(level_of(result->state)));
        json_key(&json, S("message"));
        json_open_object(&json);
        json_member_text(&json, S("text"), result->said);
        json_close_object(&json);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    json_close_array(&json);
    json_close_object(&json);
    return json_done(&json);
}

enum error scan_report(const struct checks *checks, const char *folder, char grade)
{
    struct arena *arena = checks->cli->arena;
    struct json json;
    if (mkdir(folder, 0750) != 0 && errno != EEXIST) {
        return E_FILE;
    }
    json_init(&json, arena);
    json_open_object(&json);
    json_member_time(&json, S("at"), utime_now());
    json_member_text(&json, S("version"), S(ASTRALFIELD_VERSION));
    json_member_text(&json, S("grade"), (struct slice){ .ptr = &grade, .len = 1 });
    checks_json(checks, &json);
    json_close_object(&json);
    TRY(write_file(arena, folder, "report.json", json_done(&json)));
    return write_file(arena, folder, "report.sarif", sarif_of(checks, arena));
}

/* ---- the command ---- */

/* A: nothing found. B: something to look at. D: something bad; F: three of them. */
static char grade_of(const struct checks *checks)
{
    size_t bad = 0;
    size_t fair = 0;
    for (size_t i = 0; i < checks->count; i++) {
        bad += checks->list[i].state == CHECK_BAD ? 1 : 0;
        fair += checks->list[i].state == CHECK_WARNING ? 1 : 0;
    }
    return bad >= 3 ? 'F' : bad > 0 ? 'D' : fair > 0 ? 'B' : 'A';
}

static const char *source_root(struct cli *cli)
{
    struct slice given = cli_value(cli, "source");
    if (given.len > 0) {
        return arena_cstr(cli->arena, given);
    }
    return access("src/base/slice.h", R_OK) == 0 && access("meson.build", R_OK) == 0 ? "." : NULL;
}

static const char *advisories_file(struct cli *cli, const char *root)
{
    struct slice given = cli_value(cli, "advisories");
    if (given.len > 0) {
        return arena_cstr(cli->arena, given);
    }
    const char *beside = arena_format(cli->arena, "%s/deploy/advisories.json",
                                      root == NULL ? "/usr/share/astralfield" : root)
                             .ptr;
    return beside;
}

static int run(struct cli *cli)
{
    struct checks *checks = ARENA_NEW(cli->arena, struct checks);
    *checks = (struct checks){ .cli = cli, .title = "security scan" };
    const char *root = source_root(cli);
    scan_dependencies(checks, advisories_file(cli, root));
    scan_files(checks);
    scan_source(checks, root);
    scan_server(checks, cli_has(cli, "full"));
    char grade = grade_of(checks);
    check_add(checks, "grade", CHECK_GOOD, "%c", grade);
    struct slice folder = cli_value(cli, "out");
    if (folder.len > 0) {
        enum error error = scan_report(checks, arena_cstr(cli->arena, folder), grade);
        if (error != OK) {
            return cli_fail(cli, refuse(&cli->faults, error, "the reports could not be written"));
        }
    }
    return checks_print(checks);
}

static const struct cli_option options[] = {
    CALL_URL_OPTION,
    { .name = "full", .doc = "ask every row of the API as a stranger, not the operators' alone" },
    { .name = "out", .value = "DIR", .doc = "write report.json and report.sarif there" },
    { .name = "source",
      .value = "DIR",
      .doc = "a checkout to search (default: this folder if it is one)" },
    { .name = "advisories",
      .value = "FILE",
      .doc = "known weaknesses (default: deploy/advisories.json)" },
};

const struct command scan_command = {
    .name = "scan",
    .summary = "look for weaknesses: libraries, files, source, the running server",
    .help =
        "Five phases: the libraries in use against a list of advisories; files that others may\n"
        "write; patterns in a source tree; headers, TLS, hidden files and rows of the running\n"
        "server, asked as a stranger; a grade. What cannot be looked at is skipped, with the\n"
        "reason. Exit code by the worst: 0 nothing, 3 something to look at, 1 something bad.\n\n"
        "example: astralfield scan --full --out scan-results",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .run = run,
};
