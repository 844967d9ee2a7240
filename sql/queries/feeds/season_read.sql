-- Whether a season holds sample data.
-- param season smallint
-- result row
-- access write
select s.is_sample
from seasons s
where s.year = :season;
