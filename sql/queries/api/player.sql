-- A player and his season week by week under a league's rules; what the league's clock has not reached is not told.
-- Without a league: half a point per reception.
-- param player_id bigint
-- param league_id bigint nullable
-- param season smallint nullable
-- param user_id bigint nullable
-- result json
-- access read
with context as (
    select s.year as season, l.id as league_id, l.replay_at, c.id as profile_id, p.id as player_id,
           coalesce(w.week, least(s.current_week, s.regular_weeks)) as week,
           coalesce(c.preset, 'ppr') as format,
           l.waiver_kind <> 'none' and s.year = l.season as has_waivers
    from players p
    join seasons s
        on s.is_sample = p.is_sample
    left join leagues l
        on l.id = :league_id and l.deleted_at is null and (
            l.visibility = 'public'
            or exists (select from league_members m where m.league_id = l.id and m.user_id = :user_id and m.state = 'active')
        )
    left join league_current_weeks w
        on w.league_id = l.id
    left join scoring_profiles c
        on case when l.id is null then c.preset = 'half' else c.id = l.scoring_profile_id end
    where p.id = :player_id
      and (:league_id is null or l.id is not null)
      and s.year <= coalesce(l.season, s.year)
      and (:season::smallint is null or s.year = :season)
    order by s.year desc
    limit 1
), weeks as (
    select g.week, g.nfl_team_code, g.opponent_code, g.game_id, g.kickoff,
           case when is_scored_at(g.kickoff, c.replay_at) then x.stats end as stats,
           case when is_scored_at(g.kickoff, c.replay_at) then k.points end as points,
           j.points as projected
    from context c
    join seasons s
        on s.year = c.season
    join player_week_games g
        on g.season = c.season and g.player_id = c.player_id and g.week <= s.regular_weeks
    left join player_week_stats x
        on x.season = c.season and x.season_type = 'REG' and x.week = g.week and x.player_id = c.player_id
    left join player_week_points k
        on k.profile_id = c.profile_id and k.season = c.season and k.season_type = 'REG'
       and k.week = g.week and k.player_id = c.player_id
    left join player_week_projections j
        on j.profile_id = c.profile_id and j.season = c.season and j.week = g.week and j.player_id = c.player_id
)
select json_build_object(
    'player', player_ref(p)::jsonb || jsonb_build_object('nflTeam', h.nfl_team_code),
    'leagueId', c.league_id,
    'season', c.season,
    'week', c.week,
    'seasonPoints', (select sum(w.points) from weeks w),
    'averagePoints', (select round(avg(w.points), 2) from weeks w),
    'adp', (
        select round(avg(r.adp), 1)
        from player_rankings r
        where r.season = c.season
          and r.week = 0
          and r.player_id = c.player_id
          and r.adp is not null
        group by r.format
        order by case r.format when c.format then 0 when 'ppr' then 1 else 2 end, r.format
        limit 1
    ),
    'byeWeek', (select min(b.week) from nfl_byes b where b.season = c.season and b.nfl_team_code = h.nfl_team_code),
    'team', t.ref,
    'statusInLeague', case
        when r.team_id is not null then 'rostered'
        when c.has_waivers and (h.kickoff <= coalesce(c.replay_at, now()) or exists (
            select
            from waiver_holds x
            where x.league_id = c.league_id and x.player_id = c.player_id and x.until > coalesce(c.replay_at, now())
        )) then 'waivers'
        else 'free'
    end,
    'weeks', (
        select coalesce(json_agg(json_build_object(
            'week', w.week,
            'opponent', w.opponent_code,
            'game', game_ref(g, c.replay_at),
            'stats', coalesce(w.stats, '{}'),
            'points', w.points,
            'projected', w.projected
        ) order by w.week), '[]')
        from weeks w
        left join nfl_games g
            on g.id = w.game_id
    )
)
from context c
join players p
    on p.id = c.player_id
left join weeks h
    on h.week = c.week
left join roster_entries r
    on r.league_id = c.league_id and r.player_id = c.player_id
left join team_refs t
    on t.league_id = r.league_id and t.id = r.team_id;
