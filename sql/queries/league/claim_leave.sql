-- A placeholder gives up his place in a league.
-- param league_id bigint
-- param placeholder_id bigint
-- param at timestamptz
-- result none
-- access write
update league_members
set role = 'manager',
    state = 'left',
    left_at = :at
where league_id = :league_id
  and user_id = :placeholder_id;
