#include "cli/backup_restore_check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"
#include "base/log.h"
#include "cli/cmd_backup.h"
#include "db/migrate.h"
#include "league/verify.h"
#include "ops/backup_list.h"
#include "ops/facts.h"

enum { OUTPUT_MAX = 2000 };

enum error newest_of(struct cli *cli, const struct backup_store *store, struct slice *ret_id)
{
    struct backup_list list = { 0 };
    TRY(backup_list_read(store->base, &cli->faults, &list));
    *ret_id = list.count > 0 ? list.list[list.count - 1].id : S("");
    return OK;
}

/* ---- pg_amcheck ---- */

static enum error amcheck(struct cli *cli, const struct backup_store *store,
                          const struct scratch_server *server)
{
    struct arena *arena = cli->arena;
    struct faults unsaid = { .arena = arena };
    const struct backup_key none = { 0 };
    struct slice said = S("");
    const char *log = arena_format(arena, "%s/last-amcheck.log", store->folder).ptr;
    const char *const argv[] = { arena_format(arena, "%s/pg_amcheck", store->bin).ptr,
                                 "--install-missing",
                                 "--heapallindexed",
                                 "--no-password",
                                 "--jobs=2",
                                 server->our_url,
                                 NULL };
    struct backup_store there = *store;
    there.url = server->our_url;
    unlink(log);
    if (backup_program(&there, argv, log, &unsaid) == OK) {
        return OK;
    }
    if (backup_read(log, &none, &unsaid, &said) != OK) {
        said = unsaid.detail;
    }
    said = slice_from_to(said, 0, said.len < OUTPUT_MAX ? said.len : OUTPUT_MAX);
    return refuse(&cli->faults, E_INVALID, "pg_amcheck: %.*s", FMT(slice_trim(said)));
}

/* ---- rows ---- */

static enum error count_rows(struct cli *cli, const struct scratch_server *server,
                             struct restore_check *check)
{
    PGconn *pg = PQconnectdb(server->our_url);
    PGresult *result = PQexec(
        pg, "select count(*), coalesce(sum(n), 0)::bigint, json_object_agg(name, n order by name) "
            "from (select table_name as name, (xpath('/row/n/text()', query_to_xml("
            "format('select count(*) as n from %I.%I', table_schema, table_name), false, true, "
            "'')))[1]::text::bigint as n from information_schema.tables "
            "where table_schema = 'public' and table_type = 'BASE TABLE') t");
    enum error error = OK;
    if (PQresultStatus(result) != PGRES_TUPLES_OK ||
        slice_to_int(slice_from(PQgetvalue(result, 0, 0)), &check->tables) != OK ||
        slice_to_int(slice_from(PQgetvalue(result, 0, 1)), &check->rows) != OK) {
        error = refuse(&cli->faults, E_INVALID, "the restored rows cannot be counted: %.*s",
                       FMT(slice_trim(slice_from(PQerrorMessage(pg)))));
    } else {
        check->counts = arena_copy(cli->arena, slice_from(PQgetvalue(result, 0, 2)));
    }
    PQclear(result);
    PQfinish(pg);
    return error;
}

/* ---- migrations and ledgers ---- */

static int ledger_body(struct cli *cli, void *thing)
{
    struct restore_check *check = thing;
    struct verify_report report;
    enum error error = verify_ledger(cli->arena, &cli->faults, 0, &report);
    if (error == OK && report.is_broken) {
        error = refuse(&cli->faults, E_LEDGER,
                       "the restored ledger of league %" PRId64 " does not hold: %.*s: %.*s",
                       report.fault.league_id, FMT(report.fault.check), FMT(report.fault.what));
    }
    check->events = report.events;
    check->checks = report.checks;
    return (int)error;
}

/* ---- against the running database ---- */

static void connection_done(PGconn **pg)
{
    PQfinish(*pg);
}

static int64_t cell(const PGresult *result, int column)
{
    int64_t value = -1;
    return slice_to_int(slice_from(PQgetvalue(result, 0, column)), &value) == OK ? value : -1;
}

/* Columns of ops/heads_compare. */
enum { COLUMN_LEAGUES, COLUMN_DIFFERENT, COLUMN_AHEAD, COLUMN_MISSING };

/* A head that is a row of the live ledger stands for all before it: the rows are chained by hashes. */
static enum error compare(struct cli *cli, const struct backup_store *store,
                          const struct scratch_server *server, struct restore_check *check)
{
    struct faults unsaid = { .arena = cli->arena };
    CLEANUP(connection_done) PGconn *live = NULL;
    CLEANUP(connection_done) PGconn *there = PQconnectdb(server->our_url);
    PGresult *result = NULL;
    if (backup_connect(store, NULL, &unsaid, &live) != OK) {
        return OK; /* the disaster that one restores for */
    }
    TRY(plain_run(there, SQL_OPS_HEADS, NULL, &cli->faults, &result));
    const char *const heads[] = { arena_cstr(cli->arena, slice_from(PQgetvalue(result, 0, 0))) };
    PQclear(result);
    TRY(plain_run(live, SQL_OPS_HEADS_COMPARE, heads, &cli->faults, &result));
    int64_t different = cell(result, COLUMN_DIFFERENT);
    int64_t ahead = cell(result, COLUMN_AHEAD);
    check->missing = cell(result, COLUMN_MISSING);
    PQclear(result);
    check->is_compared = true;
    if (different == 0 && ahead == 0) {
        return OK;
    }
    return refuse(&cli->faults, E_LEDGER,
                  "the restored ledgers are not the beginning of the running ones: %" PRId64
                  " differ, %" PRId64 " have what the running database does not",
                  different, ahead);
}

