-- What happened in the leagues of a user, newest first: who may see what goes by the events' visibility.
-- param user_id bigint
-- param most integer
-- result rows
-- access read
select e.league_id, l.name as league_name, e.seq, e.kind, e.at, e.week, t.name as team_name, f.ref as team,
       coalesce(m.display_name, u.display_name) as actor, e.payload
from league_members v
join leagues l
    on l.id = v.league_id and l.deleted_at is null
left join team_owners o
    on o.league_id = v.league_id and o.user_id = v.user_id
cross join lateral (
    select x.league_id, x.seq, x.kind, x.at, x.week, x.team_id, x.actor_user_id, x.payload
    from league_events x
    where x.league_id = v.league_id
      and (
          x.visibility in ('public', 'league')
          or (x.visibility = 'team' and x.team_id = o.team_id)
          or (x.visibility = 'commissioner' and v.role in ('commissioner', 'co_commissioner'))
      )
    order by x.seq desc
    limit :most::integer
) e
left join teams t
    on t.league_id = e.league_id and t.id = e.team_id
left join team_refs f
    on f.league_id = e.league_id and f.id = e.team_id
left join users u
    on u.id = e.actor_user_id
left join league_members m
    on m.league_id = e.league_id and m.user_id = e.actor_user_id
where v.user_id = :user_id
  and v.state = 'active'
order by e.at desc, e.league_id, e.seq desc
limit :most::integer;
