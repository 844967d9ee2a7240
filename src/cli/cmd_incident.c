/* `astralfield incident open|note|ack|close|list|show|export`. */
#include <inttypes.h>
#include <jansson.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/cmd_backup.h"
#include "cli/commands.h"
#include "cli/tell.h"
#include "ops/audit.h"
#include "ops/incidents.h"

typedef enum error act_function(struct tx *tx, const struct incident_act *act, int64_t *ret_id);

struct task {
    act_function *act; /* NULL: it is opened */
    const char *action;
    struct slice ref, text;
    int severity;
};

static struct slice argument(const struct cli *cli, size_t index)
{
    return index < cli->argument_count ? slice_trim(cli->arguments[index]) : S("");
}

/* ---- open ---- */

static enum error open_one(struct cli *cli, struct tx *tx, const struct task *task, int64_t *ret_id)
{
    struct config settings;
    utime now = utime_now();
    struct slice description = cli_value(cli, "description");
    struct slice salt = arena_format(cli->arena, "%" PRId64 "%d", now, getpid());
    bool is_security = cli_has(cli, "security");
    TRY(cli_settings(cli, &settings));
    struct incident incident = {
        .ref = task->ref.len > 0
                   ? task->ref
                   : incident_new_ref(cli->arena, is_security ? "SEC" : "INC", now, salt),
        .kind = is_security ? "security" : "incident",
        .severity = task->severity,
        .title = task->text,
        .description = description.ptr == NULL ? S("") : description,
        .detected_by = cli_who(cli),
        .detected_at = now,
        .now = now,
    };
    return incident_store(tx, &settings, &incident, ret_id);
}

/* ---- what all do ---- */

static enum error change(struct cli *cli, const struct task *task, struct slice *ret_document)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    int64_t id = 0;
    TRY(tx_begin(cli->arena, &tx));
    if (task->act == NULL) {
        TRY(open_one(cli, &tx, task, &id));
    } else {
        struct incident_act act = {
            .ref = task->ref, .by = cli_who(cli), .text = task->text, .now = utime_now()
        };
        enum error error = task->act(&tx, &act, &id);
        if (error == E_NOT_FOUND) {
            return refuse(&cli->faults, error, "there is no incident %.*s", FMT(task->ref));
        }
        TRY(error);
    }
    TRY(cli_audit(cli, &tx,
                  &(struct audit_entry){ .action = task->action,
                                         .target_kind = "incident",
                                         .target_id = task->ref.len > 0 ? task->ref : task->text,
                                         .incident_ref = task->ref }));
    TRY(tx_query(&tx, SQL_OPS_INCIDENT_DOCUMENT, PARAMS(P_INT(id)), &rows));
    TRY(tx_commit(&tx));
    *ret_document = rows_json(&rows);
    return OK;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "-" : text;
}

static void print_document(struct cli *cli, struct slice document)
{
    if (cli->is_json) {
        cli_print("%.*s\n", FMT(document));
        return;
    }
    json_t *incident = json_loadb(document.ptr, document.len, 0, NULL);
    size_t index = 0;
    const json_t *note = NULL;
    cli_print("%s  %s  %s: %s\n", text_of(incident, "ref"), text_of(incident, "severity"),
              text_of(incident, "status"), text_of(incident, "title"));
    cli_print("detected %s by %s; answer until %s\n", text_of(incident, "detectedAt"),
              text_of(incident, "detectedBy"), text_of(incident, "respondBy"));
    cli_print("acknowledged %s by %s; resolved %s\n", text_of(incident, "acknowledgedAt"),
              text_of(incident, "acknowledgedBy"), text_of(incident, "resolvedAt"));
    json_array_foreach(json_object_get(incident, "timeline"), index, note)
    {
        cli_print("  %s  %s\n", text_of(note, "at"), text_of(note, "body"));
    }
    json_decref(incident);
}

static int change_body(struct cli *cli, void *thing)
{
    struct slice document = S("");
    enum error error = change(cli, thing, &document);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    print_document(cli, document);
    return EXIT_OK;
}

static int change_run(struct cli *cli, struct task *task)
{
    if (cli_has(cli, "dry-run")) {
        cli_print(cli->is_json ? "{\"dryRun\":true}\n" : "nothing was changed\n");
        return EXIT_OK;
    }
    return cli_with_database(cli, change_body, task);
}

