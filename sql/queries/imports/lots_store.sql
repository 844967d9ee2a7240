-- The lots of an imported auction.
-- param league_id bigint
-- param draft_id bigint
-- param season smallint
-- param pool text
-- param rows json
-- result none
-- access write
with picks as (
    insert into draft_picks as k (
        league_id, season, pool, owner_team_id, draft_id, overall, player_id, made_at, made_by, is_keeper, price
    )
    select :league_id, :season, :pool, r.team_id, :draft_id, r.overall, r.player_id, r.made_at, r.made_by, r.is_keeper, r.price
    from json_to_recordset(:rows) as r (
        team_id bigint, overall smallint, player_id bigint, made_at timestamptz, made_by text, is_keeper boolean, price integer
    )
    on conflict (league_id, draft_id, player_id) do update
    set owner_team_id = excluded.owner_team_id,
        overall = excluded.overall,
        price = excluded.price
)
insert into draft_lots (league_id, draft_id, lot, player_id, nominating_team_id, high_team_id, high_bid, state)
select :league_id, :draft_id, r.overall, r.player_id, r.nominating_team_id, r.team_id, r.price, 'sold'
from json_to_recordset(:rows) as r (
    team_id bigint, overall smallint, player_id bigint, nominating_team_id bigint, price integer
)
on conflict (league_id, draft_id, lot) do nothing;
