-- The teams of a league with their records of the final regular weeks: {teams: [TeamRef & {record, pointsFor, pointsAgainst}]}.
-- param league_id bigint
-- result json
-- access read
select json_build_object('teams', coalesce(json_agg(
    team_ref(t)::jsonb || jsonb_build_object(
        'record', jsonb_build_object('wins', r.wins, 'losses', r.losses, 'ties', r.ties),
        'pointsFor', r.points_for,
        'pointsAgainst', r.points_against
    ) order by t.ordinal
), '[]'))
from teams t
cross join lateral (
    select count(*) filter (where m.winner = s.side) as wins,
           count(*) filter (where m.winner <> s.side) as losses,
           count(*) filter (where m.decided_by = 'tie') as ties,
           coalesce(sum(s.points), 0) as points_for,
           coalesce(sum(o.points), 0) as points_against
    from matchup_sides s
    join matchups m
        on m.league_id = s.league_id and m.id = s.matchup_id
    left join matchup_sides o
        on o.league_id = s.league_id and o.matchup_id = s.matchup_id and o.side <> s.side
    where s.league_id = t.league_id
      and s.team_id = t.id
      and m.bracket = 'none'
      and m.decided_by is not null
) r
where t.league_id = :league_id;
