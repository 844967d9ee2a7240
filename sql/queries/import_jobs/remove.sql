-- Forgets an import that is not under way; the leagues it made stay.
-- param user_id bigint
-- param import_id bigint
-- result maybe
-- access write
delete from import_jobs
where id = :import_id
  and user_id = :user_id
  and state <> 'running'
returning id;
