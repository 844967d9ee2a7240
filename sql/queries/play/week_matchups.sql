-- The matchups that are played in a week, with the scores of the weeks of theirs that are final.
-- param league_id bigint
-- param week smallint
-- result rows
-- access read
select m.id, m.week, m.bracket, m.round, m.position, m.place, m.decided_by, m.winner,
       h.team_id as home_team_id, h.seed as home_seed, a.team_id as away_team_id, a.seed as away_seed,
       coalesce(x.points, 0) as home_points, coalesce(y.points, 0) as away_points
from league_weeks w
join matchups m
    on m.league_id = w.league_id and m.week = w.first_week
join matchup_sides h
    on h.league_id = m.league_id and h.matchup_id = m.id and h.side = 'home'
left join matchup_sides a
    on a.league_id = m.league_id and a.matchup_id = m.id and a.side = 'away'
left join lateral (
    select sum(s.points) as points
    from team_week_scores s
    join league_weeks v
        on v.league_id = s.league_id and v.week = s.week
    where s.league_id = m.league_id and s.team_id = h.team_id and v.first_week = m.week
) x on true
left join lateral (
    select sum(s.points) as points
    from team_week_scores s
    join league_weeks v
        on v.league_id = s.league_id and v.week = s.week
    where s.league_id = m.league_id and s.team_id = a.team_id and v.first_week = m.week
) y on true
where w.league_id = :league_id
  and w.week = :week
order by m.bracket, m.round, m.position, m.id;
