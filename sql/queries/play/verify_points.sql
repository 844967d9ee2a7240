-- Frozen points of players that are not what their stat line is worth.
-- param league_id bigint
-- result rows
-- access read
select null::bigint as seq, 'week ' || s.week || ', team ' || s.team_id || ', player ' || s.player_id as what,
       coalesce(k.points, 0)::text as expected, coalesce(s.points::text, 'none') as found
from leagues l
join league_weeks w
    on w.league_id = l.id and w.state = 'final'
join lineup_slots s
    on s.league_id = l.id and s.week = w.week
left join player_week_points k
    on k.profile_id = l.scoring_profile_id and k.season = l.season and k.season_type = 'REG'
   and k.week = s.week and k.player_id = s.player_id
where l.id = :league_id
  and s.player_id is not null
  and s.points is distinct from coalesce(k.points, 0)
order by s.week, s.team_id, s.player_id;
