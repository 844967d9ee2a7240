-- What all nodes counted on each of the last days, whole days from the days' rows and today from its minutes.
-- param days bigint
-- result rows
-- access read
select to_char(d.day at time zone 'UTC', 'YYYY-MM-DD') as day, (extract(epoch from date_trunc('day', now(), 'UTC') - d.day) / 86400)::bigint as days_ago,
       d.name, d.labels, sum(d.count)::bigint as count, sum(d.sum)::bigint as sum, coalesce(max(d.max), 0)::bigint as max,
       figures_sum(d.histogram)::text as histogram
from (
    select m.bucket as day, m.name, m.labels, m.count, m.sum, m.max, m.histogram
    from metric_rollups m
    where m.grain = 'day'
      and m.bucket >= date_trunc('day', now(), 'UTC') - :days * interval '1 day'
      and m.bucket < date_trunc('day', now(), 'UTC')
    union all
    select date_trunc('day', m.bucket, 'UTC'), m.name, m.labels, m.count, m.sum, m.max, m.histogram
    from metric_rollups m
    where m.grain = 'minute'
      and m.bucket >= date_trunc('day', now(), 'UTC')
) d
where d.name in (
    'http_requests', 'http_status', 'http_route', 'http_route_failed', 'http_error', 'database_statements', 'database_errors', 'database_timeouts',
    'cache_documents', 'cpu_permille', 'memory_permille', 'active_users', 'sockets', 'database_bytes', 'database_pool_permille'
)
group by d.day, d.name, d.labels
order by d.day;
