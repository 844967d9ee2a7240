-- Takes away the criteria that order a league's standings.
-- param league_id bigint
-- result none
-- access write
delete from league_tiebreaks
where league_id = :league_id;
