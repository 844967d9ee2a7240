-- Lets go of a season's teams what a deleted next season still holds.
-- param league_id bigint
-- result none
-- access write
update teams t
set previous_team_id = null
from leagues l
where l.previous_league_id = :league_id
  and l.deleted_at is not null
  and t.league_id = l.id
  and t.previous_team_id is not null;
