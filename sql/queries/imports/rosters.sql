-- Who owns whom in a league, and what is left to bid.
-- param league_id bigint
-- result rows
-- access read
select r.player_id, r.team_id
from roster_entries r
where r.league_id = :league_id;
