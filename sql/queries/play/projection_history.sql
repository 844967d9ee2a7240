-- Players of some positions with the points of their games before a week, latest first: what our own projection is made from. Their club, and the last week of this season they have a line in.
-- param profile_id bigint
-- param season smallint
-- param week smallint
-- param positions text[] nullable
-- result rows
-- access read
select h.player_id, h.position, h.points, coalesce(h.last_week, 0) as last_week, c.nfl_team_code,
       s.phase <> 'off' and coalesce(h.injury_status in ('out', 'ir', 'pup', 'nfi', 'suspended', 'dnr', 'covid'), false) as is_out
from (
    select k.player_id, p.position, p.injury_status,
           string_agg(k.points::text, ' ' order by k.season desc, k.week desc) as points,
           max(k.week) filter (where k.season = :season) as last_week
    from player_week_points k
    join players p
        on p.id = k.player_id
    where k.profile_id = :profile_id
      and k.season_type = 'REG'
      and ((k.season = :season and k.week < :week) or k.season = :season - 1)
      and p.position = any(:positions)
    group by k.player_id, p.position, p.injury_status
) h
join seasons s
    on s.year = :season
join player_week_clubs c
    on c.season = :season and c.week = :week and c.player_id = h.player_id;
