/* Overview, help of a command, and what was meant by a word that is no command. */
#include "cli/help.h"

#include <stdio.h>

#include <unistd.h>

#include "base/check.h"
#include "base/json.h"

enum { WIDTH = 78, INDENT = 16, OPTION_COLUMN = 25, WORD_MAX = 40, DISTANCE_MAX = 2 };

const struct cli_option cli_common_options[CLI_COMMON_COUNT] = {
    { .name = "data", .value = "DIR", .doc = "data directory of the instance (default: ./var)" },
    { .name = "json", .doc = "print the result as one JSON document" },
    { .name = "help", .doc = "explain this command" },
};

/* The overview's lines. A word that is in none of them is shown under "More". */
static const struct {
    const char *title;
    const char *words;
} sections[] = {
    { "Run it", "up serve demo config env version" },
    { "Is it well?", "doctor health smoke verify report logs scan status" },
    { "Deploy", "deploy rollback releases migrate bootstrap cert" },
    { "The data", "backup restore wal db cache" },
    { "In trouble", "maintenance lockdown session incident alert oncall statuspage notify" },
    { "Practice", "drill loadtest sim" },
    { "The game", "import season points" },
    { "People", "user admin" },
    { "For programs", "routes openapi api manual completion" },
};

/* ---- the table ---- */

struct slice command_group(const struct command *command)
{
    struct slice rest = slice_from(command->name);
    return slice_cut(&rest, ' ');
}

bool is_command_group(struct slice word)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        struct slice rest = slice_from(commands[i]->name);
        struct slice first = slice_cut(&rest, ' ');
        if (rest.ptr != NULL && slice_eq(first, word)) {
            return true;
        }
    }
    return false;
}

const struct command *command_named(struct slice name)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (slice_eq(slice_from(commands[i]->name), name)) {
            return commands[i];
        }
    }
    return NULL;
}

static bool is_first_of_group(size_t at)
{
    struct slice word = command_group(commands[at]);
    for (size_t i = 0; i < at; i++) {
        if (slice_eq(command_group(commands[i]), word)) {
            return false;
        }
    }
    return true;
}

/* ---- the overview ---- */

static bool is_listed(const char *words, struct slice word)
{
    struct slice rest = slice_from(words);
    while (rest.ptr != NULL) {
        if (slice_eq(slice_cut(&rest, ' '), word)) {
            return true;
        }
    }
    return false;
}

static bool is_in_a_section(struct slice word)
{
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        if (is_listed(sections[i].words, word)) {
            return true;
        }
    }
    return false;
}

/* Writes a word into the line, or begins the next one; *column is where we are. */
static void put_word(struct slice word, size_t *column)
{
    bool is_group = is_command_group(word);
    size_t wide = word.len + (is_group ? 2 : 0) + 2;
    if (*column + wide > WIDTH) {
        cli_print("\n%*s", INDENT, "");
        *column = INDENT;
    }
    cli_print("  %.*s%s", FMT(word), is_group ? " …" : "");
    *column += wide;
}

static void print_section(const char *title, const char *words)
{
    size_t column = 0;
    struct slice rest = slice_from(words);
    while (rest.ptr != NULL) {
        struct slice word = slice_cut(&rest, ' ');
        if (command_named(word) == NULL && !is_command_group(word)) {
            continue;
        }
        if (column == 0) {
            cli_print("  %-*s", INDENT - 2, title);
            column = INDENT;
        }
        put_word(word, &column);
    }
    if (column != 0) {
        cli_print("\n");
    }
}

static void print_the_rest(void)
{
    size_t column = 0;
    for (size_t i = 0; commands[i] != NULL; i++) {
        struct slice word = command_group(commands[i]);
        if (is_first_of_group(i) && !is_in_a_section(word)) {
            if (column == 0) {
                cli_print("  %-*s", INDENT - 2, "More");
                column = INDENT;
            }
            put_word(word, &column);
        }
    }
    if (column != 0) {
        cli_print("\n");
    }
}

void help_overview(void)
{
    cli_print("astralfield: fantasy football on your own machine\n\n"
              "usage: astralfield COMMAND [options]\n\n");
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        print_section(sections[i].title, sections[i].words);
    }
    print_the_rest();
    cli_print("\n`astralfield help backup` lists the commands of a word with …,\n"
              "`astralfield help COMMAND` explains one and gives an example.\n"
              "Every command takes --data DIR (the instance; default ./var) and --json.\n"
              "Start here: `astralfield up`.\n");
}

void help_group(struct slice word)
{
    cli_print("usage: astralfield %.*s COMMAND [options]\n\n", FMT(word));
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (slice_eq(command_group(commands[i]), word)) {
            cli_print("  %-20s %s\n", commands[i]->name, commands[i]->summary);
        }
    }
    cli_print("\n`astralfield help %.*s COMMAND` explains one and gives an example.\n", FMT(word));
}

/* ---- one command ---- */

/* Words of the explanation, in lines of its own column. */
static void print_wrapped(struct slice text)
{
    size_t column = 0;
    while (text.ptr != NULL) {
        struct slice word = slice_cut(&text, ' ');
        if (column > 0 && OPTION_COLUMN + column + 1 + word.len > WIDTH) {
            cli_print("\n%*s", OPTION_COLUMN, "");
            column = 0;
        }
        cli_print("%s%.*s", column > 0 ? " " : "", FMT(word));
        column += word.len + (column > 0 ? 1 : 0);
    }
    cli_print("\n");
}