static int open_run(struct cli *cli)
{
    struct task task = { .action = "incident.log",
                         .severity = incident_severity(argument(cli, 0)),
                         .text = argument(cli, 1),
                         .ref = S("") };
    bool is_good = task.severity < INCIDENT_SEVERITIES && task.text.len > 0 &&
                   slice_code_points(task.text) <= INCIDENT_TITLE_MAX;
    if (!is_good) {
        return cli_fail(cli, refuse(&cli->faults, E_USAGE,
                                    "say P0, P1, P2 or P3 and a title of at most %d characters",
                                    INCIDENT_TITLE_MAX));
    }
    return change_run(cli, &task);
}

static int act_run(struct cli *cli, act_function *act, const char *action, bool wants_text)
{
    struct task task = {
        .act = act, .action = action, .ref = argument(cli, 0), .text = argument(cli, 1)
    };
    if (!incident_is_ref(task.ref) || (wants_text && task.text.len == 0)) {
        return cli_fail(cli, refuse(&cli->faults, E_USAGE,
                                    "name an incident such as INC-20261123-140500-1f3a%s",
                                    wants_text ? ", and say what there is to note" : ""));
    }
    return change_run(cli, &task);
}

static int note_run(struct cli *cli)
{
    return act_run(cli, incident_note, "incident.note", true);
}

static int ack_run(struct cli *cli)
{
    return act_run(cli, incident_acknowledge, "incident.acknowledge", false);
}

static int close_run(struct cli *cli)
{
    return act_run(cli, incident_close, "incident.resolve", false);
}

/* ---- list, show, export ---- */

static int list_body(struct cli *cli, void *thing)
{
    (void)thing;
    struct rows rows = { 0 };
    enum error error =
        db_read(cli->arena, SQL_ALERTS_CLI_INCIDENTS, PARAMS(P_BOOL(cli_has(cli, "all"))), &rows);
    if (error == OK && rows.count == 0 && !cli->is_json) {
        cli_print(cli_has(cli, "all") ? "no incidents yet\n" : "no incident is open\n");
        return EXIT_OK;
    }
    return error == OK ? cli_print_rows(cli, rows.result, false) : cli_fail(cli, error);
}

static int list_run(struct cli *cli)
{
    return cli_with_database(cli, list_body, NULL);
}

static void export(struct slice document, struct slice events)
{
    json_t *incident = json_loadb(document.ptr, document.len, 0, NULL);
    json_t *timeline = json_loadb(events.ptr, events.len, 0, NULL);
    size_t index = 0;
    const json_t *event = NULL;
    cli_print("# %s: %s\n\n", text_of(incident, "ref"), text_of(incident, "title"));
    cli_print("| | |\n|---|---|\n| Severity | %s |\n| Status | %s |\n| Detected | %s by %s |\n"
              "| Answer until | %s |\n| Acknowledged | %s by %s |\n| Mitigated | %s |\n"
              "| Resolved | %s |\n\n",
              text_of(incident, "severity"), text_of(incident, "status"),
              text_of(incident, "detectedAt"), text_of(incident, "detectedBy"),
              text_of(incident, "respondBy"), text_of(incident, "acknowledgedAt"),
              text_of(incident, "acknowledgedBy"), text_of(incident, "mitigatedAt"),
              text_of(incident, "resolvedAt"));
    cli_print("%s\n\n## Notes\n\n", text_of(incident, "description"));
    json_array_foreach(json_object_get(incident, "timeline"), index, event)
    {
        cli_print("- %s %s\n", text_of(event, "at"), text_of(event, "body"));
    }
    cli_print("\n## What happened meanwhile\n\n");
    json_array_foreach(json_object_get(timeline, "events"), index, event)
    {
        cli_print("- %s %s: %s\n", text_of(event, "at"), text_of(event, "kind"),
                  text_of(event, "text"));
    }
    json_decref(timeline);
    json_decref(incident);
}

