-- The divisions of an imported league.
-- param league_id bigint
-- param rows json
-- result none
-- access write
insert into divisions (league_id, division, name)
select :league_id, r.division, r.name
from json_to_recordset(:rows) as r (division smallint, name text)
on conflict (league_id, division) do update
set name = excluded.name;
