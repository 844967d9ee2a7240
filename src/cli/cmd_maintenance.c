/* `astralfield maintenance on|off|readonly|status` and `astralfield lockdown on|off|status`. */
#include "base/check.h"
#include "cli/cmd_env.h"

static const struct cli_option on_options[] = {
    { .name = "message", .value = "TEXT", .doc = "what users are told" },
    { .name = "until", .value = "TIME", .doc = "ends by itself: 03:00 (UTC), 45m, a moment" },
    ENV_OPTION_REASON,
    ENV_OPTION_DRY_RUN,
};

static const struct cli_option off_options[] = { ENV_OPTION_REASON, ENV_OPTION_DRY_RUN };

static struct slice or_empty(struct slice text)
{
    return text.ptr == NULL ? S("") : text;
}

static struct env_order order_of(struct cli *cli, enum switch_id id, bool is_unset)
{
    return (struct env_order){ .is_unset = is_unset,
                               .wish = { .id = id,
                                         .value = S("on"),
                                         .reason = or_empty(cli_value(cli, "reason")),
                                         .message = or_empty(cli_value(cli, "message")) } };
}

static int turn_on(struct cli *cli, enum switch_id id)
{
    struct env_order order = order_of(cli, id, false);
    struct slice until = cli_value(cli, "until");
    enum error error = until.ptr == NULL ? OK : env_seconds(cli, until, &order.wish.seconds);
    return error != OK ? cli_fail(cli, error) : env_run_orders(cli, &order, 1);
}

static int maintenance_on(struct cli *cli)
{
    return turn_on(cli, SWITCH_MAINTENANCE_MODE);
}

static int maintenance_readonly(struct cli *cli)
{
    return turn_on(cli, SWITCH_READ_ONLY_MODE);
}

static int maintenance_off(struct cli *cli)
{
    struct env_order orders[] = { order_of(cli, SWITCH_MAINTENANCE_MODE, true),
                                  order_of(cli, SWITCH_READ_ONLY_MODE, true) };
    return env_run_orders(cli, orders, ARRAY_LEN(orders));
}

static int lockdown_on(struct cli *cli)
{
    return turn_on(cli, SWITCH_SECURITY_LOCKDOWN);
}

static int lockdown_off(struct cli *cli)
{
    struct env_order orders[] = { order_of(cli, SWITCH_SECURITY_LOCKDOWN, true),
                                  order_of(cli, SWITCH_EMERGENCY_MODE, true) };
    return env_run_orders(cli, orders, ARRAY_LEN(orders));
}

static int show(struct cli *cli, void *thing)
{
    (void)thing;
    enum error error = env_load(cli);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (!cli->is_json) {
        env_print_modes(cli);
        return EXIT_OK;
    }
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_member_text(&json, S("mode"), slice_from(mode_name(switches_mode())));
    json_key(&json, S("switches"));
    json_open_array(&json);
    for (size_t i = 0; i < SWITCH_COUNT; i++) {
        if (switch_on((enum switch_id)i)) {
            json_open_object(&json);
            env_write_switch(&json, (enum switch_id)i);
            json_close_object(&json);
        }
    }
    json_close_array(&json);
    json_close_object(&json);
    cli_print("%.*s\n", FMT(json_done(&json)));
    return EXIT_OK;
}

static int status_run(struct cli *cli)
{
    return cli_with_database(cli, show, NULL);
}

const struct command maintenance_on_command = {
    .name = "maintenance on",
    .summary = "users wait; operators, health and status stay",
    .help =
        "Users get 503, Retry-After and the maintenance page, sockets are closed, draft clocks\n"
        "stand still. The same as `env set MAINTENANCE_MODE on`.\n"
        "\n"
        "example: astralfield maintenance on --until 03:00 --message \"Back at three.\"",
    .options = on_options,
    .option_count = ARRAY_LEN(on_options),
    .run = maintenance_on,
};

const struct command maintenance_readonly_command = {
    .name = "maintenance readonly",
    .summary = "what reads is answered, what writes waits",
    .help = "Writes get 503 with Retry-After, draft clocks stand still. The same as\n"
            "`env set READ_ONLY_MODE on`.\n"
            "\n"
            "example: astralfield maintenance readonly --until 30m",
    .options = on_options,
    .option_count = ARRAY_LEN(on_options),
    .run = maintenance_readonly,
};

const struct command maintenance_off_command = {
    .name = "maintenance off",
    .summary = "back to normal; draft clocks go on",
    .help = "Ends maintenance and read-only. Draft clocks go on with what was left.\n"
            "\n"
            "example: astralfield maintenance off",
    .options = off_options,
    .option_count = ARRAY_LEN(off_options),
    .run = maintenance_off,
};

const struct command maintenance_status_command = {
    .name = "maintenance status",
    .summary = "the mode, and every switch that is on",
    .help = "What is on, since when, until when, by whom and why.\n"
            "\n"
            "example: astralfield maintenance status --json",
    .run = status_run,
};

const struct command lockdown_on_command = {
    .name = "lockdown on",
    .summary = "nobody but operators comes in, nobody writes",
    .help = "No sign-in, registration or use of tokens except operators', every write is refused,\n"
            "sockets are closed, draft clocks stand still; reading and health stay. The same as\n"
            "`env set SECURITY_LOCKDOWN on`.\n"
            "\n"
            "example: astralfield lockdown on --reason \"SEC-20250907-1300\"",
    .options = on_options,
    .option_count = ARRAY_LEN(on_options),
    .run = lockdown_on,
};

const struct command lockdown_off_command = {
    .name = "lockdown off",
    .summary = "back to normal; draft clocks go on",
    .help = "Ends SECURITY_LOCKDOWN and EMERGENCY_MODE.\n"
            "\n"
            "example: astralfield lockdown off",
    .options = off_options,
    .option_count = ARRAY_LEN(off_options),
    .run = lockdown_off,
};

const struct command lockdown_status_command = {
    .name = "lockdown status",
    .summary = "the mode, and every switch that is on",
    .help = "The same as `maintenance status`.\n"
            "\n"
            "example: astralfield lockdown status",
    .run = status_run,
};
