-- Stored points of a season's stat lines under a profile, with the lines, for making them again.
-- param profile_id bigint
-- param season smallint
-- param after_week smallint
-- result rows
-- access read
select k.season_type, k.week, k.player_id, k.points, s.stats, s.position, s.stat_source, p.full_name
from player_week_points k
join scoring_lines s
    on s.season = k.season and s.season_type = k.season_type and s.week = k.week and s.player_id = k.player_id
join players p
    on p.id = k.player_id
where k.profile_id = :profile_id
  and s.stat_source = (select f.stat_source from scoring_profiles f where f.id = :profile_id)
  and k.season = :season
  and k.week = :after_week + 1
  and k.revision = s.revision;
