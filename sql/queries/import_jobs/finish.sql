-- The end of an import: a report or a problem. Its documents go.
-- param import_id bigint
-- param report jsonb nullable
-- param problem jsonb nullable
-- result none
-- access write
with ended as (
    update import_jobs
    set state = case when :report::jsonb is null then 'failed' else 'done' end, report = :report, problem = :problem,
        ended_at = now()
    where id = :import_id
      and state = 'running'
    returning id
)
delete from import_documents d
using ended e
where d.import_id = e.id;
