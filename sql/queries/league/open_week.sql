-- Opens a week of a league for play.
-- param league_id bigint
-- param week smallint
-- result none
-- access write
update league_weeks
set state = 'open'
where league_id = :league_id
  and week = :week
  and state = 'upcoming';
