-- Players of the positions that leagues of a profile start, with their games before a week, latest first, for those who have a game in it: what our own projection is made from.
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
games as materialized (
    select k.player_id, k.season, k.week, k.points,
           row_number() over (partition by k.player_id order by k.season desc, k.week desc) as age
    from player_week_points k
    join players p
        on p.id = k.player_id
    where k.profile_id = :profile_id
      and k.season_type = 'REG'
      and ((k.season = :season and k.week < :week) or k.season = :season - 1)
      and p.position in (select o.position from positions o)
),
histories as materialized (
    select y.player_id,
           string_agg(y.points::text, ' ' order by y.age) as points,
           max(y.week) filter (where y.season = :season) as last_week
    from games y
    where y.age <= :games_max
    group by y.player_id
)
select h.player_id, p.position, h.points,
       case when s.phase <> 'off' and p.injury_status in ('out', 'ir', 'pup', 'nfi', 'suspended', 'dnr', 'covid') then true
            else false
       end as is_out,
       (
           select count(*)
           from nfl_team_games x
           where x.season = :season
             and x.season_type = 'REG'
             and x.nfl_team_code = g.nfl_team_code
             and x.week > coalesce(h.last_week, 0)
             and x.week < :week
             and x.state <> 'cancelled'
       ) as missed,
       g.game_id is not null as has_game
from histories h
join players p
    on p.id = h.player_id
join seasons s
    on s.year = :season
join player_week_games g
    on g.season = :season and g.week = :week and g.player_id = h.player_id;
