-- The simulation that is being played.
-- param at timestamptz
-- result maybe
-- access read
select s.id, s.kind, s.severity, s.started_at, s.ends_at
from simulations s
where s.ended_at is null
  and s.ends_at > :at;
