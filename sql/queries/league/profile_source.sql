-- Whose statistics a scoring profile pays for.
-- param profile_id bigint
-- result row
-- access read
select p.stat_source
from scoring_profiles p
where p.id = :profile_id;
