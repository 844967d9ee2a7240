-- An imported league against what the platform said: per kind one row with n and equal, and one row for each difference with the reason where it is known.
-- param league_id bigint
-- result rows
-- access read
with context as (
    select l.id, l.season, l.source_platform, l.state, l.playoff_start_week, f.stat_source
    from leagues l
    join scoring_profiles f
        on f.id = l.scoring_profile_id
    where l.id = :league_id
), finals as (
    select w.week, w.kind
    from league_weeks w
    where w.league_id = :league_id
      and w.state = 'final'
), weeks_of as (
    -- the platform's own weeks of the regular season, summed; null where one was not told
    select t.id as team_id, t.name,
           case when count(*) = count(s.source_points) then sum(s.source_points) end as points_for
    from context c
    join teams t
        on t.league_id = c.id
    join finals w
        on w.kind = 'regular'
    left join team_week_scores s
        on s.league_id = c.id and s.week = w.week and s.team_id = t.id
    group by t.id, t.name
), against_of as (
    select s.team_id, sum(x.source_points) as points_against
    from matchups m
    join matchup_sides s
        on s.league_id = m.league_id and s.matchup_id = m.id
    join matchup_sides o
        on o.league_id = m.league_id and o.matchup_id = m.id and o.side <> s.side
    join league_weeks w
        on w.league_id = m.league_id and w.first_week = m.week
    left join team_week_scores x
        on x.league_id = m.league_id and x.week = w.week and x.team_id = o.team_id
    where m.league_id = :league_id
      and m.bracket = 'none'
      and m.decided_by is not null
    group by s.team_id
), places as (
    select s.team_id, m.place + case when s.side = m.winner then 0 else 1 end as place
    from matchups m
    join matchup_sides s
        on s.league_id = m.league_id and s.matchup_id = m.id and s.team_id is not null
    where m.league_id = :league_id
      and m.place is not null
      and m.winner is not null
      and m.decided_by <> 'bye'
), facts as (
    select 1 as ordinal, 'player-weeks' as kind, 'week ' || s.week || ', ' || t.name || ', ' || p.full_name as what,
           s.source_points::text as source, s.points::text as ours, s.points = s.source_points as is_equal,
           case when c.stat_source = 'nfl' then 'scored from the NFL''s statistics: the platform''s own were not found' end as reason
    from context c
    join finals w
        on true
    join lineup_slots s
        on s.league_id = c.id and s.week = w.week and s.source_points is not null
    join teams t
        on t.league_id = s.league_id and t.id = s.team_id
    join players p
        on p.id = s.player_id
    union all
    select 2, 'team totals', 'week ' || s.week || ', ' || t.name, s.source_points::text, s.points::text,
           s.points = s.source_points,
           case when c.stat_source = 'nfl' then 'scored from the NFL''s statistics: the platform''s own were not found' end
    from context c
    join finals w
        on true
    join team_week_scores s
        on s.league_id = c.id and s.week = w.week and s.source_points is not null
    join teams t
        on t.league_id = s.league_id and t.id = s.team_id
    union all
    select 3, 'records', t.name, r.wins || '-' || r.losses || '-' || coalesce(r.ties, 0),
           coalesce(x.wins, 0) || '-' || coalesce(x.losses, 0) || '-' || coalesce(x.ties, 0),
           (r.wins, r.losses, coalesce(r.ties, 0)) = (coalesce(x.wins, 0), coalesce(x.losses, 0), coalesce(x.ties, 0)),
           case when c.stat_source = 'nfl' then 'scored from the NFL''s statistics: the platform''s own were not found' end
    from context c
    join team_source_records r
        on r.league_id = c.id and r.wins is not null and r.losses is not null
    join teams t
        on t.league_id = c.id and t.id = r.team_id
    left join league_standings x
        on x.league_id = c.id and x.team_id = r.team_id
    union all
    select 4, 'points for', t.name || ', season ' || c.season, r.points_for::text, coalesce(x.points_for, 0)::text,
           r.points_for = coalesce(x.points_for, 0),
           case
               when k.points_for = x.points_for then
                   'the platform''s season total differs from the sum of its own weeks by ' || (r.points_for - k.points_for)
               when c.stat_source = 'nfl' then 'scored from the NFL''s statistics: the platform''s own were not found'
           end
    from context c
    join team_source_records r
        on r.league_id = c.id and r.points_for is not null
    join teams t
        on t.league_id = c.id and t.id = r.team_id
    left join league_standings x
        on x.league_id = c.id and x.team_id = r.team_id
    left join weeks_of k
        on k.team_id = r.team_id
    union all
    select 5, 'points against', t.name || ', season ' || c.season, r.points_against::text, coalesce(x.points_against, 0)::text,
           r.points_against = coalesce(x.points_against, 0),
           case
               when k.points_against = x.points_against then
                   'the platform''s season total differs from the sum of its own weeks by ' || (r.points_against - k.points_against)
               when c.stat_source = 'nfl' then 'scored from the NFL''s statistics: the platform''s own were not found'
           end
    from context c
    join team_source_records r
        on r.league_id = c.id and r.points_against is not null
    join teams t
        on t.league_id = c.id and t.id = r.team_id
    left join league_standings x
        on x.league_id = c.id and x.team_id = r.team_id
    left join against_of k
        on k.team_id = r.team_id
    union all
    select 6, 'final ranks', t.name, r.final_rank::text, z.place::text, r.final_rank = z.place, null
    from context c
    join team_source_records r
        on r.league_id = c.id and r.final_rank is not null and c.state = 'complete'
    join teams t
        on t.league_id = c.id and t.id = r.team_id
    join places z
        on z.team_id = r.team_id
)
select k.ordinal, k.kind, x.n, x.equal, null as what, null as source, null as ours, null as reason
from (values (1, 'player-weeks'), (2, 'team totals'), (3, 'records'), (4, 'points for'), (5, 'points against'), (6, 'final ranks')) as k (ordinal, kind)
cross join lateral (
    select count(*) as n, count(*) filter (where f.is_equal) as equal
    from facts f
    where f.ordinal = k.ordinal
) x
union all
select f.ordinal, f.kind, null, null, f.what, f.source, f.ours, f.reason
from facts f
where not coalesce(f.is_equal, false)
order by ordinal, what nulls first;
