-- The stored table of a league, by rank.
-- param league_id bigint
-- result rows
-- access read
select s.team_id, s.through_week, s.rank, s.wins, s.losses, s.ties, s.points_for, s.points_against, s.streak, s.decided_by
from league_standings s
where s.league_id = :league_id
order by s.rank;
