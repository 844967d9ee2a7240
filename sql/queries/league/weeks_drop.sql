-- Takes away the weeks of a league whose season has not started.
-- param league_id bigint
-- result none
-- access write
delete from league_weeks
where league_id = :league_id;
