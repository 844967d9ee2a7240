-- Weeks that are final without scores, and scores that are not the sum of their lineup.
-- param league_id bigint
-- result rows
-- access read
select null::bigint as seq, 'week ' || w.week || ', team ' || t.id as what,
       coalesce(x.points, 0)::text as expected, coalesce(s.lineup_points::text, 'no score') as found
from league_weeks w
join teams t
    on t.league_id = w.league_id
left join team_week_scores s
    on s.league_id = w.league_id and s.week = w.week and s.team_id = t.id
left join lateral (
    select sum(y.points) as points
    from lineup_slots y
    where y.league_id = w.league_id
      and y.week = w.week
      and y.team_id = t.id
      and y.slot not in ('BN', 'IR', 'TAXI')
) x on true
where w.league_id = :league_id
  and w.state = 'final'
  and s.lineup_points is distinct from coalesce(x.points, 0)
order by w.week, t.id;
