-- Stores the table of a league.
-- param league_id bigint
-- param through_week smallint
-- param rows json
-- result none
-- access write
insert into league_standings (
    league_id, team_id, through_week, rank, wins, losses, ties, points_for, points_against, streak, decided_by
)
select :league_id, r.team_id, :through_week, r.rank, r.wins, r.losses, r.ties, r.points_for, r.points_against, r.streak,
       r.decided_by
from json_to_recordset(:rows) as r (
    team_id bigint, rank smallint, wins smallint, losses smallint, ties smallint, points_for numeric,
    points_against numeric, streak text, decided_by text
)
on conflict (league_id, team_id) do update
set through_week = excluded.through_week,
    rank = excluded.rank,
    wins = excluded.wins,
    losses = excluded.losses,
    ties = excluded.ties,
    points_for = excluded.points_for,
    points_against = excluded.points_against,
    streak = excluded.streak,
    decided_by = excluded.decided_by;
