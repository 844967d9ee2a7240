-- Every setting of a league.
-- param league_id bigint
-- result json
-- access read
select league_settings(l)
from leagues l
where l.id = :league_id;
