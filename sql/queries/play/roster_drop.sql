-- Takes a player off a team's roster and out of its lineups of weeks that are not final.
-- param league_id bigint
-- param team_id bigint
-- param player_id bigint
-- result none
-- access write
with gone as (
    delete from roster_entries r
    where r.league_id = :league_id
      and r.team_id = :team_id
      and r.player_id = :player_id
)
update lineup_slots s
set player_id = null
from league_weeks w
where s.league_id = :league_id
  and s.team_id = :team_id
  and s.player_id = :player_id
  and w.league_id = s.league_id
  and w.week = s.week
  and w.state <> 'final';
