-- The changes of one switch, or of all, newest first.
-- param name text nullable
-- param count_max bigint
-- result json
-- access read
select jsonb_build_object(
    'changes', coalesce(jsonb_agg(jsonb_build_object(
        'id', h.id, 'at', iso(h.at), 'name', h.name, 'action', h.action, 'before', h.before, 'after', h.after,
        'message', h.message, 'reason', h.reason, 'expiresAt', iso(h.expires_at), 'by', h.by
    ) order by h.id desc), '[]')
)
from (
    select c.id, c.at, c.name, c.action, c.before, c.after, c.message, c.reason, c.expires_at, c.by
    from switch_changes c
    where :name::text is null
       or c.name = :name
    order by c.id desc
    limit :count_max
) h;
