-- A matchup in full: slot by slot, benches, and the week's other matchups. Of two weeks the later one that has begun.
-- param matchup_id bigint
-- result json
-- access read
with context as (
    select m.league_id, m.id as matchup_id, m.week as first_week, l.name, l.season, l.is_sample, l.replay_at, w.week, w.state,
           coalesce(l.replay_at, now()) as clock,
           case when not l.is_best_ball then l.lock_rule end as lock_rule,
           (
               select min(g.kickoff)
               from nfl_games g
               where g.season = l.season and g.season_type = 'REG' and g.week = w.week
           ) as first_kickoff
    from matchups m
    join leagues l
        on l.id = m.league_id
    join league_weeks w
        on w.league_id = m.league_id and w.first_week = m.week
    where m.id = :matchup_id
      and l.deleted_at is null
    order by (w.week = m.week or w.state <> 'upcoming') desc, w.week desc
    limit 1
), lines as (
    select s.side, y.slot, y.ordinal, json_build_object(
        'player', player_ref(p)::jsonb || jsonb_build_object('nflTeam', y.nfl_team_code),
        'points', y.points,
        'projected', y.projected,
        'game', game_ref(g, c.replay_at),
        'isLocked', c.state = 'final' or coalesce(
            case c.lock_rule when 'first_game' then c.first_kickoff when 'player_kickoff' then y.kickoff end <= c.clock, false
        )
    ) as document
    from context c
    join matchup_sides s
        on s.league_id = c.league_id and s.matchup_id = c.matchup_id
    cross join lateral team_lines(s.league_id, s.team_id, c.week) y
    join players p
        on p.id = y.player_id
    left join nfl_games g
        on g.id = y.game_id
)
select json_build_object(
    'matchup', (select d.document from matchup_documents d where d.league_id = c.league_id and d.id = c.matchup_id),
    'leagueId', c.league_id,
    'leagueName', c.name,
    'season', c.season,
    'isSample', c.is_sample,
    'weekState', c.state,
    'rows', (
        select coalesce(json_agg(json_build_object('slot', s.slot, 'home', h.document, 'away', a.document) order by s.ordinal, n.ordinal), '[]')
        from roster_slots s
        cross join lateral generate_series(1, s.count) as n (ordinal)
        left join lines h
            on h.side = 'home' and h.slot = s.slot and h.ordinal = n.ordinal
        left join lines a
            on a.side = 'away' and a.slot = s.slot and a.ordinal = n.ordinal
        where s.league_id = c.league_id
          and s.is_starter
    ),
    'bench', (
        select json_build_object(
            'home', coalesce(json_agg(y.document order by y.slot, y.ordinal) filter (where y.side = 'home'), '[]'),
            'away', coalesce(json_agg(y.document order by y.slot, y.ordinal) filter (where y.side = 'away'), '[]')
        )
        from lines y
        where y.slot in ('BN', 'IR', 'TAXI')
    ),
    'others', (
        select coalesce(json_agg(d.document order by d.id), '[]')
        from matchup_documents d
        where d.league_id = c.league_id
          and d.week = c.first_week
          and d.id <> c.matchup_id
    )
)
from context c;
