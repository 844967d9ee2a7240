-- Teams that play more than one opponent in a game of a week.
-- param league_id bigint
-- result rows
-- access read
select null::bigint as seq, 'week ' || s.week || ', team ' || s.team_id as what, 'one matchup' as expected, count(*) || ' matchups' as found
from matchup_sides s
where s.league_id = :league_id
  and s.team_id is not null
group by s.week, s.game, s.team_id
having count(*) > 1
order by what;
