-- The box of a week: every team with its players, our points beside those of the platform the league came from.
-- param league_id bigint
-- param week smallint
-- result json
-- access read
with context as (
    select l.id as league_id, l.season, l.source_platform, w.week, w.state
    from leagues l
    join league_weeks w
        on w.league_id = l.id and w.week = :week
    where l.id = :league_id
      and l.deleted_at is null
), lines as (
    select s.team_id, s.slot, s.ordinal, s.player_id, s.points, s.source_points
    from context c
    join lineup_slots s
        on s.league_id = c.league_id and s.week = c.week
    where c.state = 'final'
      and s.player_id is not null
    union all
    select t.id, y.slot, y.ordinal, y.player_id, y.points, null
    from context c
    join teams t
        on t.league_id = c.league_id
    cross join lateral team_lines(c.league_id, t.id, c.week) y
    where c.state <> 'final'
), players_of as (
    select y.team_id,
           sum(y.points) filter (where y.slot not in ('BN', 'IR', 'TAXI')) as points,
           json_agg(json_build_object(
               'playerId', p.id,
               'name', p.full_name,
               'source', case when i.external_id is not null then
                   json_build_object('platform', i.source, 'playerId', i.external_id)
               end,
               'slot', y.slot,
               'starter', y.slot not in ('BN', 'IR', 'TAXI'),
               'points', y.points,
               'sourcePoints', y.source_points
           ) order by r.is_starter desc, r.ordinal, y.ordinal, p.id) as players
    from context c
    join lines y
        on true
    join players p
        on p.id = y.player_id
    left join roster_slots r
        on r.league_id = c.league_id and r.slot = y.slot
    left join player_ids i
        on i.player_id = y.player_id and i.source = c.source_platform
    group by y.team_id
)
select json_build_object(
    'leagueId', c.league_id,
    'season', c.season,
    'week', c.week,
    'teams', (
        select coalesce(json_agg(json_build_object(
            'teamId', t.id,
            'name', t.name,
            'source', case when c.source_platform is not null and t.source_team_id is not null then
                json_build_object('platform', c.source_platform, 'teamId', t.source_team_id)
            end,
            'points', coalesce(s.points, y.points, 0),
            'sourcePoints', s.source_points,
            'adjustment', coalesce(s.points - s.lineup_points, 0),
            'reason', s.reason,
            'players', coalesce(y.players, '[]')
        ) order by t.ordinal), '[]')
        from teams t
        left join team_week_scores s
            on s.league_id = t.league_id and s.team_id = t.id and s.week = c.week
        left join players_of y
            on y.team_id = t.id
        where t.league_id = c.league_id
    )
)
from context c;
