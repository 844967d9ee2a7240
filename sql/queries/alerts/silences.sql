-- Silences, those in force first.
-- param at timestamptz
-- result json
-- access read
select json_build_object('silences', coalesce(json_agg(json_build_object(
    'id', s.id, 'matches', s.matches, 'reason', s.reason, 'madeBy', s.made_by, 'startsAt', iso(s.starts_at),
    'endsAt', iso(coalesce(s.ended_at, s.ends_at)), 'isActive', s.is_active
) order by s.is_active desc, s.id desc), '[]'))
from (
    select n.id, n.matches, n.reason, n.made_by, n.starts_at, n.ends_at, n.ended_at,
           n.ended_at is null and n.starts_at <= :at and n.ends_at > :at as is_active
    from alert_silences n
    order by n.id desc
    limit 100
) s;
