-- Stores what stat lines are worth under a scoring profile.
-- param profile_id bigint
-- param season smallint
-- param rows json
-- result none
-- access write
insert into player_week_points as k (profile_id, season, season_type, week, player_id, points, revision)
select :profile_id, :season, r.season_type, r.week, r.player_id, r.points, r.revision
from json_to_recordset(:rows) as r (season_type text, week smallint, player_id bigint, points numeric, revision integer)
on conflict (profile_id, season, season_type, week, player_id) do update
set points = excluded.points,
    revision = excluded.revision;
