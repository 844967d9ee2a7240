#include "cli/cli.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"
#include "base/time.h"
#include "cli/help.h"

void cli_print(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vdprintf(STDOUT_FILENO, format, args);
    va_end(args);
}

/* ---- reading the command line ---- */

static const struct cli_option *find_option(const struct command *command, struct slice name)
{
    for (size_t i = 0; i < command->option_count; i++) {
        if (slice_eq(slice_from(command->options[i].name), name)) {
            return &command->options[i];
        }
    }
    for (size_t i = 0; i < CLI_COMMON_COUNT; i++) {
        if (slice_eq(slice_from(cli_common_options[i].name), name)) {
            return &cli_common_options[i];
        }
    }
    return NULL;
}

static enum error take_option(struct cli *cli, int argc, char **argv, int *at)
{
    struct slice rest = slice_from(argv[*at] + 2);
    struct slice name = slice_cut(&rest, '=');
    const struct cli_option *option = find_option(cli->command, name);
    if (option == NULL) {
        struct slice near = help_near_option(cli->command, name);
        return refuse(&cli->faults, E_USAGE, "there is no option --%.*s%s%.*s%s", FMT(name),
                      near.len > 0 ? " (did you mean --" : "", FMT(near), near.len > 0 ? "?)" : "");
    }
    if (option->value == NULL && rest.ptr != NULL) {
        return refuse(&cli->faults, E_USAGE, "--%s is a switch and takes no value", option->name);
    }
    if (option->value != NULL && rest.ptr == NULL) {
        if (*at + 1 >= argc) {
            return refuse(&cli->faults, E_USAGE, "--%s needs a value (%s)", option->name,
                          option->value);
        }
        rest = slice_from(argv[++*at]);
    }
    if (!option->is_repeatable && cli_has(cli, option->name)) {
        return refuse(&cli->faults, E_USAGE, "--%s was given twice", option->name);
    }
    if (cli->given_count == CLI_OPTIONS_MAX) {
        return refuse(&cli->faults, E_USAGE, "too many options");
    }
    cli->given[cli->given_count++] = (struct cli_given){ .name = option->name, .value = rest };
    return OK;
}

/* The short form of a switch; once is as good as twice. */
static void give_switch(struct cli *cli, const char *name)
{
    if (!cli_has(cli, name) && cli->given_count < CLI_OPTIONS_MAX) {
        cli->given[cli->given_count++] = (struct cli_given){ .name = name };
    }
}

static enum error read_line(struct cli *cli, int argc, char **argv, int from)
{
    for (int i = from; i < argc; i++) {
        struct slice word = slice_from(argv[i]);
        if (slice_starts(word, S("--")) && word.len > 2) {
            TRY(take_option(cli, argc, argv, &i));
        } else if (slice_eq(word, S("-h"))) {
            give_switch(cli, "help");
        } else if (slice_eq(word, S("-f")) && find_option(cli->command, S("follow")) != NULL) {
            give_switch(cli, "follow");
        } else if (cli->command->arguments == NULL || cli->argument_count == CLI_ARGUMENTS_MAX) {
            return refuse(&cli->faults, E_USAGE, "\"%.*s\" is one word too many", FMT(word));
        } else {
            cli->arguments[cli->argument_count++] = word;
        }
    }
    for (size_t i = 0; i < cli->command->option_count && !cli_has(cli, "help"); i++) {
        const struct cli_option *option = &cli->command->options[i];
        if (option->is_required && !cli_has(cli, option->name)) {
            return refuse(&cli->faults, E_USAGE, "--%s %s is missing (%s)", option->name,
                          option->value != NULL ? option->value : "", option->doc);
        }
    }
    return OK;
}

struct slice cli_value_at(const struct cli *cli, const char *name, size_t index)
{
    for (size_t i = 0; i < cli->given_count; i++) {
        if (slice_eq(slice_from(cli->given[i].name), slice_from(name)) && index-- == 0) {
            return cli->given[i].value;
        }
    }
    return (struct slice){ .ptr = NULL, .len = 0 };
}

struct slice cli_value(const struct cli *cli, const char *name)
{
    return cli_value_at(cli, name, 0);
}

bool cli_has(const struct cli *cli, const char *name)
{
    for (size_t i = 0; i < cli->given_count; i++) {
        if (slice_eq(slice_from(cli->given[i].name), slice_from(name))) {
            return true;
        }
    }
    return false;
}

