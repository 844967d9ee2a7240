-- Empties a team's queue.
-- param league_id bigint
-- param team_id bigint
-- result none
-- access write
delete from draft_queues
where league_id = :league_id
  and team_id = :team_id
  and kind = 'queue';
