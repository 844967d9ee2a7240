-- Errors of web clients by category since the hour before this one began.
-- result json
-- access read
select coalesce(json_object_agg(c.category, c.count), '{}')
from (
    select e.category, sum(h.count) as count
    from error_counts h
    join error_events e
        on e.id = h.error_id
    where h.hour >= date_trunc('hour', now(), 'UTC') - interval '1 hour'
      and e.source = 'client'
    group by e.category
) c;
