-- Stat lines of a season that a scoring profile has not scored in their present state.
-- param profile_id bigint
-- param season smallint
-- result rows
-- access read
select s.season_type, s.week, s.player_id, s.revision, s.stats, p.position
from player_week_stats s
join players p
    on p.id = s.player_id
left join player_week_points k
    on k.profile_id = :profile_id
   and k.season = s.season
   and k.season_type = s.season_type
   and k.week = s.week
   and k.player_id = s.player_id
where s.season = :season
  and s.season_type in ('REG', 'POST')
  and k.revision is distinct from s.revision;
