/* `astralfield loadtest`: requests at a steady rate, judged by the objectives. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/call.h"
#include "cli/commands.h"
#include "cli/load.h"

#include <curl/curl.h>

enum { RATE_MAX = 50000, SECONDS_MAX = 86400, WARMUP_SECONDS = 5, REQUESTS_MAX = 100000000 };

/* "60s", "2m", "1h", or seconds. */
static enum error read_duration(struct cli *cli, int64_t fallback, int64_t *ret_seconds)
{
    struct slice text = cli_value(cli, "for");
    int64_t unit = 1;
    *ret_seconds = fallback;
    if (text.ptr == NULL) {
        return OK;
    }
    struct slice digits = text;
    if (slice_ends(text, S("s")) || slice_ends(text, S("m")) || slice_ends(text, S("h"))) {
        char last = text.ptr[text.len - 1];
        unit = last == 'm' ? 60 : last == 'h' ? 3600 : 1;
        digits.len--;
    }
    int64_t count = 0;
    if (slice_to_int(digits, &count) != OK || count < 1 || count > SECONDS_MAX / unit) {
        return refuse(&cli->faults, E_USAGE, "--for must be as 60s, 2m or 1h, not \"%.*s\"",
                      FMT(text));
    }
    *ret_seconds = count * unit;
    return OK;
}

static enum error read_plan(struct cli *cli, struct load_plan *plan)
{
    struct slice profile = cli_value(cli, "profile");
    int64_t seconds = 0;
    int64_t vus = 0;
    plan->profile = profile.ptr == NULL ? "production" : arena_cstr(cli->arena, profile);
    if (!load_profile(plan->profile, &vus, &seconds)) {
        return refuse(&cli->faults, E_USAGE, "there is no profile \"%s\"; there are: %s",
                      plan->profile, load_profiles);
    }
    TRY(cli_number(cli, "vus", 1, LOAD_VUS_MAX, vus, &plan->vus));
    TRY(cli_number(cli, "rate", 1, RATE_MAX, plan->vus, &plan->rate));
    TRY(read_duration(cli, seconds, &plan->seconds));
    plan->is_spread = cli_has(cli, "spread");
    plan->warmup_seconds = cli_has(cli, "skip-warmup")           ? 0
                           : plan->seconds / 10 < WARMUP_SECONDS ? plan->seconds / 10
                                                                 : WARMUP_SECONDS;
    return plan->rate * plan->seconds <= REQUESTS_MAX
               ? OK
               : refuse(&cli->faults, E_USAGE, "that is more than %d requests", REQUESTS_MAX);
}

/* Signs in when an account is named, and takes its cookies over. */
static enum error sign_in(struct call *call, struct load_plan *plan)
{
    const char *email = getenv("ASTRALFIELD_EMAIL");
    const char *password = getenv("ASTRALFIELD_PASSWORD");
    struct arena *arena = call->cli->arena;
    if (email == NULL || password == NULL || email[0] == '\0') {
        return OK;
    }
    struct call_reply reply = { 0 };
    json_t *json = NULL;
    json_t *body = json_pack("{s:s, s:s}", "email", email, "password", password);
    char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT);
    json_decref(body);
    enum error error =
        text == NULL
            ? refuse(&call->cli->faults, E_USAGE,
                     "ASTRALFIELD_EMAIL or ASTRALFIELD_PASSWORD is not UTF-8")
            : call_expect(call, "POST", "/api/auth/login", slice_from(text), &reply, &json);
    free(text);
    TRY(error);
    struct curl_slist *cookies = NULL;
    struct buffer line;
    buffer_init(&line, arena);
    curl_easy_getinfo(call->curl, CURLINFO_COOKIELIST, &cookies);
    for (const struct curl_slist *cookie = cookies; cookie != NULL; cookie = cookie->next) {
        struct slice rest = slice_from(cookie->data); /* seven fields between tabs */
        for (int field = 0; field < 5; field++) {
            slice_cut(&rest, '\t');
        }
        struct slice name = slice_cut(&rest, '\t');
        buffer_format(&line, "%s%.*s=%.*s", line.len > 0 ? "; " : "", FMT(name), FMT(rest));
    }
    curl_slist_free_all(cookies);
    plan->cookie = arena_copy(arena, buffer_slice(&line));
    return OK;
}

