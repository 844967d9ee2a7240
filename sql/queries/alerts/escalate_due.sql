-- Incidents nobody has acknowledged in time; held until the transaction ends.
-- param at timestamptz
-- result rows
-- access write
select i.id, i.ref, i.kind, i.severity, i.title, i.subject, i.detected_at, i.escalation_step
from incidents i
where i.state = 'open'
  and i.acknowledged_at is null
  and i.escalate_at <= :at
order by i.escalate_at
limit 16
for update skip locked;
