-- The changes of one switch or setting, or of all, newest first, for people.
-- param name text nullable
-- param count_max bigint
-- result rows
-- access read
select c.id, c.at, c.name, c.action, c.before, c.after, c.reason, c.by
from switch_changes c
where :name::text is null
   or c.name = :name
order by c.id desc
limit :count_max;
