-- Tells the nfl stream that an import changed something, and announces it.
-- param season smallint
-- param payload jsonb
-- result row
-- access write
with taken as (
    update streams s
    set seq = s.seq + 1
    where s.name = 'nfl'
    returning s.seq
),
told as (
    insert into nfl_events (seq, kind, season, payload)
    select t.seq, 'import', :season, :payload
    from taken t
    returning seq
)
select t.seq, pg_notify('astralfield', 'nfl:' || t.seq) as announced
from told t;
