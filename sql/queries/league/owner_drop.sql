-- A member manages his team no longer.
-- param league_id bigint
-- param user_id bigint
-- result none
-- access write
delete from team_owners
where league_id = :league_id
  and user_id = :user_id;
