-- How the backup that was asked for ended; no error: well.
-- param job_id bigint
-- param error text nullable
-- result none
-- access write
update jobs
set state = case when :error::text is null then 'done' else 'failed' end, error = :error,
    finished_at = clock_timestamp(), lease_until = null
where id = :job_id
  and state = 'running';
