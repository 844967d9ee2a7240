-- How far an import has come; also its sign of life.
-- param import_id bigint
-- param step text nullable
-- param done integer
-- param total integer nullable
-- result none
-- access write
update import_jobs
set step = left(:step, 200), done = :done, total = :total, heard_at = now()
where id = :import_id
  and state = 'running';