static enum error write_file(struct cli *cli, const char *path, struct slice text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    ssize_t written = fd < 0 ? -1 : write(fd, text.ptr, text.len);
    if (fd >= 0) {
        close(fd);
    }
    return written == (ssize_t)text.len
               ? OK
               : refuse(&cli->faults, E_FILE, "%s cannot be written", path);
}

static enum error write_reports(struct cli *cli, const struct load_plan *plan,
                                const struct load_result *result)
{
    struct slice folder = cli_value(cli, "out");
    char at[UTIME_TEXT_MAX];
    if (folder.len == 0) {
        return OK;
    }
    const char *dir = arena_cstr(cli->arena, folder);
    mkdir(dir, 0755); /* there already, or the file cannot be written and says so */
    struct slice time = utime_print(result->began, at);
    const char *stem = arena_format(cli->arena, "%s/load-%s-%.4s%.2s%.2sT%.2s%.2s%.2sZ", dir,
                                    plan->profile, time.ptr, time.ptr + 5, time.ptr + 8,
                                    time.ptr + 11, time.ptr + 14, time.ptr + 17)
                           .ptr;
    TRY(write_file(cli, arena_format(cli->arena, "%s.json", stem).ptr,
                   load_json(cli->arena, plan, result)));
    const char *markdown = arena_format(cli->arena, "%s.md", stem).ptr;
    TRY(write_file(cli, markdown, load_markdown(cli->arena, plan, result)));
    dprintf(STDERR_FILENO, "report: %s\n", markdown);
    return OK;
}

static int loadtest_run(struct cli *cli)
{
    CLEANUP(call_done) struct call call = { 0 };
    struct load_plan *plan = ARENA_NEW(cli->arena, struct load_plan);
    struct load_result *result = ARENA_NEW(cli->arena, struct load_result);
    enum error error = read_plan(cli, plan);
    if (error == OK) {
        error = call_open(cli, &call);
    }
    if (error == OK) {
        plan->base = call.base;
        error = sign_in(&call, plan);
    }
    if (error == OK) {
        error = load_targets(&call, plan);
    }
    if (error == OK) {
        error = load_run(cli, plan, result);
    }
    if (error == OK) {
        error = write_reports(cli, plan, result);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    struct slice text = cli->is_json ? load_json(cli->arena, plan, result)
                                     : load_markdown(cli->arena, plan, result);
    cli_print("%.*s%s", FMT(text), cli->is_json ? "\n" : "");
    return load_verdict(result);
}

static const struct cli_option loadtest_options[] = {
    CALL_URL_OPTION,
    { .name = "profile",
      .value = "NAME",
      .doc = "what is asked, by how many (default: production)" },
    { .name = "rate", .value = "N", .doc = "requests per second (default: one for each user)" },
    { .name = "for", .value = "60s", .doc = "how long it is measured: 60s, 2m, 1h" },
    { .name = "vus", .value = "N", .doc = "virtual users, each with a connection of his own" },
    { .name = "out", .value = "DIR", .doc = "write the report there too, as JSON and Markdown" },
    { .name = "skip-warmup", .doc = "count from the first request on" },
    { .name = "spread", .doc = "give each user an address (X-Forwarded-For; needs TRUST_PROXY)" },
};

const struct command loadtest_command = {
    .name = "loadtest",
    .summary = "requests at a steady rate, judged by the objectives",
    .help =
        "Reads what people read: public pages, leagues, standings, matchups, players; with\n"
        "ASTRALFIELD_EMAIL and ASTRALFIELD_PASSWORD also what somebody signed in reads. Requests\n"
        "are due at fixed moments, and times count from then, so a server that stalls is charged\n"
        "for all who would have come.\n"
        "\n"
        "Profiles: production (25 users, 60 s), staging (10, 30 s), load (50, 120 s), stress\n"
        "(100, 180 s), sunday (100, mostly scores), draft (48, the draft room), waiver (50,\n"
        "mostly players), mixed (as production).\n"
        "Exit code 0: p95 under 2 s, under 0.1 % failed, nothing unsent; 1: not; 3: rate limits\n"
        "turned over 1 % away, so the server's limit was not measured but its rule.\n"
        "\n"
        "example: astralfield loadtest --profile staging --for 30s --out reports\n"
        "         astralfield loadtest --profile sunday --rate 2000 --spread --json",
    .options = loadtest_options,
    .option_count = ARRAY_LEN(loadtest_options),
    .run = loadtest_run,
};
