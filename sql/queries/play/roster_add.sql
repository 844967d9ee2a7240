-- Puts a free agent on a team's roster and ends his hold.
-- param league_id bigint
-- param team_id bigint
-- param player_id bigint
-- param at timestamptz
-- param seq bigint
-- result none
-- access write
with freed as (
    delete from waiver_holds h
    where h.league_id = :league_id
      and h.player_id = :player_id
)
insert into roster_entries (league_id, player_id, team_id, acquired_via, acquired_at, acquired_seq)
values (:league_id, :player_id, :team_id, 'free_agent', :at, :seq);
