-- Incidents as the command line lists them: those that are not over, then the newest.
-- param is_all boolean
-- result rows
-- access read
select i.ref, i.severity, i.state as status, i.kind, i.title, iso(i.detected_at) as detected, i.acknowledged_by as acknowledged,
       iso(i.resolved_at) as resolved
from incidents i
where :is_all::boolean
   or i.state <> 'resolved'
order by i.state = 'resolved', i.detected_at desc
limit 200;
