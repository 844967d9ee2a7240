-- A team as documents name it.
-- param team_id bigint
-- result json
-- access read
select team_ref(t)
from teams t
where t.id = :team_id;
