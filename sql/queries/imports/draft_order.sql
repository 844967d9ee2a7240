-- The order of an imported draft.
-- param league_id bigint
-- param draft_id bigint
-- param teams json
-- result none
-- access write
insert into draft_teams (league_id, draft_id, team_id, slot, budget)
select :league_id, :draft_id, r.team_id, r.slot, r.budget
from json_to_recordset(:teams) as r (team_id bigint, slot smallint, budget integer)
on conflict (league_id, draft_id, team_id) do update
set slot = excluded.slot,
    budget = excluded.budget;
