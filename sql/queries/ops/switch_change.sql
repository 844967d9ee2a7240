-- One change of a switch, and the value that it had before.
-- param id bigint
-- result row
-- access read
select c.name, c.action, c.before, c.after
from switch_changes c
where c.id = :id;
