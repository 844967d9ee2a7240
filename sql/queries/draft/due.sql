-- Running drafts whose clock has run out, the longest overdue first; none while nobody can change anything.
-- param now timestamptz
-- param most bigint
-- result rows
-- access read
select d.league_id, d.id
from drafts d
join leagues l
    on l.id = d.league_id
where d.state = 'running'
  and d.deadline_at <= :now
  and l.deleted_at is null
  and (select changes_stopped_at()) is null
order by d.deadline_at, d.id
limit :most;
