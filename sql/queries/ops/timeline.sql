-- What happened between two times, in order: incidents and their notes, operators' actions, failures that were new.
-- param start timestamptz
-- param until timestamptz
-- result json
-- access read
select json_build_object('start', iso(:start), 'end', iso(:until), 'events', coalesce(json_agg(json_build_object(
    'at', iso(e.at), 'kind', e.kind, 'ref', e.ref, 'text', e.text
) order by e.at, e.kind), '[]'))
from (
    select i.detected_at as at, 'incident' as kind, i.ref, i.severity || ': ' || i.title as text
    from incidents i
    union all
    select i.mitigated_at, 'mitigated', i.ref, i.title
    from incidents i
    where i.mitigated_at is not null
    union all
    select i.resolved_at, 'resolved', i.ref, i.title
    from incidents i
    where i.resolved_at is not null
    union all
    select n.at, 'note', i.ref, n.body
    from incident_notes n
    join incidents i
        on i.id = n.incident_id
    union all
    select a.at, 'action', a.incident_ref, concat_ws(' ', a.actor_kind, a.actor_user_id::text, a.action, a.target_kind, a.target_id)
    from audit_log a
    union all
    select d.at, 'deploy', null, concat_ws(' ', d.kind, d.release, d.result)
    from releases d
    union all
    select l.started_at, 'alert', j.ref, concat_ws(' ', l.severity, l.rule, 'on', l.node, case when l.is_simulation then '(simulation)' end)
    from alerts l
    left join incidents j
        on j.id = l.incident_id
    union all
    select l.ended_at, 'alert_ended', j.ref, concat_ws(' ', l.severity, l.rule, 'on', l.node, case when l.is_simulation then '(simulation)' end)
    from alerts l
    left join incidents j
        on j.id = l.incident_id
    where l.ended_at is not null
    union all
    select m.at, m.kind, j.ref, m.title
    from alert_messages m
    left join incidents j
        on j.id = m.incident_id
    where m.kind in ('escalation', 'page', 'note')
    union all
    select r.first_seen_at, 'error', null, concat_ws(' ', r.route, r.message)
    from error_events r
    where r.source = 'server'
) e
where e.at >= :start
  and e.at < :until;
