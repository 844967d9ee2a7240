-- Gives up the names and seeds of an imported league's teams before they are told anew: two teams may have swapped them.
-- param league_id bigint
-- result none
-- access write
update teams
set name = '#' || id,
    playoff_seed = null
where league_id = :league_id;
