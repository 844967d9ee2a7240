-- Gives a league its roster slots, or changes how many there are of each.
-- param league_id bigint
-- param slots json
-- result none
-- access write
insert into roster_slots as k (league_id, slot, ordinal, count, positions)
select :league_id, s.slot, s.ordinal, s.count, s.positions
from json_to_recordset(:slots) as s (slot text, ordinal smallint, count smallint, positions text[])
on conflict (league_id, slot) do update
set ordinal = excluded.ordinal,
    count = excluded.count
where (k.ordinal, k.count) is distinct from (excluded.ordinal, excluded.count);
