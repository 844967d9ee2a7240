-- Moves the weeks of an imported league to where its season stands: final up to one week, then one that is open or none.
-- param league_id bigint
-- param played_through smallint
-- param open_week smallint nullable
-- param times json
-- result none
-- access write
update league_weeks w
set state = case
        when w.week <= :played_through then 'final'
        when w.week = :open_week then 'open'
        else 'upcoming'
    end,
    finalized_at = case when w.week <= :played_through then coalesce(w.finalized_at, t.at) end
from json_to_recordset(:times) as t (week smallint, at timestamptz)
where w.league_id = :league_id
  and t.week = w.week;
