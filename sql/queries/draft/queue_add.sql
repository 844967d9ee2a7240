-- Lines up players for a team, best first; unknown ones are left out.
-- param league_id bigint
-- param team_id bigint
-- param player_ids jsonb
-- result none
-- access write
insert into draft_queues (league_id, team_id, player_id, kind, rank)
select :league_id, :team_id, p.id, 'queue', q.rank
from jsonb_array_elements_text(:player_ids) with ordinality as q (player_id, rank)
join players p
    on p.id = q.player_id::bigint
on conflict (league_id, team_id, player_id) do update
set kind = 'queue',
    rank = excluded.rank;
