-- The league and the team of somebody who has just joined: {leagueId, team}.
-- param league_id bigint
-- param user_id bigint
-- result json
-- access read
select json_build_object(
    'leagueId', l.id,
    'team', (
        select team_ref(t)
        from team_owners o
        join teams t
            on t.league_id = o.league_id and t.id = o.team_id
        where o.league_id = l.id
          and o.user_id = :user_id
    )
)
from leagues l
where l.id = :league_id;
