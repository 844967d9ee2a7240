-- Ends a command: the league's head is its newest event, and everybody who listens hears of it.
-- param league_id bigint
-- param seq bigint
-- result maybe
-- access write
with head as (
    update leagues l
    set seq = e.seq,
        head_hash = e.hash
    from league_events e
    where l.id = :league_id
      and e.league_id = :league_id
      and e.seq = :seq
    returning l.id, l.seq
)
select pg_notify('astralfield', 'league:' || h.id || ':' || h.seq)
from head h;
