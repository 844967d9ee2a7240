/* `astralfield oncall show|set|page`. */
#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/tell.h"
#include "ops/audit.h"
#include "ops/oncall.h"

/* ---- show ---- */

static void show_json(struct cli *cli, const struct oncall roles[ROLE_COUNT], utime now)
{
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    for (size_t id = 0; id < ROLE_COUNT; id++) {
        struct slice person = oncall_now(&roles[id], now);
        json_key(&json, slice_from(oncall_role_name((enum oncall_role)id)));
        json_open_object(&json);
        json_key(&json, S("now"));
        person.len == 0 ? json_none(&json) : json_text(&json, person);
        json_member_raw(&json, S("people"),
                        oncall_json(cli->arena, roles[id].people, roles[id].count));
        json_member_text(&json, S("source"), slice_from(roles[id].source));
        json_close_object(&json);
    }
    json_close_object(&json);
    cli_print("%.*s\n", FMT(json_done(&json)));
}

static int show_body(struct cli *cli, void *thing)
{
    (void)thing;
    struct config settings;
    struct oncall *roles = ARENA_ARRAY(cli->arena, ROLE_COUNT, struct oncall);
    utime now = utime_now();
    enum error error = cli_settings(cli, &settings);
    error = error == OK ? oncall_read(cli->arena, &settings, roles) : error;
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        show_json(cli, roles, now);
        return EXIT_OK;
    }
    for (size_t id = 0; id < ROLE_COUNT; id++) {
        struct slice person = oncall_now(&roles[id], now);
        struct slice next = oncall_now(&roles[id], now + INT64_C(7) * 86400 * US_PER_S);
        cli_print("%-10s %.*s", oncall_role_name((enum oncall_role)id),
                  FMT(person.len == 0 ? S("nobody") : person));
        if (roles[id].count > 1) {
            cli_print(", next week %.*s", FMT(next));
        }
        cli_print("\n");
    }
    return EXIT_OK;
}

static int show_run(struct cli *cli)
{
    return cli_with_database(cli, show_body, NULL);
}

const struct command oncall_show_command = {
    .name = "oncall show",
    .summary = "who is called now",
    .help = "Shows who is called this week for each role: primary first, secondary when nobody\n"
            "acknowledged in time, database and security for what they know.\n\n"
            "example: astralfield oncall show",
    .run = show_run,
};

/* ---- set ---- */

struct new_oncall {
    enum oncall_role role;
    struct oncall people;
};

static enum error store(struct cli *cli, const struct new_oncall *new)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct slice role = slice_from(oncall_role_name(new->role));
    struct slice people = oncall_json(cli->arena, new->people.people, new->people.count);
    TRY(tx_begin(cli->arena, &tx));
    tx_send(&tx, SQL_ALERTS_ONCALL_SET,
            PARAMS(P_TEXT(role), P_TEXT(people), P_TIME(utime_now()), P_TEXT(cli_who(cli))));
    TRY(cli_audit(cli, &tx,
                  &(struct audit_entry){
                      .action = "oncall.set",
                      .target_kind = "oncall_role",
                      .target_id = role,
                      .after = arena_format(cli->arena, "{\"people\":%.*s}", FMT(people)) }));
    return tx_commit(&tx);
}

static int set_body(struct cli *cli, void *thing)
{
    enum error error = store(cli, thing);
    return error == OK ? show_body(cli, NULL) : cli_fail(cli, error);
}

static int set_run(struct cli *cli)
{
    struct new_oncall new = { .role = ROLE_COUNT };
    if (cli->argument_count > 0) {
        new.role = oncall_role_find(cli->arguments[0]);
    }
    for (size_t i = 1; i < cli->argument_count; i++) {
        struct slice person = slice_trim(cli->arguments[i]);
        if (person.len > 0 && person.len <= ONCALL_PERSON_MAX) {
            new.people.people[new.people.count++] = person;
        }
    }
    if (new.role == ROLE_COUNT || new.people.count == 0) {
        return cli_fail(cli, refuse(&cli->faults, E_USAGE,
                                    "name a role (primary, secondary, database, security) and who "
                                    "it is, in at most %d bytes each",
                                    ONCALL_PERSON_MAX));
    }
    if (cli_has(cli, "dry-run")) {
        cli_print(cli->is_json ? "{\"role\":\"%s\",\"dryRun\":true}\n" : "would set %s\n",
                  oncall_role_name(new.role));
        return EXIT_OK;
    }
    return cli_with_database(cli, set_body, &new);
}

static const struct cli_option set_options[] = {
    { .name = "dry-run", .doc = "check what was typed, and change nothing" },
};
const struct command oncall_set_command = {
    .name = "oncall set",
    .summary = "set who is called",
    .help =
        "Several people take a week each, from Monday 00:00 UTC. With an address in <> they get\n"
        "mail beside ALERT_MAIL_TO.\n\n"
        "example: astralfield oncall set primary 'Ann <ann@example.org>' 'Bob <bob@example.org>'",
    .arguments = "ROLE PERSON [PERSON …]",
    .options = set_options,
    .option_count = ARRAY_LEN(set_options),
    .run = set_run,
};

/* ---- page ---- */

static int page_body(struct cli *cli, void *thing)
{
    const struct slice *text = thing;
    struct config settings;
    struct oncall *roles = ARENA_ARRAY(cli->arena, ROLE_COUNT, struct oncall);
    enum error error = cli_settings(cli, &settings);
    error = error == OK ? oncall_read(cli->arena, &settings, roles) : error;
    if (error != OK) {
        return cli_fail(cli, error);
    }
    utime now = utime_now();
    struct slice person = oncall_now(&roles[ROLE_PRIMARY], now);
    struct slice by = cli_who(cli);
    struct message message = {
        .at = now,
        .kind = "page",
        .severity = S("critical"),
        .subject = S("page"),
        .title = arena_format(cli->arena, "%.*s calls %.*s", FMT(by),
                              FMT(person.len == 0 ? S("whoever reads this") : person)),
        .body = *text,
        .recipients = oncall_json(cli->arena, &person, 1),
        .is_test = cli_has(cli, "test"),
    };
    return cli_tell(cli, &settings, &message, "oncall.page");
}

static int page_run(struct cli *cli)
{
    bool is_test = cli_has(cli, "test");
    struct slice text = cli->argument_count > 0 ? cli->arguments[0] : S("");
    if (text.len == 0 && !is_test) {
        return cli_fail(cli, refuse(&cli->faults, E_USAGE, "say what it is about"));
    }
    text = text.len == 0 ? S("A test: nothing has to be done.") : text;
    if (cli_has(cli, "dry-run")) {
        cli_print(cli->is_json ? "{\"dryRun\":true}\n" : "would call whoever is on call\n");
        return EXIT_OK;
    }
    return cli_with_database(cli, page_body, &text);
}

static const struct cli_option page_options[] = {
    { .name = "test", .doc = "mark it as a test" },
    { .name = "dry-run", .doc = "check what was typed, and change nothing" },
};
const struct command oncall_page_command = {
    .name = "oncall page",
    .summary = "call whoever is on call",
    .help = "Sends a message wherever alerts go, and to the primary's own address, and says what\n"
            "came of it. Exit code 1: no place took it; 3: some did.\n\n"
            "example: astralfield oncall page --test",
    .arguments = "[TEXT]",
    .options = page_options,
    .option_count = ARRAY_LEN(page_options),
    .run = page_run,
};
