-- Stores the matchups of an imported league.
-- param league_id bigint
-- param rows json
-- result none
-- access write
insert into matchups (league_id, id, week, game, bracket, round, position, place, decided_by, winner, note)
overriding system value
select :league_id, r.id, r.week, r.game, r.bracket, r.round, r.position, r.place, r.decided_by, r.winner, r.note
from json_to_recordset(:rows) as r (
    id bigint, week smallint, game smallint, bracket text, round smallint, position smallint, place smallint,
    decided_by text, winner text, note text
)
on conflict (league_id, id) do update
set week = excluded.week,
    game = excluded.game,
    bracket = excluded.bracket,
    round = excluded.round,
    position = excluded.position,
    place = excluded.place,
    decided_by = excluded.decided_by,
    winner = excluded.winner,
    note = excluded.note;
