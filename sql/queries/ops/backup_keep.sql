-- The backup that was asked for is still being made.
-- param job_id bigint
-- result none
-- access write
update jobs
set lease_until = clock_timestamp() + interval '2 minutes'
where id = :job_id
  and state = 'running';
