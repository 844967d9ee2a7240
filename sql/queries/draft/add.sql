-- Adds the draft of a new league, with the seed of what is drawn by lot and the hash that binds it.
-- param league_id bigint
-- param rounds smallint
-- param seconds_per_pick integer
-- param order_seed bytea
-- param order_commitment bytea
-- result none
-- access write
insert into drafts (league_id, season, rounds, seconds_per_pick, order_seed, order_commitment)
select l.id, l.season, :rounds, :seconds_per_pick, :order_seed, :order_commitment
from leagues l
where l.id = :league_id;
