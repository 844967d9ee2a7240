-- Keeps the hashes of the parts that were imported now.
-- param league_id bigint
-- param rows json
-- param at timestamptz
-- result none
-- access write
insert into league_imports (league_id, part, hash, imported_at)
select :league_id, r.part, decode(r.hash, 'hex'), :at
from json_to_recordset(:rows) as r (part text, hash text)
on conflict (league_id, part) do update
set hash = excluded.hash,
    imported_at = excluded.imported_at;
