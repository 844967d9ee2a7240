-- Which of a platform's players are known.
-- param platform text
-- param rows json
-- result rows
-- access read
select r.n, i.player_id
from json_to_recordset(:rows) as r (n integer, source_id text)
join player_ids i
    on i.source = :platform and i.external_id = r.source_id
order by r.n;
