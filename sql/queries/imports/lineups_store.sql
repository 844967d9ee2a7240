-- Freezes the lineups of a week: who stood where, what the platform gave and what our rules give.
-- param league_id bigint
-- param week smallint
-- param is_final boolean
-- param rows json
-- result none
-- access write
insert into lineup_slots (league_id, week, team_id, slot, ordinal, slot_count, player_id, points, source_points)
select l.id, :week, r.team_id, s.slot, r.ordinal, s.count, r.player_id,
       case when :is_final and r.player_id is not null then coalesce(k.points, 0) end, r.source_points
from json_to_recordset(:rows) as r (
    team_id bigint, slot text, ordinal smallint, player_id bigint, source_points numeric
)
join leagues l
    on l.id = :league_id
join roster_slots s
    on s.league_id = l.id and s.slot = r.slot
left join player_week_points k
    on k.profile_id = l.scoring_profile_id and k.season = l.season and k.season_type = 'REG'
   and k.week = :week and k.player_id = r.player_id;
