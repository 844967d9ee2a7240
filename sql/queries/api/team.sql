-- A team with its roster of today, in a week at the league's clock. No week given: the current one.
-- param league_id bigint
-- param team_id bigint
-- param week smallint nullable
-- param user_id bigint nullable
-- result json
-- access read
with context as (
    select l.id as league_id, t.id as team_id, l.season, l.scoring_profile_id, l.replay_at, w.week, w.state,
           coalesce(l.replay_at, now()) as clock,
           case when not l.is_best_ball then l.lock_rule end as lock_rule,
           (
               select min(g.kickoff)
               from nfl_games g
               where g.season = l.season and g.season_type = 'REG' and g.week = w.week
           ) as first_kickoff,
           exists (
               select from player_week_points k where k.profile_id = l.scoring_profile_id and k.season = l.season
           ) as has_points
    from leagues l
    join teams t
        on t.league_id = l.id
    left join league_weeks w
        on w.league_id = l.id
       and w.week = coalesce(:week, (select c.week from league_current_weeks c where c.league_id = l.id))
    where l.id = :league_id
      and t.id = :team_id
      and l.deleted_at is null
      and (w.week is not null or :week is null)
), owned as (
    select r.player_id, r.acquired_via, r.acquired_at, r.acquired_seq, r.is_locked, y.slot, y.points, y.projected,
           n.nfl_team_code, n.game_id, n.kickoff
    from context c
    join roster_entries r
        on r.league_id = c.league_id and r.team_id = c.team_id
    left join team_lines(c.league_id, c.team_id, c.week) y
        on y.player_id = r.player_id
    left join lateral (
        select x.nfl_team_code, x.game_id, x.kickoff
        from player_week_games x
        where x.season = c.season and x.week = c.week and x.player_id = r.player_id
        limit 1
    ) n on true
), byes as (
    select b.nfl_team_code, min(b.week) as week
    from context c
    join nfl_byes b
        on b.season = c.season
    group by b.nfl_team_code
)
select json_build_object(
    'team', t.ref,
    'leagueId', c.league_id,
    'week', c.week,
    'record', json_build_object('wins', coalesce(s.wins, 0), 'losses', coalesce(s.losses, 0), 'ties', coalesce(s.ties, 0)),
    'rank', s.rank,
    'isMine', exists (
        select
        from team_owners o
        where o.league_id = c.league_id and o.team_id = c.team_id and o.user_id = :user_id
    ),
    'roster', (
        select coalesce(json_agg(json_build_object(
            'player', player_ref(p)::jsonb || jsonb_build_object('nflTeam', o.nfl_team_code),
            'acquiredVia', o.acquired_via,
            'acquiredAt', iso(o.acquired_at),
            'seasonPoints', case when c.has_points then coalesce((
                select sum(k.points)
                from player_week_points k
                join player_week_stats x
                    on x.season = k.season and x.season_type = k.season_type and x.week = k.week and x.player_id = k.player_id
                join nfl_games q
                    on q.id = x.game_id
                where k.profile_id = c.scoring_profile_id
                  and k.player_id = o.player_id
                  and k.season = c.season
                  and k.season_type = 'REG'
                  and is_scored_at(q.kickoff, c.replay_at)
            ), 0) end,
            'weekPoints', o.points,
            'projected', o.projected,
            'game', game_ref(g, c.replay_at),
            'byeWeek', b.week,
            'slot', o.slot,
            'isLocked', o.is_locked or coalesce(
                case c.lock_rule when 'first_game' then c.first_kickoff when 'player_kickoff' then o.kickoff end <= c.clock,
                false
            )
        ) order by array_position(
            array['QB', 'RB', 'WR', 'TE', 'K', 'DEF', 'DL', 'LB', 'DB'], p.position
        ), o.acquired_seq, o.player_id), '[]')
        from owned o
        join players p
            on p.id = o.player_id
        left join nfl_games g
            on g.id = o.game_id
        left join byes b
            on b.nfl_team_code = o.nfl_team_code
    )
)
from context c
join team_refs t
    on t.league_id = c.league_id and t.id = c.team_id
left join league_standings s
    on s.league_id = c.league_id and s.team_id = c.team_id;
