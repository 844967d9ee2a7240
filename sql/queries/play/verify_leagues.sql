-- The leagues that a verification looks at.
-- param league_id bigint nullable
-- result rows
-- access read
select l.id, l.name, l.seq, l.season, l.scoring_profile_id, encode(l.head_hash, 'hex') as head_hash
from leagues l
where :league_id::bigint is null
   or l.id = :league_id
order by l.id;
