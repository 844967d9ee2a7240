-- The season a league to look at is played in: the one asked for, else the newest that is over and has statistics, real ones before samples.
-- param season smallint nullable
-- result maybe
-- access read
select s.year, s.is_sample
from seasons s
where (:season::smallint is null or s.year = :season)
  and s.phase = 'off'
  and exists (
      select
      from player_week_stats k
      where k.season = s.year and k.season_type = 'REG' and k.week = 13
  )
order by s.is_sample, s.year desc
limit 1;
