-- The newest earlier season of a platform's league that is stored and has no successor yet (or this one).
-- param platform text
-- param source_id text
-- param season smallint
-- param league_id bigint
-- result maybe
-- access read
select l.id
from leagues l
where l.source_platform = :platform
  and l.source_league_id = :source_id
  and l.season < :season
  and l.deleted_at is null
  and not exists (
      select
      from leagues n
      where n.previous_league_id = l.id
        and n.id <> :league_id
        and n.deleted_at is null
  )
order by l.season desc
limit 1;
