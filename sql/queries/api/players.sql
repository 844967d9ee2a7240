-- Players with their points under a league's rules, one page: {players, total, limit, offset, leagueId, season, week}.
-- Without a league: the newest season, half a point per reception. Of a season that a league replays nothing is told
-- that its clock has not reached.
-- param league_id bigint nullable
-- param user_id bigint nullable
-- param search text nullable
-- param position text nullable
-- param nfl_team text nullable
-- param availability text
-- param week smallint nullable
-- param sort text
-- param is_descending boolean
-- param most integer
-- param skip integer
-- result json
-- access read
with context as (
    select s.year as season, s.is_sample, s.phase, l.id as league_id, l.replay_at, c.id as profile_id,
           coalesce(:week::smallint, w.week, least(s.current_week, s.regular_weeks)) as week,
           case
               when exists (select from roster_slots x where x.league_id = l.id and x.slot = 'SUPER_FLEX' and x.count > 0)
                   then 'superflex'
               else coalesce(c.preset, 'ppr')
           end as format,
           coalesce(
               (select array_agg(distinct u.position) from roster_slots x, unnest(x.positions) as u (position)
                where x.league_id = l.id and x.is_starter and x.count > 0),
               array['QB', 'RB', 'WR', 'TE', 'K', 'DEF']
           ) as positions,
           exists (select from player_week_points k where k.profile_id = c.id and k.season = s.year) as has_points,
           l.waiver_kind <> 'none' as has_waivers, w.week as current_week, z.begun, z.undone
    from seasons s
    left join leagues l
        on l.id = :league_id and l.deleted_at is null and (
            l.visibility = 'public'
            or exists (select from league_members m where m.league_id = l.id and m.user_id = :user_id and m.state = 'active')
        )
    left join league_current_weeks w
        on w.league_id = l.id
    left join scoring_profiles c
        on case when l.id is null then c.preset = 'half' else c.id = l.scoring_profile_id end
    cross join lateral (
        select coalesce(max(g.week) filter (where g.kickoff <= coalesce(l.replay_at, now())), 0) as begun,
               coalesce(min(g.week) filter (where is_scored_at(g.kickoff, l.replay_at) is not true), 99) as undone
        from nfl_games g
        where g.season = s.year
          and g.season_type = 'REG'
          and g.state <> 'cancelled'
    ) z
    where s.year = case
        when :league_id is not null then l.season
        else (select y.year from seasons y order by not exists (select from nfl_games g where g.season = y.year), y.is_sample, y.year desc limit 1)
    end
), pool as materialized (
    select p.id, p.position, p.search_name, p.nfl_team_code
    from players p
    join context c
        on c.is_sample = p.is_sample
    where p.position = any(case when :position::text is null then c.positions else array[:position::text] end)
      and (:search::text is null or p.search_name like :search || '%' or p.search_name like '% ' || :search || '%')
), told as (
    select k.player_id, k.week, k.points,
           k.week <= c.begun and (k.week < c.undone or exists (
               select
               from player_week_stats w
               join nfl_games g
                   on g.id = w.game_id
               where w.season = k.season
                 and w.season_type = k.season_type
                 and w.week = k.week
                 and w.player_id = k.player_id
                 and is_scored_at(g.kickoff, c.replay_at)
           )) as is_told
    from context c
    join player_week_points k
        on k.profile_id = c.profile_id and k.season = c.season and k.season_type = 'REG'
    join pool p
        on p.id = k.player_id
), scored as (
    select t.player_id,
           sum(t.points) filter (where t.is_told) as total,
           count(*) filter (where t.is_told) as games,
           max(t.points) filter (where t.is_told and t.week = c.week) as this_week,
           (array_agg(t.points order by t.week desc) filter (where t.is_told))[1] as latest
    from told t
    cross join context c
    group by t.player_id
), ranked as (
    select distinct on (r.player_id) r.player_id, r.adp
    from (
        select r.player_id, r.format, round(avg(r.adp), 1) as adp
        from context c
        join player_rankings r
            on r.season = c.season and r.week = 0 and r.adp is not null
        group by r.player_id, r.format
    ) r
    cross join context c
    order by r.player_id, case r.format when c.format then 0 when 'ppr' then 1 else 2 end, r.format
), found as (
    select p.id, p.search_name, s.total, s.games, s.this_week, s.latest, a.adp, j.points as projected, r.team_id,
           case :sort when 'points' then s.total when 'projected' then j.points when 'adp' then a.adp end as key
    from pool p
    cross join context c
    left join scored s
        on s.player_id = p.id
    left join ranked a
        on a.player_id = p.id
    left join player_week_projections j
        on j.profile_id = c.profile_id and j.season = c.season and j.week = c.week and j.player_id = p.id
    left join roster_entries r
        on r.league_id = c.league_id and r.player_id = p.id
    where (:availability = 'all' or (:availability = 'rostered') = (r.team_id is not null))
      and (
          s.player_id is not null or a.player_id is not null or r.team_id is not null
          or (c.phase <> 'off' and p.nfl_team_code is not null)
      )
      and (:nfl_team::text is null or exists (
          select
          from player_week_games g
          where g.season = c.season and g.week = c.week and g.player_id = p.id and g.nfl_team_code = :nfl_team
      ))
), page as (
    select row_number() over () as place, f.id, f.total, f.games, f.this_week, f.latest, f.adp, f.projected, f.team_id
    from (
        select x.id, x.total, x.games, x.this_week, x.latest, x.adp, x.projected, x.team_id
        from found x
        order by case when :is_descending then x.key end desc nulls last,
                 case when not :is_descending then x.key end nulls last,
                 case when :sort = 'name' and :is_descending then x.search_name end desc,
                 x.search_name, x.id
        limit :most::integer
        offset :skip::integer
    ) f
), byes as (
    select b.nfl_team_code, min(b.week) as week
    from context c
    join nfl_byes b
        on b.season = c.season
    group by b.nfl_team_code
)
select json_build_object(
    'players', (
        select coalesce(json_agg(json_build_object(
            'player', player_ref(p)::jsonb || jsonb_build_object('nflTeam', n.nfl_team_code),
            'seasonPoints', case when c.has_points then coalesce(f.total, 0) end,
            'averagePoints', round(f.total / nullif(f.games, 0), 2),
            'lastPoints', f.latest,
            'weekPoints', f.this_week,
            'projected', f.projected,
            'adp', f.adp,
            'byeWeek', b.week,
            'nextGame', (
                select game_ref(g, c.replay_at)
                from nfl_games g
                where g.season = c.season
                  and g.season_type = 'REG'
                  and g.week >= c.week
                  and g.state <> 'cancelled'
                  and n.nfl_team_code in (g.home_team_code, g.away_team_code)
                order by g.week
                limit 1
            ),
            'team', t.ref,
            'statusInLeague', case
                when f.team_id is not null then 'rostered'
                when c.has_waivers and (m.kickoff <= coalesce(c.replay_at, now()) or exists (
                    select
                    from waiver_holds h
                    where h.league_id = c.league_id and h.player_id = f.id and h.until > coalesce(c.replay_at, now())
                )) then 'waivers'
                else 'free'
            end
        ) order by f.place), '[]')
        from page f
        join players p
            on p.id = f.id
        cross join lateral (
            select x.nfl_team_code
            from player_week_games x
            where x.season = c.season and x.week = c.week and x.player_id = f.id
            limit 1
        ) n
        left join lateral (
            select x.kickoff
            from player_week_games x
            where c.has_waivers and x.season = c.season and x.week = c.current_week and x.player_id = f.id
            limit 1
        ) m on true
        left join byes b
            on b.nfl_team_code = n.nfl_team_code
        left join team_refs t
            on t.league_id = c.league_id and t.id = f.team_id
    ),
    'total', (select count(*) from found),
    'limit', :most::integer,
    'offset', :skip::integer,
    'leagueId', c.league_id,
    'season', c.season,
    'week', c.week
)
from context c;
