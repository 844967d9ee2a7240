-- Stores the sides of imported matchups.
-- param league_id bigint
-- param rows json
-- result none
-- access write
insert into matchup_sides (league_id, matchup_id, side, week, game, team_id, seed, from_matchup_id, from_result, points)
select :league_id, r.matchup_id, r.side, r.week, r.game, r.team_id, r.seed, r.from_matchup_id, r.from_result, r.points
from json_to_recordset(:rows) as r (
    matchup_id bigint, side text, week smallint, game smallint, team_id bigint, seed smallint, from_matchup_id bigint,
    from_result text, points numeric
);
