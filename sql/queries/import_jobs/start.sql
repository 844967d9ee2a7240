-- An import whose documents are all there may run.
-- param user_id bigint
-- param import_id bigint
-- result maybe
-- access write
update import_jobs j
set state = 'queued'
where id = :import_id
  and user_id = :user_id
  and state = 'collecting'
  and exists (select from import_documents d where d.import_id = j.id)
returning import_job_json(j) as document;
