-- Makes a season's row when there is none: a league may come before the NFL's data does.
-- param season smallint
-- param platform text
-- param is_over boolean
-- result none
-- access write
insert into seasons (year, phase, regular_weeks, last_week, source)
values (:season, case when :is_over then 'off' else 'pre' end, 18, 22, :platform)
on conflict (year) do nothing;
