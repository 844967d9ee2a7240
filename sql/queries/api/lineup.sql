-- A team's lineup of a week at the league's clock: contract type Lineup. No week given: the current one.
-- param league_id bigint
-- param team_id bigint
-- param week smallint nullable
-- result json
-- access read
with context as (
    select l.id as league_id, t.id as team_id, w.week, w.state, l.replay_at, l.season, coalesce(l.replay_at, now()) as clock,
           case when not l.is_best_ball then l.lock_rule end as lock_rule,
           (
               select min(g.kickoff)
               from nfl_games g
               where g.season = l.season and g.season_type = 'REG' and g.week = w.week
           ) as first_kickoff
    from leagues l
    join teams t
        on t.league_id = l.id
    join league_weeks w
        on w.league_id = l.id
       and w.week = coalesce(:week, (select c.week from league_current_weeks c where c.league_id = l.id))
    where l.id = :league_id
      and t.id = :team_id
      and l.deleted_at is null
), lines as (
    select y.slot, y.ordinal, y.points, y.projected, json_build_object(
        'player', player_ref(p)::jsonb || jsonb_build_object('nflTeam', y.nfl_team_code),
        'points', y.points,
        'projected', y.projected,
        'game', game_ref(g, c.replay_at),
        'isLocked', c.state = 'final' or coalesce(x.locks_at <= c.clock, false),
        'locksAt', iso(x.locks_at)
    ) as document
    from context c
    cross join lateral team_lines(c.league_id, c.team_id, c.week) y
    cross join lateral (
        select case c.lock_rule when 'first_game' then c.first_kickoff when 'player_kickoff' then y.kickoff end as locks_at
    ) x
    join players p
        on p.id = y.player_id
    left join nfl_games g
        on g.id = y.game_id
)
select json_build_object(
    'teamId', c.team_id,
    'week', c.week,
    'weekState', c.state,
    'now', iso(c.clock),
    'etag', lineup_tag(c.league_id, c.team_id, c.week),
    'slots', (
        select coalesce(json_agg(json_build_object(
            'slot', s.slot, 'ordinal', n.ordinal, 'eligible', s.positions, 'player', y.document
        ) order by s.ordinal, n.ordinal), '[]')
        from roster_slots s
        cross join lateral generate_series(1, s.count) as n (ordinal)
        left join lines y
            on y.slot = s.slot and y.ordinal = n.ordinal
        where s.league_id = c.league_id
          and s.is_starter
    ),
    'bench', (select coalesce(json_agg(y.document order by y.ordinal), '[]') from lines y where y.slot in ('BN', 'TAXI')),
    'ir', (select coalesce(json_agg(y.document order by y.ordinal), '[]') from lines y where y.slot = 'IR'),
    'points', coalesce(f.points, z.points),
    'projected', case when c.state <> 'final' then z.projected end,
    'optimalPoints', f.optimal_points
)
from context c
cross join lateral (
    select sum(y.points) as points,
           case when count(y.projected) > 0 then sum(coalesce(y.points, y.projected, 0)) end as projected
    from lines y
    where y.slot not in ('BN', 'IR', 'TAXI')
) z
left join team_week_scores f
    on f.league_id = c.league_id and f.week = c.week and f.team_id = c.team_id;
