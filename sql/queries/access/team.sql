-- The league of a team.
-- param team_id bigint
-- result maybe
-- access read
select league_id
from teams
where id = :team_id;
