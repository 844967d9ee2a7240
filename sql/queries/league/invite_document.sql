-- What an invitation that can be used leads to: {league, invitedBy, role, expiresAt, openTeams: [TeamRef]}.
-- param code_hash bytea
-- param user_id bigint nullable
-- param now timestamptz
-- result json
-- access read
select json_build_object(
    'league', league_summary(l, :user_id),
    'invitedBy', u.display_name,
    'role', i.role,
    'expiresAt', iso(i.expires_at),
    'canMakeTeam', l.state = 'setup' and i.team_id is null
        and (select count(*) from teams t where t.league_id = l.id) < l.team_count,
    'openTeams', (
        select coalesce(json_agg(team_ref(t) order by t.ordinal), '[]')
        from teams t
        where t.league_id = l.id
          and (i.team_id is null or t.id = i.team_id)
          and not exists (select from team_owners w where w.league_id = t.league_id and w.team_id = t.id)
    )
)
from league_invites i
join leagues l
    on l.id = i.league_id
join users u
    on u.id = i.created_by_user_id
where i.code_hash = :code_hash
  and i.uses_left > 0
  and i.revoked_at is null
  and i.expires_at > :now
  and l.deleted_at is null;
