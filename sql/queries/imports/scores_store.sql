-- Freezes the scores of an imported week.
-- param league_id bigint
-- param week smallint
-- param rows json
-- param at timestamptz
-- result none
-- access write
insert into team_week_scores (
    league_id, week, team_id, lineup_points, adjustment, custom_points, reason, bench_points, optimal_points, source_points, frozen_at
)
select :league_id, :week, r.team_id, r.lineup_points, coalesce(r.adjustment, 0), r.custom_points, r.reason, r.bench_points,
       r.optimal_points, r.source_points, :at
from json_to_recordset(:rows) as r (
    team_id bigint, lineup_points numeric, adjustment numeric, custom_points numeric, reason text, bench_points numeric,
    optimal_points numeric, source_points numeric
);
