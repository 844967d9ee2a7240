-- Puts a dropped player on waivers; of two holds the one that ends last counts.
-- param league_id bigint
-- param player_id bigint
-- param team_id bigint
-- param until timestamptz
-- result none
-- access write
insert into waiver_holds as h (league_id, player_id, until, reason, dropped_by_team_id)
values (:league_id, :player_id, :until, 'dropped', :team_id)
on conflict (league_id, player_id) do update
set until = excluded.until,
    reason = excluded.reason,
    dropped_by_team_id = excluded.dropped_by_team_id
where h.until < excluded.until;
