-- Requests of operators, the oldest first, the newest of them last.
-- param count_max bigint
-- result json
-- access read
select json_build_object('adminAccess', coalesce(json_agg(json_build_object(
    'time', iso(a.at),
    'actor', concat_ws(' ', a.actor_kind, coalesce(a.token_id, a.actor_user_id)),
    'userId', a.actor_user_id,
    'method', a.method,
    'path', a.path,
    'status', a.status,
    'source', host(a.ip),
    'requestId', a.request_id
) order by a.at, a.id), '[]'))
from (
    select x.id, x.at, x.actor_kind, x.actor_user_id, x.token_id, x.method, x.path, x.status, x.ip, x.request_id
    from admin_access x
    order by x.at desc, x.id desc
    limit :count_max
) a;
