-- The picks of a draft in their order, with what counts about the players; before them whom the teams hold already.
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
union all
select 0, r.team_id, r.player_id, p.position, array_to_string(p.extra_positions, ',')
from roster_entries r
join players p
    on p.id = r.player_id
where r.league_id = :league_id
  and r.placement = 'active'
order by overall;
