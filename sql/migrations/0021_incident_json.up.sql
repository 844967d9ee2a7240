-- An incident as documents show it.

create function incident_json(id bigint) returns json
language sql stable
return (
    select json_build_object(
        'id', i.id,
        'ref', i.ref,
        'kind', i.kind,
        'severity', i.severity,
        'status', i.state,
        'title', i.title,
        'description', i.description,
        'detectedAt', iso(i.detected_at),
        'detectedBy', i.detected_by,
        'responder', i.responder,
        'respondBy', iso(i.detected_at + case i.severity
            when 'P0' then interval '15 minutes'
            when 'P1' then interval '1 hour'
            when 'P2' then interval '4 hours'
            else case extract(isodow from i.detected_at at time zone 'UTC')
                when 5 then interval '3 days'
                when 6 then interval '2 days'
                else interval '1 day'
            end
        end),
        'acknowledgedAt', iso(i.acknowledged_at),
        'acknowledgedBy', i.acknowledged_by,
        'escalationStep', i.escalation_step,
        'escalateAt', case when i.state = 'open' and i.acknowledged_at is null then iso(i.escalate_at) end,
        'mitigatedAt', iso(i.mitigated_at),
        'resolvedAt', iso(i.resolved_at),
        'timeline', (
            select coalesce(json_agg(json_build_object(
                'at', iso(n.at), 'authorUserId', n.author_user_id, 'body', n.body
            ) order by n.ordinal), '[]')
            from incident_notes n
            where n.incident_id = i.id
        )
    )
    from incidents i
    where i.id = incident_json.id
);
comment on function incident_json is 'An incident with its time-line.';