static void print_option(struct arena *arena, const struct cli_option *option)
{
    struct slice left =
        arena_format(arena, "--%s%s%s", option->name, option->value != NULL ? " " : "",
                     option->value != NULL ? option->value : "");
    cli_print("  %-22.*s ", FMT(left));
    if (left.len > OPTION_COLUMN - 3) {
        cli_print("\n%*s", OPTION_COLUMN, "");
    }
    print_wrapped(arena_format(arena, "%s%s%s", option->doc,
                               option->is_required ? " (required)" : "",
                               option->is_repeatable ? " (may be given several times)" : ""));
}

void help_command(const struct command *command)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    cli_print("astralfield %s: %s\n\nusage: astralfield %s [options]%s%s\n\n%s\n\noptions:\n",
              command->name, command->summary, command->name, command->arguments != NULL ? " " : "",
              command->arguments != NULL ? command->arguments : "", command->help);
    for (size_t i = 0; i < command->option_count; i++) {
        print_option(&arena, &command->options[i]);
    }
    for (size_t i = 0; i < CLI_COMMON_COUNT; i++) {
        print_option(&arena, &cli_common_options[i]);
    }
}

void help_text(void)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        cli_print("%s", i == 0 ? "" : "\n");
        help_command(commands[i]);
    }
}

static void put_option(struct json *json, const struct cli_option *option)
{
    json_open_object(json);
    json_member_text(json, S("name"), slice_from(option->name));
    if (option->value != NULL) {
        json_member_text(json, S("value"), slice_from(option->value));
    } else {
        json_member_null(json, S("value"));
    }
    json_member_bool(json, S("required"), option->is_required);
    json_member_bool(json, S("repeatable"), option->is_repeatable);
    json_member_text(json, S("doc"), slice_from(option->doc));
    json_close_object(json);
}

struct slice help_json(struct arena *arena)
{
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    json_key(&json, S("commands"));
    json_open_array(&json);
    for (size_t i = 0; commands[i] != NULL; i++) {
        const struct command *command = commands[i];
        json_open_object(&json);
        json_member_text(&json, S("name"), slice_from(command->name));
        json_member_text(&json, S("summary"), slice_from(command->summary));
        json_member_text(&json, S("arguments"), slice_from(command->arguments));
        json_member_text(&json, S("help"), slice_from(command->help));
        json_key(&json, S("options"));
        json_open_array(&json);
        for (size_t o = 0; o < command->option_count; o++) {
            put_option(&json, &command->options[o]);
        }
        json_close_array(&json);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    return json_done(&json);
}

/* ---- did you mean ---- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters to add, drop or change until one word is the other (Levenshtein). */
static size_t distance(struct slice a, struct slice b)
{
    size_t row[WORD_MAX + 1];
    if (a.len > WORD_MAX || b.len > WORD_MAX) {
        return WORD_MAX;
    }
    for (size_t j = 0; j <= b.len; j++) {
        row[j] = j;
    }
    for (size_t i = 0; i < a.len; i++) {
        size_t corner = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b.len; j++) {
            size_t changed = corner + (a.ptr[i] == b.ptr[j] ? 0 : 1);
            corner = row[j + 1];
            row[j + 1] = least(changed, least(row[j], row[j + 1]) + 1);
        }
    }
    return row[b.len];
}

static bool is_near(struct slice a, struct slice b)
{
    return distance(a, b) <= least(DISTANCE_MAX, a.len / 2);
}

/* "bakup list" is near "backup list", and "backup lst" too. */
static bool is_meant(const struct command *command, struct slice first, struct slice second)
{
    struct slice rest = slice_from(command->name);
    struct slice word = slice_cut(&rest, ' ');
    if (rest.ptr == NULL || second.len == 0) {
        return is_near(first, word);
    }
    return is_near(first, word) && is_near(second, rest);
}

struct slice help_near_option(const struct command *command, struct slice name)
{
    for (size_t i = 0; i < command->option_count; i++) {
        if (is_near(name, slice_from(command->options[i].name))) {
            return slice_from(command->options[i].name);
        }
    }
    return S("");
}

int help_unknown(struct slice first, struct slice second)
{
    bool is_group = is_command_group(first);
    bool is_two = second.len > 0 && second.ptr[0] != '-';
    size_t shown = 0;
    second = is_two ? second : S("");
    if (is_group && !is_two) {
        dprintf(STDERR_FILENO, "astralfield: %.*s what?\n", FMT(first));
    } else {
        dprintf(STDERR_FILENO, "astralfield: there is no command \"%.*s%s%.*s\"\n", FMT(first),
                is_two ? " " : "", FMT(second));
    }
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (is_two || !is_group ? is_meant(commands[i], first, second)
                                : slice_eq(command_group(commands[i]), first)) {
            dprintf(STDERR_FILENO, "%s  astralfield %-18s %s\n",
                    shown++ == 0 && (is_two || !is_group) ? "did you mean?\n" : "",
                    commands[i]->name, commands[i]->summary);
        }
    }
    if (shown == 0 && is_group) {
        dprintf(STDERR_FILENO, "  `astralfield help %.*s` lists what there is\n", FMT(first));
    } else if (shown == 0) {
        dprintf(STDERR_FILENO, "  `astralfield help` shows what there is\n");
    }
    return EXIT_USAGE;
}
