-- Makes a season's row when there is none.
-- param season smallint
-- param regular_weeks smallint
-- param last_week smallint
-- param is_sample boolean
-- param source text
-- result none
-- access write
insert into seasons (year, regular_weeks, last_week, is_sample, source)
values (:season, :regular_weeks, :last_week, :is_sample, :source)
on conflict (year) do nothing;
