-- Adds errors to their groups; numbers in a message do not make it another one.
-- param notes jsonb
-- result none
-- access write
with noted as (
    select sha256(convert_to(concat_ws(e'\n', n.source, n.route, regexp_replace(n.message, '[0-9]+', '#', 'g')), 'UTF8')) as fingerprint,
           min(n.source) as source, min(n.category) as category, min(n.severity) as severity, min(n.route) as route,
           min(n.message) as message, jsonb_agg(n.sample)->0 as sample, sum(n.count)::bigint as count,
           count(distinct n.sample->>'userId') as users, min(n.first_at) as first_at, max(n.last_at) as last_at
    from jsonb_to_recordset(:notes) as n (
        source text, category text, severity text, route text, message text, sample jsonb, count bigint, first_at timestamptz,
        last_at timestamptz
    )
    group by 1
), grouped as (
    insert into error_events as e (
        fingerprint, source, category, severity, route, message, sample, count, first_seen_at, last_seen_at
    )
    select n.fingerprint, n.source, n.category, n.severity, n.route, n.message, n.sample, n.count, n.first_at, n.last_at
    from noted n
    on conflict on constraint error_events_fingerprint_unique do update
    set count = e.count + excluded.count,
        sample = excluded.sample,
        last_seen_at = greatest(e.last_seen_at, excluded.last_seen_at),
        resolved_at = null,
        resolved_by_user_id = null
    returning e.id, e.fingerprint
)
insert into error_counts as c (error_id, hour, count, users_affected)
select g.id, date_trunc('hour', n.last_at, 'UTC'), n.count, n.users
from grouped g
join noted n
    on n.fingerprint = g.fingerprint
on conflict on constraint error_counts_pk do update
set count = c.count + excluded.count,
    users_affected = greatest(c.users_affected, excluded.users_affected);
