-- Alerts: those that go on, then the last that ended.
-- result json
-- access read
select coalesce(json_agg(json_build_object(
    'id', a.id,
    'subject', a.subject,
    'rule', a.rule,
    'severity', a.severity,
    'value', trim_scale(a.value / 1000.0),
    'threshold', trim_scale(a.threshold / 1000.0),
    'node', a.node,
    'startedAt', iso(a.started_at),
    'endedAt', iso(a.ended_at),
    'toldSeverity', a.told_severity,
    'incidentRef', a.ref,
    'isSimulation', a.is_simulation,
    'acknowledgedAt', iso(a.acknowledged_at),
    'acknowledgedBy', a.acknowledged_by
) order by a.ended_at is not null, a.id desc), '[]')
from (
    select l.id, l.subject, l.rule, l.severity, l.value, l.threshold, l.node, l.started_at, l.ended_at, l.told_severity, i.ref,
           l.is_simulation, l.acknowledged_at, l.acknowledged_by
    from alerts l
    left join incidents i
        on i.id = l.incident_id
    order by l.ended_at is not null, l.id desc
    limit 100
) a;
