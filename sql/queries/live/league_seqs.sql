-- Where the ledgers of some leagues stand.
-- param league_ids bigint[]
-- result rows
-- access read
select id,
       seq
from leagues
where id = any(:league_ids);
