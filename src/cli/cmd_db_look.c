/* `astralfield db connections|indexes`: who is connected, and which indexes earn their keep. */
#include "base/check.h"
#include "cli/cmd_backup.h"
#include "cli/commands.h"

static int connections_run(struct cli *cli)
{
    return cli_ask_database(
        cli, "select pid, coalesce(application_name, '') as application, "
             "coalesce(host(client_addr), 'socket') as \"from\", state, "
             "coalesce(wait_event_type || ':' || wait_event, '') as waits, "
             "(extract(epoch from clock_timestamp() - state_change) * 1000)::bigint as \"forMs\", "
             "coalesce((extract(epoch from clock_timestamp() - xact_start) * 1000)::bigint, 0) "
             "as \"transactionMs\", "
             "(select count(*) from unnest(pg_blocking_pids(pid))) as \"blockedBy\", "
             "left(regexp_replace(query, '\\s+', ' ', 'g'), 120) as query "
             "from pg_stat_activity where backend_type = 'client backend' "
             "and datname = current_database() and pid <> pg_backend_pid() "
             "order by state, xact_start nulls last, pid");
}

/* An index that was never used since the figures began is no proof: a report may need it once a
 * year. So what is told is a finding, and nothing is dropped. */
static int indexes_run(struct cli *cli)
{
    return cli_ask_database(
        cli,
        "with i as (select x.indexrelid, x.indrelid, x.indisvalid, x.indisunique, x.indkey, "
        "x.indclass, x.indpred, x.indexprs, c.relname as index, t.relname as table, s.idx_scan, "
        "pg_relation_size(x.indexrelid) as bytes, "
        "exists (select from pg_constraint k where k.conindid = x.indexrelid) as is_constraint "
        "from pg_index x join pg_class c on c.oid = x.indexrelid "
        "join pg_class t on t.oid = x.indrelid "
        "join pg_namespace n on n.oid = t.relnamespace and n.nspname = 'public' "
        "left join pg_stat_user_indexes s on s.indexrelid = x.indexrelid) "
        "select 'invalid' as finding, \"table\", index, bytes, coalesce(idx_scan, 0) as scans, "
        "'reindex it: no query may use it' as why from i where not indisvalid "
        "union all select 'twice', a.table, a.index, a.bytes, coalesce(a.idx_scan, 0), "
        "'the same columns as ' || b.index from i a join i b on a.indrelid = b.indrelid "
        "and a.indkey::text = b.indkey::text and a.indclass::text = b.indclass::text "
        "and a.indpred is not distinct from b.indpred "
        "and a.indexprs is not distinct from b.indexprs and a.indexrelid > b.indexrelid "
        "union all select 'unused', \"table\", index, bytes, 0, "
        "'no scan since the figures began, and no constraint needs it' from i "
        "where coalesce(idx_scan, 0) = 0 and not indisunique and not is_constraint "
        "and bytes > 1000000 "
        "union all select 'missing', s.relname, '', pg_relation_size(s.relid), s.seq_scan, "
        "'read whole ' || s.seq_scan || ' times, ' || s.seq_tup_read || ' rows in all' "
        "from pg_stat_user_tables s where pg_relation_size(s.relid) > 8000000 "
        "and s.seq_scan > 50 and s.seq_scan > coalesce(s.idx_scan, 0) / 10 "
        "union all select 'foreign key', k.conrelid::regclass::text, k.conname::text, "
        "pg_relation_size(k.conrelid), 0, 'no index begins with its columns' "
        "from pg_constraint k where k.contype = 'f' and pg_relation_size(k.conrelid) > 8000000 "
        "and not exists (select from pg_index x where x.indrelid = k.conrelid "
        "and (x.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey) "
        "order by 1, 4 desc, 2, 3");
}

const struct command db_connections_command = {
    .name = "db connections",
    .summary = "who is connected, since when, waiting for what",
    .help = "From pg_stat_activity; blockedBy counts the sessions whose locks it waits for.\n"
            "\n"
            "example: astralfield db connections",
    .run = connections_run,
};

const struct command db_indexes_command = {
    .name = "db indexes",
    .summary = "indexes that are broken, double, unused or missing",
    .help =
        "Findings, not orders: nothing is changed. invalid: a build that failed; twice: the same\n"
        "columns as another; unused: over 1 MB and not scanned since the figures began; missing: "
        "a\n"
        "table over 8 MB that is often read whole; foreign key: deleting what it points at reads\n"
        "the table whole. An empty list is what one wants.\n"
        "\n"
        "example: astralfield db indexes --json",
    .run = indexes_run,
};
