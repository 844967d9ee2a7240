-- Alerts that have not ended.
-- result rows
-- access read
select a.id, a.subject, a.rule, a.severity, a.value, a.threshold, a.node, a.started_at, a.told_severity, a.incident_id, a.is_simulation,
       i.ref as incident_ref
from alerts a
left join incidents i
    on i.id = a.incident_id
where a.ended_at is null;
