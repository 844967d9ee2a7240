-- Projected stat lines that are stored for a week, of players who have a game; of several sources the newest first.
-- param season smallint
-- param week smallint
-- result rows
-- access read
select j.player_id, p.position, j.source, j.stats
from player_projections j
join players p
    on p.id = j.player_id
join player_week_games g
    on g.season = j.season and g.week = j.week and g.player_id = j.player_id
where j.season = :season
  and j.week = :week
  and g.game_id is not null
order by j.player_id, j.made_at desc, j.source;
