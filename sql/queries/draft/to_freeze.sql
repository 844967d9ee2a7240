-- A draft whose clock runs though nobody can change anything, or stands though everybody can again.
-- param is_stopped boolean
-- result rows
-- access read
with stopped as (
    select :is_stopped::boolean or changes_stopped_at() is not null as is_stopped
)
select d.league_id, d.id
from drafts d
join leagues l
    on l.id = d.league_id
cross join stopped s
where l.deleted_at is null
  and (
      s.is_stopped and d.state = 'running' and d.deadline_at is not null
      or not s.is_stopped and d.frozen_at is not null
  )
order by d.deadline_at, d.id
limit 1;
