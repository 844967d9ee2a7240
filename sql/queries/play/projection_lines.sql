-- Projected stat lines that are stored for a week, with the player's club; of several sources the newest first.
-- param season smallint
-- param week smallint
-- result rows
-- access read
select j.player_id, p.position, c.nfl_team_code, j.source, j.stats
from player_projections j
join players p
    on p.id = j.player_id
join player_week_clubs c
    on c.season = :season and c.week = :week and c.player_id = j.player_id
where j.season = :season
  and j.week = :week
order by j.player_id, j.made_at desc, j.source;
