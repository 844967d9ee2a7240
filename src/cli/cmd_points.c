/* astralfield points: fantasy points of stored weeks. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/cli.h"
#include "league/scoring_load.h"
#include "rules/preset.h"

struct scored {
    int64_t week;
    struct slice gsis_id, sleeper_id, name, position; /* ids may have ptr NULL */
    points points;
};

struct asked {
    int64_t season;
    int64_t week; /* 0: every week */
    enum preset preset;
    bool is_json;
    struct scored *list;
    size_t count;
};

static int by_bytes(struct slice a, struct slice b)
{
    int order = memcmp(a.ptr == NULL ? "" : a.ptr, b.ptr == NULL ? "" : b.ptr,
                       a.len < b.len ? a.len : b.len);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* By week, then the most points first, then by gsis id (team defences by Sleeper's). */
static int compare(const void *left, const void *right)
{
    const struct scored *a = left;
    const struct scored *b = right;
    if (a->week != b->week) {
        return a->week < b->week ? -1 : 1;
    }
    if (a->points != b->points) {
        return a->points > b->points ? -1 : 1;
    }
    int order = by_bytes(a->gsis_id, b->gsis_id);
    return order != 0 ? order : by_bytes(a->sleeper_id, b->sleeper_id);
}

static enum error score(struct cli *cli, struct asked *asked)
{
    struct rows rows = { 0 };
    struct rule_set rules = preset_info(asked->preset)->set;
    TRY(db_read(cli->arena, SQL_FEEDS_POINTS,
                PARAMS(P_INT(asked->season), asked->week > 0 ? P_INT(asked->week) : P_NULL),
                &rows));
    if (rows.count == 0) {
        return refuse(&cli->faults, E_NO_STATS,
                      "no statistics are stored for that: see `astralfield import nfl --season "
                      "%" PRId64 "`",
                      asked->season);
    }
    asked->list = ARENA_ARRAY(cli->arena, rows.count, struct scored);
    asked->count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct stat_line line = { 0 };
        struct scored *scored = &asked->list[i];
        *scored = (struct scored){ .week = rows_int(&rows, i, "week"),
                                   .gsis_id = rows_text(&rows, i, "gsis_id"),
                                   .sleeper_id = rows_text(&rows, i, "sleeper_id"),
                                   .name = rows_text(&rows, i, "full_name"),
                                   .position = rows_text(&rows, i, "position") };
        TRY(stat_line_read(rows_text(&rows, i, "stats"), &line));
        scored->points = score_line(rules, &line, position_from(scored->position));
    }
    qsort(asked->list, asked->count, sizeof(*asked->list), compare);
    return OK;
}

/* A CSV field, quoted where it must be (RFC 4180). */
static void add_field(struct buffer *out, struct slice text, char end)
{
    bool is_quoted = slice_find(text, ',', 0) < text.len || slice_find(text, '"', 0) < text.len ||
                     slice_find(text, '\n', 0) < text.len || slice_find(text, '\r', 0) < text.len;
    if (is_quoted) {
        buffer_byte(out, '"');
    }
    for (size_t i = 0; i < text.len; i++) {
        buffer_add(out, text.ptr[i] == '"' ? S("\"\"") : slice_from_to(text, i, i + 1));
    }
    if (is_quoted) {
        buffer_byte(out, '"');
    }
    buffer_byte(out, end);
}

static struct slice as_csv(struct cli *cli, const struct asked *asked)
{
    struct buffer out;
    buffer_init(&out, cli->arena);
    buffer_format(&out, "%sgsis_id,sleeper_id,name,position,points\n",
                  asked->week == 0 ? "week," : "");
    for (size_t i = 0; i < asked->count; i++) {
        const struct scored *scored = &asked->list[i];
        char text[POINTS_TEXT_MAX];
        if (asked->week == 0) {
            buffer_format(&out, "%" PRId64 ",", scored->week);
        }
        add_field(&out, scored->gsis_id, ',');
        add_field(&out, scored->sleeper_id, ',');
        add_field(&out, scored->name, ',');
        add_field(&out, scored->position, ',');
        add_field(&out, points_print(scored->points, text), '\n');
    }
    return buffer_slice(&out);
}

static void add_id(struct json *json, struct slice key, struct slice id)
{
    if (id.ptr == NULL) {
        json_member_null(json, key);
    } else {
        json_member_text(json, key, id);
    }
}

static struct slice as_json(struct cli *cli, const struct asked *asked)
{
    struct json json;
    json_init(&json, cli->arena);
    json_open_array(&json);
    for (size_t i = 0; i < asked->count; i++) {
        const struct scored *scored = &asked->list[i];
        json_open_object(&json);
        if (asked->week == 0) {
            json_member_int(&json, S("week"), scored->week);
        }
        add_id(&json, S("gsis_id"), scored->gsis_id);
        add_id(&json, S("sleeper_id"), scored->sleeper_id);
        json_member_text(&json, S("name"), scored->name);
        json_member_text(&json, S("position"), scored->position);
        json_member_points(&json, S("points"), scored->points);
        json_close_object(&json);
    }
    json_close_array(&json);
    return arena_format(cli->arena, "%.*s\n", FMT(json_done(&json)));
}

static int print_points(struct cli *cli, void *thing)
{
    struct asked *asked = thing;
    enum error error = score(cli, asked);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    struct slice text = asked->is_json ? as_json(cli, asked) : as_csv(cli, asked);
    cli_print("%.*s", FMT(text));
    return EXIT_OK;
}

static enum error read_options(struct cli *cli, struct asked *asked)
{
    struct slice scoring = cli_value(cli, "scoring");
    struct slice format = cli_value(cli, "format");
    TRY(cli_number(cli, "season", 1920, 2199, 0, &asked->season));
    TRY(cli_number(cli, "week", 1, 22, 0, &asked->week));
    asked->preset = scoring.ptr == NULL ? PRESET_PPR : preset_from(scoring);
    if (asked->preset == PRESET_COUNT) {
        return refuse(&cli->faults, E_USAGE, "--scoring must be standard, half or ppr");
    }
    asked->is_json = cli->is_json || slice_eq(format, S("json"));
    if (format.ptr != NULL && !slice_eq(format, S("json")) && !slice_eq(format, S("csv"))) {
        return refuse(&cli->faults, E_USAGE, "--format must be csv or json");
    }
    return OK;
}

static int run(struct cli *cli)
{
    struct asked asked = { 0 };
    enum error error = read_options(cli, &asked);
    return error != OK ? cli_fail(cli, error) : cli_with_database(cli, print_points, &asked);
}

static const struct cli_option options[] = {
    { .name = "season", .value = "YEAR", .is_required = true, .doc = "the season" },
    { .name = "week", .value = "WEEK", .doc = "1 to 18, playoffs 19 to 22; without it every week" },
    { .name = "scoring", .value = "RULES", .doc = "standard, half or ppr (default: ppr)" },
    { .name = "format", .value = "FORMAT", .doc = "csv (default) or json" },
};

const struct command points_command = {
    .name = "points",
    .summary = "fantasy points of every player in stored weeks",
    .help = "Prints gsis_id, sleeper_id, name, position and points of every stored line, the most\n"
            "points first. Team defences have no gsis id; their Sleeper id is the club's code.\n\n"
            "example: astralfield points --season 2024 --week 3 --scoring half --format csv",
    .options = options,
    .option_count = ARRAY_LEN(options),
    .run = run,
};
