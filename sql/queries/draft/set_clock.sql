-- Stops or moves the clock of a running draft, or lets it run again.
-- param league_id bigint
-- param draft_id bigint
-- param state text
-- param deadline_at timestamptz nullable
-- param paused_remaining_ms bigint nullable
-- result none
-- access write
update drafts
set state = :state,
    deadline_at = :deadline_at,
    paused_remaining_ms = :paused_remaining_ms,
    frozen_at = null,
    seq = seq + 1
where league_id = :league_id
  and id = :draft_id;
