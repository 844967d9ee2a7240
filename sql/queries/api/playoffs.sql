-- Seeds and bracket of a league, empty until they are drawn: {seeds, rounds, championTeamId}.
-- param league_id bigint
-- result json
-- access read
select json_build_object(
    'seeds', (
        select coalesce(json_agg(json_build_object('seed', t.playoff_seed, 'team', f.ref) order by t.playoff_seed), '[]')
        from teams t
        join team_refs f
            on f.league_id = t.league_id and f.id = t.id
        where t.league_id = l.id
          and t.playoff_seed <= l.playoff_teams
    ),
    'rounds', (
        select coalesce(json_agg(json_build_object(
            'round', r.round, 'week', r.week, 'matchups', r.matchups
        ) order by r.round), '[]')
        from (
            select m.round, min(m.week) as week, json_agg(m.document order by m.bracket desc, m.position) as matchups
            from matchup_documents m
            where m.league_id = l.id
              and m.bracket <> 'none'
            group by m.round
        ) r
    ),
    'championTeamId', (
        select s.team_id
        from matchups m
        join matchup_sides s
            on s.league_id = m.league_id and s.matchup_id = m.id and s.side = m.winner
        where m.league_id = l.id
          and m.bracket = 'winners'
          and m.place = 1
          and l.state = 'complete'
    )
)
from leagues l
where l.id = :league_id
  and l.deleted_at is null;
