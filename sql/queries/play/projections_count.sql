-- How many projections of a scoring profile are stored for a week.
-- param profile_id bigint
-- param season smallint
-- param week smallint
-- result row
-- access read
select count(*) as projections
from player_week_projections j
where j.profile_id = :profile_id
  and j.season = :season
  and j.week = :week;
