-- A league with its settings, teams and weeks, as one user sees it: contract type League.
-- param league_id bigint
-- param user_id bigint nullable
-- result json
-- access read
select league_summary(l, :user_id) || jsonb_build_object(
    'seq', l.seq,
    'slug', l.slug,
    'kind', l.kind,
    'replayAt', iso(l.replay_at),
    'role', (
        select m.role
        from league_members m
        where m.league_id = l.id and m.user_id = :user_id and m.state = 'active'
    ),
    'myTeamId', (select o.team_id from team_owners o where o.league_id = l.id and o.user_id = :user_id),
    'settings', league_settings(l),
    'teams', (
        select coalesce(jsonb_agg(team_ref(t)::jsonb || jsonb_build_object('ownerUserId', (
            select o.user_id
            from team_owners o
            where o.league_id = t.league_id and o.team_id = t.id and o.is_primary
        )) order by t.ordinal), '[]')
        from teams t
        where t.league_id = l.id
    ),
    'draftId', (select max(d.id) from drafts d where d.league_id = l.id and d.state <> 'cancelled'),
    'weeks', (
        select coalesce(jsonb_agg(jsonb_build_object(
            'week', w.week, 'firstWeek', w.first_week, 'kind', w.kind, 'state', w.state, 'startsAt', iso((
                select min(g.kickoff)
                from nfl_games g
                where g.season = l.season and g.season_type = 'REG' and g.week = w.week
            ))
        ) order by w.week), '[]')
        from league_weeks w
        where w.league_id = l.id
    ),
    'championTeamId', (
        select s.team_id
        from matchups m
        join matchup_sides s
            on s.league_id = m.league_id and s.matchup_id = m.id and s.side = m.winner
        where m.league_id = l.id
          and m.bracket = 'winners'
          and m.place = 1
          and l.state = 'complete'
    ),
    'previousLeague', (
        select jsonb_build_object('leagueId', n.id, 'season', n.season)
        from leagues n
        where n.id = l.previous_league_id
          and n.deleted_at is null
          and (
              n.visibility = 'public'
              or exists (
                  select
                  from league_members m
                  where m.league_id = n.id and m.user_id = :user_id and m.state = 'active'
              )
          )
    ),
    'nextLeague', (
        select jsonb_build_object('leagueId', n.id, 'season', n.season)
        from leagues n
        where n.previous_league_id = l.id
          and n.deleted_at is null
          and (
              n.visibility = 'public'
              or exists (
                  select
                  from league_members m
                  where m.league_id = n.id and m.user_id = :user_id and m.state = 'active'
              )
          )
    )
)
from leagues l
where l.id = :league_id
  and l.deleted_at is null;
