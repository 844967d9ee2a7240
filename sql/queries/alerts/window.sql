-- What all nodes counted between two times, from the minutes that are written down.
-- param start timestamptz
-- param until timestamptz
-- result rows
-- access read
select m.name, m.labels, sum(m.count)::bigint as count, sum(m.sum)::bigint as sum, coalesce(max(m.max), 0)::bigint as max,
       figures_sum(m.histogram)::text as histogram, count(distinct m.bucket)::bigint as minutes
from metric_rollups m
where m.grain = 'minute'
  and m.bucket >= :start
  and m.bucket < :until
  and m.name in ('http_requests', 'http_status', 'database_statements')
group by m.name, m.labels;
