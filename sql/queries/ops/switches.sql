-- The switches that are set, and those whose time is over but that nobody has cleared yet.
-- result rows
-- access read
select c.key, c.value ->> 'value' as value, c.value ->> 'message' as message, c.value ->> 'by' as by, c.reason,
       c.set_at, c.expires_at, coalesce(c.expires_at <= clock_timestamp(), false) as is_over
from ops_controls c
where c.kind = 'flag'
order by c.key;
