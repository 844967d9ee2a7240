-- What PostgreSQL says of itself and of this database: counters to take differences of, and documents.
-- result row
-- access read
select d.xact_commit + d.xact_rollback as transactions, d.xact_rollback as rollbacks, d.blks_hit as hits, d.blks_read as reads,
       d.tup_returned + d.tup_fetched as tuples_read, d.tup_inserted + d.tup_updated + d.tup_deleted as tuples_written,
       d.deadlocks, d.temp_bytes, pg_database_size(d.datname) as bytes, (
           select json_build_object(
               'total', count(*),
               'active', count(*) filter (where a.state = 'active'),
               'idle', count(*) filter (where a.state = 'idle'),
               'idleInTransaction', count(*) filter (where a.state like 'idle in transaction%'),
               'waiting', count(*) filter (where a.wait_event_type = 'Lock'),
               'max', current_setting('max_connections')::integer
           )
           from pg_stat_activity a
           where a.backend_type = 'client backend'
       )::text as connections
from pg_stat_database d
where d.datname = current_database();
