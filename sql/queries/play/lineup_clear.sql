-- Takes the stored lineups of teams in a week away, before new ones are added.
-- param league_id bigint
-- param week smallint
-- param team_ids bigint[]
-- result none
-- access write
delete from lineup_slots
where league_id = :league_id
  and week = :week
  and team_id = any(:team_ids);