enum error cli_number(struct cli *cli, const char *name, int64_t min, int64_t max, int64_t fallback,
                      int64_t *ret_value)
{
    struct slice text = cli_value(cli, name);
    int64_t value = fallback;
    if (text.ptr != NULL && (slice_to_int(text, &value) != OK || value < min || value > max)) {
        return refuse(&cli->faults, E_USAGE,
                      "--%s must be a whole number from %" PRId64 " to %" PRId64 ", not \"%.*s\"",
                      name, min, max, FMT(text));
    }
    *ret_value = value;
    return OK;
}

enum error cli_confirmed(struct cli *cli, const char *name)
{
    struct slice given = cli_value(cli, "confirm");
    if (cli_has(cli, "yes") && slice_eq(given, slice_from(name))) {
        return OK;
    }
    if (given.ptr != NULL && !slice_eq(given, slice_from(name))) {
        return refuse(&cli->faults, E_FORBIDDEN, "--confirm must say \"%s\", not \"%.*s\"", name,
                      FMT(given));
    }
    char line[128] = { 0 };
    if (isatty(STDIN_FILENO) == 1 && !cli->is_json && !cli_has(cli, "yes")) {
        dprintf(STDERR_FILENO, "This cannot be undone. Type \"%s\" to go on: ", name);
        ssize_t got = read(STDIN_FILENO, line, sizeof(line) - 1);
        struct slice said = { .ptr = line, .len = got > 0 ? (size_t)got : 0 };
        return slice_eq(slice_trim(said), slice_from(name))
                   ? OK
                   : refuse(&cli->faults, E_FORBIDDEN, "not confirmed; nothing was changed");
    }
    return refuse(&cli->faults, E_FORBIDDEN,
                  "this cannot be undone: say --yes --confirm %s when you mean it", name);
}

/* ---- failing ---- */

static int exit_code(enum error error)
{
    if (error == E_USAGE) {
        return EXIT_USAGE;
    }
    if (error == E_IN_USE) {
        return EXIT_LOCKED;
    }
    if (error == E_FORBIDDEN || error == E_RECOVERY) {
        return EXIT_REFUSED;
    }
    return error == E_TIMEOUT ? EXIT_TIMEOUT : EXIT_FAILED;
}

