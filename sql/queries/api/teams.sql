-- The teams of a league with their records and places: {teams: [TeamRef & {record, pointsFor, pointsAgainst, rank}]}.
-- param league_id bigint
-- result json
-- access read
select json_build_object('teams', coalesce(json_agg(
    r.ref::jsonb || jsonb_build_object(
        'record', jsonb_build_object('wins', coalesce(s.wins, 0), 'losses', coalesce(s.losses, 0), 'ties', coalesce(s.ties, 0)),
        'pointsFor', coalesce(s.points_for, 0),
        'pointsAgainst', coalesce(s.points_against, 0),
        'rank', s.rank
    ) order by t.ordinal
), '[]'))
from teams t
join team_refs r
    on r.league_id = t.league_id and r.id = t.id
left join league_standings s
    on s.league_id = t.league_id and s.team_id = t.id
where t.league_id = :league_id;
