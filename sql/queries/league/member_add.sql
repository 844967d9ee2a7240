-- Makes a user a member of a league, also one who was there before.
-- param league_id bigint
-- param user_id bigint
-- param role text
-- param at timestamptz
-- result none
-- access write
insert into league_members (league_id, user_id, role, joined_at)
values (:league_id, :user_id, :role, :at)
on conflict (league_id, user_id) do update
set role = excluded.role,
    state = 'active',
    joined_at = excluded.joined_at,
    left_at = null;
