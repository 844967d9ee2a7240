-- Gives teams their playoff seeds.
-- param league_id bigint
-- param rows json
-- result none
-- access write
update teams t
set playoff_seed = r.seed
from json_to_recordset(:rows) as r (team_id bigint, seed smallint)
where t.league_id = :league_id
  and t.id = r.team_id;
