-- Moves players of a team to another part of its roster.
-- param league_id bigint
-- param team_id bigint
-- param placement text
-- param player_ids bigint[]
-- result none
-- access write
update roster_entries
set placement = :placement
where league_id = :league_id
  and team_id = :team_id
  and player_id = any(:player_ids);
