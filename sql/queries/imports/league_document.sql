-- An imported league by its id, for what is said of it.
-- param league_id bigint
-- result maybe
-- access read
select l.name, l.season, l.source_platform, l.source_league_id
from leagues l
where l.id = :league_id
  and l.deleted_at is null;
