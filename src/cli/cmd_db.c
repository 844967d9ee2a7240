/* `astralfield db status|slow|size|maintain`: what PostgreSQL says about itself, and what it wants. */
#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "cli/cmd_backup.h"
#include "cli/commands.h"

static void connection_done(PGconn **pg)
{
    PQfinish(*pg);
}

static enum error connect_db(struct cli *cli, PGconn **ret_pg)
{
    const char *url = NULL;
    TRY(cli_database(cli, &url));
    PGconn *pg = PQconnectdb(url);
    if (PQstatus(pg) == CONNECTION_OK) {
        *ret_pg = pg;
        return OK;
    }
    enum error error = refuse(&cli->faults, E_UNAVAILABLE, "the database cannot be reached: %.*s",
                              FMT(slice_trim(slice_from(PQerrorMessage(pg)))));
    PQfinish(pg);
    return error;
}

/* One question, printed. */
static int ask(struct cli *cli, const char *question, bool is_one)
{
    CLEANUP(connection_done) PGconn *pg = NULL;
    enum error error = connect_db(cli, &pg);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    PGresult *result = PQexec(pg, question);
    int code = cli_print_rows(cli, result, is_one);
    PQclear(result);
    return code;
}

/* ---- status, slow, size ---- */

int cli_ask_database(struct cli *cli, const char *question)
{
    return ask(cli, question, false);
}

static int status_run(struct cli *cli)
{
    return ask(
        cli,
        "select current_setting('server_version') as version, "
        "extract(epoch from clock_timestamp() - pg_postmaster_start_time())::bigint "
        "as \"uptimeSeconds\", "
        "pg_is_in_recovery() as \"isReplica\", "
        "pg_database_size(current_database()) as bytes, "
        "(select count(*) from pg_stat_activity where backend_type = 'client backend') "
        "as connections, "
        "current_setting('max_connections')::int as \"connectionsMax\", "
        "(select count(*) from pg_stat_activity where state = 'active' "
        "and backend_type = 'client backend') as active, "
        "(select count(*) from pg_stat_activity where wait_event_type = 'Lock') as "
        "\"waitingForLock\", "
        "(select coalesce(extract(epoch from max(clock_timestamp() - xact_start)), 0)::bigint "
        "from pg_stat_activity where backend_type = 'client backend') "
        "as \"oldestTransactionSeconds\", "
        "round(blks_hit::numeric / nullif(blks_hit + blks_read, 0), 4) as \"cacheHitRate\", "
        "xact_commit as commits, xact_rollback as rollbacks, deadlocks, temp_bytes as "
        "\"tempBytes\", "
        "checksum_failures as \"checksumFailures\", "
        "age(datfrozenxid) as \"transactionAge\", "
        "current_setting('synchronous_standby_names') as \"synchronousTo\", "
        "current_setting('archive_mode') as \"archiveMode\" "
        "from pg_stat_database join pg_database using (datname) "
        "where datname = current_database()",
        true);
}

static int slow_run(struct cli *cli)
{
    CLEANUP(connection_done) PGconn *pg = NULL;
    enum error error = connect_db(cli, &pg);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    PGresult *result =
        PQexec(pg, "select calls, round(total_exec_time::numeric, 1) as \"totalMs\", "
                   "round(mean_exec_time::numeric, 3) as \"meanMs\", "
                   "round(max_exec_time::numeric, 1) as \"maxMs\", rows, "
                   "left(regexp_replace(query, '\\s+', ' ', 'g'), 400) as query "
                   "from pg_stat_statements s join pg_database d on d.oid = s.dbid "
                   "where datname = current_database() order by total_exec_time desc limit 20");
    int code = EXIT_FAILED;
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        code = cli_fail(cli, refuse(&cli->faults, E_UNAVAILABLE,
                                    "pg_stat_statements is not there: add it to "
                                    "shared_preload_libraries and `create extension "
                                    "pg_stat_statements` (the server says: %.*s)",
                                    FMT(slice_trim(slice_from(PQresultErrorMessage(result))))));
    } else {
        code = cli_print_rows(cli, result, false);
    }
    PQclear(result);
    return code;
}

static int size_run(struct cli *cli)
{
    return ask(
        cli,
        "select relname as table, pg_total_relation_size(relid) as bytes, "
        "pg_relation_size(relid) as \"heapBytes\", pg_indexes_size(relid) as \"indexBytes\", "
        "n_live_tup as rows, n_dead_tup as \"deadRows\", "
        "coalesce(greatest(last_vacuum, last_autovacuum)::text, 'never') as \"lastVacuum\" "
        "from pg_stat_user_tables order by 2 desc, 1",
        false);
}

