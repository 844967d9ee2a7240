-- Stops the clock of a running draft as it stood at a moment.
-- param league_id bigint
-- param draft_id bigint
-- param remaining_ms bigint
-- param frozen_at timestamptz
-- result none
-- access write
update drafts
set state = 'paused',
    deadline_at = null,
    paused_remaining_ms = :remaining_ms,
    frozen_at = :frozen_at,
    seq = seq + 1
where league_id = :league_id
  and id = :draft_id;
