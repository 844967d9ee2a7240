/* `astralfield report weekly|security|performance|capacity|access`: figures for people. */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/call.h"
#include "cli/commands.h"
#include "cli/show.h"
#include "db/db.h"
#include "ops/config.h"

enum { DAYS_DEFAULT = 28, DAYS_MAX = 400, PARTS_MAX = 2, TREND_DAYS_MIN = 2 };

/* ---- from the running server ---- */

struct source {
    const char *name; /* member of the JSON document; NULL = the document itself */
    const char *path;
};

static enum error fetch(struct call *call, const struct source *source, struct json *json,
                        struct buffer *text)
{
    struct call_reply reply = { 0 };
    json_t *body = NULL;
    TRY(call_expect(call, "GET", source->path, S(""), &reply, &body));
    if (source->name != NULL) {
        json_member_raw(json, slice_from(source->name), reply.body);
        buffer_format(text, "%s:\n", source->name);
    } else {
        json_raw(json, reply.body);
    }
    buffer_add(text, show_json(call->cli->arena, body));
    return OK;
}

static int report(struct cli *cli, const struct source *sources, size_t count)
{
    CLEANUP(call_done) struct call call = { 0 };
    struct json json;
    struct buffer text;
    bool is_object = sources[0].name != NULL;
    json_init(&json, cli->arena);
    buffer_init(&text, cli->arena);
    enum error error = call_open(cli, &call);
    if (is_object) {
        json_open_object(&json);
    }
    for (size_t i = 0; i < count && error == OK; i++) {
        error = fetch(&call, &sources[i], &json, &text);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (is_object) {
        json_close_object(&json);
    }
    cli_print("%.*s%s", FMT(cli->is_json ? json_done(&json) : buffer_slice(&text)),
              cli->is_json ? "\n" : "");
    return EXIT_OK;
}

static int weekly_run(struct cli *cli)
{
    return report(cli, &(struct source){ .path = "/api/metrics/performance/weekly" }, 1);
}

static int performance_run(struct cli *cli)
{
    return report(cli, &(struct source){ .path = "/api/metrics/performance" }, 1);
}

static int security_run(struct cli *cli)
{
    static const struct source sources[PARTS_MAX] = {
        { .name = "signIns", .path = "/api/auth/security-report" },
        { .name = "turnedAway", .path = "/api/metrics/security" },
    };
    return report(cli, sources, PARTS_MAX);
}

/* ---- a span of time ---- */

/* "7d", "12h", "30m" in microseconds. */
static enum error read_since(struct cli *cli, int64_t fallback_us, int64_t *ret_us)
{
    struct slice text = cli_value(cli, "since");
    int64_t count = 0;
    *ret_us = fallback_us;
    if (text.ptr == NULL) {
        return OK;
    }
    char unit = text.len > 1 ? text.ptr[text.len - 1] : '?';
    int64_t unit_s = unit == 'd' ? 86400 : unit == 'h' ? 3600 : unit == 'm' ? 60 : 0;
    if (unit_s == 0 || slice_to_int(slice_from_to(text, 0, text.len - 1), &count) != OK ||
        count < 1 || count > INT64_C(86400) * DAYS_MAX / unit_s) {
        return refuse(&cli->faults, E_USAGE, "--since must be as 7d, 12h or 30m, not \"%.*s\"",
                      FMT(text));
    }
    *ret_us = count * unit_s * US_PER_S;
    return OK;
}

/* ---- access: who used operators' addresses ---- */

static int access_run(struct cli *cli)
{
    CLEANUP(call_done) struct call call = { 0 };
    struct call_reply reply = { 0 };
    json_t *body = NULL;
    int64_t since_us = 0;
    char edge[UTIME_TEXT_MAX];
    enum error error = read_since(cli, 7 * 86400 * US_PER_S, &since_us);
    if (error == OK) {
        error = call_open(cli, &call);
    }
    if (error == OK) {
        error = call_expect(&call, "GET", "/api/admin/access-logs", S(""), &reply, &body);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    /* Times of one form and zone are in order as text. */
    const char *from = arena_cstr(cli->arena, utime_print(utime_now() - since_us, edge));
    json_t *list = json_object_get(body, "adminAccess");
    for (size_t i = json_array_size(list); i-- > 0;) {
        const char *at = json_string_value(json_object_get(json_array_get(list, i), "time"));
        if (at != NULL && strcmp(at, from) < 0) {
            json_array_remove(list, i);
        }
    }
    char *dumped = cli->is_json ? json_dumps(body, JSON_COMPACT) : NULL;
    struct slice text = cli->is_json ? slice_from(dumped) : show_json(cli->arena, list);
    cli_print("%.*s%s", FMT(text), cli->is_json ? "\n" : "");
    free(dumped);
    return EXIT_OK;
}

/* ---- capacity: the trend, and how long until a limit ---- */

static const struct {
    const char *name; /* in metric_rollups */
    const char *unit;
    const char *what;
    int64_t limit; /* of operations' triggers; 0 = see limit_of */
} measures[] = {
    { "cpu_permille", "permille", "CPU of the server, the busiest moment of the day", 800 },
    { "memory_permille", "permille", "memory of the machine", 850 },
    { "database_pool_permille", "permille", "database connections in use", 750 },
    { "database_bytes", "bytes", "the database on its disk", 0 },
    { "sockets", "sockets", "WebSockets open at once", 0 },
    { "active_users", "people", "people active at once", 0 },
    { "http_requests", "requests", "requests of a day", 0 },
};

struct capacity {
    struct json json;
    struct buffer text;
    int64_t days;
    const struct config *settings;
};

/* The limit of what has none in the table; -1 and why when nobody knows it. */
static int64_t limit_of(struct cli *cli, const struct capacity *capacity, const char *name,
                        int64_t last, const char **ret_reason)
{
    struct statvfs disk;
    struct slice text = slice_from(name);
    if (slice_eq(text, S("sockets"))) {
        return capacity->settings->connections;
    }
    if (!slice_eq(text, S("database_bytes"))) {
        *ret_reason = "there is no limit but the machine's own";
        return -1;
    }
    if (capacity->settings->database_url[0] != '\0' || getenv("DATABASE_URL") != NULL ||
        statvfs(cli->data, &disk) != 0) {
        *ret_reason = "the database's disk cannot be seen from here";
        return -1;
    }
    return last + (int64_t)(disk.f_bavail * disk.f_frsize);
}

static struct slice trend_text(struct arena *arena, int64_t millionths)
{
    int64_t size = millionths < 0 ? -millionths : millionths;
    return arena_format(arena, "%s%" PRId64 ".%03" PRId64, millionths < 0 ? "-" : "",
                        size / 1000000, size / 1000 % 1000);
}

static void add_measure(struct cli *cli, struct capacity *capacity, const struct rows *rows,
                        size_t m)
{
    struct json *json = &capacity->json;
    size_t row = 0;
    while (row < rows->count &&
           !slice_eq(rows_text(rows, row, "name"), slice_from(measures[m].name))) {
        row++;
    }
    bool is_there = row < rows->count;
    int64_t days = is_there ? rows_int(rows, row, "days") : 0;
    int64_t last = is_there ? rows_int(rows, row, "last_value") : -1;
    bool has_trend = days >= TREND_DAYS_MIN && !rows_null(rows, row, "per_day");
    int64_t trend = has_trend ? rows_millionths(rows, row, "per_day") : 0;
    const char *reason = NULL;
    int64_t limit = measures[m].limit > 0
                        ? measures[m].limit
                        : limit_of(cli, capacity, measures[m].name, last, &reason);
    reason = !has_trend ? "a trend needs two whole days of figures" : reason;
    reason = has_trend && reason == NULL && trend <= 0 ? "it does not grow" : reason;
    int64_t left = -1;
    if (reason == NULL) {
        left = last >= limit ? 0 : (int64_t)((double)(limit - last) * 1000000 / (double)trend);
    }
    json_open_object(json);
    json_member_text(json, S("name"), slice_from(measures[m].name));
    json_member_text(json, S("what"), slice_from(measures[m].what));
    json_member_text(json, S("unit"), slice_from(measures[m].unit));
    json_member_int(json, S("daysOfData"), days);
    json_member_raw(json, S("last"),
                    is_there ? arena_format(cli->arena, "%" PRId64, last) : S("null"));
    json_member_raw(json, S("limit"),
                    limit < 0 ? S("null") : arena_format(cli->arena, "%" PRId64, limit));
    json_member_raw(json, S("perDay"), has_trend ? trend_text(cli->arena, trend) : S("null"));
    json_member_raw(json, S("daysLeft"),
                    left < 0 ? S("null") : arena_format(cli->arena, "%" PRId64, left));
    json_member_raw(json, S("reason"),
                    reason == NULL ? S("null") : arena_format(cli->arena, "\"%s\"", reason));
    json_close_object(json);
    buffer_format(&capacity->text, "%-50s %14.*s  %14.*s a day  %s%.*s%s\n", measures[m].what,
                  FMT(is_there ? arena_format(cli->arena, "%" PRId64, last) : S("-")),
                  FMT(has_trend ? trend_text(cli->arena, trend) : S("-")),
                  left >= 0 ? "the limit in " : "",
                  FMT(left >= 0 ? arena_format(cli->arena, "%" PRId64, left) : slice_from(reason)),
                  left >= 0 ? " days" : "");
}

static int capacity_body(struct cli *cli, void *thing)
{
    struct capacity *capacity = thing;
    struct rows rows = { 0 };
    enum error error = db_read(cli->arena, SQL_OPS_CAPACITY, PARAMS(P_INT(capacity->days)), &rows);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    json_init(&capacity->json, cli->arena);
    buffer_init(&capacity->text, cli->arena);
    json_open_object(&capacity->json);
    json_member_int(&capacity->json, S("days"), capacity->days);
    json_key(&capacity->json, S("measures"));
    json_open_array(&capacity->json);
    for (size_t m = 0; m < ARRAY_LEN(measures); m++) {
        add_measure(cli, capacity, &rows, m);
    }
    json_close_array(&capacity->json);
    json_close_object(&capacity->json);
    cli_print("%.*s%s",
              FMT(cli->is_json ? json_done(&capacity->json) : buffer_slice(&capacity->text)),
              cli->is_json ? "\n" : "");
    return EXIT_OK;
}

static int capacity_run(struct cli *cli)
{
    struct capacity capacity = { 0 };
    struct config settings;
    int64_t us = 0;
    enum error error = read_since(cli, DAYS_DEFAULT * 86400 * US_PER_S, &us);
    if (error == OK) {
        error = config_read(cli->data, &cli->faults, &settings);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    capacity.settings = &settings;
    capacity.days = us / (86400 * US_PER_S) > 1 ? us / (86400 * US_PER_S) : 1;
    return cli_with_database(cli, capacity_body, &capacity);
}

/* ---- rows ---- */

static const struct cli_option url_option[] = { CALL_URL_OPTION };

static const struct cli_option access_options[] = {
    CALL_URL_OPTION,
    { .name = "since", .value = "7d", .doc = "how far back: 7d, 12h, 30m (default: 7d)" },
};

static const struct cli_option capacity_options[] = {
    { .name = "since", .value = "28d", .doc = "days the trend is made of (default: 28d)" },
};

const struct command report_weekly_command = {
    .name = "report weekly",
    .summary = "seven days against the objectives",
    .help = "Requests, response times and errors of each day, the slowest endpoints, the busiest\n"
            "hours, the change against the week before; from what was written down each minute.\n"
            "\n"
            "example: astralfield report weekly --json > week.json",
    .options = url_option,
    .option_count = ARRAY_LEN(url_option),
    .run = weekly_run,
};

const struct command report_performance_command = {
    .name = "report performance",
    .summary = "the last minutes: times, errors, resources, slow endpoints",
    .help = "What GET /api/metrics/performance says, laid out.\n"
            "\n"
            "example: astralfield report performance",
    .options = url_option,
    .option_count = ARRAY_LEN(url_option),
    .run = performance_run,
};

const struct command report_security_command = {
    .name = "report security",
    .summary = "suspicious sign-ins, and who was turned away",
    .help =
        "Sign-ins of the last 24 hours under the rules that it states, refusals by rate limits,\n"
        "blocked addresses, forged requests.\n"
        "\n"
        "example: astralfield report security --json",
    .options = url_option,
    .option_count = ARRAY_LEN(url_option),
    .run = security_run,
};

const struct command report_access_command = {
    .name = "report access",
    .summary = "who used operators' addresses",
    .help = "Oldest first: time, actor, method, path, status, source, request.\n"
            "\n"
            "example: astralfield report access --since 24h",
    .options = access_options,
    .option_count = ARRAY_LEN(access_options),
    .run = access_run,
};

const struct command report_capacity_command = {
    .name = "report capacity",
    .summary = "what grows, and how many days are left until a limit",
    .help = "The trend (least squares) of each day's highest value, against the scaling triggers:\n"
            "CPU 80 %, memory 85 %, database connections 75 %, the disk, the sockets.\n"
            "\n"
            "example: astralfield report capacity --since 28d",
    .options = capacity_options,
    .option_count = ARRAY_LEN(capacity_options),
    .run = capacity_run,
};
