-- The positions that leagues of a season and profile start.
-- param profile_id bigint
-- param season smallint
-- result row
-- access read
select array_agg(distinct o.position) as positions
from leagues l
join roster_slots s
    on s.league_id = l.id
cross join unnest(s.positions) as o (position)
where l.scoring_profile_id = :profile_id
  and l.season = :season
  and l.deleted_at is null
  and s.is_starter
  and s.count > 0;
