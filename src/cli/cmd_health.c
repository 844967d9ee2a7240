/* `astralfield health`: what the server says about itself, asked from outside. */
#include <inttypes.h>

#include "base/check.h"
#include "cli/call.h"
#include "cli/checks.h"
#include "cli/commands.h"

enum { OK_STATUS = 200 };

/* A page of health: its words for well, and what of it is shown. */
struct part {
    const char *name, *path;
    const char *state; /* the member that says how it is */
    const char *good;  /* words of it that are well */
    const char *fair;  /* that are to be looked at */
    const char *shown; /* members worth a look */
};

static const struct part parts[] = {
    { "app", "/api/health", "status", "ok", "", "mode version uptime" },
    { "db", "/api/health/db", "status", "healthy", "degraded",
      "latency connectionPool.inUse connectionPool.size" },
    { "cache", "/api/health/cache", "status", "healthy", "degraded not_configured",
      "redis latency hitRate" },
    { "espn", "/api/espn/health", "espn", "available", "degraded fallback disabled",
      "latency lastSuccessAt fallbackMode" },
};

static bool has_word(const char *words, struct slice word)
{
    struct slice rest = slice_from(words);
    while (rest.ptr != NULL) {
        if (slice_eq(slice_cut(&rest, ' '), word)) {
            return true;
        }
    }
    return false;
}

static struct slice details(struct arena *arena, const json_t *json, const char *shown)
{
    struct buffer out;
    buffer_init(&out, arena);
    struct slice rest = slice_from(shown);
    while (rest.ptr != NULL) {
        struct slice path = slice_cut(&rest, ' ');
        struct slice value = json_at(arena, json, arena_cstr(arena, path));
        if (value.len > 0) {
            buffer_format(&out, ", %.*s %.*s", FMT(path), FMT(value));
        }
    }
    return buffer_slice(&out);
}

static void look_at(struct checks *checks, struct call *call, const struct part *part)
{
    struct arena *arena = checks->cli->arena;
    struct call_reply reply = { 0 };
    json_t *json = NULL;
    if (call_send(call, "GET", part->path, S(""), &reply) != OK ||
        call_json(call, &reply, &json) != OK) {
        check_refused(checks, part->name);
        return;
    }
    struct slice state = json_at(arena, json, part->state);
    if (reply.status != OK_STATUS) {
        struct slice why = json_at(arena, json, "detail");
        why = why.len > 0 ? why : json_at(arena, json, "title");
        check_add(checks, part->name, CHECK_BAD, "%.*s%s%d%s%.*s", FMT(state),
                  state.len > 0 ? " (" : "answered with ", reply.status,
                  state.len > 0 ? ") " : ": ", FMT(why));
    } else {
        check_add(checks, part->name,
                  has_word(part->good, state)   ? CHECK_GOOD
                  : has_word(part->fair, state) ? CHECK_WARNING
                                                : CHECK_BAD,
                  "%.*s%.*s", FMT(state), FMT(details(arena, json, part->shown)));
        struct slice reason = json_at(arena, json, "reason");
        check_hint(checks, "%.*s", FMT(reason));
    }
    check_took(checks, reply.us);
    /* A source that is switched off is no fault of this installation. */
    struct check_result *last = &checks->list[checks->count - 1];
    if (last->state == CHECK_WARNING &&
        (slice_eq(state, S("disabled")) || slice_eq(state, S("not_configured")))) {
        last->state = CHECK_SKIPPED;
    }
}

static void look_at_socket(struct checks *checks, struct call *call)
{
    int64_t us = 0;
    if (call_socket(call, &us) != OK) {
        check_refused(checks, "socket");
        return;
    }
    check_add(checks, "socket", CHECK_GOOD,
              "handshake answered with 101 in %" PRId64 ".%03" PRId64 "ms", us / US_PER_MS,
              us % US_PER_MS);
    check_took(checks, us);
}

static int health_run(struct cli *cli)
{
    struct slice wanted = cli->argument_count > 0 ? cli->arguments[0] : S("all");
    bool is_all = slice_eq(wanted, S("all"));
    struct checks checks = { .cli = cli, .title = "health", .has_hints = true };
    CLEANUP(call_done) struct call call = { 0 };
    enum error error = call_open(cli, &call);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (is_all || slice_eq(wanted, slice_from(parts[i].name))) {
            look_at(&checks, &call, &parts[i]);
        }
    }
    if (is_all || slice_eq(wanted, S("socket"))) {
        look_at_socket(&checks, &call);
    }
    if (checks.count == 0) {
        return cli_fail(cli, refuse(&cli->faults, E_USAGE,
                                    "there is app, db, cache, espn, socket and all, not \"%.*s\"",
                                    FMT(wanted)));
    }
    return checks_print(&checks);
}

static const struct cli_option health_options[] = { CALL_URL_OPTION };

const struct command health_command = {
    .name = "health",
    .summary = "ask the running server how it is",
    .help =
        "app is the process, db PostgreSQL, cache Redis, espn the outside source; socket makes a\n"
        "true WebSocket handshake. Without a word: all. All but app and socket are operators'\n"
        "addresses: from another machine put an API token with the scope ops into\n"
        "ASTRALFIELD_TOKEN. Exit code 0: well; 3: something to look at; 1: not well.\n"
        "\n"
        "example: astralfield health all\n"
        "         astralfield health db --url https://football.example.org --json",
    .arguments = "[app|db|cache|espn|socket|all]",
    .options = health_options,
    .option_count = ARRAY_LEN(health_options),
    .run = health_run,
};
