/* Backups as the machine that makes them sees them, and the wish for a new one. */
#include <inttypes.h>

#include "api/areas.h"
#include "api/ops.h"
#include "base/check.h"

static const struct field list_fields[] = {
    REPLY("backups", T_JSON, .required = true,
          .doc = "Newest first: id, place (main, copy), engine, time, startedAt, size, "
                 "databaseBytes, checksum, encrypted, whole, verified, verifiedAt, verification, "
                 "seenAt."),
    REPLY("facts", T_JSON, .required = true,
          .doc = "Measured values by name, each with value and at; times are seconds since 1970: "
                 "backup_last_at, backup_verified_at, archive_lag_seconds, restorable_until, "
                 "second_place_lost, drill_last_at, drill_failed. What cannot be measured is not "
                 "there."),
    REPLY("job", T_JSON, .nullable = true, .required = true,
          .doc = "The newest backup that was asked for: id, state, asked, startedAt, finishedAt, "
                 "error."),
};
static const struct schema list_reply =
    REPLY_SCHEMA("Backups", list_fields, "What lies on the disks, as it was seen last.");

static const char *const job_states[] = { "queued", "running", NULL };
static const struct field asked_fields[] = {
    REPLY("job", T_INTEGER, .required = true),
    REPLY("state", T_ENUM, .values = job_states, .required = true),
    REPLY("isNew", T_BOOLEAN, .required = true,
          .doc = "false: one was asked for already and has not ended."),
};
static const struct schema asked_reply =
    REPLY_SCHEMA("BackupAsked", asked_fields, "The backup that will be made.");

static enum error ask(struct request *request)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    TRY(tx_begin(request->arena, &tx));
    TRY(tx_query(&tx, SQL_OPS_BACKUP_ASK, PARAMS(P_TIME(request->now)), &rows));
    if (rows.count == 0) {
        return refuse(&request->faults, E_NO_BACKUPS,
                      "`astralfield up` makes them, and none was heard of in the last minute: run "
                      "`astralfield backup run` where the backups lie");
    }
    int64_t id = rows_int(&rows, 0, "id");
    bool is_new = rows_bool(&rows, 0, "is_new");
    struct slice state = rows_text(&rows, 0, "state");
    TRY(ops_audit(request, &tx,
                  &(struct audit_note){ .action = "backup.ask",
                                        .target_kind = "job",
                                        .target_id = arena_format(request->arena, "%" PRId64, id) },
                  NULL));
    TRY(tx_commit(&tx));
    struct json json;
    json_init(&json, request->arena);
    json_open_object(&json);
    json_member_int(&json, S("job"), id);
    json_member_text(&json, S("state"), state);
    json_member_bool(&json, S("isNew"), is_new);
    json_close_object(&json);
    reply_json(request, json_done(&json));
    return OK;
}

static const struct endpoint rows[] = {
    { OPS_GET, .path = "/api/admin/backups", .name = "backups",
      .summary = "The backups, and how far the archive of the log is.", .reply = &list_reply,
      .query = SQL_OPS_BACKUPS_LIST },
    { OPS_POST, .path = "/api/admin/backup", .name = "backupAsk",
      .summary = "Ask for a backup now; it is made by the machine where they lie.",
      .reply = &asked_reply, .status = 202, .errors = { E_NO_BACKUPS }, .handle = ask },
};

const struct endpoint_table ops_backup_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
