-- Moves a league to another state.
-- param league_id bigint
-- param state text
-- result none
-- access write
update leagues
set state = :state
where id = :league_id;
