/* `astralfield env ls|get|diff|history`: what is in effect and where it comes from, settings and switches. */
#include "cli/cmd_env.h"

#include <inttypes.h>
#include <libpq-fe.h>

#include "base/check.h"
#include "db/db.h"

enum { HISTORY_MAX = 1000, HISTORY_SHOWN = 20 };

static const struct cli_option scope_options[] = {
    { .name = "scope", .value = "SCOPE", .doc = "production: the only one an installation has" },
    { .name = "reveal", .doc = "show secrets" },
};

static enum error check_scope(struct cli *cli)
{
    struct slice scope = cli_value(cli, "scope");
    return scope.ptr == NULL || slice_eq(scope, S("production"))
               ? OK
               : refuse(&cli->faults, E_USAGE,
                        "there is no scope \"%.*s\": an installation has one environment, "
                        "production; another one is another data directory (--data DIR)",
                        FMT(scope));
}

/* ---- rows ---- */

static struct slice setting_text(struct cli *cli, const struct config *settings, enum config_id id)
{
    return cli_has(cli, "reveal") ? config_reveal(settings, id, cli->arena)
                                  : config_print(settings, id, cli->arena);
}

static void write_setting(struct json *json, struct cli *cli, const struct config *settings,
                          enum config_id id)
{
    const struct config_info *info = config_info(id);
    json_member_text(json, S("name"), slice_from(info->name));
    json_member_text(json, S("value"), setting_text(cli, settings, id));
    json_member_text(json, S("source"), slice_from(config_source_name(settings->sources[id])));
    json_member_bool(json, S("isSwitch"), false);
    json_member_text(json, S("meaning"), slice_from(info->meaning));
}

static void print_line(const char *name, struct slice value, const char *source, struct slice more)
{
    cli_print("%-27s %-20.*s %-12s%.*s\n", name, FMT(value.len > 0 ? value : S("-")), source,
              FMT(more));
}

static void print_switch(struct cli *cli, enum switch_id id)
{
    struct switch_state state = switch_state(cli->arena, id);
    struct buffer more;
    char text[UTIME_TEXT_MAX];
    buffer_init(&more, cli->arena);
    if (state.since != 0) {
        buffer_format(&more, "since %.*s", FMT(utime_print(state.since, text)));
    }
    if (state.until != 0) {
        buffer_format(&more, " until %.*s", FMT(utime_print(state.until, text)));
    }
    if (state.by.len > 0) {
        buffer_format(&more, " by %.*s (%.*s)", FMT(state.by), FMT(state.reason));
    }
    print_line(switch_info(id)->name, switch_print(cli->arena, id, state.value),
               switch_source_name(state.source), buffer_slice(&more));
}

/* ---- ls and diff ---- */

struct listing {
    struct config settings;
    bool is_diff; /* only what is not as by default */
    bool has_switches;
};

static void write_listing(struct cli *cli, const struct listing *listing)
{
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_member_text(&json, S("scope"), S("production"));
    if (listing->has_switches) {
        json_member_text(&json, S("mode"), slice_from(mode_name(switches_mode())));
    } else {
        json_member_null(&json, S("mode"));
        json_member_text(&json, S("reason"), S("The database cannot be reached."));
    }
    json_key(&json, S("variables"));
    json_open_array(&json);
    for (size_t i = 0; i < CONFIG_COUNT; i++) {
        enum config_id id = (enum config_id)i;
        if (!listing->is_diff || listing->settings.sources[id] != CONFIG_FROM_DEFAULT) {
            json_open_object(&json);
            write_setting(&json, cli, &listing->settings, id);
            json_close_object(&json);
        }
    }
    for (size_t i = 0; i < SWITCH_COUNT && listing->has_switches; i++) {
        enum switch_id id = (enum switch_id)i;
        if (!listing->is_diff || switch_state(cli->arena, id).source != SWITCH_FROM_DEFAULT) {
            json_open_object(&json);
            env_write_switch(&json, id);
            json_close_object(&json);
        }
    }
    json_close_array(&json);
    json_close_object(&json);
    cli_print("%.*s\n", FMT(json_done(&json)));
}

