-- Leagues whose documents people are about to ask for.
-- param count_max bigint
-- result rows
-- access read
select l.id, l.visibility = 'public' as is_public
from leagues l
where l.state in ('drafting', 'in_season', 'playoffs')
  and l.deleted_at is null
order by l.id desc
limit :count_max;