/* ---- maintain ---- */

/* What autovacuum would take soon, taken now: a tenth dead, or a tenth changed since the last look,
 * or never looked at. Truncating would lock readers out, so it is left to autovacuum. */
#define NEEDY                                                                                      \
    "select format('%I.%I', schemaname, relname) as table, n_dead_tup as \"deadRows\", "           \
    "n_mod_since_analyze as \"changedRows\", "                                                     \
    "format('vacuum (analyze, skip_locked, truncate off) %I.%I', schemaname, relname) as command " \
    "from pg_stat_user_tables where pg_relation_size(relid) > 0 and "                              \
    "(n_dead_tup > 50 + n_live_tup / 10 or n_mod_since_analyze > 50 + n_live_tup / 10 "            \
    "or greatest(last_analyze, last_autoanalyze) is null) "                                        \
    "order by pg_relation_size(relid) desc"
enum { NEEDY_COMMAND = 3 };

static enum error vacuum_all(struct cli *cli, PGconn *pg, const PGresult *tables)
{
    struct progress progress;
    int count = PQntuples(tables);
    progress_start(&progress, cli, "tables", count);
    for (int i = 0; i < count; i++) {
        PGresult *result = PQexec(pg, PQgetvalue(tables, i, NEEDY_COMMAND));
        bool is_done = PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
        if (!is_done) {
            return refuse(&cli->faults, E_UNAVAILABLE, "%s failed: %.*s",
                          PQgetvalue(tables, i, NEEDY_COMMAND),
                          FMT(slice_trim(slice_from(PQerrorMessage(pg)))));
        }
        progress_step(&progress, i + 1);
    }
    progress_end(&progress);
    return OK;
}

static int maintain_run(struct cli *cli)
{
    CLEANUP(connection_done) PGconn *pg = NULL;
    enum error error = connect_db(cli, &pg);
    if (error != OK) {
        return cli_fail(cli, error);
    }
    PGresult *tables = PQexec(pg, NEEDY);
    int code = cli_print_rows(cli, tables, false);
    if (code == EXIT_OK && !cli_has(cli, "dry-run")) {
        error = vacuum_all(cli, pg, tables);
        code = error == OK ? EXIT_OK : cli_fail(cli, error);
    }
    if (code == EXIT_OK && !cli->is_json) {
        cli_print(cli_has(cli, "dry-run") ? "%d tables would be vacuumed and analyzed\n"
                                          : "%d tables vacuumed and analyzed\n",
                  PQntuples(tables));
    }
    PQclear(tables);
    return code;
}

/* ---- rows ---- */

static const struct cli_option maintain_options[] = {
    { .name = "dry-run", .doc = "list the tables, and change nothing" },
};

const struct command db_status_command = {
    .name = "db status",
    .summary = "connections, cache, locks, age of the database",
    .help = "One look at pg_stat_database and pg_stat_activity.\n"
            "\n"
            "example: astralfield db status --json",
    .run = status_run,
};

const struct command db_slow_command = {
    .name = "db slow",
    .summary = "the statements that take most time",
    .help = "The twenty with the most time in all since the figures were last reset, from\n"
            "pg_stat_statements (which `astralfield up` loads; the view of that name has the\n"
            "columns under their names of before and after PostgreSQL 13).\n"
            "\n"
            "example: astralfield db slow",
    .run = slow_run,
};

const struct command db_size_command = {
    .name = "db size",
    .summary = "how large the tables are",
    .help = "Bytes with indexes, rows, dead rows, last vacuum; the largest first.\n"
            "\n"
            "example: astralfield db size --json",
    .run = size_run,
};

const struct command db_maintain_command = {
    .name = "db maintain",
    .summary = "vacuum and analyze what needs it",
    .help =
        "VACUUM (ANALYZE) of tables with many dead or changed rows, one after the other, while\n"
        "everything goes on: it waits for no lock and holds none that stops anybody. Statistics\n"
        "are never reset: autovacuum decides by them.\n"
        "\n"
        "example: astralfield db maintain --dry-run",
    .options = maintain_options,
    .option_count = ARRAY_LEN(maintain_options),
    .run = maintain_run,
};
