/* astralfield logs: the server's log of an instance that `astralfield up` runs, a line an event. Lines are
 * key=value (base/log.h) and shown as they are. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/commands.h"
#include "db/db.h"

enum { LINE_BYTES = 4096, LOOK_NS = 200 * 1000 * 1000, SINCE_MAX_S = 400 * 86400 };

struct filter {
    struct slice id, user; /* empty = all */
    int level;             /* the least */
    char since[UTIME_TEXT_MAX];
    bool is_narrow; /* wants an id or a user: lines without keys are nobody's */
};

struct reading {
    struct cli *cli;
    struct filter filter;
    struct json json; /* with --json */
    int64_t shown;
    bool was_wanted; /* the line before: what has no time belongs to it */
};

static const char *const levels[] = { "debug", "info", "warn", "error", "fatal" };

/* ---- one line ---- */

/* Takes the next key=value off the line; a quoted value comes without its quotes, its marks kept. */
static bool take_pair(struct slice *rest, struct slice *ret_key, struct slice *ret_value)
{
    *rest = slice_trim(*rest);
    size_t sign = slice_find(*rest, '=', 0);
    if (sign == rest->len || slice_find(*rest, ' ', 0) < sign) {
        return false;
    }
    *ret_key = slice_from_to(*rest, 0, sign);
    size_t at = sign + 1;
    bool is_quoted = at < rest->len && rest->ptr[at] == '"';
    size_t end = at + is_quoted;
    while (end < rest->len && rest->ptr[end] != (is_quoted ? '"' : ' ')) {
        end += rest->ptr[end] == '\\' && is_quoted && end + 1 < rest->len ? 2 : 1;
    }
    *ret_value = slice_from_to(*rest, at + is_quoted, end);
    end += is_quoted && end < rest->len;
    *rest = slice_from_to(*rest, end, rest->len);
    return true;
}

static struct slice value_of(struct slice line, struct slice name)
{
    struct slice key = S("");
    struct slice value = S("");
    while (take_pair(&line, &key, &value)) {
        if (slice_eq(key, name)) {
            return value;
        }
    }
    return S("");
}

static int level_of(struct slice word)
{
    for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
        if (slice_eq(word, slice_from(levels[i]))) {
            return (int)i;
        }
    }
    return -1;
}

static bool is_wanted(const struct reading *reading, struct slice line)
{
    const struct filter *filter = &reading->filter;
    struct slice since = slice_from(filter->since);
    bool has_time = slice_starts(line, S("at=")) && line.len >= 3 + since.len;
    if (!has_time) {
        return reading->was_wanted && !filter->is_narrow;
    }
    if (memcmp(line.ptr + 3, since.ptr, since.len) < 0) {
        return false;
    }
    bool is_known_level =
        filter->level == 0 || level_of(value_of(line, S("level"))) >= filter->level;
    return is_known_level &&
           (filter->id.len == 0 || slice_eq(value_of(line, S("id")), filter->id)) &&
           (filter->user.len == 0 || slice_eq(value_of(line, S("user")), filter->user));
}

static void show(struct reading *reading, struct slice line)
{
    reading->was_wanted = is_wanted(reading, line);
    if (!reading->was_wanted) {
        return;
    }
    reading->shown++;
    if (!reading->cli->is_json) {
        cli_print("%.*s\n", FMT(line));
        return;
    }
    struct json *json = &reading->json;
    struct slice rest = line;
    struct slice key = S("");
    struct slice value = S("");
    if (!slice_is_utf8(line)) {
        return;
    }
    json_open_object(json);
    while (take_pair(&rest, &key, &value)) {
        json_member_text(json, key, value);
    }
    if (slice_trim(rest).len > 0) {
        json_member_text(json, S("text"), slice_trim(rest));
    }
    json_close_object(json);
}

/* ---- files ---- */

static void read_lines(struct reading *reading, FILE *file)
{
    char line[LINE_BYTES];
    for (long begin = ftell(file); fgets(line, sizeof(line), file) != NULL; begin = ftell(file)) {
        struct slice text = slice_from(line);
        bool is_whole = slice_ends(text, S("\n"));
        if (!is_whole && feof(file) != 0 && fseek(file, begin, SEEK_SET) == 0) {
            return; /* half a line at the end: it is read again when it is whole */
        }
        show(reading, slice_from_to(text, 0, text.len - is_whole));
    }
}

static void nap(void)
{
    const struct timespec pause = { .tv_nsec = LOOK_NS };
    nanosleep(&pause, NULL);
}

/* Until Ctrl-C. A log that was cut begins anew. */
static void follow(struct reading *reading, FILE *file)
{
    for (;;) {
        struct stat facts;
        nap();
        clearerr(file);
        if (fstat(fileno(file), &facts) == 0 && facts.st_size < ftell(file)) {
            rewind(file);
        }
        read_lines(reading, file);
    }
}

