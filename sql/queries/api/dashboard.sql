-- The teams of a user, each with its week: a list; running seasons first.
-- param user_id bigint
-- result json
-- access read
select coalesce(json_agg(json_build_object(
    'leagueId', l.id,
    'leagueName', l.name,
    'season', l.season,
    'isSample', l.is_sample,
    'state', l.state,
    'week', w.week,
    'team', f.ref,
    'record', json_build_object('wins', coalesce(s.wins, 0), 'losses', coalesce(s.losses, 0), 'ties', coalesce(s.ties, 0)),
    'rank', s.rank,
    'teamCount', (select count(*) from teams t where t.league_id = l.id),
    'matchup', (
        select d.document
        from matchup_documents d
        where d.league_id = l.id
          and d.id = (
              select x.matchup_id
              from matchup_sides x
              where x.league_id = l.id
                and x.team_id = o.team_id
                and x.week = w.first_week
                and x.game = 1
          )
    ),
    'emptyStarters', case
        when l.state in ('in_season', 'playoffs') and not l.is_best_ball then
            (select sum(r.count) from roster_slots r where r.league_id = l.id and r.is_starter) - y.starters
        else 0
    end,
    'nextLock', iso(y.next_lock)
) order by l.state = 'complete', l.season desc, l.id), '[]')
from team_owners o
join leagues l
    on l.id = o.league_id and l.deleted_at is null
join team_refs f
    on f.league_id = o.league_id and f.id = o.team_id
left join league_standings s
    on s.league_id = o.league_id and s.team_id = o.team_id
left join league_weeks w
    on w.league_id = l.id and w.week = (select c.week from league_current_weeks c where c.league_id = l.id)
cross join lateral (
    select count(*) filter (where n.slot not in ('BN', 'IR', 'TAXI')) as starters,
           case when not l.is_best_ball then
               min(k.locks_at) filter (where k.locks_at > coalesce(l.replay_at, now()) and n.slot not in ('IR', 'TAXI'))
           end as next_lock
    from team_lines(l.id, o.team_id, w.week) n
    cross join lateral (
        select case
            when l.lock_rule = 'player_kickoff' then n.kickoff
            else (
                select min(g.kickoff)
                from nfl_games g
                where g.season = l.season and g.season_type = 'REG' and g.week = w.week
            )
        end as locks_at
    ) k
) y
where o.user_id = :user_id;
