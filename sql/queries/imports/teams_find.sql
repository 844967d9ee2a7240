-- The teams of an imported league by the platform's ids.
-- param league_id bigint
-- result rows
-- access read
select t.source_team_id, t.id
from teams t
where t.league_id = :league_id
  and t.source_team_id is not null;
