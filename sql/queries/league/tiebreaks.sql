-- The criteria that order a league's standings, the strongest first.
-- param league_id bigint
-- result rows
-- access read
select t.criterion
from league_tiebreaks t
where t.league_id = :league_id
order by t.ordinal;
