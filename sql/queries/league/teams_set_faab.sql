-- Gives every team of a league that has not drafted the budget for waiver bids.
-- param league_id bigint
-- param budget integer
-- result none
-- access write
update teams
set faab_balance = :budget
where league_id = :league_id;
