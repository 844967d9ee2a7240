-- The league to look at, if it has been made: by its commissioner's address and its season.
-- param email text
-- param season smallint
-- result maybe
-- access read
select l.id, l.name, l.state, (select c.week from league_current_weeks c where c.league_id = l.id) as week
from leagues l
join users u
    on u.id = l.created_by_user_id
where u.email = :email
  and l.season = :season
  and l.deleted_at is null
order by l.id
limit 1;
