-- What the platform states about each team's season.
-- param league_id bigint
-- param rows json
-- result none
-- access write
insert into team_source_records (
    league_id, team_id, wins, losses, ties, points_for, points_against, seed, final_rank
)
select :league_id, r.team_id, r.wins, r.losses, r.ties, r.points_for, r.points_against, r.seed, r.final_rank
from json_to_recordset(:rows) as r (
    team_id bigint, wins smallint, losses smallint, ties smallint, points_for numeric, points_against numeric, seed smallint,
    final_rank smallint
)
on conflict (league_id, team_id) do update
set wins = excluded.wins,
    losses = excluded.losses,
    ties = excluded.ties,
    points_for = excluded.points_for,
    points_against = excluded.points_against,
    seed = excluded.seed,
    final_rank = excluded.final_rank;
