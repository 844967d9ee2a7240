-- The frozen lines of a final week with what they are worth by the statistics as they are now.
-- param league_id bigint
-- param week smallint
-- result rows
-- access read
select s.team_id, t.ordinal as team_ordinal, t.name as team_name, s.slot, s.ordinal, s.player_id, p.full_name, p.position,
       array_to_string(p.extra_positions, ' ') as extra_positions, s.points as frozen, coalesce(k.points, 0) as points
from leagues l
join lineup_slots s
    on s.league_id = l.id
join teams t
    on t.league_id = s.league_id and t.id = s.team_id
join players p
    on p.id = s.player_id
left join player_week_points k
    on k.profile_id = l.scoring_profile_id and k.season = l.season and k.season_type = 'REG'
   and k.week = s.week and k.player_id = s.player_id
where l.id = :league_id
  and s.week = :week
order by t.ordinal, s.slot, s.ordinal;
