-- The slots of a league's rosters in the order they are shown.
-- param league_id bigint
-- result rows
-- access read
select s.slot, s.count
from roster_slots s
where s.league_id = :league_id
order by s.ordinal;
