-- The events of a league from a number on, with everything their hashes are made of.
-- param league_id bigint
-- param after bigint
-- param most bigint
-- result rows
-- access read
select e.seq, e.command_id, e.kind, e.actor_kind, e.actor_user_id, e.team_id, e.week, e.visibility,
       (extract(epoch from e.at) * 1000000)::bigint as at_us, e.payload::text as payload,
       encode(e.prev_hash, 'hex') as prev_hash, encode(e.hash, 'hex') as hash
from league_events e
where e.league_id = :league_id
  and e.seq > :after
order by e.seq
limit :most;
