-- A season a league can play: the named one, or the newest that has games, real ones
-- before samples. With replay_at when all its games are over: a week before the league's first game.
-- param season smallint nullable
-- param start_week smallint
-- param now timestamptz
-- result maybe
-- access read
select s.year, s.is_sample, s.regular_weeks,
       case when g.last_kickoff < :now then g.first_kickoff - interval '7 days' end as replay_at
from seasons s
cross join lateral (
    select max(g.kickoff) as last_kickoff,
           min(g.kickoff) filter (where g.week >= :start_week) as first_kickoff
    from nfl_games g
    where g.season = s.year
      and g.season_type = 'REG'
) g
where s.year = :season::smallint
   or :season::smallint is null
order by g.last_kickoff is null, s.is_sample, s.year desc
limit 1;
