/* `astralfield alert rules|list|test|silence`. */
#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/cmd_backup.h"
#include "cli/commands.h"
#include "cli/tell.h"
#include "ops/alert_state.h"
#include "ops/audit.h"

enum { SILENCE_MINUTES_MAX = 30 * 24 * 60, SILENCE_MINUTES = 60 };

/* ---- rules ---- */

static void rule_json(struct json *json, enum alert_id id)
{
    struct arena *arena = json->out.arena;
    const struct alert_rule *rule = alert_rule(id);
    json_open_object(json);
    json_member_text(json, S("name"), slice_from(rule->name));
    json_member_text(json, S("subject"), slice_from(rule->subject));
    json_member_text(json, S("severity"), slice_from(alert_severity_name(rule->severity)));
    json_member_text(json, S("comparison"),
                     rule->comparison == COMPARE_ABOVE ? S("above") : S("below"));
    json_member_raw(json, S("threshold"), alert_value_print(arena, rule->threshold));
    json_member_text(json, S("unit"), slice_from(measure_info(rule->measure)->unit));
    json_member_int(json, S("windowSeconds"), rule->window_s);
    json_member_int(json, S("holdSeconds"), rule->hold_s);
    json_member_text(json, S("opens"), slice_from(alert_incident_name(rule->incident)));
    json_member_text(json, S("expression"), slice_from(measure_info(rule->measure)->expression));
    json_member_text(json, S("runbook"), slice_from(rule->section));
    json_member_text(json, S("todo"), slice_from(rule->todo));
    json_close_object(json);
}

static int rules_run(struct cli *cli)
{
    struct json json;
    if (cli_has(cli, "render")) {
        cli_print("%.*s", FMT(alert_rules_render(cli->arena)));
        return EXIT_OK;
    }
    json_init(&json, cli->arena);
    json_open_array(&json);
    for (size_t i = 0; i < ALERT_COUNT; i++) {
        enum alert_id id = (enum alert_id)i;
        const struct alert_rule *rule = alert_rule(id);
        struct alert_limits limits = alert_limits(id, false);
        rule_json(&json, id);
        if (!cli->is_json) {
            cli_print("%-19s %-9s %-34.*s %-2s  %s\n", rule->name,
                      alert_severity_name(rule->severity),
                      FMT(alert_condition_print(cli->arena, id, &limits)),
                      alert_incident_name(rule->incident), rule->subject);
        }
    }
    json_close_array(&json);
    if (cli->is_json) {
        cli_print("%.*s\n", FMT(json_done(&json)));
    }
    return EXIT_OK;
}

static const struct cli_option rules_options[] = {
    { .name = "render", .doc = "print them as a rules file for Prometheus" },
};
const struct command alert_rules_command = {
    .name = "alert rules",
    .summary = "what is watched, when it calls somebody, and what it opens",
    .help =
        "Lists every rule: name, severity, when it fires, the severity of the incident that it\n"
        "opens by itself, and its subject (rules of one subject are one alert). Limits that an\n"
        "operator changed are in GET /api/admin/alerts.\n\n"
        "example: astralfield alert rules --render > /etc/prometheus/astralfield.yml",
    .options = rules_options,
    .option_count = ARRAY_LEN(rules_options),
    .run = rules_run,
};

/* ---- list ---- */

static int list_body(struct cli *cli, void *thing)
{
    (void)thing;
    struct rows rows = { 0 };
    enum error error =
        db_read(cli->arena, SQL_ALERTS_CLI_LIST, PARAMS(P_BOOL(cli_has(cli, "all"))), &rows);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (rows.count == 0 && !cli->is_json) {
        cli_print(cli_has(cli, "all") ? "no alerts yet\n" : "no alert goes on\n");
        return EXIT_OK;
    }
    return cli_print_rows(cli, rows.result, false);
}

static int list_run(struct cli *cli)
{
    return cli_with_database(cli, list_body, NULL);
}

static const struct cli_option list_options[] = {
    { .name = "all", .doc = "those that ended, too" },
};
const struct command alert_list_command = {
    .name = "alert list",
    .summary = "alerts that go on",
    .help =
        "Lists what fires now: the worst rule of each subject, since when, on which server, the\n"
        "incident that it opened, and what people were told.\n\n"
        "example: astralfield alert list --all --json",
    .options = list_options,
    .option_count = ARRAY_LEN(list_options),
    .run = list_run,
};

/* ---- test ---- */

static int test_body(struct cli *cli, void *thing)
{
    enum alert_id id = *(enum alert_id *)thing;
    const struct alert_rule *rule = alert_rule(id);
    struct config settings;
    enum error error = cli_settings(cli, &settings);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    int64_t over = rule->comparison == COMPARE_ABOVE ? rule->threshold + 1 : rule->threshold - 1;
    struct message message = {
        .at = utime_now(),
        .kind = "test",
        .severity = slice_from(alert_severity_name(rule->severity)),
        .subject = slice_from(rule->subject),
        .title = arena_format(cli->arena, "%s %s (%s)", alert_severity_name(rule->severity),
                              rule->name, rule->subject),
        .body = arena_format(
            cli->arena, "This is a test by %.*s. It would say:\n%.*s", FMT(cli_who(cli)),
            FMT(alert_body_print(cli->arena, id, over, rule->threshold, S("this server")))),
        .is_test = true,
    };
    return cli_tell(cli, &settings, &message, "alert.test");
}

