-- Takes the order of a draft away.
-- param league_id bigint
-- param draft_id bigint
-- result none
-- access write
delete from draft_teams
where league_id = :league_id
  and draft_id = :draft_id;
