-- The last deploys, restarts and rollbacks of all nodes, the newest first.
-- param count_max bigint
-- result json
-- access read
select json_build_object('deployments', coalesce(json_agg(json_build_object(
    'id', r.id,
    'at', iso(r.at),
    'kind', r.kind,
    'result', r.result,
    'release', r.release,
    'fromRelease', r.from_release,
    'version', r.version,
    'commit', r.commit,
    'schema', r.schema_level,
    'actor', r.actor,
    'node', r.node,
    'seconds', r.seconds,
    'detail', r.detail
) order by r.at desc, r.id desc), '[]'))
from (
    select x.id, x.at, x.kind, x.result, x.release, x.from_release, x.version, x.commit, x.schema_level, x.actor, x.node,
        x.seconds, x.detail
    from releases x
    order by x.at desc, x.id desc
    limit :count_max
) r;