static void print_problem(const struct cli *cli, enum error error)
{
    const struct error_info *info = error_info(error);
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_member_text(&json, S("type"), arena_format(cli->arena, "/problems/%s", info->slug));
    json_member_text(&json, S("title"), slice_from(info->title));
    json_member_text(&json, S("detail"), cli->faults.detail);
    json_key(&json, S("errors"));
    json_open_array(&json);
    for (const struct fault *fault = cli->faults.first; fault != NULL; fault = fault->next) {
        json_open_object(&json);
        json_member_text(&json, S("at"), fault->at);
        json_member_text(&json, S("message"), fault->message);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    cli_print("%.*s\n", FMT(json_done(&json)));
}

int cli_fail(struct cli *cli, enum error error)
{
    const char *name = cli->command != NULL ? cli->command->name : "";
    struct slice detail = cli->faults.detail.len > 0 && cli->faults.error == error
                              ? cli->faults.detail
                              : slice_from(error_info(error)->title);
    dprintf(STDERR_FILENO, "astralfield %s: %.*s\n", name, FMT(detail));
    for (const struct fault *fault = cli->faults.first; fault != NULL; fault = fault->next) {
        dprintf(STDERR_FILENO, "  %.*s: %.*s\n", FMT(fault->at), FMT(fault->message));
    }
    if (error == E_USAGE) {
        dprintf(STDERR_FILENO, "  see: astralfield %s --help\n", name);
    }
    if (cli->is_json) {
        print_problem(cli, error);
    }
    return exit_code(error);
}

/* ---- main ---- */

/* The command whose words the line begins with; the longest name wins ("import nfl"). */
static const struct command *find_command(int argc, char **argv, int from, int *ret_words)
{
    char two[64];
    snprintf(two, sizeof(two), "%s %s", argv[from], argc > from + 1 ? argv[from + 1] : "");
    const struct command *command = command_named(slice_from(two));
    *ret_words = command != NULL ? 2 : 1;
    return command != NULL ? command : command_named(slice_from(argv[from]));
}

static bool is_help(const char *word)
{
    struct slice text = slice_from(word);
    return slice_eq(text, S("--help")) || slice_eq(text, S("-h")) || slice_eq(text, S("help"));
}

/* `astralfield help [COMMAND]` and `astralfield GROUP --help`. */
static int explain(struct arena *arena, int argc, char **argv, int from)
{
    int words = 0;
    bool wants_json = argc > from && slice_eq(slice_from(argv[argc - 1]), S("--json"));
    if (wants_json) {
        cli_print("%.*s\n", FMT(help_json(arena)));
        return EXIT_OK;
    }
    if (argc <= from) {
        help_overview();
        return EXIT_OK;
    }
    const struct command *command = find_command(argc, argv, from, &words);
    if (command != NULL) {
        help_command(command);
        return EXIT_OK;
    }
    if (is_command_group(slice_from(argv[from])) && (argc == from + 1 || is_help(argv[from + 1]))) {
        help_group(slice_from(argv[from]));
        return EXIT_OK;
    }
    return help_unknown(slice_from(argv[from]),
                        slice_from(argc > from + 1 ? argv[from + 1] : NULL));
}

static const char *data_directory(struct cli *cli)
{
    struct slice given = cli_value(cli, "data");
    if (given.ptr == NULL) {
        given = slice_from(getenv("ASTRALFIELD_DATA_DIR"));
    }
    if (given.len == 0) {
        given = S("var");
    }
    if (given.ptr[0] == '/') {
        return arena_cstr(cli->arena, given);
    }
    char here[PATH_MAX];
    CHECK(getcwd(here, sizeof(here)) != NULL);
    return arena_format(cli->arena, "%s/%.*s", here, FMT(given)).ptr;
}

int cli_main(int argc, char **argv)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct cli cli = { .arena = &arena, .faults.arena = &arena };
    if (argc < 2) {
        help_overview();
        return EXIT_USAGE;
    }
    if (is_help(argv[1])) {
        return explain(&arena, argc, argv, 2);
    }
    if (slice_eq(slice_from(argv[1]), S("--version"))) {
        cli_print("astralfield %s\n", ASTRALFIELD_VERSION);
        return EXIT_OK;
    }
    int words = 0;
    cli.command = find_command(argc, argv, 1, &words);
    if (cli.command == NULL && argc > 2 && is_help(argv[2])) {
        return explain(&arena, argc, argv, 1);
    }
    if (cli.command == NULL) {
        return help_unknown(slice_from(argv[1]), slice_from(argc > 2 ? argv[2] : NULL));
    }
    enum error error = read_line(&cli, argc, argv, words + 1);
    cli.is_json = cli_has(&cli, "json");
    if (error != OK) {
        return cli_fail(&cli, error);
    }
    if (cli_has(&cli, "help")) {
        help_command(cli.command);
        return EXIT_OK;
    }
    cli.is_terminal = isatty(STDERR_FILENO) == 1;
    cli.data = data_directory(&cli);
    return cli.command->run(&cli);
}

/* ---- progress ---- */

enum { BAR_CELLS = 28 };

static void progress_show(struct progress *progress)
{
    progress->shown = mono_now();
    int64_t seconds = (progress->shown.us - progress->started.us) / US_PER_S;
    char bar[BAR_CELLS + 1] = { 0 };
    int64_t cells = progress->total > 0 ? progress->done * BAR_CELLS / progress->total : 0;
    for (int i = 0; i < BAR_CELLS; i++) {
        bar[i] = i < cells ? '#' : '.';
    }
    if (!progress->is_terminal) {
        dprintf(STDERR_FILENO, "%s: %" PRId64 "/%" PRId64 " (%" PRId64 " s)\n", progress->what,
                progress->done, progress->total, seconds);
    } else if (progress->total > 0) {
        dprintf(STDERR_FILENO, "\r%-24s [%s] %" PRId64 "/%" PRId64 " %" PRId64 " s ",
                progress->what, bar, progress->done, progress->total, seconds);
    } else {
        dprintf(STDERR_FILENO, "\r%-24s %" PRId64 " %" PRId64 " s ", progress->what, progress->done,
                seconds);
    }
}

void progress_start(struct progress *progress, const struct cli *cli, const char *what,
                    int64_t total)
{
    *progress = (struct progress){ .what = what,
                                   .total = total,
                                   .started = mono_now(),
                                   .shown = mono_now(),
                                   .is_terminal = cli->is_terminal };
}

void progress_step(struct progress *progress, int64_t done)
{
    progress->done = done;
    int64_t every = progress->is_terminal ? 100 * US_PER_MS : 5 * US_PER_S;
    if (mono_now().us - progress->shown.us >= every) {
        progress_show(progress);
    }
}

void progress_end(struct progress *progress)
{
    if (progress->is_terminal) {
        progress_show(progress);
        dprintf(STDERR_FILENO, "\n");
    }
}
