-- Gives a league the weeks it plays.
-- param league_id bigint
-- param weeks jsonb
-- result none
-- access write
insert into league_weeks (league_id, week, first_week, kind)
select :league_id, w.week, w.first_week, w.kind
from jsonb_to_recordset(:weeks) as w (week smallint, first_week smallint, kind text);
