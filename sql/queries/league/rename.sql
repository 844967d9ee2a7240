-- Gives a league another name; its address keeps the first one.
-- param league_id bigint
-- param name text
-- result none
-- access write
update leagues
set name = :name
where id = :league_id;
