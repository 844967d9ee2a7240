-- Makes people members of an imported league. Who came in another way stays what he is.
-- param league_id bigint
-- param rows json
-- param at timestamptz
-- result none
-- access write
insert into league_members (league_id, user_id, role, joined_at)
select :league_id, r.user_id, r.role, :at
from json_to_recordset(:rows) as r (user_id bigint, role text)
on conflict (league_id, user_id) do nothing;
