-- Uses an invitation once.
-- param league_id bigint
-- param invite_id bigint
-- result none
-- access write
update league_invites
set uses_left = uses_left - 1
where league_id = :league_id
  and id = :invite_id;
