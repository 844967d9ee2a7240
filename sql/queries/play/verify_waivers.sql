-- Waiver ranks that are not 1 to the number of teams, and pending claims of players who are on a roster since the latest run.
-- param league_id bigint
-- result rows
-- access read
select null::bigint as seq, 'waiver rank of team ' || x.id as what, x.place::text as expected, x.waiver_rank::text as found
from (
    select t.id, t.waiver_rank, row_number() over (order by t.waiver_rank) as place
    from teams t
    where t.league_id = :league_id
) x
where x.waiver_rank <> x.place
union all
select null, 'claim ' || c.id, 'decided by the run', 'pending, though player ' || c.add_player_id || ' has a team'
from waiver_claims c
join roster_entries r
    on r.league_id = c.league_id and r.player_id = c.add_player_id
where c.league_id = :league_id
  and c.state = 'pending'
  and exists (
      select
      from waiver_runs w
      where w.league_id = c.league_id
        and w.finished_at > r.acquired_at
        and w.started_at > c.made_at
  )
order by what;
