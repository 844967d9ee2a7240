-- The matchups of a league as an import finds them again.
-- param league_id bigint
-- result rows
-- access read
select m.id, m.bracket, m.round, m.position, m.week, m.game, min(s.team_id) as team_id
from matchups m
left join matchup_sides s
    on s.league_id = m.league_id and s.matchup_id = m.id
where m.league_id = :league_id
group by m.league_id, m.id
order by m.id;
