-- The teams of a league that only placeholders run, or nobody.
-- param league_id bigint
-- result rows
-- access read
select t.id as team_id, t.name as team, coalesce(p.display_name, 'no manager') as manager, l.created_by_user_id as made_by_user_id
from teams t
join leagues l
    on l.id = t.league_id
left join lateral (
    select u.display_name
    from team_owners o
    join users u
        on u.id = o.user_id
    where o.league_id = t.league_id
      and o.team_id = t.id
    order by o.is_primary desc, o.since
    limit 1
) p on true
where t.league_id = :league_id
  and not exists (
      select
      from team_owners o
      join users u
          on u.id = o.user_id
      where o.league_id = t.league_id
        and o.team_id = t.id
        and u.state <> 'placeholder'
  )
order by t.ordinal;
