-- Sets a season's phase and current week from the kickoffs: a week ends a day after its last kickoff.
-- param season smallint
-- param now timestamptz
-- result none
-- access write
with weeks as (
    select g.week, min(g.kickoff) as first_kickoff, max(g.kickoff) as last_kickoff
    from nfl_games g
    where g.season = :season
      and g.season_type in ('REG', 'POST')
      and g.state <> 'cancelled'
      and g.kickoff is not null
    group by g.week
),
span as (
    select min(w.first_kickoff) as first_kickoff,
           max(w.week) as last_week,
           min(w.week) filter (where w.last_kickoff + interval '1 day' > :now) as week
    from weeks w
),
said as (
    select s.year,
           case
               when p.first_kickoff is null or p.first_kickoff > :now then 'pre'
               when p.week is null and p.last_week >= least(s.regular_weeks + 1, s.last_week) then 'off'
               when coalesce(p.week, s.last_week) > s.regular_weeks then 'post'
               else 'regular'
           end as phase,
           least(coalesce(p.week, p.last_week + case when p.last_week = s.regular_weeks then 1 else 0 end, 1),
                 s.last_week) as current_week,
           (p.first_kickoff at time zone 'America/New_York')::date as starts_on
    from seasons s
    cross join span p
    where s.year = :season
)
update seasons s
set phase = d.phase,
    current_week = d.current_week,
    starts_on = d.starts_on,
    updated_at = now()
from said d
where s.year = d.year
  and (s.phase, s.current_week, s.starts_on) is distinct from (d.phase, d.current_week::smallint, d.starts_on);
