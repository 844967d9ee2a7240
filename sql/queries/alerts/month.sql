-- Requests of the 30 days before a time: what an error budget is a share of.
-- param until timestamptz
-- result row
-- access read
select coalesce(sum(m.count), 0)::bigint as requests
from metric_rollups m
where m.grain = 'day'
  and m.name = 'http_requests'
  and m.labels = ''
  and m.bucket >= :until::timestamptz - interval '30 days'
  and m.bucket <= :until;
