-- The league that was imported from a platform's league and season before, and whose it is here.
-- param platform text
-- param source_id text
-- param season smallint
-- result maybe
-- access read
select l.id, m.user_id as commissioner_id
from leagues l
left join league_members m
    on m.league_id = l.id and m.role = 'commissioner'
where l.source_platform = :platform
  and l.source_league_id = :source_id
  and l.season = :season
  and l.deleted_at is null;
