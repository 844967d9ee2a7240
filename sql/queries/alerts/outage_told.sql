-- Whether an outage of the database that began at that time is written down already.
-- param since timestamptz
-- result row
-- access write
select exists (
    select
    from alerts a
    where a.rule = 'database_down'
      and coalesce(a.ended_at, 'infinity') > :since
) as is_told;
