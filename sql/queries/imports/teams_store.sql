-- The teams of an imported league.
-- param league_id bigint
-- param rows json
-- param at timestamptz
-- result rows
-- access write
insert into teams as k (
    league_id, ordinal, name, abbreviation, logo_key, division, source_team_id, waiver_rank, faab_balance, playoff_seed, created_at
)
select :league_id, r.ordinal, r.name, r.abbreviation, r.logo_key, r.division, r.source_id, r.waiver_rank, r.faab_balance,
       r.playoff_seed, :at
from json_to_recordset(:rows) as r (
    ordinal smallint, name text, abbreviation text, logo_key text, division smallint, source_id text, waiver_rank smallint,
    faab_balance integer, playoff_seed smallint
)
on conflict (league_id, source_team_id) do update
set name = excluded.name,
    abbreviation = excluded.abbreviation,
    logo_key = case when k.logo_key like 'crest-%' then k.logo_key else excluded.logo_key end,
    division = excluded.division,
    waiver_rank = excluded.waiver_rank,
    faab_balance = excluded.faab_balance,
    playoff_seed = excluded.playoff_seed
returning source_team_id, id;
