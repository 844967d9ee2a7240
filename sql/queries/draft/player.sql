-- A player somebody wants to pick, and the team that has him already.
-- param league_id bigint
-- param draft_id bigint
-- param player_id bigint
-- result maybe
-- access read
select p.full_name, p.position, array_to_string(p.extra_positions, ',') as extra_positions,
       (
           select t.name
           from teams t
           where t.league_id = :league_id
             and t.id in (
                 select k.owner_team_id
                 from draft_picks k
                 where k.league_id = :league_id and k.draft_id = :draft_id and k.player_id = p.id
                 union all
                 select r.team_id
                 from roster_entries r
                 where r.league_id = :league_id and r.player_id = p.id
             )
           limit 1
       ) as team_name
from players p
join leagues l
    on l.is_sample = p.is_sample
where l.id = :league_id
  and p.id = :player_id;
