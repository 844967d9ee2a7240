-- The scoring profile with these rules.
-- param hash bytea
-- result row
-- access read
select p.id
from scoring_profiles p
where p.hash = :hash;