static int read_body(struct cli *cli, void *thing)
{
    bool is_export = *(bool *)thing;
    struct slice ref = argument(cli, 0);
    struct rows rows = { 0 };
    struct rows events = { 0 };
    struct rows span = { 0 };
    utime now = utime_now();
    enum error error = db_read(cli->arena, SQL_OPS_INCIDENT_BY_REF, PARAMS(P_TEXT(ref)), &rows);
    if (error == E_NOT_FOUND) {
        error = refuse(&cli->faults, error, "there is no incident %.*s", FMT(ref));
    }
    if (error == OK && is_export && !cli->is_json) {
        error =
            db_read(cli->arena, SQL_ALERTS_INCIDENT_SPAN, PARAMS(P_TEXT(ref), P_TIME(now)), &span);
        if (error == OK) {
            error = db_read(cli->arena, SQL_OPS_TIMELINE,
                            PARAMS(P_TIME(rows_time(&span, 0, "detected_at")),
                                   P_TIME(rows_time(&span, 0, "until") + US_PER_S)),
                            &events);
        }
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (is_export && !cli->is_json) {
        export(rows_json(&rows), rows_json(&events));
    } else {
        print_document(cli, rows_json(&rows));
    }
    return EXIT_OK;
}

static int read_run(struct cli *cli, bool is_export)
{
    if (!incident_is_ref(argument(cli, 0))) {
        return cli_fail(cli, refuse(&cli->faults, E_USAGE,
                                    "name an incident such as INC-20261123-140500-1f3a"));
    }
    return cli_with_database(cli, read_body, &is_export);
}

static int show_run(struct cli *cli)
{
    return read_run(cli, false);
}

static int export_run(struct cli *cli)
{
    return read_run(cli, true);
}

/* ---- the commands ---- */

static const struct cli_option open_options[] = {
    { .name = "description", .value = "TEXT", .doc = "what is known" },
    { .name = "security", .doc = "a security incident: whoever handles those is called" },
    { .name = "dry-run", .doc = "check what was typed, and change nothing" },
};
static const struct cli_option dry_options[] = {
    { .name = "dry-run", .doc = "check what was typed, and change nothing" },
};
static const struct cli_option list_options[] = {
    { .name = "all", .doc = "those that are over, too" },
};

const struct command incident_open_command = {
    .name = "incident open",
    .summary = "open an incident: whoever is on call is told",
    .help =
        "P0: down, data lost, breach; P1: a major part broken; P2: a minor one; P3: can wait.\n"
        "Somebody has to acknowledge it within 15 minutes, 1 hour, 4 hours or the next working\n"
        "day, or the next people are called.\n\n"
        "example: astralfield incident open P1 'Drafts do not start'",
    .arguments = "SEVERITY TITLE",
    .options = open_options,
    .option_count = ARRAY_LEN(open_options),
    .run = open_run,
};
const struct command incident_note_command = {
    .name = "incident note",
    .summary = "add a line to an incident's time-line",
    .help = "Adds what was seen or done.\n\n"
            "example: astralfield incident note INC-20261123-140500-1f3a 'Rolled back to 41'",
    .arguments = "REF TEXT",
    .options = dry_options,
    .option_count = ARRAY_LEN(dry_options),
    .run = note_run,
};
const struct command incident_ack_command = {
    .name = "incident ack",
    .summary = "have an incident in hand: nobody else is called",
    .help = "Stops the escalation. The first who acknowledges is kept as responder.\n\n"
            "example: astralfield incident ack INC-20261123-140500-1f3a",
    .arguments = "REF [TEXT]",
    .options = dry_options,
    .option_count = ARRAY_LEN(dry_options),
    .run = ack_run,
};
const struct command incident_close_command = {
    .name = "incident close",
    .summary = "an incident is over",
    .help = "Resolves it, with words for the time-line.\n\n"
            "example: astralfield incident close INC-20261123-140500-1f3a 'Disk was full; cleaned'",
    .arguments = "REF [TEXT]",
    .options = dry_options,
    .option_count = ARRAY_LEN(dry_options),
    .run = close_run,
};
const struct command incident_list_command = {
    .name = "incident list",
    .summary = "incidents that are not over",
    .help = "Lists open and mitigated incidents.\n\nexample: astralfield incident list --all",
    .options = list_options,
    .option_count = ARRAY_LEN(list_options),
    .run = list_run,
};
const struct command incident_show_command = {
    .name = "incident show",
    .summary = "one incident with its time-line",
    .help = "Shows state, clock and notes.\n\n"
            "example: astralfield incident show INC-20261123-140500-1f3a",
    .arguments = "REF",
    .run = show_run,
};
const struct command incident_export_command = {
    .name = "incident export",
    .summary = "an incident as Markdown, for the review",
    .help =
        "Prints facts, notes and everything that happened meanwhile: alerts, switches, deploys,\n"
        "operators' actions, new errors.\n\n"
        "example: astralfield incident export INC-20261123-140500-1f3a > review.md",
    .arguments = "REF",
    .run = export_run,
};
