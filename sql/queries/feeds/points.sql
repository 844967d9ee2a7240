-- The stored lines of a season, or of one week of it, for scoring: players with their ids.
-- param season smallint
-- param week smallint nullable
-- result rows
-- access read
select w.season_type, w.week, g.external_id as gsis_id, s.external_id as sleeper_id, p.full_name, p.position, p.source_position, w.stats
from player_week_stats w
join players p on p.id = w.player_id
left join player_ids g on g.player_id = w.player_id and g.source in ('gsis', 'sample')
left join player_ids s on s.player_id = w.player_id and s.source = 'sleeper'
where w.season = :season
  and (:week::smallint is null or w.week = :week)
order by w.week, w.season_type desc, g.external_id, w.player_id;