static enum error look(struct cli *cli, const struct backup_store *store,
                       const struct scratch_server *server, struct restore_check *check)
{
    struct migration_list migrations = { 0 };
    TRY(state_read(server->our_url, &cli->faults, &check->state));
    TRY(amcheck(cli, store, server));
    TRY(count_rows(cli, server, check));
    TRY(migrate_status(server->our_url, &cli->faults, &migrations));
    if (migrations.drifted > 0 || migrations.pending > 0) {
        return refuse(&cli->faults, E_DRIFT,
                      "the restored database is of another schema (%zu migrations pending, %zu "
                      "drifted)",
                      migrations.pending, migrations.drifted);
    }
    check->migrations = (int64_t)migrations.count;
    TRY(compare(cli, store, server, check));
    setenv("DATABASE_URL", server->our_url, 1); /* where cli_with_database looks */
    return (enum error)cli_with_database(cli, ledger_body, check);
}

enum error restore_check(struct cli *cli, const struct backup_store *store, const char *scratch,
                         struct restore_check *ret_check)
{
    struct scratch_server server = { 0 };
    struct restore_check check = { .counts = S("{}"), .reached = S("") };
    struct mono began = mono_now();
    TRY(scratch_recover(store, scratch, 0, &cli->faults, &server));
    check.recover_us = mono_now().us - began.us;
    check.reached = server.reached;
    enum error error = look(cli, store, &server, &check);
    enum error end = scratch_stop(&server, &cli->faults);
    check.us = mono_now().us - began.us;
    check.is_done = true;
    if (error == OK && end == OK) {
        *ret_check = check;
    }
    return error != OK ? error : end;
}

/* ---- telling ---- */

static void note_seen_in(const struct backup_store *store, const struct backup *backup,
                         struct backup_seen seen, struct arena *arena)
{
    const char *const bases[] = { store->base, store->copy_base };
    for (size_t i = 0; i < ARRAY_LEN(bases) && bases[i] != NULL; i++) {
        struct faults unsaid = { .arena = arena };
        struct backup there = backup_papers_read(bases[i], backup->id, arena);
        if (access(there.folder, F_OK) == 0 && backup_seen_write(&there, &seen, &unsaid) != OK) {
            log_line(LOG_WARN, "backup_untold", "detail=%s", LOG_Q(unsaid.detail));
        }
    }
}

/* With the faults by name, because a person will want to know which file. */
static struct slice faults_text(struct cli *cli)
{
    struct buffer out;
    buffer_init(&out, cli->arena);
    buffer_add(&out, cli->faults.detail);
    for (const struct fault *fault = cli->faults.first; fault != NULL; fault = fault->next) {
        buffer_format(&out, "\n%.*s: %.*s", FMT(fault->at), FMT(fault->message));
    }
    return buffer_slice(&out);
}

void backup_note_seen(struct cli *cli, const struct backup_store *store,
                      const struct backup *backup, struct slice what)
{
    const struct backup_seen seen = { .at = utime_now(),
                                      .is_good = what.len > 0,
                                      .detail = what.len > 0 ? what : faults_text(cli) };
    note_seen_in(store, backup, seen, cli->arena);
    cli_backup_tell(cli, store, &(struct audit_entry){ 0 });
}

void restore_check_json(struct json *json, const struct restore_check *check)
{
    json_open_object(json);
    json_member_text(json, S("reached"), check->reached);
    json_member_text(json, S("stateHash"), check->state.hash);
    json_member_int(json, S("leagues"), check->state.leagues);
    json_member_int(json, S("events"), check->state.events);
    json_member_int(json, S("migrations"), check->migrations);
    json_member_int(json, S("checks"), check->checks);
    json_member_int(json, S("tables"), check->tables);
    json_member_int(json, S("rows"), check->rows);
    json_member_raw(json, S("rowCounts"), check->counts);
    json_member_bool(json, S("comparedWithLive"), check->is_compared);
    json_member_int(json, S("recoverMs"), check->recover_us / US_PER_MS);
    json_member_int(json, S("ms"), check->us / US_PER_MS);
    json_close_object(json);
}

void restore_check_print(const struct restore_check *check)
{
    cli_print("restored up to %.*s in %" PRId64 ".%" PRId64 " s: no damaged page or index; %" PRId64
              " migrations; %" PRId64 " leagues, %" PRId64 " events, %" PRId64
              " checks of the ledgers%s; %" PRId64 " tables, %" PRId64 " rows\nstate %.*s\n",
              FMT(check->reached.len > 0 ? check->reached : S("its end")), check->us / US_PER_S,
              check->us / (US_PER_S / 10) % 10, check->migrations, check->state.leagues,
              check->state.events, check->checks,
              check->is_compared ? ", which begin as the running ones" : "", check->tables,
              check->rows, FMT(check->state.hash));
}
