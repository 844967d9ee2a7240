-- How far the archive of the log is, where there is one: seconds that the oldest finished segment has been
-- waiting for it (0: none waits), and the time up to which everything is archived or streamed to the second place.
-- Empty without an archive, and where the role may not look (pg_monitor). An empty current segment was all archived.
-- result row
-- access read
select case when s.is_on then coalesce(s.lag, 0) end as lag,
       case
           when not s.is_on then null
           when exists (select from pg_stat_replication r where r.sync_state in ('sync', 'quorum')) then s.now
           else a.last_archived_time
       end as until
from pg_stat_archiver a, (
    select current_setting('archive_mode') <> 'off' as is_on, clock_timestamp() as now, (
               select extract(epoch from clock_timestamp() - min(d.modification))::bigint
               from pg_ls_archive_statusdir() d
               where d.name like '%.ready'
           ) as lag
) s;
