/* `astralfield env set|unset|rollback`. A switch acts at once; a setting is written into astralfield.conf. */
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "cli/cmd_env.h"
#include "db/db.h"
#include "ops/audit.h"

enum { LINE_MAX_BYTES = 2048 };

static const struct cli_option set_options[] = {
    { .name = "scope", .value = "SCOPE", .doc = "production: the only one an installation has" },
    { .name = "for", .value = "TIME", .doc = "switches: how long (90s, 15m, 2h) or until when" },
    { .name = "message", .value = "TEXT", .doc = "switches: what users are told" },
    ENV_OPTION_REASON,
    ENV_OPTION_DRY_RUN,
};

static const struct cli_option unset_options[] = {
    { .name = "scope", .value = "SCOPE", .doc = "production: the only one an installation has" },
    ENV_OPTION_REASON,
    ENV_OPTION_DRY_RUN,
};

static struct slice or_empty(struct slice text)
{
    return text.ptr == NULL ? S("") : text;
}

/* ---- settings ---- */

struct setting_change {
    enum config_id id;
    struct slice value; /* ptr NULL: taken out */
    struct slice before;
    bool is_audited;
};

static struct slice masked(const struct setting_change *change, struct slice value)
{
    bool is_secret = config_info(change->id)->type == CONFIG_SECRET;
    return is_secret && value.len > 0 ? S("********") : or_empty(value);
}

static enum error note_setting(struct cli *cli, struct setting_change *change)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct slice name = slice_from(config_info(change->id)->name);
    struct slice before = masked(change, change->before);
    struct slice after = masked(change, change->value);
    struct slice reason = or_empty(cli_value(cli, "reason"));
    bool is_set = change->value.ptr != NULL;
    struct rows rows = { 0 };
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_member_text(&json, S("value"), after);
    json_close_object(&json);
    TRY(tx_begin(cli->arena, &tx));
    TRY(tx_query(&tx, SQL_OPS_SWITCH_NOTE,
                 PARAMS(P_TEXT(name), P_TEXT(is_set ? S("set") : S("unset")),
                        before.len > 0 ? P_TEXT(before) : P_NULL, is_set ? P_TEXT(after) : P_NULL,
                        P_NULL, reason.len > 0 ? P_TEXT(reason) : P_NULL, P_NULL,
                        P_TEXT(cli_by_whom(cli->arena)), P_NULL),
                 &rows));
    TRY(cli_audit(cli, &tx,
                  &(struct audit_entry){ .action = is_set ? "setting.set" : "setting.unset",
                                         .target_kind = "setting",
                                         .target_id = name,
                                         .after = json_done(&json),
                                         .reason = reason }));
    TRY(tx_commit(&tx));
    change->is_audited = true;
    return OK;
}

static int say_setting(struct cli *cli, const struct setting_change *change)
{
    const char *name = config_info(change->id)->name;
    bool is_dry = cli_has(cli, "dry-run");
    bool is_overruled = getenv(name) != NULL && getenv(name)[0] != '\0';
    struct slice before = masked(change, change->before);
    struct slice after = masked(change, change->value);
    if (cli->is_json) {
        struct json json;
        json_init(&json, cli->arena);
        json_open_object(&json);
        json_member_text(&json, S("name"), slice_from(name));
        json_member_text(&json, S("before"), before);
        json_member_text(&json, S("after"), after);
        json_member_text(&json, S("file"),
                         arena_format(cli->arena, "%s/astralfield.conf", cli->data));
        json_member_bool(&json, S("dryRun"), is_dry);
        json_member_bool(&json, S("restartNeeded"), true);
        json_member_bool(&json, S("audited"), change->is_audited);
        json_member_bool(&json, S("environmentWins"), is_overruled);
        json_close_object(&json);
        cli_print("%.*s\n", FMT(json_done(&json)));
        return EXIT_OK;
    }
    cli_print("%s%s: %.*s -> %.*s in %s/astralfield.conf\n", is_dry ? "would change " : "", name,
              FMT(before.len > 0 ? before : S("not set")),
              FMT(after.len > 0 ? after : S("not set")), cli->data);
    if (!is_dry) {
        cli_print("It takes effect with the next start: restart the server.\n");
    }
    if (is_overruled) {
        cli_print("The environment of this shell sets %s too, and wins over the file.\n", name);
    }
    if (!is_dry && !change->is_audited) {
        cli_print("The database cannot be reached, so this is not in the audit log.\n");
    }
    return EXIT_OK;
}

static int note_and_say(struct cli *cli, void *thing)
{
    enum error error = note_setting(cli, thing);
    return error != OK ? cli_fail(cli, error) : say_setting(cli, thing);
}

/* One line of standard input, so that a secret is in no process list. */
static enum error read_value(struct cli *cli, struct slice *value)
{
    char line[LINE_MAX_BYTES];
    if (!slice_eq(*value, S("-"))) {
        return OK;
    }
    if (fgets(line, sizeof(line), stdin) == NULL) {
        return refuse(&cli->faults, E_USAGE, "\"-\" reads the value from standard input");
    }
    *value = arena_copy(cli->arena, slice_trim(slice_from(line)));
    return OK;
}

