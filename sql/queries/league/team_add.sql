-- Adds a team with the next number, last in the waiver order.
-- param league_id bigint
-- param name text
-- param abbreviation text
-- param faab_balance integer
-- param at timestamptz
-- result row
-- access write
insert into teams (league_id, ordinal, name, abbreviation, waiver_rank, faab_balance, created_at)
select :league_id, coalesce(max(t.ordinal), 0) + 1, :name, :abbreviation, coalesce(max(t.waiver_rank), 0) + 1,
       :faab_balance, :at
from teams t
where t.league_id = :league_id
returning id;
