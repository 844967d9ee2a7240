-- How many teams a league has, and the first that nobody runs; or the named one, if nobody with an account does.
-- param league_id bigint
-- param team_id bigint nullable
-- result row
-- access read
select (select count(*) from teams t where t.league_id = :league_id) as teams,
       o.id as orphan_team_id, o.name as orphan_name
from (select 1) one (n)
left join lateral (
    select t.id, t.name
    from teams t
    where t.league_id = :league_id
      and (:team_id::bigint is null or t.id = :team_id)
      and not exists (
          select
          from team_owners w
          join users u
              on u.id = w.user_id
          where w.league_id = t.league_id
            and w.team_id = t.id
            and (:team_id::bigint is null or u.state <> 'placeholder')
      )
    order by t.ordinal
    limit 1
) o on true;
