-- Sets who is called for something.
-- param role text
-- param people jsonb
-- param at timestamptz
-- param by text
-- result none
-- access write
insert into oncall_roles (role, people, set_at, set_by)
values (:role, array(select jsonb_array_elements_text(:people)), :at, :by)
on conflict on constraint oncall_roles_pk do update
set people = excluded.people,
    set_at = excluded.set_at,
    set_by = excluded.set_by;
