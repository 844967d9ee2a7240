-- The account behind a placeholder takes his place; a higher role it has already stays.
-- param league_id bigint
-- param user_id bigint
-- param role text
-- param at timestamptz
-- result none
-- access write
insert into league_members as m (league_id, user_id, role, joined_at)
values (:league_id, :user_id, :role, :at)
on conflict (league_id, user_id) do update
set role = case
        when array_position(array['viewer', 'manager', 'co_commissioner', 'commissioner'], excluded.role)
             > array_position(array['viewer', 'manager', 'co_commissioner', 'commissioner'], m.role) then excluded.role
        else m.role
    end,
    state = 'active',
    left_at = null;
