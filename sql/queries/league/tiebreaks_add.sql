-- Gives a league the criteria that order its standings, the strongest first.
-- param league_id bigint
-- param criteria jsonb
-- result none
-- access write
insert into league_tiebreaks (league_id, ordinal, criterion)
select :league_id, c.ordinal, c.criterion
from jsonb_array_elements_text(:criteria) with ordinality as c (criterion, ordinal);
