/* `astralfield config`: every setting, its value, where the value comes from, what it means. */
#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/cli.h"
#include "ops/config.h"

static void print_row(struct cli *cli, const struct config *settings, enum config_id id)
{
    const struct config_info *info = config_info(id);
    struct slice value = config_print(settings, id, cli->arena);
    const char *unit = info->type == CONFIG_SWITCH ? "on|off" : info->unit;
    cli_print("%-24s %-16.*s %-11s %s%s%s\n", info->name, FMT(value),
              config_source_name(settings->sources[id]), unit, unit[0] != '\0' ? ": " : "",
              info->meaning);
}

static void add_row(struct json *json, struct cli *cli, const struct config *settings,
                    enum config_id id)
{
    static const char *const types[] = { "int", "text", "secret", "switch", "choice" };
    const struct config_info *info = config_info(id);
    json_open_object(json);
    json_member_text(json, S("name"), slice_from(info->name));
    json_member_text(json, S("value"), config_print(settings, id, cli->arena));
    json_member_text(json, S("default"), slice_from(info->fallback));
    json_member_text(json, S("source"), slice_from(config_source_name(settings->sources[id])));
    json_member_text(json, S("type"), slice_from(types[info->type]));
    json_member_text(json, S("unit"), slice_from(info->unit));
    if (info->type == CONFIG_INT) {
        json_member_int(json, S("min"), info->min);
        json_member_int(json, S("max"), info->max);
    }
    json_member_text(json, S("meaning"), slice_from(info->meaning));
    json_close_object(json);
}

static int config_run(struct cli *cli)
{
    struct config settings = { 0 };
    enum error error = config_read(cli->data, &cli->faults, &settings);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (!cli->is_json) {
        cli_print("%-24s %-16s %-11s %s\n", "NAME", "VALUE", "FROM", "MEANING");
        for (size_t id = 0; id < CONFIG_COUNT; id++) {
            print_row(cli, &settings, (enum config_id)id);
        }
        cli_print("\nSet them in the environment, or as NAME=value lines in %s/astralfield.conf.\n",
                  cli->data);
        return EXIT_OK;
    }
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_key(&json, S("settings"));
    json_open_array(&json);
    for (size_t id = 0; id < CONFIG_COUNT; id++) {
        add_row(&json, cli, &settings, (enum config_id)id);
    }
    json_close_array(&json);
    json_close_object(&json);
    cli_print("%.*s\n", FMT(json_done(&json)));
    return EXIT_OK;
}

const struct command config_command = {
    .name = "config",
    .summary = "every setting: value, where it comes from, meaning",
    .help =
        "Shows what the environment and astralfield.conf in the data directory set. Secrets are\n"
        "never shown. Exit code 1, with every fault named, when a value is not acceptable.\n"
        "\n"
        "example: PORT=8080 astralfield config",
    .run = config_run,
};
