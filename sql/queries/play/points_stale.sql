-- Stat lines of a season, or of one week of it, that a scoring profile has not scored in their present state. The fresh ones are looked up in one hash, whatever the planner knows of a table that was filled a moment ago.
-- param profile_id bigint
-- param season smallint
-- param week smallint nullable
-- result rows
-- access read
select s.season_type, s.week, s.player_id, s.revision, s.stats, s.position, s.stat_source
from scoring_lines s
where s.stat_source = (select f.stat_source from scoring_profiles f where f.id = :profile_id)
  and s.season = :season
  and (:week::smallint is null or s.week = :week)
  and s.season_type in ('REG', 'POST')
  and (s.season_type, s.week, s.player_id, s.revision) not in (
      select k.season_type, k.week, k.player_id, k.revision
      from player_week_points k
      where k.profile_id = :profile_id
        and k.season = :season
        and (:week::smallint is null or k.week = :week)
  );
