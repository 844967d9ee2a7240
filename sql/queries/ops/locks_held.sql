-- The locks this transaction holds on tables of ours that are older than a number (of pg_class).
-- param newest bigint
-- result rows
-- access read
select c.relname::text as name, l.mode
from pg_locks l
join pg_class c
    on c.oid = l.relation
where l.pid = pg_backend_pid()
  and l.locktype = 'relation'
  and l.granted
  and c.relkind in ('r', 'p', 'm')
  and c.relnamespace = 'public'::regnamespace
  and c.oid::bigint <= :newest
order by c.relname, l.mode;
