-- How the tables and indexes of this database are used.
-- param count_max bigint
-- result json
-- access read
select json_build_object(
    'indexHitRatio', round(x.hits / nullif(x.hits + x.reads, 0), 6),
    'sequentialScanShare', round(t.seq_scan / nullif(t.seq_scan + t.idx_scan, 0), 6),
    'deadRowShare', round(t.dead / nullif(t.dead + t.live, 0), 6),
    'lastVacuum', iso(t.vacuumed),
    'lastAnalyze', iso(t.analyzed),
    'largestTables', (
        select json_agg(json_build_object(
            'table', l.relname, 'bytes', l.bytes, 'rows', l.n_live_tup, 'deadRows', l.n_dead_tup
        ) order by l.bytes desc)
        from (
            select s.relname, s.n_live_tup, s.n_dead_tup, pg_total_relation_size(s.relid) as bytes
            from pg_stat_user_tables s
            order by 4 desc
            limit :count_max
        ) l
    )
)
from (
    select coalesce(sum(i.idx_blks_hit), 0) as hits, coalesce(sum(i.idx_blks_read), 0) as reads
    from pg_statio_user_indexes i
) x
cross join (
    select sum(s.seq_scan) as seq_scan, sum(coalesce(s.idx_scan, 0)) as idx_scan, sum(s.n_dead_tup) as dead,
           sum(s.n_live_tup) as live, max(greatest(s.last_vacuum, s.last_autovacuum)) as vacuumed,
           max(greatest(s.last_analyze, s.last_autoanalyze)) as analyzed
    from pg_stat_user_tables s
) t;
