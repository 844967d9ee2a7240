-- Writes who was picked.
-- param league_id bigint
-- param draft_id bigint
-- param overall smallint
-- param player_id bigint
-- param made_at timestamptz
-- param made_by text
-- param auto_reason text nullable
-- result none
-- access write
update draft_picks
set player_id = :player_id,
    made_at = :made_at,
    made_by = :made_by,
    auto_reason = :auto_reason
where league_id = :league_id
  and draft_id = :draft_id
  and overall = :overall
  and player_id is null;
