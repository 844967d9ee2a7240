-- At least how many people met a failure in this hour and the one before.
-- result row
-- access read
select coalesce(max(h.users), 0)::bigint as users
from (
    select sum(c.users_affected) as users
    from error_counts c
    where c.hour >= date_trunc('hour', now(), 'UTC') - interval '1 hour'
    group by c.hour
) h;