static int change_setting(struct cli *cli, struct setting_change *change)
{
    struct config settings = { 0 };
    const char *url = NULL;
    struct cli probe = *cli;
    struct slice value = change->value;
    enum error error = value.ptr == NULL ? OK : read_value(cli, &value);
    change->value = value;
    if (error == OK && value.ptr != NULL) {
        config_set(&settings, change->id, value, CONFIG_FROM_FILE, &cli->faults);
        bool has_line_break = slice_find(value, '\n', 0) < value.len;
        error = cli->faults.count > 0 || has_line_break
                    ? refuse(&cli->faults, E_USAGE, "the value is not acceptable")
                    : OK;
    }
    if (error == OK) {
        error =
            env_file_set(cli, slice_from(config_info(change->id)->name), value, &change->before);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    probe.faults = (struct faults){ .arena = cli->arena };
    bool has_database = cli_database(&probe, &url) == OK && PQping(url) == PQPING_OK;
    return has_database && !cli_has(cli, "dry-run") ? cli_with_database(cli, note_and_say, change)
                                                    : say_setting(cli, change);
}

/* ---- set, unset ---- */

static int unknown(struct cli *cli)
{
    return cli_fail(cli, refuse(&cli->faults, E_USAGE,
                                "name one setting or switch; `astralfield env ls` lists them"));
}

static int set_run(struct cli *cli)
{
    struct slice name = cli->argument_count == 2 ? cli->arguments[0] : S("");
    struct slice value = cli->argument_count == 2 ? cli->arguments[1] : S("");
    struct slice time = cli_value(cli, "for");
    struct env_order order = { .wish = { .id = switch_find(name),
                                         .value = value,
                                         .reason = or_empty(cli_value(cli, "reason")),
                                         .message = or_empty(cli_value(cli, "message")) } };
    if (order.wish.id == SWITCH_COUNT) {
        struct setting_change change = { .id = config_find(name), .value = value };
        return change.id == CONFIG_COUNT ? unknown(cli) : change_setting(cli, &change);
    }
    enum error error = time.ptr == NULL ? OK : env_seconds(cli, time, &order.wish.seconds);
    return error != OK ? cli_fail(cli, error) : env_run_orders(cli, &order, 1);
}

static int unset_run(struct cli *cli)
{
    struct slice name = cli->argument_count == 1 ? cli->arguments[0] : S("");
    struct env_order order = { .is_unset = true,
                               .wish = { .id = switch_find(name),
                                         .reason = or_empty(cli_value(cli, "reason")) } };
    if (order.wish.id == SWITCH_COUNT) {
        struct setting_change change = { .id = config_find(name) };
        return change.id == CONFIG_COUNT ? unknown(cli) : change_setting(cli, &change);
    }
    return env_run_orders(cli, &order, 1);
}

/* ---- rollback ---- */

struct past {
    int64_t id;
    struct slice name, before;
};

static int find_past(struct cli *cli, void *thing)
{
    struct past *past = thing;
    struct rows rows = { 0 };
    enum error error = db_read(cli->arena, SQL_OPS_SWITCH_CHANGE, PARAMS(P_INT(past->id)), &rows);
    if (error == E_NOT_FOUND) {
        error = refuse(&cli->faults, E_USAGE,
                       "there is no change %" PRId64 "; `astralfield env history` lists them",
                       past->id);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    past->name = rows_text(&rows, 0, "name");
    past->before = rows_text(&rows, 0, "before");
    return EXIT_OK;
}

static int rollback_run(struct cli *cli)
{
    struct past past = { 0 };
    if (cli->argument_count != 1 || slice_to_int(cli->arguments[0], &past.id) != OK) {
        return cli_fail(cli, refuse(&cli->faults, E_USAGE,
                                    "name the number of a change, as `env history` shows it"));
    }
    int code = cli_with_database(cli, find_past, &past);
    if (code != EXIT_OK) {
        return code;
    }
    struct slice said = or_empty(cli_value(cli, "reason"));
    struct env_order order = {
        .is_unset = past.before.ptr == NULL,
        .wish = { .id = switch_find(past.name),
                  .value = past.before,
                  .reason = said.len > 0
                                ? said
                                : arena_format(cli->arena, "rollback of %" PRId64, past.id) },
    };
    if (order.wish.id != SWITCH_COUNT) {
        return env_run_orders(cli, &order, 1);
    }
    struct setting_change change = { .id = config_find(past.name), .value = past.before };
    if (change.id == CONFIG_COUNT || slice_eq(past.before, S("********"))) {
        return cli_fail(cli, refuse(&cli->faults, E_FORBIDDEN,
                                    "what %.*s was is not kept: set it anew", FMT(past.name)));
    }
    return change_setting(cli, &change);
}

const struct command env_set_command = {
    .name = "env set",
    .summary = "set a switch, at once, or a setting, for the next start",
    .help =
        "A switch acts on every node within a second. A setting is written into astralfield.conf\n"
        "and needs a restart; \"-\" as its value reads a line of standard input, so that a secret\n"
        "is in no list of processes. Both are in the audit log and in `env history`.\n"
        "\n"
        "example: astralfield env set DATABASE_POOL_SIZE 20 --reason \"pool exhausted\"",
    .arguments = "NAME VALUE",
    .options = set_options,
    .option_count = ARRAY_LEN(set_options),
    .run = set_run,
};

const struct command env_unset_command = {
    .name = "env unset",
    .summary = "unset a switch or a setting",
    .help = "The environment's value, else the default, is in effect again: of a switch within a\n"
            "second, of a setting with the next start.\n"
            "\n"
            "example: astralfield env unset ESPN_FALLBACK_MODE",
    .arguments = "NAME",
    .options = unset_options,
    .option_count = ARRAY_LEN(unset_options),
    .run = unset_run,
};

const struct command env_rollback_command = {
    .name = "env rollback",
    .summary = "undo a change: the value from before it",
    .help =
        "NUMBER is the change's, as `astralfield env history` shows it. The undoing is a change\n"
        "of its own.\n"
        "\n"
        "example: astralfield env rollback 12",
    .arguments = "NUMBER",
    .options = unset_options,
    .option_count = ARRAY_LEN(unset_options),
    .run = rollback_run,
};
