-- An account's imports, the newest first.
-- param user_id bigint
-- result json
-- access read
select json_build_object('imports', coalesce(json_agg(import_job_json(j) order by j.id desc), '[]'))
from import_jobs j
where j.user_id = :user_id;
