-- One import of an account.
-- param user_id bigint
-- param import_id bigint
-- result json
-- access read
select import_job_json(j)
from import_jobs j
where j.id = :import_id
  and j.user_id = :user_id;
