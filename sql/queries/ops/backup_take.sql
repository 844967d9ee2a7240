-- Takes up a wish for a backup; one whose machine went away counts as failed.
-- param worker text
-- result maybe
-- access write
with lost as (
    update jobs
    set state = 'failed', finished_at = clock_timestamp(), lease_until = null, error = 'its machine stopped meanwhile'
    where kind = 'backup.run'
      and state = 'running'
      and lease_until < clock_timestamp()
)
update jobs
set state = 'running', started_at = clock_timestamp(), worker = :worker, attempts = attempts + 1,
    lease_until = clock_timestamp() + interval '2 minutes'
where id = (
    select j.id
    from jobs j
    where j.kind = 'backup.run'
      and j.state = 'queued'
    order by j.id
    limit 1
    for update skip locked
)
returning id;
