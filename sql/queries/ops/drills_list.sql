-- The newest drills first.
-- param count_max bigint
-- result json
-- access read
select coalesce(json_agg(json_build_object(
    'id', d.id,
    'kind', d.kind,
    'node', d.node,
    'started', iso(d.started_at),
    'seconds', round(extract(epoch from d.finished_at - d.started_at), 1),
    'passed', d.is_passed,
    'failure', d.failure,
    'steps', d.steps,
    'figures', d.figures
) order by d.id desc), '[]')
from (
    select x.id, x.kind, x.node, x.started_at, x.finished_at, x.is_passed, x.failure, x.steps, x.figures
    from drills x
    order by x.id desc
    limit :count_max
) d;
