-- Adds what a minute brought on one node. Twice the same minute (a server that was started again) adds up.
-- param bucket timestamptz
-- param node text
-- param series jsonb
-- result none
-- access write
insert into metric_rollups as m (grain, bucket, name, labels, node, count, sum, max, histogram)
select 'minute', date_trunc('minute', :bucket, 'UTC'), s.name, s.labels, :node, s.count, s.sum, s.max, s.histogram
from jsonb_to_recordset(:series) as s (name text, labels text, count bigint, sum numeric, max numeric, histogram bigint[])
on conflict on constraint metric_rollups_pk do update
set count = m.count + excluded.count,
    sum = m.sum + excluded.sum,
    max = greatest(m.max, excluded.max),
    histogram = figures_add(m.histogram, excluded.histogram);
