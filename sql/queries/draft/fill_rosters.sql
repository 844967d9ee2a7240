-- Puts everybody who was picked on his team's roster.
-- param league_id bigint
-- param draft_id bigint
-- param seq bigint
-- param now timestamptz
-- result none
-- access write
insert into roster_entries (league_id, player_id, team_id, acquired_via, acquired_at, acquired_seq)
select k.league_id, k.player_id, k.owner_team_id, 'draft', :now, :seq
from draft_picks k
where k.league_id = :league_id
  and k.draft_id = :draft_id
  and k.player_id is not null;
