-- Sets the clock of a league that replays a stored season.
-- param league_id bigint
-- param at timestamptz
-- result none
-- access write
update leagues
set replay_at = :at
where id = :league_id;