static void print_listing(struct cli *cli, const struct listing *listing)
{
    size_t shown = 0;
    cli_print("%-27s %-20s %s\n", "NAME", "VALUE", "FROM");
    for (size_t i = 0; i < CONFIG_COUNT; i++) {
        enum config_id id = (enum config_id)i;
        enum config_source source = listing->settings.sources[id];
        if (!listing->is_diff || source != CONFIG_FROM_DEFAULT) {
            print_line(config_info(id)->name, setting_text(cli, &listing->settings, id),
                       config_source_name(source), S(""));
            shown++;
        }
    }
    for (size_t i = 0; i < SWITCH_COUNT && listing->has_switches; i++) {
        enum switch_id id = (enum switch_id)i;
        if (!listing->is_diff || switch_state(cli->arena, id).source != SWITCH_FROM_DEFAULT) {
            print_switch(cli, id);
            shown++;
        }
    }
    if (listing->is_diff && shown == 0) {
        cli_print("Everything is as by default.\n");
    }
    if (listing->has_switches) {
        cli_print("\nmode: %s\n", mode_name(switches_mode()));
    } else {
        cli_print("\nThe database cannot be reached, so what is switched on is not known.\n");
    }
}

static int show_listing(struct cli *cli, void *thing)
{
    struct listing *listing = thing;
    if (listing->has_switches) {
        enum error error = env_load(cli);
        if (error != OK) {
            return cli_fail(cli, error);
        }
    }
    if (cli->is_json) {
        write_listing(cli, listing);
    } else {
        print_listing(cli, listing);
    }
    return listing->has_switches ? EXIT_OK : EXIT_DEGRADED;
}

static int list(struct cli *cli, bool is_diff)
{
    struct listing listing = { .is_diff = is_diff };
    const char *url = NULL;
    struct cli probe = *cli;
    enum error error = check_scope(cli);
    if (error == OK) {
        error = config_read(cli->data, &cli->faults, &listing.settings);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    probe.faults = (struct faults){ .arena = cli->arena };
    listing.has_switches = cli_database(&probe, &url) == OK && PQping(url) == PQPING_OK;
    return listing.has_switches ? cli_with_database(cli, show_listing, &listing)
                                : show_listing(cli, &listing);
}

static int ls_run(struct cli *cli)
{
    return list(cli, false);
}

static int diff_run(struct cli *cli)
{
    return list(cli, true);
}

/* ---- get ---- */

static int get_switch(struct cli *cli, void *thing)
{
    enum switch_id id = *(const enum switch_id *)thing;
    enum error error = env_load(cli);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    env_write_switch(&json, id);
    json_close_object(&json);
    if (cli->is_json) {
        cli_print("%.*s\n", FMT(json_done(&json)));
    } else {
        cli_print("%.*s\n", FMT(switch_print(cli->arena, id, switch_number(id))));
    }
    return EXIT_OK;
}

static int get_setting(struct cli *cli, enum config_id id)
{
    struct config settings;
    enum error error = config_read(cli->data, &cli->faults, &settings);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    write_setting(&json, cli, &settings, id);
    json_close_object(&json);
    if (cli->is_json) {
        cli_print("%.*s\n", FMT(json_done(&json)));
    } else {
        cli_print("%.*s\n", FMT(setting_text(cli, &settings, id)));
    }
    return EXIT_OK;
}

static int get_run(struct cli *cli)
{
    struct slice name = cli->argument_count == 1 ? cli->arguments[0] : S("");
    enum switch_id id = switch_find(name);
    enum config_id setting = config_find(name);
    enum error error = check_scope(cli);
    if (error == OK && id == SWITCH_COUNT && setting == CONFIG_COUNT) {
        error = refuse(&cli->faults, E_USAGE,
                       "name one setting or switch; `astralfield env ls` lists them");
    }
    return error != OK          ? cli_fail(cli, error)
           : id != SWITCH_COUNT ? cli_with_database(cli, get_switch, &id)
                                : get_setting(cli, setting);
}

/* ---- history ---- */

static void print_changes(const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        char text[UTIME_TEXT_MAX];
        struct slice before = rows_text(rows, i, "before");
        struct slice after = rows_text(rows, i, "after");
        struct slice reason = rows_text(rows, i, "reason");
        cli_print("%-6" PRId64 " %.*s %-27.*s %.*s -> %.*s by %.*s%s%.*s\n",
                  rows_int(rows, i, "id"), FMT(utime_print(rows_time(rows, i, "at"), text)),
                  FMT(rows_text(rows, i, "name")), FMT(before.len > 0 ? before : S("not set")),
                  FMT(after.len > 0 ? after : S("not set")), FMT(rows_text(rows, i, "by")),
                  reason.len > 0 ? ": " : "", FMT(reason));
    }
    if (rows->count == 0) {
        cli_print("Nothing was changed yet.\n");
    }
}

