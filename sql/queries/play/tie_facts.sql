-- What can break a tie between two teams in a playoff game: their games of the regular season, and the benches of the weeks of the game.
-- param league_id bigint
-- param first_week smallint
-- param home_team_id bigint
-- param away_team_id bigint
-- result row
-- access read
select (
           select count(*)
           from matchups m
           join matchup_sides h
               on h.league_id = m.league_id and h.matchup_id = m.id and h.side = m.winner
           join matchup_sides a
               on a.league_id = m.league_id and a.matchup_id = m.id and a.side <> m.winner
           where m.league_id = :league_id and m.bracket = 'none' and h.team_id = :home_team_id and a.team_id = :away_team_id
       ) as home_wins,
       (
           select count(*)
           from matchups m
           join matchup_sides h
               on h.league_id = m.league_id and h.matchup_id = m.id and h.side = m.winner
           join matchup_sides a
               on a.league_id = m.league_id and a.matchup_id = m.id and a.side <> m.winner
           where m.league_id = :league_id and m.bracket = 'none' and h.team_id = :away_team_id and a.team_id = :home_team_id
       ) as away_wins,
       coalesce(sum(s.bench_points) filter (where s.team_id = :home_team_id), 0) as home_bench,
       coalesce(sum(s.bench_points) filter (where s.team_id = :away_team_id), 0) as away_bench
from league_weeks w
join team_week_scores s
    on s.league_id = w.league_id and s.week = w.week
where w.league_id = :league_id
  and w.first_week = :first_week;