static int test_run(struct cli *cli)
{
    struct slice name = cli->argument_count > 0 ? cli->arguments[0] : S("");
    enum alert_id id = alert_find(name);
    if (id == ALERT_COUNT) {
        return cli_fail(cli, refuse(&cli->faults, E_USAGE,
                                    "name a rule: `astralfield alert rules` lists them"));
    }
    if (cli_has(cli, "dry-run")) {
        cli_print(cli->is_json ? "{\"rule\":\"%s\",\"dryRun\":true}\n"
                               : "would send a test message of the rule %s\n",
                  alert_rule(id)->name);
        return EXIT_OK;
    }
    return cli_with_database(cli, test_body, &id);
}

static const struct cli_option dry_options[] = {
    { .name = "dry-run", .doc = "say what would be done, and change nothing" },
};
const struct command alert_test_command = {
    .name = "alert test",
    .summary = "send a marked test message wherever alerts go",
    .help =
        "Sends the message of a rule, marked [TEST], to every place that is set, and says what\n"
        "came of it. Exit code 1: no place took it; 3: some did.\n\n"
        "example: astralfield alert test database_slow",
    .arguments = "RULE",
    .options = dry_options,
    .option_count = ARRAY_LEN(dry_options),
    .run = test_run,
};

/* ---- silence ---- */

struct silence {
    struct slice matches, reason;
    int64_t minutes, end_id;
};

static enum error store_silence(struct cli *cli, const struct silence *silence, utime ends_at,
                                int64_t *ret_id)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    struct slice matches = silence->matches;
    TRY(tx_begin(cli->arena, &tx));
    if (silence->end_id != 0) {
        TRY(tx_query(&tx, SQL_ALERTS_SILENCE_END, PARAMS(P_INT(silence->end_id), P_TIME(ends_at)),
                     &rows));
        if (rows.count == 0) {
            return refuse(&cli->faults, E_NOT_FOUND, "no silence %" PRId64 " is in force",
                          silence->end_id);
        }
        matches = rows_text(&rows, 0, "matches");
    } else {
        TRY(tx_query(&tx, SQL_ALERTS_SILENCE_ADD,
                     PARAMS(P_TEXT(matches), P_TEXT(silence->reason), P_TEXT(cli_who(cli)),
                            P_TIME(utime_now()), P_TIME(ends_at)),
                     &rows));
        *ret_id = rows_int(&rows, 0, "id");
    }
    TRY(cli_audit(cli, &tx,
                  &(struct audit_entry){ .action = silence->end_id != 0 ? "alert.silence_end"
                                                                        : "alert.silence",
                                         .target_kind = "alert_rule",
                                         .target_id = matches,
                                         .reason = silence->reason }));
    return tx_commit(&tx);
}

static int silence_body(struct cli *cli, void *thing)
{
    const struct silence *silence = thing;
    struct rows rows = { 0 };
    utime now = utime_now();
    int64_t id = silence->end_id;
    char text[UTIME_TEXT_MAX];
    if (silence->matches.len == 0 && silence->end_id == 0) {
        enum error error = db_read(cli->arena, SQL_ALERTS_CLI_SILENCES, PARAMS(P_TIME(now)), &rows);
        if (error == OK && rows.count == 0 && !cli->is_json) {
            cli_print("nothing is silenced\n");
            return EXIT_OK;
        }
        return error == OK ? cli_print_rows(cli, rows.result, false) : cli_fail(cli, error);
    }
    utime ends_at = silence->end_id != 0 ? now : now + silence->minutes * 60 * US_PER_S;
    enum error error = store_silence(cli, silence, ends_at, &id);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    cli_print(cli->is_json ? "{\"id\":%" PRId64 ",\"endsAt\":\"%.*s\"}\n"
                           : "silence %" PRId64 " ends at %.*s\n",
              id, FMT(utime_print(ends_at, text)));
    return EXIT_OK;
}

static int silence_run(struct cli *cli)
{
    struct silence silence = { .matches = cli->argument_count > 0 ? cli->arguments[0] : S(""),
                               .reason = cli_value(cli, "reason") };
    enum error error =
        cli_number(cli, "minutes", 1, SILENCE_MINUTES_MAX, SILENCE_MINUTES, &silence.minutes);
    if (error == OK) {
        error = cli_number(cli, "end", 1, INT64_MAX, 0, &silence.end_id);
    }
    if (error == OK && silence.matches.len > 0 && !alert_is_matcher(silence.matches)) {
        error = refuse(&cli->faults, E_USAGE,
                       "%.*s is no rule, no subject and not *: `astralfield alert rules`",
                       FMT(silence.matches));
    }
    if (error == OK && silence.matches.len > 0 && silence.reason.len == 0) {
        error = refuse(&cli->faults, E_USAGE, "--reason WORDS is missing");
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli_has(cli, "dry-run")) {
        cli_print(cli->is_json ? "{\"dryRun\":true}\n" : "nothing was changed\n");
        return EXIT_OK;
    }
    return cli_with_database(cli, silence_body, &silence);
}

static const struct cli_option silence_options[] = {
    { .name = "minutes", .value = "N", .doc = "for how long (default: 60)" },
    { .name = "reason", .value = "WORDS", .doc = "why; stands in the audit log" },
    { .name = "end", .value = "ID", .doc = "end this silence now" },
    { .name = "dry-run", .doc = "check what was typed, and change nothing" },
};
const struct command alert_silence_command = {
    .name = "alert silence",
    .summary = "tell nobody of a rule or a subject for a while",
    .help =
        "The alert is still recorded, its incident still opened; nobody gets a message while the\n"
        "silence lasts. If it goes on after that, people are told then. Without a name: lists\n"
        "what is silenced.\n\n"
        "example: astralfield alert silence memory --minutes 30 --reason 'import runs'\n"
        "         astralfield alert silence --end 4",
    .arguments = "[RULE|SUBJECT|*]",
    .options = silence_options,
    .option_count = ARRAY_LEN(silence_options),
    .run = silence_run,
};
