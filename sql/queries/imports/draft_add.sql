-- The draft of an imported league that has not drafted and does not tell of one.
-- param league_id bigint
-- param rounds smallint
-- param seconds_per_pick integer
-- param order_seed bytea
-- result none
-- access write
insert into drafts (league_id, season, rounds, seconds_per_pick, order_seed, order_commitment)
select l.id, l.season, :rounds, :seconds_per_pick, :order_seed, sha256(:order_seed)
from leagues l
where l.id = :league_id;
