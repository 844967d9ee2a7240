-- The next moment at which a draft's clock runs out; null when none is running.
-- result row
-- access read
select min(d.deadline_at) as deadline_at
from drafts d
where d.state = 'running';
