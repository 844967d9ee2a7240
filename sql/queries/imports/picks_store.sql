-- Picks of an imported league by season, round and first owner: of a draft, or of a season to come.
-- param league_id bigint
-- param rows json
-- result rows
-- access write
insert into draft_picks as k (
    league_id, season, pool, round, original_team_id, owner_team_id, draft_id, overall, round_pick, player_id, made_at, made_by,
    is_keeper
)
select :league_id, r.season, r.pool, r.round, r.original_team_id, r.owner_team_id, r.draft_id, r.overall, r.round_pick,
       r.player_id, r.made_at, r.made_by, coalesce(r.is_keeper, false)
from json_to_recordset(:rows) as r (
    season smallint, pool text, round smallint, original_team_id bigint, owner_team_id bigint, draft_id bigint,
    overall smallint, round_pick smallint, player_id bigint, made_at timestamptz, made_by text, is_keeper boolean
)
on conflict (league_id, season, pool, round, original_team_id) do update
set owner_team_id = excluded.owner_team_id,
    draft_id = coalesce(excluded.draft_id, k.draft_id),
    overall = coalesce(excluded.overall, k.overall),
    round_pick = coalesce(excluded.round_pick, k.round_pick),
    player_id = coalesce(excluded.player_id, k.player_id),
    made_at = coalesce(excluded.made_at, k.made_at),
    made_by = coalesce(excluded.made_by, k.made_by),
    is_keeper = excluded.is_keeper or k.is_keeper
returning id, season, pool, round, original_team_id;
