#include "cli/deploy.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/deploy_unit.h"
#include "cli/up_control.h"
#include "db/db.h"
#include "db/migrate.h"
#include "ops/audit.h"

enum { NODE_NAME_MAX = 200, DETAIL_MAX = 2000, LOOK_MS = 250 };

void deploy_step(void *thing, struct slice step)
{
    (void)thing;
    dprintf(STDERR_FILENO, "  %.*s\n", FMT(step));
}

/* ---- writing down ---- */

static struct param text_or_null(struct slice text)
{
    return text.len == 0 ? P_NULL : P_TEXT(text);
}

static void label(struct cli *cli, struct tx *tx, const struct deploy_note *note)
{
    struct slice kind = slice_from(note->kind);
    if (slice_eq(kind, S("hotfix")) && note->is_ok) {
        struct slice reason = arena_format(cli->arena, "hotfix %.*s", FMT(note->release));
        tx_send(tx, SQL_OPS_HOTFIX_SET,
                PARAMS(P_TEXT(reason), P_TIME(utime_now() + HOTFIX_WATCH_S * US_PER_S)));
        audit_announce(tx, S("switches"));
    } else if (slice_eq(kind, S("rollback")) || slice_eq(kind, S("auto_rollback"))) {
        tx_send(tx, SQL_OPS_HOTFIX_CLEAR, NO_PARAMS);
        audit_announce(tx, S("switches"));
    }
}

static struct slice audit_text(struct cli *cli, const struct deploy_note *note)
{
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_member_text(&json, S("result"), slice_from(note->is_ok ? "ok" : "failed"));
    if (note->from.len > 0) {
        json_member_text(&json, S("from"), note->from);
    }
    if (note->detail.len > 0) {
        json_member_text(&json, S("detail"), note->detail);
    }
    json_member_int(&json, S("milliseconds"), note->milliseconds);
    json_close_object(&json);
    return json_done(&json);
}

static enum error write_note(struct cli *cli, const struct deploy_note *note)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    char node[NODE_NAME_MAX] = "?";
    struct slice detail = note->detail;
    struct slice by = cli_by_whom(cli->arena);
    gethostname(node, sizeof(node) - 1);
    detail.len = detail.len > DETAIL_MAX ? DETAIL_MAX : detail.len;
    bool has_facts = note->facts.schema > 0;
    TRY(tx_begin(cli->arena, &tx));
    TRY(tx_query(&tx, SQL_OPS_RELEASE_ADD,
                 PARAMS(P_TIME(utime_now()), P_TEXT(slice_from(note->kind)),
                        P_TEXT(slice_from(note->is_ok ? "ok" : "failed")), P_TEXT(note->release),
                        text_or_null(note->from), text_or_null(note->facts.version),
                        text_or_null(note->facts.commit),
                        has_facts ? P_INT(note->facts.schema) : P_NULL, P_TEXT(by),
                        P_TEXT(slice_from(node)), P_INT(note->milliseconds), text_or_null(detail)),
                 &rows));
    label(cli, &tx, note);
    TRY(cli_audit(
        cli, &tx,
        &(struct audit_entry){ .action = arena_format(cli->arena, "release.%s", note->kind).ptr,
                               .target_kind = "release",
                               .target_id = note->release,
                               .after = audit_text(cli, note) }));
    return tx_commit(&tx);
}

static int note_body(struct cli *cli, void *thing)
{
    enum error error = write_note(cli, thing);
    return error == OK ? EXIT_OK : cli_fail(cli, error);
}

int deploy_note(struct cli *cli, const struct deploy_note *note)
{
    struct cli aside = *cli; /* the document on standard output is the caller's */
    aside.is_json = false;
    return cli_with_database(&aside, note_body, (void *)(uintptr_t)note);
}

/* ---- the schema ---- */

enum error deploy_check_schema(struct cli *cli, const struct release *release)
{
    const char *url = NULL;
    struct migration_list list = { 0 };
    TRY(cli_database(cli, &url));
    TRY(migrate_status(url, &cli->faults, &list));
    for (size_t i = 0; i < list.count; i++) {
        const struct migration_status *status = &list.list[i];
        bool is_applied = status->state != MIGRATION_PENDING;
        if (is_applied && status->is_contraction && status->version > release->schema) {
            return refuse(
                &cli->faults, E_FORBIDDEN,
                "release %.*s is of schema %" PRId64 ", and migration %d (%.*s) took away what it "
                "uses. Deploy a release of schema %d or newer; or make a backup and take the "
                "migration back with the newer program (`astralfield migrate down --to %d`): what "
                "only it holds is lost",
                FMT(release->id), release->schema, status->version, FMT(status->name),
                status->version, status->version - 1);
        }
    }
    return OK;
}

/* ---- changing over ---- */

enum error deploy_switch(struct cli *cli, const struct deploy_switch *wish, json_t **ret_state)
{
    if (wish->unit != NULL) {
        return unit_switch(cli, wish, ret_state);
    }
    json_t *question = json_pack(
        "{s:s, s:s, s:s, s:I}", "do", "switch", "release", arena_cstr(cli->arena, wish->release),
        "mark", arena_cstr(cli->arena, wish->mark), "watchSeconds", (json_int_t)wish->watch_s);
    enum error error = up_ask(cli->data, question, deploy_step, cli, &cli->faults, ret_state);
    json_decref(question);
    return error;
}

static enum error state_now(struct cli *cli, struct slice *ret_release, struct slice *ret_trouble)
{
    json_t *question = json_pack("{s:s}", "do", "state");
    json_t *state = NULL;
    enum error error = up_ask(cli->data, question, deploy_step, cli, &cli->faults, &state);
    json_decref(question);
    TRY(error);
    *ret_release =
        arena_copy(cli->arena, slice_from(json_string_value(json_object_get(state, "release"))));
    *ret_trouble =
        arena_copy(cli->arena, slice_from(json_string_value(json_object_get(state, "trouble"))));
    json_decref(state);
    return OK;
}

enum error deploy_bake(struct cli *cli, struct slice release, int64_t seconds)
{
    int64_t deadline = mono_now().us + seconds * US_PER_S;
    struct slice serving = S("");
    struct slice trouble = S("");
    while (mono_now().us < deadline) {
        nanosleep(&(struct timespec){ .tv_nsec = LOOK_MS * 1000000L }, NULL);
        TRY(state_now(cli, &serving, &trouble));
        if (!slice_eq(serving, release)) {
            return refuse(&cli->faults, E_UNAVAILABLE,
                          "release %.*s was taken back: %.*s. Release %.*s serves", FMT(release),
                          FMT(trouble), FMT(serving));
        }
    }
    return OK;
}
