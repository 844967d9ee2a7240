-- Adds lineups of a week; slots the league does not have are left out.
-- param league_id bigint
-- param week smallint
-- param rows json
-- result none
-- access write
insert into lineup_slots (league_id, week, team_id, slot, ordinal, slot_count, player_id, points)
select s.league_id, :week, r.team_id, s.slot, r.ordinal, s.count, r.player_id, r.points
from json_to_recordset(:rows) as r (team_id bigint, slot text, ordinal smallint, player_id bigint, points numeric)
join roster_slots s
    on s.league_id = :league_id and s.slot = r.slot;