static int show_history(struct cli *cli, void *thing)
{
    int64_t count_max = *(const int64_t *)thing;
    struct rows rows = { 0 };
    struct param name = cli->argument_count > 0 ? P_TEXT(cli->arguments[0]) : P_NULL;
    enum error error =
        db_read(cli->arena, cli->is_json ? SQL_OPS_SWITCH_HISTORY : SQL_OPS_SWITCH_CHANGES,
                PARAMS(name, P_INT(count_max)), &rows);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        cli_print("%.*s\n", FMT(rows_json(&rows)));
    } else {
        print_changes(&rows);
    }
    return EXIT_OK;
}

static int history_run(struct cli *cli)
{
    int64_t count_max = 0;
    enum error error = check_scope(cli);
    if (error == OK) {
        error = cli_number(cli, "count", 1, HISTORY_MAX, HISTORY_SHOWN, &count_max);
    }
    return error != OK ? cli_fail(cli, error) : cli_with_database(cli, show_history, &count_max);
}

/* ---- rows of the table ---- */

static const struct cli_option history_options[] = {
    { .name = "scope", .value = "SCOPE", .doc = "production: the only one an installation has" },
    { .name = "count", .value = "N", .doc = "how many, newest first (default 20)" },
};

const struct command env_ls_command = {
    .name = "env ls",
    .summary = "every setting and switch in effect, and where it comes from",
    .help =
        "Settings come from the default, astralfield.conf or the environment and need a restart;\n"
        "switches act within a second on every node: an order wins over the environment. The\n"
        "environment shown is this shell's: a server that was started from another has its own.\n"
        "Exit code 3: the database cannot be reached, so switches are not known.\n"
        "\n"
        "example: astralfield env ls --scope production",
    .options = scope_options,
    .option_count = ARRAY_LEN(scope_options),
    .run = ls_run,
};

const struct command env_diff_command = {
    .name = "env diff",
    .summary = "what is not as by default",
    .help = "Settings and switches whose value somebody has set.\n"
            "\n"
            "example: astralfield env diff",
    .options = scope_options,
    .option_count = ARRAY_LEN(scope_options),
    .run = diff_run,
};

const struct command env_get_command = {
    .name = "env get",
    .summary = "one setting or switch",
    .help = "Prints the value that is in effect; --json says the rest.\n"
            "\n"
            "example: astralfield env get MAINTENANCE_MODE",
    .arguments = "NAME",
    .options = scope_options,
    .option_count = ARRAY_LEN(scope_options),
    .run = get_run,
};

const struct command env_history_command = {
    .name = "env history",
    .summary = "what was changed, by whom, newest first",
    .help =
        "Changes of switches and of settings made with `env set`. `env rollback NUMBER` undoes\n"
        "one of them.\n"
        "\n"
        "example: astralfield env history MAINTENANCE_MODE --count 5",
    .arguments = "[NAME]",
    .options = history_options,
    .option_count = ARRAY_LEN(history_options),
    .run = history_run,
};