static enum error read_all(struct reading *reading)
{
    struct cli *cli = reading->cli;
    const char *path = arena_format(cli->arena, "%s/log/server.log", cli->data).ptr;
    FILE *old = fopen(arena_format(cli->arena, "%s.1", path).ptr, "re");
    if (old != NULL) {
        read_lines(reading, old);
        fclose(old);
    }
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return refuse(&cli->faults, E_FILE,
                      "%s cannot be read (%s); --data names the folder of the instance", path,
                      strerror(errno));
    }
    read_lines(reading, file);
    if (cli_has(cli, "follow")) {
        follow(reading, file);
    }
    fclose(file);
    return OK;
}

/* ---- what is wanted ---- */

/* "90s", "30m", "1h", "2d", or a time with its zone. */
static enum error read_since(struct cli *cli, char since[UTIME_TEXT_MAX])
{
    struct slice text = cli_value(cli, "since");
    utime at = 0;
    int64_t number = 0;
    if (text.ptr == NULL) {
        since[0] = '\0';
        return OK;
    }
    if (utime_parse(text, &at) != OK) {
        static const struct slice units = S_INIT("smhd");
        static const int64_t seconds[] = { 1, 60, 3600, 86400 };
        size_t unit = text.len < 2 ? units.len : slice_find(units, text.ptr[text.len - 1], 0);
        if (unit == units.len ||
            slice_to_int(slice_from_to(text, 0, text.len - 1), &number) != OK || number < 0 ||
            number > SINCE_MAX_S / seconds[unit]) {
            return refuse(&cli->faults, E_USAGE,
                          "--since must be like 90s, 30m, 1h, 2d or 2026-09-13T17:00:00Z, not "
                          "\"%.*s\"",
                          FMT(text));
        }
        at = utime_now() - number * seconds[unit] * US_PER_S;
    }
    utime_print(at, since);
    return OK;
}

static int find_user(struct cli *cli, void *thing)
{
    struct slice *user = thing;
    struct rows rows;
    enum error error = db_read(cli->arena, SQL_AUTH_FIND_USER, PARAMS(P_TEXT(*user)), &rows);
    if (error == OK && rows.count == 0) {
        error = refuse(&cli->faults, E_NOT_FOUND, "there is no account with the address %.*s",
                       FMT(*user));
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    *user = arena_format(cli->arena, "%" PRId64, rows_int(&rows, 0, "id"));
    return EXIT_OK;
}

static enum error read_filter(struct cli *cli, struct filter *filter)
{
    struct slice level = cli_value(cli, "level");
    filter->id = cli_value(cli, "id");
    filter->user = cli_value(cli, "user");
    filter->is_narrow = filter->id.len + filter->user.len > 0;
    filter->level = level.ptr == NULL ? 0 : level_of(level);
    if (filter->level < 0) {
        return refuse(&cli->faults, E_USAGE, "--level must be debug, info, warn or error");
    }
    if (cli->is_json && cli_has(cli, "follow")) {
        return refuse(&cli->faults, E_USAGE, "--json is one document: it cannot --follow");
    }
    return read_since(cli, filter->since);
}

static int run(struct cli *cli)
{
    struct reading reading = { .cli = cli };
    enum error error = read_filter(cli, &reading.filter);
    if (error == OK && slice_find(reading.filter.user, '@', 0) < reading.filter.user.len) {
        int code = cli_with_database(cli, find_user, &reading.filter.user);
        if (code != EXIT_OK) {
            return code;
        }
    }
    json_init(&reading.json, cli->arena);
    json_open_object(&reading.json);
    json_key(&reading.json, S("lines"));
    json_open_array(&reading.json);
    reading.was_wanted = reading.filter.level == 0;
    error = error == OK ? read_all(&reading) : error;
    if (error != OK) {
        return cli_fail(cli, error);
    }
    json_close_array(&reading.json);
    json_close_object(&reading.json);
    if (cli->is_json) {
        cli_print("%.*s\n", FMT(json_done(&reading.json)));
    }
    return EXIT_OK;
}

static const struct cli_option options[] = {
    { .name = "id", .value = "REQ", .doc = "of the request with this id (X-Request-Id)" },
    { .name = "user", .value = "U", .doc = "of requests of this account: its number or e-mail" },
    { .name = "since", .value = "WHEN", .doc = "from then on: 90s, 30m, 1h, 2d, or a time" },
    { .name = "level", .value = "LEVEL", .doc = "at least: debug, info, warn or error" },
    { .name = "follow", .doc = "go on with what comes (also -f); Ctrl-C ends it" },
};

const struct command logs_command = {
    .name = "logs",
    .summary = "what the server of this instance wrote down",
    .help = "One line an event, key=value, oldest first. Every answer carries its request's id in\n"
            "X-Request-Id, and every error page shows it: --id finds what belongs to it. Under\n"
            "systemd the log is in the journal: journalctl -u astralfield.\n"
            "\n"
            "example: astralfield logs --since 1h --level warn\n"
            "         astralfield logs --id 8bfaf7247bd02d65\n"
            "         astralfield logs --user 7 -f",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .run = run,
};
