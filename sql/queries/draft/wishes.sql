-- What the teams of a league have lined up for a draft, and whom they never take.
-- param league_id bigint
-- result rows
-- access read
select q.team_id, q.player_id, q.kind
from draft_queues q
where q.league_id = :league_id
  and q.kind in ('queue', 'exclude')
order by q.team_id, q.kind, q.rank;
