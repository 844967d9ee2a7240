-- Undoes the picks of a draft that is cancelled. Those that had changed hands before stay with whom they belong to.
-- param league_id bigint
-- param draft_id bigint
-- result none
-- access write
with freed as (
    update draft_picks
    set draft_id = null,
        overall = null,
        round_pick = null,
        player_id = null,
        made_at = null,
        made_by = null,
        auto_reason = null,
        is_keeper = false,
        price = null,
        seconds_used = null
    where league_id = :league_id
      and draft_id = :draft_id
      and owner_team_id <> original_team_id
)
delete from draft_picks
where league_id = :league_id
  and draft_id = :draft_id
  and owner_team_id is not distinct from original_team_id;
