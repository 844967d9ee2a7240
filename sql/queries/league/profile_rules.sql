-- The rules of a scoring profile in the order they were given.
-- param profile_id bigint
-- result rows
-- access read
select r.stat_key, r.kind, r.weight, r.band_from, r.band_to, r.step, array_to_string(r.positions, ',') as positions
from scoring_rules r
where r.profile_id = :profile_id
order by r.ordinal;
