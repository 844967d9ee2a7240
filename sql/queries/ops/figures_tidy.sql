-- Forgets minutes after 3 days, hours after 40 days, days after 800; requests of operators after 90 days.
-- result none
-- access write
with old_accesses as (
    delete from admin_access
    where at < now() - interval '90 days'
)
delete from metric_rollups
where (grain = 'minute' and bucket < now() - interval '3 days')
   or (grain = 'hour' and bucket < now() - interval '40 days')
   or (grain = 'day' and bucket < now() - interval '800 days');
