-- The league of a matchup.
-- param matchup_id bigint
-- result maybe
-- access read
select league_id
from matchups
where id = :matchup_id;
