-- The final games of a league's regular season.
-- param league_id bigint
-- result rows
-- access read
select m.week, h.team_id as home_team_id, a.team_id as away_team_id, h.points as home_points, a.points as away_points
from matchups m
join matchup_sides h
    on h.league_id = m.league_id and h.matchup_id = m.id and h.side = 'home'
left join matchup_sides a
    on a.league_id = m.league_id and a.matchup_id = m.id and a.side = 'away'
where m.league_id = :league_id
  and m.bracket = 'none'
  and m.decided_by is not null
order by m.week, m.id;
