-- Where the placeholder who runs a team belongs to, in this season of the league and all that are linked with it.
-- param league_id bigint
-- param team_id bigint
-- param user_id bigint
-- result rows
-- access read
with chain as materialized (
    select k.id
    from linked_leagues(:league_id) k
), person as (
    select u.id, u.display_name
    from team_owners o
    join users u
        on u.id = o.user_id
    where o.league_id = :league_id
      and o.team_id = :team_id
      and u.state = 'placeholder'
    order by o.is_primary desc, o.since
    limit 1
)
select m.league_id, p.id as placeholder_id, p.display_name, m.role, o.team_id, t.name as team_name
from person p
cross join chain c
join league_members m
    on m.league_id = c.id and m.user_id = p.id and m.state = 'active'
left join team_owners o
    on o.league_id = m.league_id and o.user_id = p.id
left join teams t
    on t.league_id = o.league_id and t.id = o.team_id
where m.league_id = :league_id
   or not exists (
       select
       from team_owners w
       where w.league_id = m.league_id
         and w.user_id = :user_id
   )
order by m.league_id = :league_id desc, m.league_id;
