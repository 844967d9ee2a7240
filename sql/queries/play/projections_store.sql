-- Stores a week's projections of a scoring profile.
-- param profile_id bigint
-- param season smallint
-- param week smallint
-- param rows json
-- result none
-- access write
insert into player_week_projections (profile_id, season, week, player_id, points, source)
select :profile_id, :season, :week, r.player_id, r.points, r.source
from json_to_recordset(:rows) as r (player_id bigint, points numeric, source text);
