-- Ends a draft.
-- param league_id bigint
-- param draft_id bigint
-- param now timestamptz
-- result none
-- access write
update drafts
set state = 'complete',
    current_pick = null,
    deadline_at = null,
    completed_at = :now,
    seq = seq + 1
where league_id = :league_id
  and id = :draft_id;
