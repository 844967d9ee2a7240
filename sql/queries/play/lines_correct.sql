-- Changes the frozen points of players in a final week.
-- param league_id bigint
-- param week smallint
-- param rows json
-- result none
-- access write
update lineup_slots s
set points = r.points
from json_to_recordset(:rows) as r (team_id bigint, player_id bigint, points numeric)
where s.league_id = :league_id
  and s.week = :week
  and s.team_id = r.team_id
  and s.player_id = r.player_id;
