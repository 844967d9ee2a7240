-- Asks for a backup, which the machine that makes them takes up; none where nobody has looked for such wishes in the
-- last minute. One that waits or runs already is given again.
-- param now timestamptz
-- result maybe
-- access write
with asked as (
    insert into jobs (kind, key, run_at, attempts_max)
    select 'backup.run', 'now', :now, 1
    from ops_facts f
    where f.name = 'backup_runner'
      and f.at > clock_timestamp() - interval '1 minute'
    on conflict (kind, key) where state in ('queued', 'running') do nothing
    returning id, state
)
select a.id, a.state, true as is_new
from asked a
union all
select j.id, j.state, false
from jobs j
where j.kind = 'backup.run'
  and j.state in ('queued', 'running')
  and not exists (select from asked);
