-- Stores a week of a platform's stat lines; a line that has changed gets a new revision.
-- param platform text
-- param season smallint
-- param week smallint
-- param rows json
-- param at timestamptz
-- result row
-- access write
with stored as (
    insert into platform_week_stats as k (platform, season, week, player_id, position, stats, updated_at)
    select :platform, :season, :week, r.player_id, r.position, r.stats, :at
    from json_to_recordset(:rows) as r (player_id bigint, position text, stats jsonb)
    on conflict (platform, season, season_type, week, player_id) do update
    set position = excluded.position,
        stats = excluded.stats,
        revision = k.revision + 1,
        updated_at = excluded.updated_at
    where (k.position, k.stats) is distinct from (excluded.position, excluded.stats)
    returning revision
)
select count(*) filter (where s.revision = 1) as fresh, count(*) filter (where s.revision > 1) as changed
from stored s;
