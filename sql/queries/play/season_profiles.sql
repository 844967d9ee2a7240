-- The scoring profiles that leagues of a season use.
-- param season smallint
-- result rows
-- access read
select distinct l.scoring_profile_id as profile_id
from leagues l
where l.season = :season
  and l.deleted_at is null
order by l.scoring_profile_id;
