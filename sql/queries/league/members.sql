-- The members of a league: {members: [{userId, displayName, role, joinedAt, team}]}.
-- param league_id bigint
-- result json
-- access read
select json_build_object('members', coalesce(json_agg(json_build_object(
    'userId', m.user_id,
    'displayName', coalesce(m.display_name, u.display_name),
    'role', m.role,
    'joinedAt', iso(m.joined_at),
    'team', case when t.id is not null then team_ref(t) end
) order by m.joined_at, m.user_id), '[]'))
from league_members m
join users u
    on u.id = m.user_id
left join team_owners o
    on o.league_id = m.league_id and o.user_id = m.user_id
left join teams t
    on t.league_id = o.league_id and t.id = o.team_id
where m.league_id = :league_id
  and m.state = 'active';
