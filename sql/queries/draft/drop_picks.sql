-- Undoes the picks of a draft that is cancelled.
-- param league_id bigint
-- param draft_id bigint
-- result none
-- access write
delete from draft_picks
where league_id = :league_id
  and draft_id = :draft_id;
