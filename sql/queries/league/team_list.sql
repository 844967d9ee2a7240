-- The teams of a league in the order of their numbers.
-- param league_id bigint
-- result rows
-- access read
select t.id, t.ordinal, t.name,
       exists (select from team_owners o where o.league_id = t.league_id and o.team_id = t.id) as has_manager
from teams t
where t.league_id = :league_id
order by t.ordinal;
