-- Gives a draft its order.
-- param league_id bigint
-- param draft_id bigint
-- param teams jsonb
-- result none
-- access write
insert into draft_teams (league_id, draft_id, team_id, slot, is_autopick)
select :league_id, :draft_id, t.team_id, t.slot, t.is_autopick
from jsonb_to_recordset(:teams) as t (slot smallint, team_id bigint, is_autopick boolean);
