-- Freezes the scores of a week, or changes them after a correction; what a commissioner adjusted stays.
-- param league_id bigint
-- param week smallint
-- param rows json
-- param now timestamptz
-- result none
-- access write
insert into team_week_scores as t (league_id, week, team_id, lineup_points, bench_points, optimal_points, frozen_at)
select :league_id, :week, r.team_id, r.lineup_points, r.bench_points, r.optimal_points, :now
from json_to_recordset(:rows) as r (team_id bigint, lineup_points numeric, bench_points numeric, optimal_points numeric)
on conflict (league_id, week, team_id) do update
set lineup_points = excluded.lineup_points,
    bench_points = excluded.bench_points,
    optimal_points = excluded.optimal_points;
