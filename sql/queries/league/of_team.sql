-- The league of a team.
-- param team_id bigint
-- result maybe
-- access read
select t.league_id
from teams t
where t.id = :team_id;
