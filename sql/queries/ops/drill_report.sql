-- A drill's report in Markdown.
-- param id bigint
-- result maybe
-- access read
select report
from drills
where id = :id;
