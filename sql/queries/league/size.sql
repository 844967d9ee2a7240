-- How many teams a league has, and how many weeks the NFL's regular season.
-- param league_id bigint
-- result row
-- access read
select (select count(*) from teams t where t.league_id = l.id) as teams, s.regular_weeks as season_weeks
from leagues l
join seasons s
    on s.year = l.season
where l.id = :league_id;
