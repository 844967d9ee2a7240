-- What all nodes counted since then, from the minutes that are written down.
-- param since timestamptz
-- result rows
-- access read
select m.name, m.labels, sum(m.count)::bigint as count, sum(m.sum)::bigint as sum, coalesce(max(m.max), 0)::bigint as max,
       figures_sum(m.histogram)::text as histogram, min(m.bucket) as first
from metric_rollups m
where m.grain = 'minute'
  and m.bucket >= :since
group by m.name, m.labels;
