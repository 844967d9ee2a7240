-- The busiest hours of the last days: requests and failures of all nodes.
-- param days bigint
-- param count_max bigint
-- result json
-- access read
select coalesce(json_agg(json_build_object('hour', iso(h.bucket), 'requests', h.requests) order by h.requests desc), '[]')
from (
    select m.bucket, sum(m.count) as requests
    from metric_rollups m
    where m.grain = 'hour'
      and m.name = 'http_requests'
      and m.bucket >= now() - :days * interval '1 day'
    group by m.bucket
    order by 2 desc, 1
    limit :count_max
) h;
