-- Freezes matchups: the points of both sides, the winner and how it was decided.
-- param league_id bigint
-- param rows json
-- result none
-- access write
with decided as (
    select r.id, r.winner, r.decided_by, r.note, r.home_points, r.away_points
    from json_to_recordset(:rows) as r (
        id bigint, winner text, decided_by text, note text, home_points numeric, away_points numeric
    )
), results as (
    update matchups m
    set winner = d.winner,
        decided_by = d.decided_by,
        note = d.note
    from decided d
    where m.league_id = :league_id
      and m.id = d.id
)
update matchup_sides s
set points = case s.side when 'home' then d.home_points else d.away_points end
from decided d
where s.league_id = :league_id
  and s.matchup_id = d.id
  and s.team_id is not null;
