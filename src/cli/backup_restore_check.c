#include "cli/backup_restore_check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"
#include "db/migrate.h"
#include "league/verify.h"

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
    json_member_int(json, S("ms"), check->us / US_PER_MS);
    json_close_object(json);
}

void restore_check_print(const struct restore_check *check)
{
    cli_print("restored up to %.*s in %" PRId64 ".%" PRId64 " s: no damaged page or index; %" PRId64
              " migrations; %" PRId64 " leagues, %" PRId64 " events, %" PRId64
              " checks of the ledgers; %" PRId64 " tables, %" PRId64 " rows\nstate %.*s\n",
              FMT(check->reached.len > 0 ? check->reached : S("its end")), check->us / US_PER_S,
              check->us / (US_PER_S / 10) % 10, check->migrations, check->state.leagues,
              check->state.events, check->checks, check->tables, check->rows,
              FMT(check->state.hash));
}
