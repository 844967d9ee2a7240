-- Takes a week's projections of a scoring profile away, before new ones are stored.
-- param profile_id bigint
-- param season smallint
-- param week smallint
-- result none
-- access write
delete from player_week_projections
where profile_id = :profile_id
  and season = :season
  and week = :week;
