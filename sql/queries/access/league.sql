-- What somebody is in a league: whether it is public, his role and his team.
-- param league_id bigint
-- param user_id bigint
-- result maybe
-- access read
select l.visibility = 'public' as is_public,
       coalesce(m.role, '') as role,
       o.team_id
from leagues l
left join league_members m on m.league_id = l.id and m.user_id = :user_id and m.state = 'active'
left join team_owners o on o.league_id = l.id and o.user_id = :user_id
where l.id = :league_id
  and l.deleted_at is null;
