-- Carries over the picks of seasons to come that have changed hands. Those of the new season belong to its one draft.
-- param league_id bigint
-- param previous_league_id bigint
-- result rows
-- access write
with added as (
    insert into draft_picks (league_id, season, pool, round, original_team_id, owner_team_id)
    select l.id, k.season, case when k.season = l.season then 'all' else k.pool end, k.round, o.id, n.id
    from leagues l
    join draft_picks k
        on k.league_id = :previous_league_id and k.season >= l.season
    join teams o
        on o.league_id = l.id and o.previous_team_id = k.original_team_id
    join teams n
        on n.league_id = l.id and n.previous_team_id = k.owner_team_id
    where l.id = :league_id
      and k.draft_id is null
      and k.owner_team_id <> k.original_team_id
    order by k.season, k.round, k.pool desc, o.ordinal
    on conflict on constraint draft_picks_asset_unique do nothing
    returning season, round, original_team_id, owner_team_id
)
select a.season, a.round, a.original_team_id, a.owner_team_id
from added a
order by a.season, a.round, a.original_team_id;
