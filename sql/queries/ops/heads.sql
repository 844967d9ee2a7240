-- The head of every league's ledger: [[league, seq, hash], …].
-- result json
-- access read
select coalesce(json_agg(json_build_array(l.id, l.seq, encode(l.head_hash, 'hex')) order by l.id), '[]')
from leagues l;
