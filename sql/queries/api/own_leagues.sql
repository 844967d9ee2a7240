-- The leagues that somebody has a team in, the newest season first.
-- param user_id bigint
-- param count_max bigint
-- result rows
-- access read
select l.id
from leagues l
where l.deleted_at is null
  and exists (
    select
    from team_owners o
    where o.league_id = l.id
      and o.user_id = :user_id
)
order by l.season desc, l.id desc
limit :count_max;
