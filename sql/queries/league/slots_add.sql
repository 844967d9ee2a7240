-- Gives a league its roster slots.
-- param league_id bigint
-- param slots jsonb
-- result none
-- access write
insert into roster_slots (league_id, slot, ordinal, count, positions)
select :league_id, s.slot, s.ordinal, s.count, s.positions
from jsonb_to_recordset(:slots) as s (slot text, ordinal smallint, count smallint, positions text[]);
