-- The first migration above a level that took away what programs of that level use.
-- param level integer
-- result maybe
-- access read
select m.version, m.name
from schema_migrations m
where m.version > :level
  and m.kind = 'contract'
order by m.version
limit 1;
