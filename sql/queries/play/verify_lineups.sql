-- Slots filled beyond their count, players twice in a week (another platform can have had one on two benches), starters of an open week who are not on the team.
-- param league_id bigint
-- result rows
-- access read
select null::bigint as seq, 'week ' || s.week || ', team ' || s.team_id || ', ' || s.slot as what,
       'at most ' || r.count as expected, count(*)::text as found
from lineup_slots s
join roster_slots r
    on r.league_id = s.league_id and r.slot = s.slot
where s.league_id = :league_id
  and r.is_starter
group by s.week, s.team_id, s.slot, r.count
having count(*) > r.count
union all
select null, 'week ' || s.week || ', player ' || s.player_id, 'once', count(*) || ' times'
from leagues l
join lineup_slots s
    on s.league_id = l.id
where l.id = :league_id
  and s.player_id is not null
group by s.week, s.player_id, case when l.source_platform is not null then s.team_id end
having count(*) > 1
union all
select null, 'week ' || s.week || ', starter ' || s.player_id, 'on team ' || s.team_id, coalesce('on team ' || r.team_id, 'on no team')
from lineup_slots s
join league_weeks w
    on w.league_id = s.league_id and w.week = s.week
left join roster_entries r
    on r.league_id = s.league_id and r.player_id = s.player_id
where s.league_id = :league_id
  and w.state = 'open'
  and s.player_id is not null
  and r.team_id is distinct from s.team_id
order by what;
