-- Makes the rows of a grain anew from the finer one, from a time on. Any number of times, the same.
-- param coarse text
-- param fine text
-- param since timestamptz
-- result none
-- access write
insert into metric_rollups as m (grain, bucket, name, labels, node, count, sum, max, histogram)
select :coarse, date_trunc(:coarse, f.bucket, 'UTC'), f.name, f.labels, f.node, sum(f.count), sum(f.sum), max(f.max),
       figures_sum(f.histogram)
from metric_rollups f
where f.grain = :fine
  and f.bucket >= date_trunc(:coarse, :since, 'UTC')
group by 2, f.name, f.labels, f.node
on conflict on constraint metric_rollups_pk do update
set count = excluded.count,
    sum = excluded.sum,
    max = excluded.max,
    histogram = excluded.histogram;
