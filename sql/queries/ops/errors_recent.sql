-- Groups of errors, those that came last first.
-- param count_max bigint
-- param since timestamptz nullable
-- result json
-- access read
select json_build_object('errors', coalesce(json_agg(json_build_object(
    'id', e.id,
    'message', e.message,
    'category', e.category,
    'severity', e.severity,
    'source', e.source,
    'url', e.route,
    'method', case when e.route ~ '^[A-Z]+ ' then split_part(e.route, ' ', 1) end,
    'status', (e.sample->>'status')::integer,
    'count', e.count,
    'firstSeen', iso(e.first_seen_at),
    'lastSeen', iso(e.last_seen_at),
    'requestId', e.sample->>'requestId',
    'detail', e.sample->>'detail',
    'fingerprint', encode(e.fingerprint, 'hex')
) order by e.last_seen_at desc, e.id desc), '[]'))
from (
    select x.id, x.message, x.category, x.severity, x.source, x.route, x.sample, x.count, x.first_seen_at, x.last_seen_at,
           x.fingerprint
    from error_events x
    where x.last_seen_at >= coalesce(:since, '-infinity')
    order by x.last_seen_at desc, x.id desc
    limit :count_max
) e;
