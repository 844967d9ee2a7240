-- Where a league stands before it is played through: its state, its draft, whether its season has statistics.
-- param league_id bigint
-- result maybe
-- access read
select l.state, l.season, l.replay_at, l.team_count,
       (
           select max(d.id)
           from drafts d
           where d.league_id = l.id and d.state <> 'cancelled'
       ) as draft_id,
       exists (
           select
           from player_week_stats s
           where s.season = l.season and s.season_type = 'REG'
       ) as has_stats,
       (select count(*) from league_weeks w where w.league_id = l.id and w.state <> 'final') as weeks_left,
       (select c.week from league_current_weeks c where c.league_id = l.id) as week
from leagues l
where l.id = :league_id
  and l.deleted_at is null;
