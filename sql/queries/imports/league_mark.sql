-- What an imported league is beyond its settings.
-- param league_id bigint
-- param platform text
-- param source_id text
-- param name text
-- param kind text
-- param scoring_profile_id bigint
-- param previous_league_id bigint nullable
-- param at timestamptz
-- result none
-- access write
update leagues
set source_platform = :platform,
    source_league_id = :source_id,
    name = :name,
    kind = :kind,
    scoring_profile_id = :scoring_profile_id,
    previous_league_id = coalesce(:previous_league_id, previous_league_id),
    imported_at = :at
where id = :league_id;
