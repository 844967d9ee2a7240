-- The frozen scores of a league.
-- param league_id bigint
-- result rows
-- access read
select s.week, s.team_id, s.points, s.source_points
from team_week_scores s
where s.league_id = :league_id
order by s.week, s.team_id;
