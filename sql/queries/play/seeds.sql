-- The playoff seeds of a league, the best first.
-- param league_id bigint
-- result rows
-- access read
select t.id as team_id, t.playoff_seed as seed
from teams t
where t.league_id = :league_id
  and t.playoff_seed is not null
order by t.playoff_seed;
