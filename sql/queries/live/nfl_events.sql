-- Events of the nfl stream after a number, oldest first.
-- param after bigint
-- param at_most integer
-- result rows
-- access read
select e.seq,
       json_build_object(
           'stream', 'nfl',
           'seq', e.seq,
           'event', json_build_object('kind', e.kind, 'at', iso(e.at), 'payload', e.payload)) as message
from nfl_events e
where e.seq > :after
order by e.seq
limit :at_most;
