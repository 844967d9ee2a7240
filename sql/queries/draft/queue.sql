-- A team's queue in its order: {teamId, players: [PlayerRef & {isTaken}]}.
-- param team_id bigint
-- result json
-- access read
select json_build_object(
    'teamId', t.id,
    'players', (
        select coalesce(json_agg(player_ref(p)::jsonb || jsonb_build_object('isTaken', exists (
            select from draft_picks k where k.league_id = t.league_id and k.player_id = p.id
        ) or exists (
            select from roster_entries r where r.league_id = t.league_id and r.player_id = p.id
        )) order by q.rank), '[]')
        from draft_queues q
        join players p
            on p.id = q.player_id
        where q.league_id = t.league_id
          and q.team_id = t.id
          and q.kind = 'queue'
    )
)
from teams t
where t.id = :team_id;
