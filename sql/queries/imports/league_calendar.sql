-- The weeks an imported league plays, as the platform told them.
-- param league_id bigint
-- param start_week smallint
-- param playoff_start_week smallint
-- param last_week smallint
-- param weeks json
-- result none
-- access write
with calendar as (
    update leagues
    set start_week = :start_week,
        playoff_start_week = :playoff_start_week,
        last_week = :last_week
    where id = :league_id
)
insert into league_weeks as k (league_id, week, first_week, kind)
select :league_id, w.week, w.first_week, w.kind
from json_to_recordset(:weeks) as w (week smallint, first_week smallint, kind text)
on conflict (league_id, week) do update
set first_week = excluded.first_week,
    kind = excluded.kind
where (k.first_week, k.kind) is distinct from (excluded.first_week, excluded.kind);
