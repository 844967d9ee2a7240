-- What grows from day to day: the last whole day's value and the trend (least squares) per day.
-- param days bigint
-- result rows
-- access read
select d.name, count(*) as days, (array_agg(d.value order by d.day desc))[1]::bigint as last_value,
       round(regr_slope(d.value, d.day_number)::numeric, 6) as per_day
from (
    select m.name, m.bucket as day, extract(epoch from m.bucket) / 86400 as day_number,
           case when m.name = 'http_requests' then sum(m.count) else max(m.max) end as value
    from metric_rollups m
    where m.grain = 'day'
      and m.bucket >= date_trunc('day', now(), 'UTC') - :days * interval '1 day'
      and m.bucket < date_trunc('day', now(), 'UTC')
      and m.name in (
          'http_requests', 'cpu_permille', 'memory_permille', 'active_users', 'sockets', 'database_bytes', 'database_pool_permille'
      )
    group by m.name, m.bucket
) d
group by d.name
order by d.name;
