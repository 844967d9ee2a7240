-- Moves a week of a league to another state.
-- param league_id bigint
-- param week smallint
-- param state text
-- param now timestamptz
-- result none
-- access write
update league_weeks
set state = :state,
    finalized_at = case when :state = 'final' then :now::timestamptz end
where league_id = :league_id
  and week = :week;
