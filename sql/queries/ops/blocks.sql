-- The addresses that are blocked now.
-- param count_max bigint
-- result rows
-- access read
select c.key, c.expires_at
from ops_controls c
where c.kind = 'ip_block'
  and (c.expires_at is null or c.expires_at > now())
order by c.set_at desc
limit :count_max;
