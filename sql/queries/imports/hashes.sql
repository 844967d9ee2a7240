-- The parts of a league that were imported, with their hashes.
-- param league_id bigint
-- result rows
-- access read
select i.part, encode(i.hash, 'hex') as hash
from league_imports i
where i.league_id = :league_id
order by i.part;
