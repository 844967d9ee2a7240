-- From when to when an incident was, and whom it touched at least, by hours.
-- param ref text
-- param at timestamptz
-- result maybe
-- access read
select i.id, i.ref, i.severity, i.title, i.state, i.detected_at, coalesce(i.mitigated_at, i.resolved_at, :at) as until, (
    select coalesce(max(h.users), 0)::bigint
    from (
        select sum(c.users_affected) as users
        from error_counts c
        where c.hour >= date_trunc('hour', i.detected_at, 'UTC')
          and c.hour <= coalesce(i.mitigated_at, i.resolved_at, :at)
        group by c.hour
    ) h
) as users
from incidents i
where i.ref = :ref;
