-- The picks of a draft in their order, with what counts about the players.
-- param league_id bigint
-- param draft_id bigint
-- result rows
-- access read
select k.overall, k.owner_team_id, k.player_id, p.position, array_to_string(p.extra_positions, ',') as extra_positions
from draft_picks k
left join players p
    on p.id = k.player_id
where k.league_id = :league_id
  and k.draft_id = :draft_id
order by k.overall;
