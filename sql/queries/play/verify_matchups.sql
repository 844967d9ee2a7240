-- Decided matchups whose points are not the sum of their weeks' scores, or whose winner does not follow from them.
-- param league_id bigint
-- result rows
-- access read
select null::bigint as seq, 'matchup ' || m.id || ', ' || s.side as what, x.points::text as expected, coalesce(s.points::text, 'none') as found
from matchups m
join matchup_sides s
    on s.league_id = m.league_id and s.matchup_id = m.id and s.team_id is not null
left join lateral (
    select sum(y.points) as points
    from league_weeks w
    join team_week_scores y
        on y.league_id = w.league_id and y.week = w.week and y.team_id = s.team_id
    where w.league_id = m.league_id
      and w.first_week = m.week
) x on true
where m.league_id = :league_id
  and m.decided_by is not null
  and s.points is distinct from x.points
union all
select null, 'matchup ' || m.id || ', winner',
       coalesce(case when h.points > a.points then 'home' when a.points > h.points then 'away' end, 'a tie'), coalesce(m.winner, 'a tie')
from matchups m
join matchup_sides h
    on h.league_id = m.league_id and h.matchup_id = m.id and h.side = 'home'
join matchup_sides a
    on a.league_id = m.league_id and a.matchup_id = m.id and a.side = 'away'
where m.league_id = :league_id
  and m.decided_by in ('points', 'tie')
  and m.winner is distinct from case when h.points > a.points then 'home' when a.points > h.points then 'away' end
union all
select null, 'matchup ' || m.id, 'undecided: its weeks are not final', m.decided_by
from matchups m
where m.league_id = :league_id
  and m.decided_by is not null
  and exists (
      select
      from league_weeks w
      where w.league_id = m.league_id
        and w.first_week = m.week
        and w.state <> 'final'
  )
order by what;
