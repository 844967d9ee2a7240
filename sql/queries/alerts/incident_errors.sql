-- Groups of errors that came while an incident went on, the most frequent hours' first.
-- param ref text
-- param at timestamptz
-- result json
-- access read
select json_build_object(
    'incidentId', s.ref,
    'start', iso(s.start),
    'end', iso(s.until),
    'errors', (
        select coalesce(json_agg(json_build_object(
            'id', e.id,
            'message', e.message,
            'category', e.category,
            'severity', e.severity,
            'source', e.source,
            'url', e.route,
            'method', case when e.route ~ '^[A-Z]+ ' then split_part(e.route, ' ', 1) end,
            'status', (e.sample->>'status')::integer,
            'count', e.came,
            'firstSeen', iso(e.first_seen_at),
            'lastSeen', iso(e.last_seen_at),
            'requestId', e.sample->>'requestId',
            'detail', e.sample->>'detail',
            'fingerprint', encode(e.fingerprint, 'hex')
        ) order by e.came desc, e.id), '[]')
        from (
            select x.id, x.message, x.category, x.severity, x.source, x.route, x.sample, x.first_seen_at, x.last_seen_at, x.fingerprint,
                   sum(c.count)::bigint as came
            from error_events x
            join error_counts c
                on c.error_id = x.id
            where x.first_seen_at < s.until
              and x.last_seen_at >= s.start
              and c.hour >= date_trunc('hour', s.start, 'UTC')
              and c.hour <= s.until
            group by x.id
            order by came desc
            limit 200
        ) e
    )
)
from (
    select i.ref, i.detected_at as start, coalesce(i.mitigated_at, i.resolved_at, :at) as until
    from incidents i
    where i.ref = :ref
) s;
