-- Players of the positions that leagues of a profile start, with their games before a week, latest first: what our own projection is made from. Club, the weeks the club plays (bit n: week n), and the last week the player has a line of this season in.
-- param profile_id bigint
-- param season smallint
-- param week smallint
-- param games_max integer
-- result rows
-- access read
with positions as materialized (
    select distinct unnest(s.positions) as position
    from leagues l
    join roster_slots s
        on s.league_id = l.id
    where l.scoring_profile_id = :profile_id
      and l.season = :season
      and l.deleted_at is null
      and s.is_starter
      and s.count > 0
),
pool as materialized (
    select p.id, p.position, p.nfl_team_code, p.injury_status
    from players p
    where p.position in (select o.position from positions o)
),
clubs as materialized (
    select g.nfl_team_code, sum(distinct 1 << g.week) as weeks
    from nfl_team_games g
    where g.season = :season
      and g.season_type = 'REG'
      and g.state <> 'cancelled'
    group by g.nfl_team_code
),
-- The club of the nearest line, as in player_week_games.
nearest as materialized (
    select distinct on (k.player_id) k.player_id, k.nfl_team_code, k.week
    from player_week_stats k
    where k.season = :season
      and k.season_type = 'REG'
      and k.player_id in (select o.id from pool o)
    order by k.player_id, k.week > :week, abs(k.week - :week)
),
games as materialized (
    select k.player_id, k.season, k.week, k.points,
           row_number() over (partition by k.player_id order by k.season desc, k.week desc) as age
    from player_week_points k
    where k.profile_id = :profile_id
      and k.season_type = 'REG'
      and ((k.season = :season and k.week < :week) or k.season = :season - 1)
      and k.player_id in (select o.id from pool o)
),
histories as materialized (
    select y.player_id,
           string_agg(y.points::text, ' ' order by y.age) as points,
           max(y.week) filter (where y.season = :season) as last_week
    from games y
    where y.age <= :games_max
    group by y.player_id
)
select h.player_id, o.position, h.points, coalesce(h.last_week, 0) as last_week, coalesce(c.weeks, 0) as club_weeks,
       s.phase <> 'off' and coalesce(o.injury_status in ('out', 'ir', 'pup', 'nfi', 'suspended', 'dnr', 'covid'), false) as is_out
from histories h
join pool o
    on o.id = h.player_id
join seasons s
    on s.year = :season
left join nearest n
    on n.player_id = h.player_id
left join clubs c
    on c.nfl_team_code = case
        when s.phase <> 'off' and :week >= s.current_week and n.week is distinct from :week then o.nfl_team_code
        else coalesce(n.nfl_team_code, o.nfl_team_code)
    end;
