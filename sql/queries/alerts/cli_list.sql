-- Alerts as the command line lists them: those that go on, then the newest.
-- param is_all boolean
-- result rows
-- access read
select a.id, a.severity, a.subject, a.rule, trim_scale(a.value / 1000.0) as value, trim_scale(a.threshold / 1000.0) as limit, a.node,
       iso(a.started_at) as started, iso(a.ended_at) as ended, i.ref as incident, a.told_severity as told, a.is_simulation as simulation
from alerts a
left join incidents i
    on i.id = a.incident_id
where :is_all::boolean
   or a.ended_at is null
order by a.ended_at is not null, a.id desc
limit 200;
