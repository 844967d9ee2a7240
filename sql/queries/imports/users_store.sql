-- The people of a platform: who is linked already, or has claimed his placeholder, and a placeholder for everybody else.
-- param platform text
-- param rows json
-- param at timestamptz
-- result rows
-- access write
with told as (
    select r.n, r.source_id, r.name
    from json_to_recordset(:rows) as r (n integer, source_id text, name text)
), numbered as materialized (
    select t.n, t.source_id, t.name, k.user_id is null as is_new,
           coalesce(u.claimed_by_user_id, k.user_id, nextval(pg_get_serial_sequence('users', 'id'))) as user_id
    from told t
    left join user_links k
        on k.source = :platform and k.external_id = t.source_id
    left join users u
        on u.id = k.user_id
), added as (
    insert into users (id, display_name, state, created_at, updated_at)
    overriding system value
    select m.user_id, m.name, 'placeholder', :at, :at
    from numbered m
    where m.is_new
    returning id
), linked as (
    insert into user_links (user_id, source, external_id, created_at)
    select m.user_id, :platform, m.source_id, :at
    from numbered m
    where m.is_new
    returning user_id
)
select m.n, m.user_id, m.is_new
from numbered m
order by m.n;
