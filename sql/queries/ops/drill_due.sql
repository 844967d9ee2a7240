-- The drill that is due: each kind at its hour of the day (UTC), when that many days have passed since the day of the
-- last one; none before there is a backup from before that hour. 0 days: never. Failed ones count: they are looked at.
-- param now timestamptz
-- param hour integer
-- param restore_days integer
-- param other_days integer
-- result maybe
-- access read
with slot as (
    select s.day + make_interval(hours => :hour) - case
               when s.day + make_interval(hours => :hour) > :now then interval '1 day' else interval '0'
           end as at
    from (select date_trunc('day', :now::timestamptz, 'UTC') as day) s
), wanted as (
    select w.kind, w.days, w.ordinal
    from (values ('restore', :restore_days::integer, 1), ('full', :other_days, 2), ('chaos', :other_days, 3)) as w (kind, days, ordinal)
    where w.days > 0
)
select w.kind
from wanted w, slot s
where exists (select from backups b where b.is_whole and b.finished_at < s.at)
  and not exists (
      select
      from drills d
      where d.kind = w.kind
        and d.started_at >= s.at - make_interval(days => w.days - 1)
  )
order by w.ordinal
limit 1;
