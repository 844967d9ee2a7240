-- The platform's ids of transactions that are booked.
-- param league_id bigint
-- result rows
-- access read
select n.source_id
from transactions n
where n.league_id = :league_id
  and n.source_id is not null;
