-- What matters about a player whom a team wants to add: whose he is, whether he is on waivers, his game this week.
-- param league_id bigint
-- param week smallint
-- param player_id bigint
-- result maybe
-- access read
select p.full_name, p.position, array_to_string(p.extra_positions, ' ') as extra_positions, p.is_sample, l.is_sample as league_is_sample,
       r.team_id, t.name as team_name, h.until as held_until, g.kickoff, m.max_count,
       (
           -- The first regular waiver run after the week's last game.
           select min(d.at)
           from (
               select ((z.last_kickoff at time zone l.time_zone)::date + n.day + l.waiver_time) at time zone l.time_zone as at,
                      extract(dow from (z.last_kickoff at time zone l.time_zone)::date + n.day)::smallint as weekday
               from generate_series(0, 7) as n (day)
               cross join (
                   select max(x.kickoff) as last_kickoff
                   from nfl_games x
                   where x.season = l.season and x.season_type = 'REG' and x.week = :week
               ) z
               where z.last_kickoff is not null
           ) d
           where d.weekday = any(l.waiver_days)
             and d.at > g.kickoff
       ) as next_run
from leagues l
join players p
    on p.id = :player_id
left join roster_entries r
    on r.league_id = l.id and r.player_id = p.id
left join teams t
    on t.league_id = r.league_id and t.id = r.team_id
left join waiver_holds h
    on h.league_id = l.id and h.player_id = p.id
left join player_week_games g
    on g.season = l.season and g.week = :week and g.player_id = p.id
left join roster_limits m
    on m.league_id = l.id and m.position = p.position
where l.id = :league_id;
