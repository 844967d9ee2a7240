-- The games of a league's bracket that are drawn, in their order.
-- param league_id bigint
-- param bracket text
-- result rows
-- access read
select m.id, m.round, m.position, m.winner
from matchups m
where m.league_id = :league_id
  and m.bracket = :bracket
order by m.round, m.position;
