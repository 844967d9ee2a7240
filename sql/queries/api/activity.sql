-- What happened in a league, newest first: who may see what goes by the events' visibility.
-- param league_id bigint
-- param user_id bigint nullable
-- param before bigint nullable
-- param most integer
-- result rows
-- access read
select e.league_id, l.name as league_name, e.seq, e.kind, e.at, e.week, t.name as team_name, f.ref as team,
       coalesce(m.display_name, u.display_name) as actor, e.payload
from leagues l
left join league_members v
    on v.league_id = l.id and v.user_id = :user_id and v.state = 'active'
left join team_owners o
    on o.league_id = l.id and o.user_id = :user_id
join league_events e
    on e.league_id = l.id and (
        e.visibility = 'public'
        or (e.visibility = 'league' and v.user_id is not null)
        or (e.visibility = 'team' and e.team_id = o.team_id)
        or (e.visibility = 'commissioner' and v.role in ('commissioner', 'co_commissioner'))
    )
left join teams t
    on t.league_id = e.league_id and t.id = e.team_id
left join team_refs f
    on f.league_id = e.league_id and f.id = e.team_id
left join users u
    on u.id = e.actor_user_id
left join league_members m
    on m.league_id = e.league_id and m.user_id = e.actor_user_id
where l.id = :league_id
  and (:before::bigint is null or e.seq < :before)
order by e.seq desc
limit :most::integer;
