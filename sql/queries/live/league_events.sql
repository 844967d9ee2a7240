-- A league's events after a number, oldest first, as its stream sends them: to members, and to others in
-- a public league. What a reader may not see keeps its number but not its content.
-- param league_id bigint
-- param after bigint
-- param at_most integer
-- result rows
-- access read
select e.seq,
       e.kind,
       e.actor_user_id,
       json_build_object(
           'stream', 'league:' || e.league_id,
           'seq', e.seq,
           'event', case when e.visibility in ('public', 'league') then b.body end) as message,
       json_build_object(
           'stream', 'league:' || e.league_id,
           'seq', e.seq,
           'event', case when e.visibility = 'public' then b.body end) as public_message
from league_events e
cross join lateral (
    select json_build_object(
        'kind', e.kind,
        'at', iso(e.at),
        'week', e.week,
        'teamId', e.team_id,
        'payload', e.payload) as body
) b
where e.league_id = :league_id
  and e.seq > :after
order by e.seq
limit :at_most;
