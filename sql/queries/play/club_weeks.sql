-- The weeks in which each club plays, as bits: bit n is week n.
-- param season smallint
-- result rows
-- access read
select g.nfl_team_code, sum(distinct 1 << g.week) as weeks
from nfl_team_games g
where g.season = :season
  and g.season_type = 'REG'
  and g.state <> 'cancelled'
group by g.nfl_team_code
order by g.nfl_team_code;
