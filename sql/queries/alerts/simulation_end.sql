-- Ends the simulation that is being played, or finds the last one of the day before, and tells how it went.
-- param at timestamptz
-- result maybe
-- access write
with newest as (
    select s.id
    from simulations s
    where s.started_at > :at - interval '1 day'
    order by s.id desc
    limit 1
), ended as (
    update simulations s
    set ended_at = coalesce(s.ended_at, greatest(least(:at, s.ends_at), s.started_at))
    from newest n
    where s.id = n.id
    returning s.id, s.kind, s.severity, s.started_at, s.ended_at, s.ends_at
)
select e.id, e.kind, e.severity, e.started_at, e.ended_at, (
    select min(a.started_at)
    from alerts a
    where a.is_simulation
      and a.started_at >= e.started_at
) as detected_at, (
    select min(d.ended_at)
    from alerts a
    join alert_messages m
        on m.alert_id = a.id
    join alert_deliveries d
        on d.message_id = m.id
    where a.is_simulation
      and a.started_at >= e.started_at
      and m.kind = 'firing'
      and d.state = 'sent'
) as told_at
from ended e;
