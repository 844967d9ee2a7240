-- About how many rows a table has, as the planner sees it; -1 when it was never looked at.
-- param name text
-- result maybe
-- access read
select c.reltuples::bigint as row_count
from pg_class c
where c.relname = :name
  and c.relnamespace = 'public'::regnamespace;
