-- Takes a league away. Its rows stay for the audit.
-- param league_id bigint
-- param at timestamptz
-- result none
-- access write
update leagues
set deleted_at = :at
where id = :league_id;
