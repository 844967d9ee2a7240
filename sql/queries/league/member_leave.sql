-- Marks a member as gone.
-- param league_id bigint
-- param user_id bigint
-- param at timestamptz
-- result none
-- access write
update league_members
set state = 'left',
    left_at = :at
where league_id = :league_id
  and user_id = :user_id;
