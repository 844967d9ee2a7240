-- A league's events after a number, oldest first, as the league's stream sends them. What not every
-- member may read keeps its number but not its content.
-- param league_id bigint
-- param after bigint
-- param at_most integer
-- result rows
-- access read
select e.seq,
       json_build_object(
           'stream', 'league:' || e.league_id,
           'seq', e.seq,
           'event', case when e.visibility in ('public', 'league') then json_build_object(
               'kind', e.kind,
               'at', iso(e.at),
               'week', e.week,
               'teamId', e.team_id,
               'payload', e.payload) end) as message
from league_events e
where e.league_id = :league_id
  and e.seq > :after
order by e.seq
limit :at_most;
