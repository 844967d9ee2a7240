-- The league that was imported from a platform's league and season before.
-- param platform text
-- param source_id text
-- param season smallint
-- result maybe
-- access read
select l.id
from leagues l
where l.source_platform = :platform
  and l.source_league_id = :source_id
  and l.season = :season
  and l.deleted_at is null;
