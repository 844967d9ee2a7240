-- Takes the table of a league away before it is made anew.
-- param league_id bigint
-- result none
-- access write
delete from league_standings
where league_id = :league_id;
