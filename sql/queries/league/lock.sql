-- Locks a league's row until the end of the transaction: commands of one league run one after another.
-- param league_id bigint
-- result maybe
-- access write
select l.id
from leagues l
where l.id = :league_id
for update;
