-- Takes away the slots of a league that has not drafted.
-- param league_id bigint
-- result none
-- access write
delete from roster_slots
where league_id = :league_id;
